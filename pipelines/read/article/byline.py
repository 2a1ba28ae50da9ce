"""Author and source: everything on a page that names them is a candidate, and one chooser weighs.

A label or a signature says who wrote. What software prints or puts into the metadata may be the
account that posted the text, and counts where nobody signed.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from lxml import html

from pipelines.read.article.candidates import DECISIVE, Candidate, choose
from pipelines.read.article.dateline import is_date_block, right_above
from pipelines.read.article.running_text import BLOCKS_BEHIND, RunningText
from pipelines.read.dates.date_patterns import without_span
from pipelines.read.html.author_links import leads_to_author
from pipelines.read.html.block_kinds import ClassifiedOutline
from pipelines.read.html.language import declared_language
from pipelines.read.html.outline import Block, holds, names_of
from pipelines.read.html.page import BOLD, HtmlPage, seen_text, text_in
from pipelines.read.html.structured_data import is_organisation, stated_authors
from pipelines.read.reading import ReadingLog
from pipelines.read.text.bylines import (
    AUTHOR_NAMES,
    JOINT,
    LONGEST_BYLINE,
    MARKS_OF_NOTES,
    Byline,
    behind_by,
    is_account,
    is_label,
    is_person,
    may_be_name,
    read_labelled,
    read_row,
    without_label,
)
from pipelines.read.text.clean_text import clean_text, fold
from portals.class_words import class_words, named
from portals.platform import ArticleRules

Role = Literal["author", "source"]
ROLES: tuple[Role, Role] = ("author", "source")

# A labelled line below the text has the last word. What stands below a text that is not signed so
# ("Learn More" in the author's card) needs support.
WEIGHTS = {
    "signature": DECISIVE,
    "selector": 0.5,
    "label": 0.5,
    "bare signature": 0.43,
    "by": 0.42,
    "element": 0.42,
    "metadata": 0.25,
    "unusual name": 0.2,
    "poster": 0.17,
    "by, below": 0.13,
    "element below": 0.08,
}
LEAST = 0.17  # the weight that makes a candidate an author or source
# What evidence from near the title is worth in or below the text.
BELOW = {"by": "by, below", "element": "element below", "unusual name": "element below"}
MOST = 0.95  # the weight of any evidence but a signature
SOURCE_NAMES = named(class_words().sources)
PICTURES = frozenset({"figure", "figcaption"})


@dataclass(frozen=True, slots=True)
class Credit:
    """A candidate: who one place on the page says is the author or source, as printed there.

    `evidence`: a key of WEIGHTS. `place`: the line or the metadata that says it. `selector`: the
    one that found it, if any.
    """

    role: Role
    name: str
    evidence: str
    place: str
    selector: str = ""


def choose_byline(
    credits: Collection[Credit], site_names: Collection[str], log: ReadingLog
) -> Byline:
    """The author and the source with the most weight, the first of equals. Accounts and the portal
    itself are no authors, but a portal may be named after a person.

    Candidates that name the same people support each other, and one that names more has the
    support of those that name some of them.
    """
    names = tuple(site_names)
    chosen: list[str | None] = []
    for role in ROLES:
        own = [
            one
            for one in dict.fromkeys(credits)
            if one.role == role and not (role == "author" and is_account(one.name, names))
        ]
        weighed = [
            Candidate(one.name, one.selector or one.evidence, _weight(one, own), one.place)
            for one in own
        ]
        for weak in (it for it in weighed if it.weight < LEAST):
            log.consider(role, weak.value, weak.place, weak.raw, weak.weight, chosen=False)
        best = choose(role, (it for it in weighed if it.weight >= LEAST), log)
        chosen.append(best.value if best else None)
    author, source = chosen
    return Byline(author, source)


def _weight(one: Credit, credits: Iterable[Credit]) -> float:
    """The sum over all kinds of evidence for these names, each kind counted once."""
    if one.evidence == "signature":
        return DECISIVE
    people = _people(one.name)
    kinds = {it.evidence for it in credits if it is one or _people(it.name) <= people}
    return min(MOST, sum(sorted(map(WEIGHTS.__getitem__, kinds))))


def _people(name: str) -> frozenset[str]:
    return frozenset(fold(part) for part in JOINT.split(name) if part)


def ruled_credits(page: HtmlPage, rules: ArticleRules) -> Iterator[Credit]:
    """What the elements say that selectors name for author and source, without labels."""
    for role, selectors in zip(ROLES, (rules.author, rules.source), strict=True):
        for value, selector, _ in page.values(selectors):
            text = clean_text(value)
            labelled = read_labelled(text) or Byline(behind_by(text), behind_by(text))
            if name := getattr(labelled, role):
                yield Credit(role, name, "selector", text, selector)


def stated_credits(page: HtmlPage) -> Iterator[Credit]:
    """The people whom the page's metadata names."""
    for name, place in stated_authors(page):
        yield Credit("author", without_label(name), "metadata", place)


def credits_of(line: str, byline: Byline) -> Iterator[Credit]:
    """What a line says."""
    for role in ROLES:
        if name := getattr(byline, role):
            yield Credit(role, name, byline.evidence, line)


def seen_credits(page: HtmlPage, text: RunningText, *, bare: bool) -> Iterator[Credit]:
    """What labelled lines and named elements say between title and text, and right after it.

    `bare`: authors sign below a text of this language with nothing but their names.
    """
    classified = text.classified
    seen = {*classified.title.holders, *text.body.element.iterancestors()}
    language = declared_language(page)
    label, prose = "", 0  # a label in a line of its own, blocks of prose so far
    for block in classified.below:
        if block.spot > text.last + BLOCKS_BEHIND:
            break
        prose += block.kind == "prose"
        pictured = any(element.tag in PICTURES for element in block.holders)
        if pictured or block.kind in ("apart", "entry", "prose"):
            continue
        if is_label(block.text):
            label = block.text
            continue
        line, label = f"{label} {block.text}".strip(), ""
        # A lead may come first.
        above = block.spot < text.first or not prose or (prose == 1 and block.spot < text.last)
        said = [*read_row(without_span(line), language, dated=block.kind == "date")]
        if holds(text.wrapper, block.element):
            said += _in_elements(block, seen, language)
        behind = block.spot > text.last
        for byline in said:
            evidence = byline.evidence
            if evidence == "label" and behind:
                evidence = "signature"
            elif not (above or (bare and behind and evidence == "element")):
                evidence = BELOW.get(evidence, evidence)
            yield from credits_of(line, replace(byline, evidence=evidence))
    yield from _dated_above(classified, language)
    yield from _cards_above(page, classified)


def _dated_above(classified: ClassifiedOutline, language: str | None) -> Iterator[Credit]:
    """Whom the datelines above the title name."""
    for block in right_above(classified):
        for byline in read_row(block.text, language, dated=True) if block.kind == "date" else ():
            yield from credits_of(block.text, byline)


def _cards_above(page: HtmlPage, classified: ClassifiedOutline) -> Iterator[Credit]:
    """The bold names in cards of authors before the title; a card has one date, the article's."""
    named = dict.fromkeys(classified.title.holders, False)
    of_page = frozenset(named)
    head = classified.outline[: classified.title.spot]
    for block in head:
        for element in block.holders:
            if element not in named:
                named[element] = AUTHOR_NAMES.search(names_of(element)) is not None
        if any(map(named.__getitem__, block.holders)):
            beside = [element for element in block.holders if element not in of_page]
            near = (one for one in head if holds(beside[-1], one.element))
            name = clean_text(text_in(block.element, BOLD))
            if is_person(name) and sum(is_date_block(page, one) for one in near) == 1:
                yield Credit("author", name, "unusual name", block.text)


def _in_elements(
    block: Block, seen: set[html.HtmlElement], language: str | None
) -> Iterator[Byline]:
    """What the elements say in and around a block that are named for an author or a source."""
    around = takewhile(lambda element: element not in seen, block.holders)
    for element in dict.fromkeys((*around, *block.element.iter())):
        if element in seen or not isinstance(element.tag, str) or not element.attrib:
            continue
        seen.add(element)
        names_author = _names_author(element)
        if not names_author and not SOURCE_NAMES.search(names_of(element)):
            continue
        text = without_span(clean_text(seen_text(element))).strip(" ,;|–-")
        if len(text) > LONGEST_BYLINE:
            continue
        # A label outweighs the element's name: "Nguồn: …" in an element called byline names a
        # source.
        if labelled := read_labelled(text, language):
            yield replace(labelled, evidence="element")
        elif may_be_name(name := _bare_name(element, text)):
            person = all(map(is_person, JOINT.split(name)))
            evidence = "element" if person or _is_marked(element) else "unusual name"
            if person and element.get("itemprop") == "author":
                evidence = "metadata"  # for machines too
            yield Byline(name, None, evidence) if names_author else Byline(None, name, evidence)


def _is_marked(element: html.HtmlElement) -> bool:
    marks = f"{element.get('rel') or ''} {element.get('itemprop') or ''}"
    return "author" in marks.split()


def _names_author(element: html.HtmlElement) -> bool:
    if is_organisation({(element.get("itemtype") or "").rpartition("/")[2].lower()}):
        return False
    return _is_marked(element) or AUTHOR_NAMES.search(names_of(element)) is not None


def _bare_name(element: html.HtmlElement, text: str) -> str:
    """What an element says without its label; microdata or a link may mark the name in it."""
    marked = []
    if element.get("itemprop") == "author":
        marked = [inner for inner in element.iter() if inner.get("itemprop") == "name"]
    marked = marked or [anchor for anchor in element.iter("a") if leads_to_author(anchor)]
    if len(marked) == 1:
        text = clean_text(seen_text(marked[0]))
    return without_label(text.rstrip(MARKS_OF_NOTES))
