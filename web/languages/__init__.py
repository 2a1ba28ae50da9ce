"""The two languages of the pages: Vietnamese, and English by a switch.

Messages are English in templates and code, and `vi.po` has their Vietnamese. Numbers and dates
follow CLDR (Babel). A request's language holds for the task that answers it.
"""

from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal, get_args

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_datetime, get_timezone_location
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from pipelines.keep.status.message import Message
from web.clock import in_zone

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
MESSAGES = Path(__file__).parent / "vi.po"
LOCALES = {"vi": Locale("vi"), "en": Locale("en", "GB")}
# Vietnamese papers print days in figures; English readers disagree about which figure is the month.
DAY = {"vi": "dd/MM/yyyy", "en": "d MMM yyyy"}
MONTH = {"vi": "MM/yyyy", "en": "MMM yyyy"}

_language: ContextVar[Language] = ContextVar("language", default="vi")


def language() -> Language:
    """The language of the request that is being answered."""
    return _language.get()


def speak(chosen: Language) -> None:
    """Answer in a language from here on, in this task."""
    _language.set(chosen)


def gettext(message: str) -> str:
    """A message in the request's language; an unknown one stays English."""
    return TRANSLATIONS[language()].gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """A message about `count` things in the request's language."""
    return TRANSLATIONS[language()].ngettext(singular, plural, count)


def said(message: Message | None) -> str:
    """A message of the archive's own programs in the request's language; "" for None."""
    if message is None:
        return ""
    values = {
        name: said(value)
        if isinstance(value, Message)
        else tenths(value)
        if isinstance(value, float)
        else value
        for name, value in message.values.items()
    }
    return gettext(message.text) % values


@lru_cache(maxsize=256)  # what an archive holds may be any text
def runs_leftwards(code: str) -> bool:
    """Whether a language (a BCP 47 code) is written from right to left; False if it is unknown."""
    try:
        return Locale.parse(code, sep="-").text_direction == "rtl"
    except (ValueError, UnknownLocaleError):
        return False


@lru_cache(maxsize=256)
def locale_of(code: str | None) -> str | None:
    """A language (a BCP 47 code) with its territory, that where most speak it if none is named:
    vi_VN. None if it is unknown.
    """
    try:
        named = Locale.parse(code or "", sep="-")
        likely = get_global("likely_subtags").get(named.language, "")
        territory = named.territory or Locale.parse(likely).territory
    except (ValueError, UnknownLocaleError):
        return None
    is_known = territory and (named.territory or not named.script)
    return f"{named.language}_{territory}" if is_known else None


def tenths(value: float) -> str:
    """A measured value with one decimal: 2,5 in Vietnamese, 2.5 in English."""
    return format_decimal(value, format="#,##0.0", locale=LOCALES[language()])


def number(value: int | float | None) -> str:
    """A number with its groups of figures: 12.345 in Vietnamese, 12,345 in English; ? if it is not
    known.
    """
    if value is None:
        return "?"
    return format_decimal(value, locale=LOCALES[language()])


def day(on: str | None, precision: str | None = "day") -> str | None:
    """A calendar day, or only its month if no more is known; None stays None."""
    if not on:
        return None
    pattern = MONTH if precision == "month" else DAY
    try:
        return format_date(date.fromisoformat(on), pattern[language()], LOCALES[language()])
    except ValueError:  # show it unchanged rather than fail the page
        return on


def instant(at: str | None, zone: str = "Asia/Ho_Chi_Minh", named: bool = True) -> str | None:
    """An instant on the clock of a zone, which is named: 10/07/2020 08:33 (giờ Việt Nam).

    `named`: False where the page names the zone elsewhere.
    """
    if not at:
        return None
    local = in_zone(at, zone)
    if local is None:
        return at
    clock = format_datetime(local, f"{DAY[language()]} HH:mm", locale=LOCALES[language()])
    return f"{clock} ({zone_name(zone)})" if named else clock


def zone_name(zone: str) -> str:
    """A time zone by its country: giờ Việt Nam. One of no country keeps its own name: UTC."""
    return _zone_name(zone, language())


@lru_cache(maxsize=500)
def _zone_name(zone: str, spoken: Language) -> str:
    known = get_global("zone_aliases").get(zone, zone)
    if get_global("zone_territories").get(known, "ZZ") in ("ZZ", "001"):
        return zone
    name = get_timezone_location(zone, locale=LOCALES[spoken])
    return name[0].lower() + name[1:] if spoken == "vi" else name


def day_of(at: str | None, zone: str = "Asia/Ho_Chi_Minh") -> str | None:
    """The calendar day of an instant, as the clocks of a zone show it."""
    if not at:
        return None
    local = in_zone(at, zone)
    return at if local is None else day(local.date().isoformat())


def _vietnamese() -> GNUTranslations:
    with MESSAGES.open("rb") as file:
        catalog = read_po(file, locale="vi")
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


TRANSLATIONS: dict[Language, NullTranslations] = {"vi": _vietnamese(), "en": NullTranslations()}
