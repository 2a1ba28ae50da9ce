"""The language of a text: its letters count more than the page's declaration.

A page often declares the language of its CMS instead of the text.
"""

import re
from zoneinfo import ZoneInfo

from pipelines.read.dates.machine_dates import moment_written
from pipelines.read.html.json_ld import declared_article, text_in
from pipelines.read.html.page import HtmlPage, once_a_page
from pipelines.read.text.plausible_text import beyond_ascii
from portals.countries import UNKNOWN_ZONE, main_zone
from portals.languages import languages

DECLARED = re.compile(r"[a-z]{2,3}(?=$|[-_])")
MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?[+-]\d\d:?\d\d\b", re.ASCII)
ENOUGH_TEXT = 250  # characters of a text that would show the letters of its language
LETTERS = 20  # letters of a language that a page in it has, among so many first characters:
LOOKED_AT = 400_000
# Languages with letters of their own; those that need the fewest come first.
_OWN = {
    language.key: (re.compile(f"[{language.letters.own}]"), language.letters)
    for language in sorted(
        languages().values(), key=lambda it: it.letters.share if it.letters else 0
    )
    if language.letters is not None
}


def language_of(page: HtmlPage, text: str) -> str | None:
    """The code of an article's language (BCP 47, without region); None if unknown.

    Its own letters count first, then schema.org's inLanguage, then the declaration of the whole
    page. A declared language is not believed if a long text lacks its letters.
    """
    shares: dict[str, float] = {}
    beyond = beyond_ascii(text)
    for key, (own, letters) in _OWN.items():
        shares[key] = len(own.findall(beyond)) / max(1, len(text))
        if shares[key] >= letters.share:
            return key
    said = text_in(declared_article(page).get("inLanguage"))
    language = primary(said) if said else None
    language = language or declared_language(page)
    if language in shares and len(text) >= ENOUGH_TEXT:
        return language if shares[language] >= _OWN[language][1].absent else None
    return language


def language_by_letters(text: str) -> str | None:
    """The first language with enough of its own letters in a page's text."""
    beyond = beyond_ascii(text[:LOOKED_AT])
    return next((k for k, (own, _) in _OWN.items() if len(own.findall(beyond)) >= LETTERS), None)


def zone_of_page(text: str, zone: ZoneInfo) -> ZoneInfo:
    """The zone of a page's portal or, if that is unknown, of the one country that writes the page's
    language, unless the page's own times have another offset.
    """
    if zone.key != UNKNOWN_ZONE or (language := language_by_letters(text)) is None:
        return zone
    there = ZoneInfo(main_zone(languages()[language].country) or UNKNOWN_ZONE)
    moments = filter(None, map(moment_written, MOMENT.findall(text)))
    contrary = any(
        one.utcoffset() and one.utcoffset() != one.astimezone(there).utcoffset() for one in moments
    )
    return zone if contrary else there


def has_own_letters(text: str) -> bool:
    """Whether a text has so many letters of one language that it cannot be another."""
    length, beyond = max(1, len(text)), beyond_ascii(text)
    return any(len(own.findall(beyond)) >= it.absent * length for own, it in _OWN.values())


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
    found = DECLARED.match(tag.strip().lower())
    return found[0] if found else None
