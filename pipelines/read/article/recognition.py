"""Reads a page of no known family: whether it is an article, and which elements hold its fields. What it finds, `read_article` reads like any family's."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import takewhile
from urllib.parse import parse_qs, urlsplit

from lxml import html

from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.event_words import is_below_events
from pipelines.read.addresses.family_rules import (
    CARD_ENDINGS,
    FILE_ENDINGS,
    matches,
    names_listing,
    path_and_query,
)
from pipelines.read.article.article import Found, Given, file_name, read_article
from pipelines.read.article.byline import find_byline, stated_author
from pipelines.read.article.dateline import (
    choose_dates,
    has_doubtful_line,
    holder_of,
    is_date_block,
    seen_dates,
)
from pipelines.read.article.publication_date import has_come, page_dates
from pipelines.read.article.running_text import FILE_BOX, RunningText, find_text
from pipelines.read.article.section import FRONT, find_section, stated_section
from pipelines.read.article.title import find_title
from pipelines.read.dates.date_lines import date_in_url
from pipelines.read.html.block_kinds import Judged, judge
from pipelines.read.html.outline import Block, holds, names_of, outline
from pipelines.read.html.page import HtmlPage
from pipelines.read.html.structured_data import Stated, stated
from pipelines.read.reading import Article, AttachmentLink
from pipelines.read.text.bylines import Byline
from pipelines.read.text.clean_text import clean_text, same_text
from portals.class_words import class_words, named
from portals.platform import ArticleRules, Platform
from portals.site import Site

CONVINCED = 0.5
NEAR = 10  # blocks behind the text in which its files stand

DOWNLOAD = re.compile(
    r"[?&](?:download|tai-?ve|file_?id|fileid|fileticket)=|/(?:download|downloads|tai-ve|taive|getfile|downloadfile|attachments?)(?:/|\.|\?)|/documents/\d+/.+\.\w{3,4}(?:/|\?|$)",
    re.I,
)
STATIC = re.compile(
    r"/(?:gioi-thieu[\w-]*|about(?:-us)?|contact(?:-us)?|lien-he|siteterms|terms|privacy[\w-]*|chinh-sach-bao-mat|dieu-khoan[\w-]*|so-do[\w-]*|site-?map|co-cau[\w-]*|to-chuc-bo-may"
    r"|chuc-nang[\w-]*|danh-ba[\w-]*|ban-do[\w-]*|faqs?|hoi-dap|thu-vien[\w-]*|video|album|lich-cong-tac|page|content|users?)(?:/|\.\w+$|$)",
    re.I,
)
OTHERS = named(class_words().others)
WHOLE_PAGE = frozenset({"body", "html", "form"})
PLAIN_PATH = re.compile(r"(?:/[a-z][a-z0-9]*(?:\[\d+\])?)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What is known of a page. `confidence`, 0 to 1, that it is an article; `rules` and `given` are for `read_article`, None where there is nothing to read."""

    confidence: float
    reason: str
    rules: ArticleRules | None = None
    given: Given | None = None

    @property
    def is_article(self) -> bool:
        """Whether the signs are enough to keep the page as an article."""
        return self.confidence >= CONVINCED and self.rules is not None


def read_generic(
    page: HtmlPage, site: Site, platform: Platform, rules: ArticleRules, url: str
) -> tuple[Article | None, Found, float]:
    """(article, found, confidence): the article is None where the page is none, or has no title. `rules` are the site's own selectors, which win."""
    recognised = recognise(page, site, platform, rules)
    if not recognised.is_article or recognised.rules is None:
        return None, Found(), recognised.confidence
    article, found = read_article(
        page, site, platform, recognised.rules, url, given=recognised.given
    )
    return article, found, recognised.confidence


def recognise(
    page: HtmlPage,
    site: Site,
    platform: Platform,
    rules: ArticleRules,
    *,
    never: Collection[str] = frozenset(),
) -> Recognised:
    """Whether a page is an article, and where its fields stand. `never`: headings, folded, that stand on several of the site's articles."""
    if FRONT.match(path_and_query(page.url).split("?")[0]) and not urlsplit(page.url).query:
        return Recognised(0.0, "the address is a front page's")
    if matches(page.url, platform.addresses.ignore):
        return Recognised(0.0, "the address is none of an article")
    said = stated(page, site.name)
    blocks = outline(page.root)
    title = find_title(page, blocks, said, never=never)
    if title is None:
        return Recognised(0.0, "no heading that could be a title")
    judged = judge(
        blocks,
        title,
        is_date=lambda block: is_date_block(page, block),
        is_file=lambda anchor: is_file(page, anchor),
        leads_away=lambda anchor: leads_away(page, site, anchor),
    )
    text = find_text(judged)
    if text is None:
        return Recognised(0.0, "no text of its own below the title")
    seen = seen_dates(page, judged, text)
    ruled = page_dates(page, rules, generic=False) if rules.published else None
    dates = (
        ruled
        if ruled is not None and ruled.published is not None and ruled.published.evidence != "url"
        else choose_dates(page, seen, said if seen or not said.contrary else None)
    )
    byline, author = find_byline(page, judged, text, said), stated_author(said)
    signed = byline != Byline() or author is not None
    section = find_section(page, judged)
    files = find_files(page, site, judged, text)
    come = any(has_come(page, one.date.on) for one in seen)
    of_event = said.event or _heads_event(title.element) or (not come and is_below_events(page.url))
    printed = (bool(seen) or has_doubtful_line(page, judged, text)) and not of_event
    confidence, reason = weigh(
        page,
        platform,
        judged,
        text,
        said,
        printed=printed,
        dated=dates.published is not None,
        signed=signed,
    )
    chosen = replace(
        rules,
        title=(*rules.title, path_to(title.element)),
        published=(*rules.published, *([path_to(holder_of(seen[0]))] if seen else ())),
        lead=(*rules.lead, *([path_to(text.lead)] if text.lead is not None else ())),
        body=(*rules.body, path_to(text.body)),
        section=(*rules.section, *([path_to(section)] if section is not None else ())),
        images=(*rules.images, *_lead_images(text, judged)),
    )
    stated_name = clean_text(said.section or "") or stated_section(page, title.text)
    return Recognised(
        confidence,
        reason,
        chosen,
        Given(dates, byline, files, text.drop, text.lines, stated_name, author),
    )


def _heads_event(title: html.HtmlElement) -> bool:
    """Whether the title is that of an event, in microdata: its element lies in one of schema.org's type Event, or of a kind of it."""
    return any(
        (element.get("itemtype") or "").lower().rstrip("/").endswith("event")
        for element in (title, *title.iterancestors())
    )


def weigh(
    page: HtmlPage,
    platform: Platform,
    judged: Judged,
    text: RunningText,
    said: Stated,
    *,
    printed: bool,
    dated: bool,
    signed: bool,
) -> tuple[float, str]:
    """(confidence, the evidence in words). A page without any date is told from a static one by nothing but its signature."""
    declared = (
        0.0
        if said.contrary
        else 0.2 * said.article
        + (0.2 if said.kind == "article" else 0.0)
        + 0.2 * (said.published is not None)
    )
    signs = [
        (0.45 * printed, "printed date"),
        (min(0.5, declared), "declared an article"),
        (
            0.2 if text.prose >= 300 else 0.15 if text.prose >= 100 else 0.05,
            f"{text.prose} characters of prose",
        ),
        (0.15 * any(same_text(judged.title.text, known) for known in said.titles), "title stated"),
        (0.1 * matches(page.url, platform.addresses.article), "address of an article"),
        (0.1 * signed, "signed"),
        (
            0.15 * (not printed and date_in_url(page.url, zone=page.zone) is not None),
            "date in the address",
        ),
        (-0.15 * said.contrary, f"og:type {said.kind}"),
        (
            -0.35 * (not printed and bool(STATIC.search(path_and_query(page.url)))),
            "address of a static page",
        ),
        (-0.3 * names_listing(page.url, platform), "address of a listing"),
        (
            -0.3 * (judged.entries >= 4 and text.prose < 400 and not printed),
            f"{judged.entries} entries",
        ),
    ]
    confidence = max(0.0, min(1.0, sum(weight for weight, _ in signs)))
    if not dated and not printed and not signed:
        confidence = min(confidence, CONVINCED - 0.05)
    return confidence, ", ".join(f"{name} {weight:+.2f}" for weight, name in signs if weight)


def is_file(page: HtmlPage, anchor: html.HtmlElement) -> bool:
    """Whether a link leads to a file: by the ending of its path, by the download attribute, or by a parameter or folder that portals use for that."""
    href = anchor.get("href") or ""
    if not href or href.startswith(("#", "javascript:", "mailto:")):
        return False
    path = href.lower().split("#")[0].split("?")[0]
    if path.endswith(CARD_ENDINGS):
        return False
    return (
        path.endswith(FILE_ENDINGS)
        or anchor.get("download") is not None
        or bool(DOWNLOAD.search(href))
    )


def leads_away(page: HtmlPage, site: Site, anchor: html.HtmlElement) -> bool:
    """Whether a link leads to another page of the portal, and to no file."""
    url = page.join(anchor.get("href"))
    return (
        url is not None
        and url.split("#")[0] != page.url
        and of_site(url, site.all_hosts)
        and not is_file(page, anchor)
    )


def find_files(
    page: HtmlPage, site: Site, judged: Judged, text: RunningText
) -> tuple[AttachmentLink, ...]:
    """Files of the portal that the article points to or shows in a frame, from its title to right behind its text, each address once.

    What a class sets apart from the text as related to it may be a box of files: it counts anywhere in the article's own element.
    """
    links: dict[str, AttachmentLink] = {}
    behind = judged.outline[text.last + 1 : text.last + 1 + NEAR]
    row = {
        block
        for block in takewhile(
            lambda block: judged.kinds[block.spot] in ("file", "tool", "date"), behind
        )
        if judged.kinds[block.spot] == "file"
    }
    for block in (*judged.outline[judged.title.spot + 1 : text.last + 1], *behind):
        if judged.kinds[block.spot] in ("apart", "entry") or not (
            holds(text.wrapper, block.element) or block.spot <= text.last or block in row
        ):
            continue
        for anchor in block.anchors:
            url = page.join(anchor.get("href"))
            if url is not None and is_file(page, anchor) and of_site(url, site.all_hosts):
                links.setdefault(url, AttachmentLink(url, file_name(anchor)))
    boxes = {
        box
        for block in judged.outline[judged.title.spot + 1 :]
        if (box := _file_box(page, site, judged, text, block)) is not None
    }
    for anchor in (
        anchor for box in text.wrapper.iter() if box in boxes for anchor in box.iter("a")
    ):
        url = page.join(anchor.get("href"))
        if url is not None and is_file(page, anchor) and of_site(url, site.all_hosts):
            links.setdefault(url, AttachmentLink(url, file_name(anchor)))
    for frame in text.wrapper.iter("iframe", "embed", "object"):
        url = page.join(framed_file(frame.get("src") or frame.get("data") or ""))
        if url is not None and of_site(url, site.all_hosts):
            links.setdefault(url, AttachmentLink(url, None))
    return tuple(links.values())


def _file_box(
    page: HtmlPage, site: Site, judged: Judged, text: RunningText, block: Block
) -> html.HtmlElement | None:
    """The element in the article's own that sets a block apart as related to it, where it says that it holds files, or every link in it leads to one."""
    if (
        judged.kinds[block.spot] != "apart"
        or text.wrapper.tag in WHOLE_PAGE
        or not holds(text.wrapper, block.element)
    ):
        return None
    box = next((zone.element for zone in reversed(block.zones) if zone.apart), None)
    if (
        box is None
        or box is text.wrapper
        or not holds(text.wrapper, box)
        or not OTHERS.search(names_of(box))
    ):
        return None
    urls = [(page.join(anchor.get("href")), anchor) for anchor in box.iter("a")]
    all_files = bool(urls) and all(
        url is not None and is_file(page, anchor) and of_site(url, site.all_hosts)
        for url, anchor in urls
    )
    return box if all_files or FILE_BOX.search(names_of(box)) else None


def framed_file(address: str) -> str | None:
    """The file that a frame shows, itself or through Google's viewer (`…/gview?url=FILE`); None for any other frame."""
    asked = parse_qs(urlsplit(address).query) if "?" in address else {}
    shown = next(
        (values[0] for key in ("url", "file", "src") if (values := asked.get(key))), address
    )
    return shown if shown.lower().split("?")[0].split("#")[0].endswith(FILE_ENDINGS) else None


def _lead_images(text: RunningText, judged: Judged) -> Iterable[str]:
    """The images that stand between title and text, outside the body."""
    if text.wrapper.tag in WHOLE_PAGE:
        return ()
    order = {
        element: spot
        for spot, element in enumerate(
            text.wrapper.iter("img", *{judged.title.element.tag, text.body.tag})
        )
    }
    start, end = order.get(judged.title.element, -1), order.get(text.body, len(order))
    return tuple(
        path_to(element)
        for element, spot in order.items()
        if element.tag == "img" and start < spot < end and not holds(text.body, element)
    )


def path_to(element: html.HtmlElement) -> str:
    """An XPath that leads to this one element of the page as it stands."""
    path = element.getroottree().getpath(element)
    if PLAIN_PATH.fullmatch(path):
        return str(path)
    # A colon in a tag (<o:p>, from Word) would be read as a namespace, and broken markup makes tags like <p<b">: such a path counts children instead.
    line = [element, *element.iterancestors()]
    steps = [sum(1 for _ in one.itersiblings("*", preceding=True)) + 1 for one in line]
    return "".join(f"/*[{step}]" for step in reversed(steps))
