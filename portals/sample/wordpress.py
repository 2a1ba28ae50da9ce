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
from portals.sample.portal import Answer, Portal, digest

PER_PAGE = 10
_LISTING = re.compile(
    r"(?:/category/(?P<category>[a-z0-9-]+)|/author/(?P<author>[a-z0-9-]+))?(?:/page/(?P<page>\d+))?/?"
)
EDITOR = "quantri"  # the log-in name that shows where nobody is named


class WordPress(Portal):
    """A portal run by WordPress, permalinks set to category and slug."""

    platform = "wordpress"

    def address(self, story: Story) -> str:
        """Main category and slug."""
        return f"/{story.categories[0]}/{story.slug}.html"

    def upload(self, story: Story, name: str) -> str:
        """The path of a file that belongs to a story."""
        return f"/wp-content/uploads/{story.published:%Y/%m}/{name}"

    def file_address(self, story: Story, number: int) -> str:
        """Attachments are plain uploads."""
        return self.upload(story, story.attachments[number])

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
        return story.account or (
            story.author if story.author and not story.credited(story.author) else EDITOR
        )

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
        sent = {**answer.headers, "ETag": tag, "Vary": "Accept-Encoding"}
        if "gzip" in headers.get("accept-encoding", "") and answer.media_type.startswith(
            ("text/", "application/rss", "application/xml")
        ):
            return Answer(
                200,
                gzip.compress(answer.body, mtime=0),
                answer.media_type,
                {**sent, "Content-Encoding": "gzip"},
            )
        return Answer(200, answer.body, answer.media_type, sent)

    def page(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Routes as WordPress does; an unknown path is a true 404."""
        bare, _, query = path.partition("?")
        if bare == "/" and (number := parse_qs(query).get("p")):
            story = next((each for each in self.stories if str(each.id) == number[0]), None)
            return (
                Answer(301, b"", headers={"Location": self.url.rstrip("/") + self.address(story)})
                if story
                else self._missing()
            )
        if bare == "/feed" or bare == "/feed/":
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
        answer = self.render(template, **values)
        return Answer(
            answer.status,
            answer.body,
            "application/rss+xml; charset=UTF-8"
            if template == "feed.xml"
            else "application/xml; charset=UTF-8",
        )

    def _listing(self, category: str | None, author: str | None, page: int) -> Answer:
        stories, root, title = self.stories, "", ""
        if category:
            stories, root = self.in_category(category), f"/category/{category}"
            title = (
                f"Category: <span>{escape(self.category_name(category))}</span>" if stories else ""
            )
        elif author:
            stories, root = (
                tuple(story for story in stories if self.account_slug(story) == author),
                f"/author/{author}",
            )
            title = f"Author: <span>{escape(self.account(stories[0]))}</span>" if stories else ""
        pages = -(-len(stories) // PER_PAGE)
        if not 1 <= page <= pages:
            return self._missing()
        shown = stories[(page - 1) * PER_PAGE : page * PER_PAGE]
        return self.render(
            "listing.html",
            title=self.content.name,
            heading=title,
            stories=shown,
            root=root,
            page=page,
            pages=pages,
        )

    def _article(self, story: Story) -> Answer:
        everything = self.stories
        at = everything.index(story)
        newer, older = (
            (everything[at - 1] if at else None),
            (everything[at + 1] if at + 1 < len(everything) else None),
        )
        return self.render(
            "article.html",
            title=f"{self.display(story.title)} &#8211; {self.content.name}",
            story=story,
            newer=newer,
            older=older,
        )

    def _sitemap(self, path: str) -> Answer:
        addresses = {
            "/wp-sitemap.xml": [
                f"/wp-sitemap-{part}-1.xml"
                for part in ("posts-post", "taxonomies-category", "users")
            ],
            "/wp-sitemap-posts-post-1.xml": [self.address(story) for story in self.stories],
            "/wp-sitemap-taxonomies-category-1.xml": [
                f"/category/{category.slug}" for category in self.content.categories
            ],
            "/wp-sitemap-users-1.xml": sorted(
                {f"/author/{self.account_slug(story)}" for story in self.stories}
            ),
        }
        if path not in addresses:
            return self._missing()
        return self._xml("sitemap.xml", addresses=addresses[path], index=path == "/wp-sitemap.xml")

    def display(self, text: str) -> str:
        """A text with typographic signs, escaped; dashes as the references WordPress writes."""
        return (
            escape(self.shown(text), quote=False)
            .replace("–", "&#8211;")
            .replace("…", "&#8230;")
            .replace("“", "&#8220;")
            .replace("”", "&#8221;")
        )

    def body(self, story: Story) -> str:
        """The content of a post. The lead is a bold first paragraph, for want of a field."""
        blocks = tuple(
            Block(b.kind, self.shown(b.text), tuple(self.shown(line) for line in b.lines), b.style)
            for b in story.blocks
        )
        lead = f"<p><strong>{self.display(story.lead)}</strong></p>\n" if story.lead else ""
        root = self.url.rstrip("/")
        files = "".join(
            f'\n<div class="wp-block-file"><a href="{root}{self.file_address(story, n)}">{name}</a>'
            f'<a href="{root}{self.file_address(story, n)}"'
            ' class="wp-block-file__button" download>Tải về</a></div>'
            for n, name in enumerate(story.attachments)
        )
        return (
            lead
            + body_html(
                blocks, story.markup, lambda n: root + self.upload(story, f"anh-{story.id}-{n}.svg")
            )
            + files
        )
