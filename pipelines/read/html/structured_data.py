"""The metadata of a page: schema.org (JSON-LD, microdata) and OpenGraph.

Nothing is judged here: the caller weighs it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.read.dates.machine_dates import read_machine_date
from pipelines.read.dates.printed_date import PrintedDate
from pipelines.read.html.page import HtmlPage, matched, seen_text
from pipelines.read.text.bylines import PORTAL
from pipelines.read.text.clean_text import clean_text, fold

# schema.org's Article and its subtypes that portals use.
_TYPES = (
    "article newsarticle reportagenewsarticle blogposting analysisnewsarticle socialmediaposting"
    " governmentannouncement specialannouncement"
)
ARTICLE_TYPES = frozenset(_TYPES.split())
_PUBLISHED = (
    "article:published_time og:article:published_time datepublished dc.date.issued dcterms.created"
    " dcterms.date pubdate publishdate og:published_time"
)
PUBLISHED_METAS = tuple(_PUBLISHED.split())
_UPDATED = "article:modified_time og:updated_time datemodified dcterms.modified last-modified"
UPDATED_METAS = tuple(_UPDATED.split())
SEPARATORS = (" - ", " | ", " – ", " — ", " :: ", " » ", " • ", " / ", " > ")


@dataclass(frozen=True, slots=True)
class StructuredData:
    """The metadata of a page. `article`: one schema.org article is declared; `event`: one event and
    no article; `kind`: og:type. `titles`: every title named, without the portal's name if that is
    known. `published` and `updated` come with the name of their source. `author` is never an
    organisation. `site_names`: the page's names for the portal.
    """

    article: bool
    event: bool
    kind: str | None
    titles: tuple[str, ...]
    published: tuple[PrintedDate, str] | None
    updated: tuple[PrintedDate, str] | None
    author: str | None
    section: str | None
    site_names: tuple[str, ...]

    @property
    def contrary(self) -> bool:
        """Whether the page declares that it is not an article."""
        return self.event or (self.kind is not None and self.kind != "article")


def structured_data_of(page: HtmlPage, site_name: str = "") -> StructuredData:
    """Everything that meta elements, JSON-LD and microdata say about one article. If several
    articles are declared (a listing), none is believed.
    """
    declared = list(json_ld(page))
    items = [item for item in declared if types_of(item) & ARTICLE_TYPES]
    item = items[0] if len(items) == 1 else {}
    shells = [
        element
        for element in matched(page.root, "//*[@itemtype]")
        if (element.get("itemtype") or "").rpartition("/")[2].lower() in ARTICLE_TYPES
    ]
    window = clean_text(page.root.findtext(".//title") or "")
    said = (page.meta("og:site_name"), _name(item.get("publisher")), site_name, _portal_in(window))
    names = tuple(filter(None, dict.fromkeys(said)))
    other_titles = (_text(item.get("headline")), page.meta("twitter:title", "dc.title", "title"))
    titles = map(clean_text, filter(None, (page.meta("og:title"), *other_titles, window)))
    published = _first_date(page, PUBLISHED_METAS) or _item_date(page, item, "datePublished")
    updated = _first_date(page, UPDATED_METAS) or _item_date(page, item, "dateModified")
    if published is None and len(shells) == 1:
        published = _microdata_date(page, "datePublished")
    return StructuredData(
        article=bool(item) or len(shells) == 1,
        event=not items
        and not shells
        and sum(any(kind.endswith("event") for kind in types_of(item)) for item in declared) == 1,
        kind=(page.meta("og:type") or "").lower() or None,
        titles=tuple(dict.fromkeys(without_site(title, names) for title in titles)),
        published=published,
        updated=updated,
        author=_author(item.get("author"), declared),
        section=_text(item.get("articleSection")),
        site_names=names,
    )


def without_site(title: str, names: tuple[str, ...]) -> str:
    """A title without the portal's name before or after it."""
    for name in names:
        for mark in SEPARATORS:
            title = title.removesuffix(mark + name).removeprefix(name + mark)
    return title


def _portal_in(window: str) -> str | None:
    """The part of a window title that names the portal, if another part names the page."""
    parts = next((parts for mark in SEPARATORS if len(parts := window.split(mark)) > 1), [])
    bare = map(str.strip, reversed(parts))
    return next((part for part in bare if PORTAL.match(fold(part))), None)


def json_ld(page: HtmlPage) -> Iterator[dict[str, object]]:
    """The objects that JSON-LD declares at the top or in a graph; broken JSON is common."""
    for script in page.root.iterfind(".//script[@type='application/ld+json']"):
        try:
            declared = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for one in declared if isinstance(declared, list) else [declared]:
            graph = one.get("@graph") if isinstance(one, dict) else None
            for item in graph if isinstance(graph, list) else [one]:
                if isinstance(item, dict):
                    yield item


def types_of(item: dict[str, object]) -> set[str]:
    """The types of a JSON-LD object, in lower case and without the vocabulary's address."""
    declared = item.get("@type")
    kinds = declared if isinstance(declared, list) else [declared]
    return {str(kind).rpartition("/")[2].lower() for kind in kinds}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _name(value: object) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return clean_text(value) or None if isinstance(value, str) else None


def _author(value: object, declared: list[dict[str, object]]) -> str | None:
    """The first author who is not an organisation.

    The office that runs a portal is its publisher, and signs nothing. An author may be given
    by the @id of another object (JSON-LD 1.1, section 3.3), as Yoast does.
    """
    for one in value if isinstance(value, list) else [value]:
        author = one
        if isinstance(one, dict) and "@type" not in one and (key := one.get("@id")):
            author = next((item for item in declared if item.get("@id") == key), {}) | one
        organisation = isinstance(author, dict) and is_organisation(types_of(author))
        if not organisation and (name := _name(author)):
            return name
    return None


def is_organisation(types: set[str]) -> bool:
    """Whether schema.org's types, as `types_of` gives them, are those of an organisation.

    Organization and most of its subtypes have the word in their names.
    """
    others = {"corporation", "governmentoffice", "localbusiness"}
    named = any(kind.endswith("organization") for kind in types)
    return "person" not in types and (named or not others.isdisjoint(types))


def _first_date(page: HtmlPage, names: tuple[str, ...]) -> tuple[PrintedDate, str] | None:
    for name in names:
        if (said := page.meta(name)) and (found := read_machine_date(said, zone=page.zone)):
            return found, f"meta {name}"
    return None


def _item_date(page: HtmlPage, item: dict[str, object], key: str) -> tuple[PrintedDate, str] | None:
    said = _text(item.get(key))
    found = read_machine_date(said, zone=page.zone) if said else None
    return (found, f"JSON-LD {key}") if found else None


def _microdata_date(page: HtmlPage, key: str) -> tuple[PrintedDate, str] | None:
    for element in matched(page.root, f"//*[@itemprop='{key}']"):
        said = element.get("datetime") or element.get("content") or seen_text(element)
        if found := read_machine_date(said, zone=page.zone):
            return found, f"microdata {key}"
    return None
