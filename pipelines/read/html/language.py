"""The language of a text: its letters count more than the page's declaration.

A page often declares the language of its CMS instead of the text.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from pipelines.read.html.json_ld import declared_article, text_in
from pipelines.read.html.page import HtmlPage, once_a_page
from pipelines.read.text.plausible_text import beyond_ascii
from portals.countries import UNKNOWN_ZONE, main_zone
from portals.languages import languages

MOMENT = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d(?::\d\d)?[+-]\d\d:?\d\d\b", re.ASCII)
ENOUGH_TEXT = 250  # characters of a text that would show the letters of its language
LETTERS = 20  # letters of a language that a page in it has, among so many first characters:
LOOKED_AT = 400_000
# Languages with letters of their own; those that need the fewest come first.
_LETTERS = {key: it.letters for key, it in languages().items() if it.letters is not None}
_OWN = {
    key: re.compile(f"[{_LETTERS[key].own}]")
    for key in sorted(_LETTERS, key=lambda key: _LETTERS[key].share)
}


def _own_letters(text: str) -> dict[str, int]:
    """How many letters of its own each language has in a text."""
    beyond = beyond_ascii(text)
    return {key: len(own.findall(beyond)) for key, own in _OWN.items()}


def language_of(page: HtmlPage, text: str) -> str | None:
    """The code of an article's language (BCP 47, without region); None if unknown.

    Its own letters count first, then schema.org's inLanguage, then the declaration of the whole
    page. A declared language is not believed if a long text lacks its letters.
    """
    found, length = _own_letters(text), max(1, len(text))
    for key, count in found.items():
        if count >= _LETTERS[key].share * length:
            return key
    said = text_in(declared_article(page).get("inLanguage"))
    language = primary(said or "") or declared_language(page)
    if language in found and length >= ENOUGH_TEXT:
        return language if found[language] >= _LETTERS[language].absent * length else None
    return language


def language_by_letters(text: str) -> str | None:
    """The first language with enough of its own letters in a page's text."""
    beyond = beyond_ascii(text[:LOOKED_AT])
    return next((key for key, own in _OWN.items() if len(own.findall(beyond)) >= LETTERS), None)


def zone_of_page(text: str, zone: ZoneInfo) -> ZoneInfo:
    """The zone of a page's portal or, if that is unknown, of the one country that writes the page's
    language, unless the page's own times have another offset.
    """
    if zone.key != UNKNOWN_ZONE or (language := language_by_letters(text)) is None:
        return zone
    there = ZoneInfo(main_zone(languages()[language].country) or UNKNOWN_ZONE)
    contrary = any(
        one.utcoffset() and one.utcoffset() != one.astimezone(there).utcoffset()
        for one in moments_in(text)
    )
    return zone if contrary else there


def moments_in(text: str) -> Iterator[datetime]:
    """The instants with an offset from UTC in a page's text, as machines write them."""
    for written in MOMENT.findall(text):
        with suppress(ValueError):  # no such day, hour or offset
            yield datetime.fromisoformat(written)


def has_own_letters(text: str) -> bool:
    """Whether a text has so many letters of one language that it cannot be another."""
    length = max(1, len(text))
    return any(count >= _LETTERS[key].absent * length for key, count in _own_letters(text).items())


@once_a_page
def declared_language(page: HtmlPage) -> str | None:
    """The language that a page declares, without the region."""
    return next((found for value in declarations(page) if (found := primary(value))), None)


def declarations(page: HtmlPage) -> list[str]:
    """The languages that a page declares, with a region if it names one, such as `en-IE`."""
    said = [page.root.get("lang"), page.root.get("xml:lang")]
    said += [page.meta("og:locale"), page.meta("content-language")]
    return [value.strip() for value in said if value and value.strip()]


def primary(tag: str) -> str | None:
    """The primary part of a language tag, in lower case; None for any other text."""
    first = tag.strip().lower().replace("_", "-").partition("-")[0]
    return first if first.isalpha() and first.isascii() and len(first) in (2, 3) else None
