"""Author and source: by a family's rules, or by the lines near the title and after the text."""

import re
from collections.abc import Iterator
from itertools import chain

from lxml import html

from pipelines.read.article.running_text import RunningText
from pipelines.read.dates.date_patterns import without_span
from pipelines.read.html.author_links import leads_to_author
from pipelines.read.html.block_kinds import ClassifiedOutline
from pipelines.read.html.language import declared_language
from pipelines.read.html.outline import Block, holds, names_of
from pipelines.read.html.page import HtmlPage, seen_text
from pipelines.read.html.structured_data import StructuredData, is_organisation
from pipelines.read.reading import ReadingLog
from pipelines.read.text.bylines import (
    AUTHOR_NAMES,
    MARKS_OF_NOTES,
    Byline,
    is_account,
    is_person,
    read_labelled,
)
from pipelines.read.text.clean_text import clean_text
from portals.class_words import class_words, named
from portals.languages import any_word, languages
from portals.platform import ArticleRules
from portals.site import Site

BLOCKS_BEHIND = 10  # the text, in which its signature may stand
PARTS = re.compile(r"\s*[|•·]\s*")
SOURCE_NAMES = named(class_words().sources)
BY = any_word(lambda it: it.bylines.by)
SENT = any_word(lambda it: it.bylines.sent)
BEFORE_DATE = any_word(lambda it: it.bylines.before_dates)
SENT_BY = re.compile(
    rf"(?:^|\s)(?:{SENT}\s+)?{BY}\s*:?\s+(?P<name>[^\d|,:]{{2,60}}?)"
    rf"\s*(?:,|\||[-–]\s|\b{BEFORE_DATE}\b|$)",
    re.I,
)
LABEL = re.compile(rf"^(?:{SENT}\s+)?{BY}\s*:?\s+", re.I)
JOINT_OF_NAMES = re.compile(
    rf"\s*[,;/&]\s*|\s+(?:-|–|{any_word(lambda it: it.bylines.joints_behind_by)})\s+"
)


def ruled_byline(page: HtmlPage, site: Site, rules: ArticleRules, log: ReadingLog) -> Byline:
    """Author and source from the family's elements for them, without labels. Accounts and the
    portal's own name are not authors.
    """
    names = {}
    site_names = (site.name, page.meta("og:site_name") or "", site.publisher.name)
    for name, selectors in (("author", rules.author), ("source", rules.source)):
        for value, selector, _ in page.values(selectors):
            text = clean_text(value)
            labelled = read_labelled(text)
            text = (getattr(labelled, name) or "") if labelled else text
            if text and not (name == "author" and is_account(text, site_names)):
                log.explain(name, text, selector, value)
                names[name] = text
                break
    return Byline(names.get("author"), names.get("source"))


def find_byline(
    page: HtmlPage, classified: ClassifiedOutline, text: RunningText, said: StructuredData
) -> Byline:
    """Author and source by labelled lines and named elements near the title or after the text.

    Accounts and organisations are not authors.
    """
    spots = (
        *range(classified.title.spot + 1, text.first),
        *range(text.last + 1, text.last + 1 + BLOCKS_BEHIND),
    )
    author = source = None
    for block in (classified.outline[spot] for spot in spots if spot < len(classified.outline)):
        if block.kind in ("apart", "entry", "prose", "title"):
            continue
        for found in chain(
            _in_lines(page, block, dated=block.kind == "date"),
            _in_elements(page, block) if holds(text.wrapper, block.element) else (),
        ):
            author, source = author or _person(found.author, said), source or found.source
    return Byline(author, source)


def _in_lines(page: HtmlPage, block: Block, *, dated: bool) -> Iterator[Byline]:
    """The byline in a line, its labelled parts first."""
    line = without_span(block.text)
    for part in (line, *PARTS.split(line)):
        if labelled := read_labelled(part):
            yield labelled
        elif name := _named_by(page, part, dated=dated):
            yield Byline(author=name)
    if sent := SENT_BY.search(line):
        yield Byline(author=clean_text(sent["name"]))


def _in_elements(page: HtmlPage, block: Block) -> Iterator[Byline]:
    """The byline in a block's elements that are named for an author or a source."""
    for element in block.element.iter():
        if not isinstance(element.tag, str) or not element.attrib:
            continue
        names_author = _names_author(element)
        if not names_author and not SOURCE_NAMES.search(names_of(element)):
            continue
        # A label outweighs the element's name: "Nguồn: …" in an element called byline names a
        # source.
        if labelled := read_labelled(clean_text(seen_text(element))):
            yield labelled
        else:
            name = _bare_name(page, element)
            yield Byline(author=name) if names_author else Byline(source=name)


def stated_author(said: StructuredData) -> str | None:
    """The person in the page's metadata, often the account that posted it."""
    return _person(said.author, said)


def _names_author(element: html.HtmlElement) -> bool:
    if is_organisation({(element.get("itemtype") or "").rpartition("/")[2].lower()}):
        return False
    return (
        element.get("rel") == "author"
        or element.get("itemprop") == "author"
        or AUTHOR_NAMES.search(names_of(element)) is not None
    )


def _bare_name(page: HtmlPage, element: html.HtmlElement) -> str | None:
    """The name in an element, without its label; microdata or a link may mark it.

    None for text that is too long for a name, or holds figures.
    """
    marked = []
    if element.get("itemprop") == "author":
        marked = [inner for inner in element.iter() if inner.get("itemprop") == "name"]
    marked = marked or [anchor for anchor in element.iter("a") if leads_to_author(anchor)]
    text = clean_text(seen_text(marked[0] if len(marked) == 1 else element)).strip(" ,;|–-")
    text = text.rstrip(MARKS_OF_NOTES)
    name = _named_by(page, text) or LABEL.sub("", text)
    return name if 2 <= len(name) <= 80 and not any(sign.isdigit() for sign in name) else None


def _named_by(page: HtmlPage, line: str, *, dated: bool = False) -> str | None:
    """The names after "by" in the page's language, at the head of a line or after its date.

    Beside a date, an office of one word is a name too.
    """
    spoken = languages().get(declared_language(page) or "")
    # Names begin with it too ("von Hohenfels"): it means "by" only if the rest is a whole name.
    label = spoken.bylines.by_that_begins_names if spoken else None
    if label is None:
        return None
    found = re.search(
        rf"(?:^|[,;–-]\s*){label}\s*:?\s+(?P<name>[^\d|;]+?)\s*(?:[|;]|\s[-–]\s|$)", line, re.I
    )
    whole = found is not None and all(
        is_person(part.replace("-", "")) or (dated and part.istitle() and part.isalpha())
        for part in JOINT_OF_NAMES.split(found["name"])
    )
    return found["name"] if found and whole else None


def _person(name: str | None, said: StructuredData) -> str | None:
    return name if name and not is_account(name, said.site_names) else None
