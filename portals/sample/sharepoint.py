"""Answers like a SharePoint 2010 portal with the Lạc Việt news parts.

It has layout tables, one title for all pages, English as page language and a clock in the header.
"""

import gzip
import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from portals.sample.content import Story
from portals.sample.portal import WEEKDAYS, Answer, Portal, digest, paged

PER_PAGE = 8
FEED_LENGTH = 15
_DAY_ONLY = ("", "updated-day")


class SharePoint(Portal):
    """A portal run by SharePoint with the Lạc Việt parts."""

    platform = "sharepoint-lacviet"

    def address(self, story: Story) -> str:
        """A page below /Pages, or a bare slug for the older ones."""
        # the portal was moved to another template at the turn of 2022, and old addresses were kept
        return f"/Pages/{story.slug}.aspx" if story.published.year >= 2022 else f"/{story.slug}"

    def upload(self, story: Story, name: str) -> str:
        """The path of a file that belongs to a story."""
        return f"/SiteAssets/{story.published:%Y}/{name}"

    def listings(self) -> list[dict[str, str]]:
        """Every category, both feeds and the packed sitemap."""
        rss = {"kind": "rss", "url": f"{self.url}rss/tin-moi.aspx"}
        atom = {"kind": "atom", "url": f"{self.url}rss/atom.aspx"}
        return [
            *self.sections(),
            rss,
            atom,
            {"kind": "sitemap", "url": f"{self.url}sitemap.xml.gz"},
        ]

    def page(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Routes by whole paths; an unknown one is a true 404."""
        bare, _, query = path.partition("?")
        if bare in ("/", "/Pages/default.aspx"):
            return self.render("home.html", blocks=self.front_blocks())
        if bare == "/robots.txt":
            text = (
                "User-agent: *\r\nDisallow: /_layouts/\r\nDisallow: /_vti_bin/\r\n"
                f"Sitemap: {self.url}sitemap.xml.gz\r\n"
            )
            return Answer(body=text.encode(), media_type="text/plain")
        if bare == "/rss/tin-moi.aspx":
            return self.render("rss.xml", stories=self.stories[:FEED_LENGTH])
        if bare == "/rss/atom.aspx":
            atom = self.render("atom.xml", stories=self.stories[:FEED_LENGTH])
            return Answer(body=atom.body, media_type="application/atom+xml; charset=utf-8")
        if bare == "/sitemap.xml.gz":
            sitemap = self.render("sitemap.xml", stories=self.stories)
            packed = gzip.compress(sitemap.body, mtime=0)
            return Answer(body=packed, media_type="application/x-gzip")
        if self.has_category(bare.strip("/")):
            return self._listing(bare.strip("/"), parse_qs(query).get("page", ["1"])[0])
        story = next((each for each in self.stories if self.address(each) == bare), None)
        return self._article(story) if story else self.render("missing.html", 404)

    def _listing(self, slug: str, page: str) -> Answer:
        pages = paged(self.in_category(slug), PER_PAGE)
        number = min(max(1, int(page) if page.isdecimal() else 1), len(pages))
        shown = pages[number - 1]
        return self.render("listing.html", slug=slug, stories=shown, page=number, pages=len(pages))

    def _article(self, story: Story) -> Answer:
        siblings = self.in_category(story.categories[0])
        older = [each for each in siblings if each.published < story.published][:5]
        # SharePoint wraps pasted text in a class of its own, never twice the same.
        shell, body = digest(story.slug.encode()).upper(), self.body(story)
        return self.render("article.html", story=story, older=older, body=body, shell=shell)

    def printed_date(self, story: Story) -> str:
        """The date in the shape that the story asks for; most pages print the day alone."""
        at, day = story.published, f"{story.published:%d/%m/%Y}"
        hour = at.hour % 12 or 12
        edited = story.modified or at
        weekday = re.sub(r" \w", lambda match: match[0].upper(), WEEKDAYS[at.weekday()])
        return {
            "": day,
            "minute": f"{at:%d/%m/%Y %H:%M}",
            "label": f"Đăng ngày {at:%d-%m-%Y %H:%M}",
            "weekday": f"{weekday}, {day}, {at:%H:%M} [GMT+7]",
            "half-day": f"{day} {hour}:{at:%M} {'SA' if at.hour < 12 else 'CH'}",
            "words": f"Ngày {at:%d} tháng {at.month} năm {at.year}, {at.hour} giờ {at:%M} phút",
            "updated": f"Ngày đăng: {at:%d/%m/%Y %H:%M} | Cập nhật: {edited:%d/%m/%Y %H:%M}",
            "updated-day": f"Ngày đăng: {at.day}/{at.month}/{at.year}"
            f" - Cập nhật: {edited:%d/%m/%Y}",
        }[story.printed]

    def printed_precision(self, story: Story) -> str:
        """Most pages print the day alone."""
        return "day" if story.printed in _DAY_ONLY else "minute"

    def header_clock(self) -> str:
        """Today, as the header shows it."""
        now = self.now()
        name = WEEKDAYS[now.weekday()]
        return f"{name}, ngày {now.day} tháng {now.month} năm {now.year}"
