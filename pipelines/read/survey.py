"""Survey several pages of one portal together: its name and language, the listings with articles of
their own, the rules to read it. `loa add` starts here.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from pipelines.capture import Capture
from pipelines.read.addresses.second_lists import names_section
from pipelines.read.article.article_page import is_article_page
from pipelines.read.content import content_of
from pipelines.read.dates.machine_dates import moment_written
from pipelines.read.family.detection import detect
from pipelines.read.family.learned_rules import learn_rules
from pipelines.read.html.language import (
    declarations,
    declared_language,
    language_by_letters,
    moments_in,
)
from pipelines.read.html.page import HtmlPage, UnreadablePage, seen_text
from pipelines.read.html.structured_data import SEPARATORS
from pipelines.read.reader import read
from pipelines.read.reading import Article, LinkKind, Reading
from pipelines.read.seen_listings import Sample, SeenListing, seen_listings
from pipelines.read.task import Task
from pipelines.read.text.charset import decode_text
from pipelines.read.text.clean_text import clean_text, fold, text_key
from pipelines.read.text.content_codings import DecodeError
from pipelines.read.text.furniture_lines import HOME
from pipelines.read.text.legacy_encodings import is_in_unicode, mend
from portals.platform import ArticleRules, platform_of
from portals.site import Site

REGION = re.compile(
    r"(?P<language>[A-Za-z]{2,3})[-_](?:[A-Za-z]{4}[-_])?(?P<region>[A-Za-z]{2})(?=$|[-_.@])"
)
SEPARATOR = re.compile(f"({'|'.join(map(re.escape, SEPARATORS))})")
ORNAMENTS = " .:*~=|"  # as in ".:: TITLE ::."
LONGEST_SECTION_NAME = 40  # characters
MOST_LOST = 0.03  # share of an article's words that a learned body selector may lose


@dataclass(frozen=True, slots=True)
class Survey:
    """The findings about the sample. `name_evidence` and `language_evidence` say where each was
    found.

    `region`: the country (ISO 3166, two letters) that most pages name beside the language.
    `moments`: machine-readable instants, each with its own offset from UTC.

    `section_names`: what the front page calls the addresses that it links.

    `rules`: what `learn_rules` gives if the family's rules fit fewer than half of the articles,
    else empty. Its `page` is left out: the element that holds an article's text holds that of a
    static page too.
    """

    name: str | None
    name_evidence: str
    language: str | None
    language_evidence: str
    region: str | None
    moments: tuple[datetime, ...]
    listings: tuple[SeenListing, ...]
    section_names: Mapping[str, str]
    rules: ArticleRules


def survey(sample: Sample) -> Survey:
    """What several pages of a portal say together."""
    site = sample.site
    readings = [
        (capture, kind, read(Task(capture, site, kind))) for capture, kind in sample.captures
    ]
    seen = [
        (page, reading)
        for capture, kind, reading in readings
        if kind in ("listing", "article") and (page := _page(Task(capture, site))) is not None
    ]
    pages = [page for page, _ in seen]
    name, name_evidence = _name(pages, front=sample.front)
    language, language_evidence = _language(pages)
    articles = [page for page, reading in seen if reading.kind == "article"]
    task = Task(sample.captures[0][0], site)
    fitting = sum(is_article_page(page, detect(page, task).article) for page in articles)
    rules = ArticleRules()
    if 2 * fitting < len(articles):
        rules = replace(learn_rules(articles, site, platform_of("generic")), page=())
        rules = _proven(rules, readings, site)
    return Survey(
        name=name,
        name_evidence=name_evidence,
        language=language,
        language_evidence=language_evidence,
        region=_region(pages, language),
        moments=tuple(_moments(pages, readings)),
        listings=tuple(seen_listings(readings, site)),
        section_names=_section_names(pages[0]) if pages and sample.front else {},
        rules=rules,
    )


def portal_name(sample: Sample) -> str | None:
    """The portal's name as its pages show it; None if they show none."""
    pages = [_page(Task(capture, sample.site)) for capture, _ in sample.captures]
    name, _ = _name([page for page in pages if page is not None], front=sample.front)
    return name


def _proven(
    rules: ArticleRules, readings: Sequence[tuple[Capture, LinkKind, Reading]], site: Site
) -> ArticleRules:
    """The rules, except those by which an article has less than by the page's own evidence.

    An unnamed element would give a lead to articles without one.
    """
    trial = replace(site, article=rules)
    pairs = [
        (reading.article, read(Task(capture, trial, "article")).article)
        for capture, kind, reading in readings
        if kind == "article" and reading.article is not None
    ]
    lost = {name for old, new in pairs for name in losses(old, new)}
    named = all(re.search(r"[.#]\S*$", selector.strip()) for selector in rules.lead)
    if not named or any(new is None or old.lead != new.lead for old, new in pairs):
        lost.add("lead")
    none: dict[str, Any] = {one.name: () for one in fields(rules) if one.name in lost}
    return replace(rules, **none)


def losses(old: Article, new: Article | None, *, may_gain: bool = False) -> list[str]:
    """The fields that another reading of an article lost or made worse; all, if it is none.

    A date selector may lose a time of day that is elsewhere. `may_gain`: paragraphs that only the
    other reading has are text, not furniture: a family knows its own.
    """
    if new is None:
        return ["title", "published", "lead", "body", "author", "source", "attachments"]
    worse = {
        "title": fold(old.title) != fold(new.title),
        "published": _dates_worse(old, new),
        "body": _words_lost(old, new) or (not may_gain and _gained(old, new)),
        "author": old.author is not None and new.author is None,
        "source": old.source is not None and new.source is None,
        "attachments": len(new.attachments) < len(old.attachments),
    }
    return [name for name, is_worse in worse.items() if is_worse]


def _words_lost(old: Article, new: Article) -> bool:
    words, left = (len(f"{one.lead or ''} {one.body}".split()) for one in (old, new))
    return left < words * (1 - MOST_LOST)


def _gained(old: Article, new: Article) -> bool:
    """Whether another reading of an article has a paragraph more."""
    paragraphs = {
        text_key(paragraph)
        for text in (old.title, old.lead or "", old.body)
        for paragraph in text.split("\n\n")
    }
    return any(text_key(paragraph) not in paragraphs for paragraph in new.body.split("\n\n"))


def _dates_worse(old: Article, new: Article) -> bool:
    """Whether another reading of an article loses its date, guesses it, or gives another date that
    is not more exact.
    """
    if old.published is None:
        return False
    if new.published is None:
        return True
    if new.published.evidence == "guess" != old.published.evidence:
        return True
    exact = {"month": 0, "day": 1, "minute": 2}
    differ = (old.published.on, old.published.at) != (new.published.on, new.published.at)
    return differ and exact[new.published.precision] <= exact[old.published.precision]


def _page(task: Task) -> HtmlPage | None:
    capture, site = task.capture, task.site
    try:
        said = capture.header("content-type")
        text = decode_text(content_of(task).body, said, site.language).text
        text = text if is_in_unicode(text) else mend(text)[0]
        return HtmlPage(text, capture.url, zone=site.zone, fetched_at=capture.fetched_at)
    except (DecodeError, UnreadablePage):
        return None


def _name(pages: Sequence[HtmlPage], *, front: bool) -> tuple[str | None, str]:
    """(the portal's name, where it was found): og:site_name, else the part that most pages' titles
    share, else the front page's title, if there is a front page.

    A part that is also a link text on the front page is the name of a section; some systems use it
    as the title of each article.
    """
    if not pages:
        return None, "no page could be read"
    said = clean_text(pages[0].meta("og:site_name") or "")
    if said and "." not in said:  # a host is not a name
        return said, "og:site_name of the front page"
    shared = Counter(part for page in pages for part in _title_parts(page))
    sections = _sections(pages[0])
    likely = [
        (count, len(part), part)
        for part, count in shared.items()
        if 2 * count > len(pages) > 1 and fold(part) not in sections
    ]
    if likely:
        count, _, name = max(likely)
        return name, f"the part that the titles of {count} of {len(pages)} pages share"
    title = max(_title_parts(pages[0]), key=len, default="") if front else ""
    return (title, "the title of the front page") if title else (None, "no page has a title")


def _sections(front: HtmlPage) -> set[str]:
    """The texts, folded, of the front page's links that lead to another page."""
    home = {front.url, front.origin, None}
    return {
        fold(seen_text(anchor))
        for anchor in front.root.iter("a")
        if front.join(anchor.get("href")) not in home
    }


def _section_names(front: HtmlPage) -> dict[str, str]:
    """What short links of the front page call the addresses to which they lead."""
    found: dict[str, str] = {}
    for anchor in front.root.iter("a"):
        text, url = clean_text(seen_text(anchor)), front.join(anchor.get("href"))
        if url is not None and len(text) <= LONGEST_SECTION_NAME and names_section(text):
            found.setdefault(url, text)
    return found


def _title_parts(page: HtmlPage) -> set[str]:
    """Candidates for the portal's name: the page's title, and its parts around a separator."""
    pieces = SEPARATOR.split(clean_text(page.root.findtext(".//title") or ""))
    runs = (run for n in range(0, len(pieces), 2) for run in (pieces[n:], pieces[: n + 1]))
    own = (run for run in runs if HOME.isdisjoint(fold(piece.strip(ORNAMENTS)) for piece in run))
    return {name for run in own if len(name := "".join(run).strip(ORNAMENTS)) > 3}


def _language(pages: Sequence[HtmlPage]) -> tuple[str | None, str]:
    """(language code, where it was found): by the pages' letters, else by their markup."""
    shown = Counter(found for page in pages if (found := language_by_letters(page.text)))
    for language, count in shown.most_common(1):
        if 2 * count > len(pages):
            return language, f"the letters on {count} of {len(pages)} pages"
    declared = Counter(found for page in pages if (found := declared_language(page)))
    for language, count in declared.most_common(1):
        return language, f"what {count} of {len(pages)} pages declare"
    return None, "no page declares one: each article's page is asked anew"


def _region(pages: Sequence[HtmlPage], language: str | None) -> str | None:
    tags = (REGION.match(value) for page in pages for value in declarations(page))
    own = (tag for tag in tags if tag and tag["language"].lower() == language)
    regions = Counter(tag["region"].upper() for tag in own)
    return regions.most_common(1)[0][0] if regions else None


def _moments(
    pages: Sequence[HtmlPage], readings: Sequence[tuple[Capture, LinkKind, Reading]]
) -> Iterator[datetime]:
    for page in pages:
        yield from moments_in(page.text)
    links = (link for _, _, reading in readings for link in reading.links)
    said = (link.published.raw for link in links if link.published is not None)
    yield from filter(None, map(moment_written, said))
