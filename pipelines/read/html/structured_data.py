"""The metadata of a page: schema.org (JSON-LD, microdata) and OpenGraph.

Nothing is judged here: the caller weighs it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipelines.read.dates.machine_dates import moment_written
from pipelines.read.dates.printed_date import PrintedDate
from pipelines.read.html.day_order import stated_date
from pipelines.read.html.json_ld import (
    ARTICLE_TYPES,
    VOCABULARY,
    Declared,
    declared_article,
    declared_articles,
    declared_page,
    json_ld,
    text_in,
    types_of,
)
from pipelines.read.html.page import HtmlPage, matched, seen_text
from pipelines.read.text.bylines import JOINT, PORTAL, is_person
from pipelines.read.text.clean_text import clean_text, fold

_PUBLISHED = (
    "article:published_time og:article:published_time datepublished dc.date.issued dcterms.created"
    " dcterms.date pubdate publishdate og:published_time schema:datepublished parsely-pub-date"
    " sailthru.date cxenseparse:recs:publishtime citation_publication_date publication-date"
)
PUBLISHED_METAS = tuple(_PUBLISHED.split())
DUBLIN_CORE_METAS = ("dcterms.issued", "dc.date.created", "dc.date")
_UPDATED = "article:modified_time og:updated_time datemodified dcterms.modified last-modified"
UPDATED_METAS = tuple(_UPDATED.split())
AUTHOR_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "citation_author",
)
PAGE_TYPES = frozenset({"webpage", "itempage"})
SIGNS = dict.fromkeys(map(ord, ":._-"))  # DC.date.issued, dc:date:issued, dc_date_issued
SHORTEST_NAME = 3  # characters of a portal's name in its host
NO_NAME = re.compile(r"://|^[#/]|[{}<>]")
SEPARATORS = (" - ", " | ", " – ", " — ", " :: ", " » ", " • ", " · ", " / ", " > ")

Found = tuple[PrintedDate, str]  # a date and where it stands


@dataclass(frozen=True, slots=True)
class StructuredData:
    """The metadata of a page. `article`: one schema.org article is declared; `event`: one event and
    no article; `kind`: og:type. `titles`: every title named, without the portal's name if that is
    known. `window`: the parts of the window title between separators. `published` and `updated`
    come with the name of their source. `site_names`: the page's names for the portal.
    """

    article: bool
    event: bool
    kind: str | None
    titles: tuple[str, ...]
    window: tuple[str, ...]
    published: Found | None
    updated: Found | None
    section: str | None
    site_names: tuple[str, ...]

    @property
    def contrary(self) -> bool:
        """Whether the page declares that it is not an article. Software writes og:type, so an
        article of schema.org is believed first.
        """
        return self.event or (self.kind not in (None, "article") and not self.article)


def structured_data_of(page: HtmlPage, site_name: str = "") -> StructuredData:
    """Everything that meta elements, JSON-LD and microdata say about one article. If several
    articles are declared (a listing), none is believed.
    """
    item = declared_article(page)
    may_hold = "itemtype" in page.text or "typeof=" in page.text
    shells = [
        element
        for element in (matched(page.root, "//*[@itemtype or @typeof]") if may_hold else ())
        if _last_names(element.get("itemtype") or element.get("typeof") or "") & ARTICLE_TYPES
    ]
    window = clean_text(page.root.findtext(".//title") or "")
    split = (window.split(mark) for mark in SEPARATORS)
    parts = next((found for found in split if len(found) > 1), [])
    said = (
        page.meta("og:site_name"),
        _name(item.get("publisher")),
        site_name,
        _portal_in(parts, page.url),
    )
    names = tuple(filter(None, dict.fromkeys(said)))
    other_titles = (text_in(item.get("headline")), page.meta("twitter:title", "dc.title", "title"))
    titles = map(clean_text, filter(None, (page.meta("og:title"), *other_titles, window)))
    published = _most_exact(
        _first_date(page, PUBLISHED_METAS),
        _item_date(page, item, "datePublished"),
        _microdata_date(page, "datePublished") if len(shells) == 1 else None,
        _first_date(page, DUBLIN_CORE_METAS),
        _item_date(page, declared_page(page), "datePublished"),
    )
    updated = _most_exact(_first_date(page, UPDATED_METAS), _item_date(page, item, "dateModified"))
    return StructuredData(
        article=bool(item) or len(shells) == 1,
        event=not shells
        and not declared_articles(page)
        and sum(any(kind.endswith("event") for kind in types_of(it)) for it in json_ld(page)) == 1,
        kind=(page.meta("og:type") or "").lower() or None,
        titles=tuple(dict.fromkeys(without_site(title, names) for title in titles)),
        window=tuple(parts),
        published=published,
        updated=updated,
        section=text_in(item.get("articleSection")),
        site_names=names,
    )


def without_site(title: str, names: tuple[str, ...]) -> str:
    """A title without the portal's name before or after it."""
    for name in names:
        for mark in (*SEPARATORS, ": "):
            title = title.removesuffix(mark + name).removeprefix(name + mark)
    return title


def _portal_in(parts: list[str], url: str) -> str | None:
    """The part of a window title that names the portal, as portals or as its own host are called,
    if another part names the page.
    """
    labels = (urlsplit(url).hostname or "").replace("-", "").split(".")[:-1]
    for part in map(str.strip, reversed(parts)):
        name = "".join(filter(str.isalnum, fold(part)))
        if PORTAL.match(fold(part)) or any(_is_named(label, name) for label in labels):
            return part
    return None


def _is_named(label: str, name: str) -> bool:
    """Whether a label of a host is most of a portal's name ("Khe Ngang News"), or holds it."""
    short, long = sorted((label, name), key=len)
    most = len(short) >= SHORTEST_NAME and short in long and not any(map(str.isdecimal, name))
    return most and (name is short or len(short) * 2 >= len(long))


def _name(value: object) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict) and "@value" not in value:
        value = value.get("name")
    name = clean_text(text_in(value) or "")
    # An address, or a place that a template should have filled.
    return None if NO_NAME.search(name) else name or None


def stated_authors(page: HtmlPage) -> Iterator[tuple[str, str]]:
    """(names, where) as the metadata gives them: everybody whom JSON-LD or one kind of meta element
    names is one author among several, in their order, joined by ", ".

    JSON-LD's organisations do not count: the office that runs a portal is its publisher, and signs
    nothing. A meta element may name a company, so only names of people count there.
    """
    declared = json_ld(page)
    item = declared_article(page)
    if not item and not declared_articles(page):
        named = (one for one in declared if types_of(one) & PAGE_TYPES and one.get("author"))
        item = next(named, {})
    if names := _people(item.get("author"), declared):
        yield ", ".join(names), "JSON-LD author"
    metas = list(page.root.iter("meta"))
    for name in AUTHOR_METAS:
        said = [
            clean_text(meta.get("content") or "")
            for meta in metas
            if name in (meta.get("name"), meta.get("property"), meta.get("itemprop"))
        ]
        if people := dict.fromkeys(one for one in said if is_person(JOINT.split(one)[0])):
            yield ", ".join(people), f"meta {name}"


def _people(value: object, declared: Sequence[Declared]) -> list[str]:
    """The names of authors who are not organisations.

    An author may be given by the @id of another object (JSON-LD 1.1, section 3.3), as Yoast does.
    """
    names: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        author, key = one, one
        if isinstance(one, dict):
            key = None if "@type" in one else one.get("@id")
        if key and (named := next((item for item in declared if item.get("@id") == key), None)):
            author = named | one if isinstance(one, dict) else named
        organisation = isinstance(author, dict) and is_organisation(types_of(author))
        given = author.get("name") if isinstance(author, dict) else None
        said = map(_name, given if isinstance(given, list) else [author])
        names += () if organisation else filter(None, said)
    return list(dict.fromkeys(names))


def is_organisation(types: set[str]) -> bool:
    """Whether schema.org's types, as `types_of` gives them, are those of an organisation.

    Organization and most of its subtypes have the word in their names.
    """
    others = {"corporation", "governmentoffice", "localbusiness"}
    named = any(kind.endswith("organization") for kind in types)
    return "person" not in types and (named or not others.isdisjoint(types))


def _most_exact(*found: Found | None) -> Found | None:
    """The first date, or another of its day with more: a time of day, or its offset from UTC."""
    known = [one for one in found if one is not None]
    of_day = [one for one in known if one[0].on == known[0][0].on]
    return max(of_day, key=lambda one: _exactness(one[0]), default=None)


def _exactness(date: PrintedDate) -> tuple[bool, bool]:
    has_offset = date.raw[-1:] in ("Z", "z") or moment_written(date.raw) is not None
    return date.at is not None, has_offset


def _first_date(page: HtmlPage, names: tuple[str, ...]) -> Found | None:
    metas = {name.translate(SIGNS): said for name, said in reversed(page.metas.items())}
    for name in names:
        said = page.meta(name) or metas.get(name.translate(SIGNS))
        if said and (found := stated_date(page, said)):
            return found, f"meta {name}"
    return None


def _item_date(page: HtmlPage, item: Declared, key: str) -> Found | None:
    said = text_in(item.get(key))
    found = stated_date(page, said) if said else None
    return (found, f"JSON-LD {key}") if found else None


def _microdata_date(page: HtmlPage, key: str) -> Found | None:
    for element in matched(page.root, "//*[@itemprop or @property]"):
        named = f"{element.get('itemprop', '')} {element.get('property', '')}"
        if key.lower() not in _last_names(named):
            continue
        values = (*map(element.get, ("datetime", "content", "value")), seen_text(element))
        for said in filter(None, values):
            if found := stated_date(page, said):
                return found, f"microdata {key}"
    return None


def _last_names(said: str) -> set[str]:
    """The names in a list, in lower case and without their vocabularies."""
    return {VOCABULARY.sub("", name.rstrip("/")).lower() for name in said.split()}
