"""The objects that a page declares in JSON-LD, sound or a little damaged, and which of them is its
article.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator

from pipelines.read.addresses.canonical import canonical_url
from pipelines.read.dates.machine_dates import read_machine_date
from pipelines.read.html.mended_json import MOST_CHARACTERS, read_mended
from pipelines.read.html.page import HtmlPage, once_a_page, seen_text
from pipelines.read.text.clean_text import clean_text, fold

# schema.org's Article and its subtypes that portals use.
_TYPES = (
    "article newsarticle reportagenewsarticle blogposting analysisnewsarticle socialmediaposting"
    " governmentannouncement specialannouncement techarticle scholarlyarticle opinionnewsarticle"
    " backgroundnewsarticle reviewnewsarticle liveblogposting report"
)
ARTICLE_TYPES = frozenset(_TYPES.split())
# As schema.org spells them; templates write them in any case, with a prefix, or as an address.
_KEYS = (
    "@type @id @graph @value headline name datePublished dateModified author publisher"
    " articleSection inLanguage url mainEntity mainEntityOfPage itemListElement"
)
KEYS = {key.lower(): key for key in _KEYS.split()} | {"type": "@type", "id": "@id"}
NESTING = ("@graph", "mainEntity", "mainEntityOfPage")
DEEPEST = 10
VOCABULARY = re.compile(r"^.*[/#:]")
SCRIPT_TYPE = re.compile(r"ld[+-]json|json[+-]ld", re.I)
QUOTES_AS_ENTITIES = re.compile(r"[{\[]\s*&(?:quot|#34|#x22);", re.I)
SCHEME_AND_WWW = re.compile(r"^https?://(?:www\.)?")

Declared = dict[str, object]


@once_a_page
def json_ld(page: HtmlPage) -> tuple[Declared, ...]:
    """The objects at the top of JSON-LD scripts, in lists and graphs, and the main entity of each.

    Their keys are in schema.org's spelling. Damaged scripts are mended (`mended_json`).
    """
    texts = (
        (script.text or "").strip().strip("\ufeff")
        for script in page.root.iter("script")
        if SCRIPT_TYPE.search(script.get("type") or "")
    )
    return tuple(item for value in _values_in(texts) for item in _objects_in(value, 0))


def types_of(item: Declared) -> set[str]:
    """The types of a JSON-LD object, in lower case and without the vocabulary's address."""
    declared = item.get("@type")
    kinds = declared if isinstance(declared, list) else [declared]
    return {VOCABULARY.sub("", str(kind).strip().rstrip("/")).lower() for kind in kinds}


@once_a_page
def declared_articles(page: HtmlPage) -> list[Declared]:
    """All objects that are articles, whichever page they are about."""
    return [item for item in json_ld(page) if types_of(item) & ARTICLE_TYPES]


@once_a_page
def declared_article(page: HtmlPage) -> Declared:
    """What the page declares about its own article; empty if it declares none, or only others.

    Of several articles, as in a list of related ones, those count whose address or headline is the
    page's. A single one counts unless both are another page's. If two name different days, neither
    day is believed.
    """
    articles = declared_articles(page)
    if not articles:
        return {}
    shown = [seen_text(element) for element in page.root.iter("title", "h1")]
    titles = [fold(clean_text(title)) for title in (*shown, page.meta("og:title") or "")]
    addresses = {_bare(url) for url in _addresses_of(page)}
    of_address = [_has_address_in(item, addresses, page) for item in articles]
    of_title = [_has_title_in(item, titles) for item in articles]
    if len(articles) > 1 or (of_address[0] is False and of_title[0] is False):
        signs = of_address if any(of_address) else of_title
        articles = [item for item, sign in zip(articles, signs, strict=True) if sign]
    whole: Declared = {}
    for item in reversed(articles):
        whole |= item
    for key in ("datePublished", "dateModified"):
        said = [text for item in articles if (text := text_in(item.get(key)))]
        read = [date for text in said if (date := read_machine_date(text, zone=page.zone))]
        if len({date.on for date in read}) > 1:
            whole[key] = None
    return whole


def declared_page(page: HtmlPage) -> Declared:
    """What the page declares about itself as a page (schema.org's WebPage), if it does so once."""
    pages = [item for item in json_ld(page) if any(it.endswith("page") for it in types_of(item))]
    return pages[0] if len(pages) == 1 else {}


def text_in(value: object) -> str | None:
    """The text of a property: as it is, counted as a number, the first of a list, or a @value."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return html.unescape(value) if isinstance(value, str) else None


def _values_in(texts: Iterable[str]) -> Iterator[object]:
    room = MOST_CHARACTERS
    for text in texts:
        try:
            value = json.loads(text, strict=False)
            # A script in quotes: made into JSON twice.
            yield json.loads(value, strict=False) if isinstance(value, str) else value
        except (ValueError, RecursionError):
            room -= len(text)
            if room >= 0:
                quoted = QUOTES_AS_ENTITIES.search(text) is not None
                yield from read_mended(html.unescape(text) if quoted else text)


def _objects_in(value: object, depth: int) -> Iterator[Declared]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _objects_in(one, depth + 1)
    if not isinstance(value, dict):
        return
    item = _with_plain_keys(value)
    if "@graph" not in item or "@type" in item:
        yield item
    for key in NESTING:
        yield from _objects_in(item.get(key), depth + 1)


def _with_plain_keys(item: Declared) -> Declared:
    plain: Declared = {}
    for key, value in item.items():
        known = KEYS.get(VOCABULARY.sub("", key).lower(), key)
        if known == key or known not in item:
            plain[known] = value
    return plain


def _has_title_in(item: Declared, titles: list[str]) -> bool | None:
    """Whether titles, folded, have an article's headline; None if it has none."""
    said = text_in(item.get("headline")) or text_in(item.get("name"))
    headline = fold(clean_text(said)).rstrip(" .…") if said else ""
    if not headline:
        return None
    return headline in titles or (
        len(headline) >= 20 and any(title.startswith(headline) for title in titles)
    )


def _addresses_of(page: HtmlPage) -> Iterator[str]:
    yield page.url
    links = (link for link in page.root.iter("link") if "canonical" in link.get("rel", "").lower())
    for said in (page.meta("og:url"), *(link.get("href") for link in links)):
        if url := page.join(said):
            yield url


def _has_address_in(item: Declared, addresses: set[str], page: HtmlPage) -> bool | None:
    """Whether an article has one of some bare addresses; None if it has no address."""
    named = map(_address_in, (item.get("url"), item.get("@id"), item.get("mainEntityOfPage")))
    own = {_bare(url) for said in named if said and (url := page.join(said))}
    return not own.isdisjoint(addresses) if own else None


def _address_in(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return text_in(value)


def _bare(url: str) -> str:
    return SCHEME_AND_WWW.sub("", (canonical_url(url) or url).split("#")[0]).rstrip("/")
