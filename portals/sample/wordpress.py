"""Answers like WordPress with the theme Twenty Twenty-One.

It has permalinks, a feed, sitemaps, typographic signs on display and true conditional GET.
"""

import gzip
import re
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qs

from portals.sample.content import Block, Story, slug_of
from portals.sample.markup import body_html
from portals.sample.portal import Answer, Portal, digest, paged

PER_PAGE = 10
_LISTING = re.compile(
    r"(?:/category/(?P<category>[a-z0-9-]+)|/author/(?P<author>[a-z0-9-]+))?(?:/page/(?P<page>\d+))?/?"
)
EDITOR = "quantri"  # the login name that shows if nobody is named


class WordPress(Portal):
    """A portal run by WordPress, permalinks set to category and slug."""

    platform = "wordpress"

    def address(self, story: Story) -> str:
        """Main category and slug."""
        return f"/{story.categories[0]}/{story.slug}.html"

    def upload(self, story: Story, name: str) -> str:
        """The path of a file that belongs to a story."""
        return f"/wp-content/uploads/{story.published:%Y/%m}/{name}"

    def listings(self) -> list[dict[str, str]]:
        """The home page, the feed of the newest posts and the sitemap index."""
        return [
            {"kind": "html", "url": self.url},
            {"kind": "rss", "url": f"{self.url}feed"},
            {"kind": "sitemap", "url": f"{self.url}wp-sitemap.xml"},
        ]

    def shown(self, text: str) -> str:
        """Typographic signs instead of typed ones, as WordPress shows them ("texturize")."""
        text = text.replace(" - ", " – ").replace("...", "…")
        return re.sub(r'"([^"\n]*)"', r"“\1”", text)

    def account(self, story: Story) -> str:
        """The name behind rel=author: the author's account, or the editor's."""
        author = None if story.credited(story.author) else story.author
        return story.account or author or EDITOR

    def account_slug(self, story: Story) -> str:
        """The account as the author's address has it."""
        return slug_of(self.account(story))

    def respond(self, path: str, headers: Mapping[str, str]) -> Answer:
        """The answer with its ETag: gzipped if the client takes it, 304 if the client holds it."""
        answer = super().respond(path, headers)
        if answer.status != 200:
            return answer
        tag = f'"{digest(answer.body)}"'
        if headers.get("if-none-match") == tag:
            return Answer(304, b"", answer.media_type, {"ETag": tag})
        sent, body = {**answer.headers, "ETag": tag, "Vary": "Accept-Encoding"}, answer.body
        is_text = answer.media_type.startswith(("text/", "application/rss", "application/xml"))
        if is_text and "gzip" in headers.get("accept-encoding", ""):
            sent, body = {**sent, "Content-Encoding": "gzip"}, gzip.compress(body, mtime=0)
        return Answer(200, body, answer.media_type, sent)

    def page(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Routes as WordPress does; an unknown path is a true 404."""
        bare, _, query = path.partition("?")
        if bare == "/" and (number := parse_qs(query).get("p")):
            story = next((each for each in self.stories if str(each.id) == number[0]), None)
            if story is None:
                return self._missing()
            return Answer(301, headers={"Location": self.url.rstrip("/") + self.address(story)})
        if bare in ("/feed", "/feed/"):
            return self._xml("feed.xml", stories=self.stories[:PER_PAGE])
        if bare == "/robots.txt":
            text = (
                "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\n"
                f"Sitemap: {self.url}wp-sitemap.xml\n"
            )
            return Answer(body=text.encode(), media_type="text/plain; charset=utf-8")
        if bare.startswith("/wp-sitemap"):
            return self._sitemap(bare)
        story = next((each for each in self.stories if self.address(each) == bare), None)
        if story:
            return self._article(story)
        if match := _LISTING.fullmatch(bare):
            return self._listing(match["category"], match["author"], int(match["page"] or 1))
        return self._missing()

    def _missing(self) -> Answer:
        return self.render("missing.html", 404, title="Page not found")

    def _xml(self, template: str, **values: Any) -> Answer:
        kind = "rss+xml" if template == "feed.xml" else "xml"
        body = self.render(template, **values).body
        return Answer(body=body, media_type=f"application/{kind}; charset=UTF-8")

    def _listing(self, category: str | None, author: str | None, page: int) -> Answer:
        stories, root, title = self.stories, "", ""
        if category:
            stories, root = self.in_category(category), f"/category/{category}"
        elif author:
            stories = tuple(story for story in stories if self.account_slug(story) == author)
            root = f"/author/{author}"
        pages = paged(stories, PER_PAGE)
        if not stories or not 1 <= page <= len(pages):
            return self._missing()
        if category:
            title = f"Category: <span>{escape(self.category_name(category))}</span>"
        elif author:
            title = f"Author: <span>{escape(self.account(stories[0]))}</span>"
        shown: dict[str, Any] = {"stories": pages[page - 1], "page": page, "pages": len(pages)}
        name = self.content.name
        return self.render("listing.html", title=name, heading=title, root=root, **shown)

    def _article(self, story: Story) -> Answer:
        everything = self.stories
        at = everything.index(story)
        newer = everything[at - 1] if at else None
        older = everything[at + 1] if at + 1 < len(everything) else None
        title = f"{self.display(story.title)} &#8211; {self.content.name}"
        return self.render("article.html", title=title, story=story, newer=newer, older=older)

    def _sitemap(self, path: str) -> Answer:
        categories, authors = self.content.categories, map(self.account_slug, self.stories)
        addresses = {
            "/wp-sitemap-posts-post-1.xml": [self.address(story) for story in self.stories],
            "/wp-sitemap-taxonomies-category-1.xml": [
                f"/category/{one.slug}" for one in categories
            ],
            "/wp-sitemap-users-1.xml": sorted({f"/author/{author}" for author in authors}),
        }
        if path == "/wp-sitemap.xml":
            return self._xml("sitemap.xml", addresses=list(addresses), index=True)
        if path not in addresses:
            return self._missing()
        return self._xml("sitemap.xml", addresses=addresses[path], index=False)

    def display(self, text: str) -> str:
        """A text with typographic signs, escaped; dashes as the references WordPress writes."""
        escaped = escape(self.shown(text), quote=False)
        return escaped.translate({ord(sign): f"&#{ord(sign)};" for sign in "–…“”"})

    def body(self, story: Story) -> str:
        """The content of a post. The lead is a bold first paragraph, for want of a field."""
        blocks = tuple(
            Block(b.kind, self.shown(b.text), tuple(self.shown(line) for line in b.lines), b.style)
            for b in story.blocks
        )
        lead = f"<p><strong>{self.display(story.lead)}</strong></p>\n" if story.lead else ""
        root = self.url.rstrip("/")
        html = lead + body_html(
            blocks, story.markup, lambda n: root + self.upload(story, f"anh-{story.id}-{n}.png")
        )
        for name in story.attachments:
            address = root + self.upload(story, name)
            html += (
                f'\n<div class="wp-block-file"><a href="{address}">{name}</a><a href="{address}"'
                ' class="wp-block-file__button" download>Tải về</a></div>'
            )
        return html
