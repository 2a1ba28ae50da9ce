"""Answers like NukeViet 4.5 with its default theme, with print twins, wrong dates and soft 404s."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import parse_qs

from portals.sample.content import Story
from portals.sample.portal import WEEKDAYS, Answer, Portal, digest, http_date, paged

PER_PAGE = 6
FEED_LENGTH = 30
_ARTICLE = re.compile(r"/(?P<category>[a-z0-9-]+)/(?P<slug>[a-z0-9-]+)-(?P<id>\d+)\.html")
_TWIN = re.compile(r"/(?P<kind>print|savefile)(?P<article>/.+\.html)")
_LISTING = re.compile(r"/(?P<category>[a-z0-9-]+)/(?:page-(?P<page>\d+)/)?")
_FEED = re.compile(r"/rss/(?:(?P<category>[a-z0-9-]+)/)?")


class NukeViet(Portal):
    """A portal run by NukeViet. `token` and `most_read` differ on every page, as there."""

    platform = "nukeviet"

    def address(self, story: Story) -> str:
        """Main category, slug and id."""
        return f"/{story.categories[0]}/{story.slug}-{story.id}.html"

    def file_address(self, story: Story, number: int) -> str:
        """The article's own address with a query that asks for the n-th file."""
        return f"{self.address(story)}?download=1&id={number}"

    def upload(self, story: Story, name: str) -> str:
        """The plain path of a file that belongs to a story."""
        return f"/uploads/news/{story.published:%Y_%m}/{name}"

    def listings(self) -> list[dict[str, str]]:
        """Every category, the feed of all news and the sitemap index."""
        feed = {"kind": "rss", "url": f"{self.url}rss/"}
        return [*self.sections("/"), feed, {"kind": "sitemap", "url": f"{self.url}sitemap.xml"}]

    def respond(self, path: str, headers: Mapping[str, str]) -> Answer:
        """The answer, with headers that forbid caching and a Last-Modified one day old."""
        answer = super().respond(path, headers)
        fresh = {
            "Last-Modified": http_date(self.clock() - 86_400),
            "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate",
            "Pragma": "no-cache",
        }
        return replace(answer, headers={**fresh, **answer.headers})

    def page(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Routes as the news module does: an unknown path redirects home."""
        bare, _, query = path.partition("?")
        if bare == "/":
            return self._home()
        if bare == "/sitemap.xml":
            return self.render("sitemap_index.xml")
        if bare == "/sitemap-vi.news.xml":
            return self.render("sitemap.xml", stories=self.stories)
        if bare == "/feeds/":
            return self.render("feeds.html", title="RSS-feeds")
        if bare == "/robots.txt":
            return self._robots()
        if match := _FEED.fullmatch(bare):
            return self._feed(match["category"])
        if match := _TWIN.fullmatch(bare):
            return self._article(match["article"], {}, twin=match["kind"])
        if _ARTICLE.fullmatch(bare):
            return self._article(bare, parse_qs(query))
        if (match := _LISTING.fullmatch(bare)) and self.has_category(match["category"]):
            return self._listing(match["category"], int(match["page"] or 1))
        return self._moved("/")  # the family's soft 404: an unknown first step leads home

    def _moved(self, path: str) -> Answer:
        return Answer(301, b"", headers={"Location": self.url.rstrip("/") + path})

    def _home(self) -> Answer:
        return self.render("home.html", title=self.content.name, blocks=self.front_blocks())

    def _listing(self, slug: str, page: int) -> Answer:
        pages = paged(self.in_category(slug), PER_PAGE)
        if not 1 <= page <= len(pages):
            return self._moved(f"/{slug}/")
        shown: dict[str, Any] = {"stories": pages[page - 1], "page": page, "pages": len(pages)}
        return self.render("listing.html", title=self.category_name(slug), slug=slug, **shown)

    def _article(
        self, path: str, query: Mapping[str, list[str]], twin: str | None = None
    ) -> Answer:
        match = _ARTICLE.fullmatch(path)
        story = next((each for each in self.stories if match and each.id == int(match["id"])), None)
        if story is None:
            return self.render("missing.html", 404, title="Thông báo lỗi")
        # A secondary category, or a wrong slug with the right number.
        if path != self.address(story):
            return self._moved(self.address(story))
        if story.pointer:
            return Answer(302, b"", headers={"Location": story.pointer})
        if "download" in query:
            numbered = {str(number): name for number, name in enumerate(story.attachments)}
            name = numbered.get(query.get("id", ["0"])[0])
            return self.file_answer(name) if name else self._moved("/")
        values: dict[str, Any] = {"story": story, "title": story.title, "body": self.body(story)}
        if twin:
            answer = self.render("print.html", **values)
            saved = {"Content-Disposition": f"attachment; filename={story.slug}-{story.id}.html"}
            return replace(answer, headers=saved if twin == "savefile" else {})
        siblings = [each for each in self.in_category(story.categories[0]) if each.id != story.id]
        newer = [each for each in siblings if each.published >= story.published][-3:]
        older = [each for each in siblings if each.published < story.published][:4]
        return self.render("article.html", newer=newer, older=older, **values)

    def _feed(self, slug: str | None) -> Answer:
        stories = self.in_category(slug) if slug else self.stories
        title = self.category_name(slug) if slug and stories else "Tin Tức"
        return self.render("rss.xml", title=title, stories=stories[:FEED_LENGTH])

    def _robots(self) -> Answer:
        closed = "admin/ data/ includes/ install/ modules/ robots.php users/ statistics/"
        lines = [f"Disallow: /{path}" for path in closed.split()]
        text = "\n".join(["User-agent: *", *lines, f"Sitemap: {self.url}sitemap.xml"])
        return Answer(body=text.encode(), media_type="text/plain; charset=utf-8")

    def printed_date(self, story: Story) -> str:
        """The visible date of publication."""
        return f"{WEEKDAYS[story.published.weekday()]} - {story.published:%d/%m/%Y %H:%M}"

    def glued(self, story: Story, edited: bool = False) -> str:
        """The time as the theme's meta elements have it.

        PHP's format letter T is the zone's name, so zone and time run together.
        """
        at = (story.modified or story.published) if edited else story.published
        return f"{at:%Y-%m-%d}+07{at:%H:%M:%S}"

    def meta_text(self, text: str) -> str:
        """A text as the CMS escapes it inside attributes: slashes and colons too."""
        return escape(text).replace("/", "&#x002F;").replace(":", "&#x3A;")

    def title_text(self, text: str) -> str:
        """A title as the CMS escapes it: colons too."""
        return escape(text, quote=False).replace(":", "&#x3A;")

    def header_clock(self) -> str:
        """Today and now, as the header shows them."""
        now = self.now()
        return f"{WEEKDAYS[now.weekday()]}, {now:%d/%m/%Y, %H:%M}"

    def most_read(self) -> tuple[Story, ...]:
        """Three stories for the side block, different on each fetch."""
        stories, first = self.stories, self.hits() * 5
        return tuple(stories[(first + 7 * n) % len(stories)] for n in range(min(3, len(stories))))

    def token(self) -> str:
        """A session's token, new on every page."""
        return digest(str(self.hits()).encode())
