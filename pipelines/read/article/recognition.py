"""Recognise an article on a page of no known family, and the elements that hold its fields.

outline -> title -> kinds of blocks -> running text -> candidates of each field -> how sure it is.
`read_article` then reads what was recognised like a page of any family.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from lxml import html

from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.family_rules import matches
from pipelines.read.addresses.pages_without_news import is_front_page
from pipelines.read.article.attachments import find_attachments, is_file
from pipelines.read.article.byline import find_byline, stated_author
from pipelines.read.article.dateline import (
    SeenDate,
    choose_dates,
    has_doubtful_line,
    holder_of,
    is_date_block,
    seen_dates,
)
from pipelines.read.article.images import images_above
from pipelines.read.article.page_kind import CONVINCED, Signs, is_event, weigh
from pipelines.read.article.publication_date import PageDates, page_dates
from pipelines.read.article.running_text import find_text
from pipelines.read.article.section import find_section, stated_section
from pipelines.read.article.title import find_title
from pipelines.read.html.block_kinds import classify
from pipelines.read.html.outline import outline
from pipelines.read.html.page import HtmlPage, path_to
from pipelines.read.html.structured_data import StructuredData, structured_data_of
from pipelines.read.reading import AttachmentLink
from pipelines.read.text.bylines import Byline
from pipelines.read.text.clean_text import clean_text
from portals.platform import ArticleRules, Platform
from portals.site import Site


@dataclass(frozen=True, slots=True)
class RecognisedFields:
    """The fields found without selectors, which are not searched again.

    `drop`: elements inside the body that are not text. `lines`: lines inside it that are not text
    and have no element of their own. `section` and `author` are what the page states in machine
    words, for want of a visible one.
    """

    dates: PageDates
    byline: Byline
    attachments: tuple[AttachmentLink, ...]
    drop: tuple[html.HtmlElement, ...]
    lines: tuple[str, ...]
    section: str | None
    author: str | None


@dataclass(frozen=True, slots=True)
class Recognition:
    """The confidence, from 0 to 1, that a page is an article, and the reasons.

    `rules` and `fields` are for `read_article`, None where there is nothing to read.
    """

    confidence: float
    reason: str
    rules: ArticleRules | None = None
    fields: RecognisedFields | None = None

    @property
    def is_article(self) -> bool:
        """Whether the signs suffice to keep the page as an article."""
        return self.confidence >= CONVINCED and self.rules is not None


def recognise(
    page: HtmlPage,
    site: Site,
    platform: Platform,
    rules: ArticleRules,
    *,
    never: Collection[str] = frozenset(),
) -> Recognition:
    """Whether a page is an article, and where its fields are.

    `rules`: the site's own selectors, which win. `never`: headings, folded, that several of the
    site's articles share.
    """
    if is_front_page(page.url):
        return Recognition(0.0, "the address is a front page's")
    if matches(page.url, platform.addresses.ignore):
        return Recognition(0.0, "the family ignores the address")
    said = structured_data_of(page, site.name)
    blocks = outline(page.root)
    title = find_title(page, blocks, said, never=never)
    if title is None:
        return Recognition(0.0, "no heading that could be a title")
    classified = classify(
        blocks,
        title,
        is_date=lambda block: is_date_block(page, block),
        is_file=is_file,
        leads_away=lambda anchor: _leads_to_text(page, site, anchor),
    )
    text = find_text(classified)
    if text is None:
        return Recognition(0.0, "no text of its own below the title")
    seen = seen_dates(page, classified, text)
    dates = _choose_dates(page, rules, seen, said)
    byline, author = find_byline(page, classified, text, said), stated_author(said)
    signs = Signs(
        printed=(bool(seen) or has_doubtful_line(page, classified, text))
        and not is_event(page, title.element, said, seen),
        dated=dates.published is not None,
        signed=byline != Byline() or author is not None,
    )
    confidence, reason = weigh(page, platform, classified, text, said, signs)
    chosen = replace(
        rules,
        title=_also(rules.title, title.element),
        published=_also(rules.published, holder_of(seen[0]) if seen else None),
        lead=_also(rules.lead, text.lead),
        body=_also(rules.body, text.body),
        section=_also(rules.section, find_section(page, classified)),
        images=(*rules.images, *images_above(classified, text)),
    )
    fields = RecognisedFields(
        dates,
        byline,
        find_attachments(page, site, classified, text),
        text.drop,
        text.lines,
        clean_text(said.section or "") or stated_section(page, title.text),
        author,
    )
    return Recognition(confidence, reason, chosen, fields)


def _also(selectors: tuple[str, ...], element: html.HtmlElement | None) -> tuple[str, ...]:
    return selectors if element is None else (*selectors, path_to(element))


def _leads_to_text(page: HtmlPage, site: Site, anchor: html.HtmlElement) -> bool:
    """Whether a link leads to another page of the portal, and not to a file."""
    url = page.join(anchor.get("href"))
    return (
        url is not None
        and url.split("#")[0] != page.url
        and of_site(url, site.all_hosts)
        and not is_file(anchor)
    )


def _choose_dates(
    page: HtmlPage, rules: ArticleRules, seen: list[SeenDate], said: StructuredData
) -> PageDates:
    """The dates by the site's own selectors, else the best of those on the page."""
    if rules.published:
        ruled = page_dates(page, rules, generic=False)
        if ruled.published is not None and ruled.published.evidence != "url":
            return ruled
    return choose_dates(page, seen, said if seen or not said.contrary else None)
