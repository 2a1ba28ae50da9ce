"""Read the author and source of a text from its lines, labelled or not.

People are authors, organisations are sources, and accounts are neither.
"""

import re
from dataclasses import dataclass
from typing import Literal

from pipelines.read.text.clean_text import clean_text, fold
from pipelines.read.text.letterhead import is_office
from pipelines.read.text.phrases import folded_lines, folded_pattern
from portals.class_words import class_words, named
from portals.languages import any_of, every

LONGEST_BYLINE = 130  # characters
LONGEST_SIGNATURE = 80  # characters of a last line without a label
MOST_SIGNATURES = 4  # lines
MOST_WORDS_OF_SOURCE = 7


def _any(name: str, *more: str) -> str:
    """A pattern for the words of all languages under one key."""
    return any_of((*every(lambda language: getattr(language.bylines, name)), *more))


LONGEST_NAME = 80  # characters
WORD_TAGS = re.compile(r"</?[ovw]:\w+/?>")  # Word's, which careless templates show as text
COLON = r"\s*[:\uff1a]"
SOURCE_LABEL = rf"{_any('source_labels')}{COLON}"
AUTHOR = re.compile(rf"^\(?\s*{_any('author_labels')}{COLON}\s*(?P<name>.*)$", re.I)
# A name in quotes needs no colon.
SOURCE = re.compile(
    rf"^\(?\s*{_any('source_labels')}(?:{COLON}|(?=\s*[\u201c\"][^\u201d\"]+[\u201d\"]\W*$))"
    r"\s*(?P<name>.*)$",
    re.I,
)
BOTH = re.compile(rf"^(?P<author>.*?)\s*[-–|;,]?\s*{SOURCE_LABEL}\s*(?P<source>.*)$", re.I)
# Joomla writes "Viết bởi NAME", without a colon. Many sentences begin with a bare "by", so only
# names may follow it.
WRITTEN_BY = re.compile(
    rf"^\(?\s*(?:{_any('written_by')}|(?P<bare>{_any('by')}))"
    rf"(?:(?P<colon>{COLON})\s*|\s+)(?P<name>.*)$",
    re.I,
)
# People who posted or edited a text: not authors if another line names one.
POSTED = re.compile(rf"^\(?\s*{_any('posted')}(?!\w)", re.I)
HOST = r"(?:https?://)?(?:[\w-]+\.)+(?:com|net|org|info|[a-z]{2})(?:/\S*)?"
BARE_HOST = re.compile(rf"\W*{HOST}\W*", re.I)
ACCORDING_TO = re.compile(
    rf"^\(?\s*{_any('according_to')}\s+(?P<name>(?P<paper>{_any('papers')}|{HOST})?.*?)\s*\)?\.?$",
    re.I,
)
# The classes that themes use for an author's name, in articles and in lists.
AUTHOR_NAMES = named(class_words().authors)
# A label without a name, and what stands beside pictures.
NO_NAME = re.compile(
    rf"(?:{_any('author_labels')}|{_any('written_by')}|{_any('by')})$"
    rf"|{any_of(every(lambda it: it.captions.credits))}(?!\w)",
    re.I,
)
PORTAL = re.compile(folded_pattern(lambda it: it.bylines.portals) + r"\b")
EDITORS = re.compile(folded_pattern(lambda it: it.bylines.editors) + r"\s+")
STRANGER = re.compile(rf"\({folded_pattern(lambda it: it.bylines.strangers)}\)$")
ACCOUNT = re.compile(r"^(?=.*[a-z])[a-z0-9._@\\-]+$")
ACCOUNTS = folded_lines(lambda it: it.bylines.accounts)
ORGANISATION = re.compile(rf"^(?!{_any('not_organisations')}){_any('organisations')}(?!\w)", re.I)
SENTENCE = re.compile(r"[.!?;…:]\s|[.!?;…:]$")
JOINT = re.compile(rf"\s*[,;/]\s*(?:{_any('joints')}\s+)?|\s+(?:[-–&]|{_any('joints')})\s+")
FIGURES = re.compile(r"(?<=\w)[\s,(–-]+\d")
MARKS_OF_NOTES = " *¹²³⁰⁴⁵⁶⁷⁸⁹,"  # behind the name of an author
INITIALS = re.compile(r"[^\W\d_a-z]{2,4}")
NAME_WORD = re.compile(r"^[^\W\d_]+(?:['’-][^\W\d_]+)*\.?$")


@dataclass(frozen=True, slots=True)
class Byline:
    """`author`: names as printed, joined by " - ". `source`: the organisation or paper."""

    author: str | None = None
    source: str | None = None


def read_labelled(line: str) -> Byline | None:
    """Read a line with a label ("Tác giả: A - Nguồn: B", "Bài, ảnh: A", "Theo Báo C"), or None."""
    line = line.strip()
    if len(line) > LONGEST_BYLINE:
        return None
    if match := SOURCE.match(line):
        return Byline(source=_named(match["name"]))
    if match := AUTHOR.match(line):
        name = match["name"]
        if both := BOTH.match(name):
            return Byline(_author(both["author"]), _named(both["source"]))
        return Byline(author=_author(name))
    if match := WRITTEN_BY.match(line):
        return _written_by(match)
    if (match := ACCORDING_TO.match(line)) and match["paper"]:
        return Byline(source=_named(match["name"]))
    return None


def _written_by(match: re.Match[str]) -> Byline | None:
    name = _author(match["name"])
    if match["colon"] or (name and is_account(name)):
        return Byline(author=name)
    if name is None:
        return None
    if all(is_person(part) for part in JOINT.split(name) if part):
        return Byline(author=name)
    short = len(name.split()) <= 8 and name[0].isupper() and not SENTENCE.search(name)
    return Byline(author=name) if short and not match["bare"] else None


def read_unlabelled(line: str) -> Byline | None:
    """Read a short last line of names alone ("Bích Liên", "Xuân Tiến - Diệu Hương") or of an
    organisation ("Thành ủy Phủ lý"), or None.
    """
    line = line.strip(" ()\u00a0")
    if not line or len(line) > 60 or SENTENCE.search(line) or any(c.isdigit() for c in line):
        return None
    if ORGANISATION.match(line):
        return Byline(source=line) if len(line.split()) <= 10 else None
    person, *others = [part for part in JOINT.split(line) if part] or [""]
    # "Bích Vân – ĐTT": the other author signs with initials.
    if is_person(person) and all(is_person(one) or INITIALS.fullmatch(one) for one in others):
        return Byline(author=line)
    return None


def is_person(name: str) -> bool:
    """Whether a text looks like a name or pen name: two to five words, each with a capital."""
    words = name.split()
    if not 2 <= len(words) <= 5 or name.isupper():
        return False
    return all(NAME_WORD.match(word) and word[0].isupper() for word in words)


def names_person(name: str) -> bool:
    """Whether a name is a person's, and not that of an organisation."""
    return is_person(name) and not ORGANISATION.match(name)


def may_be_name(text: str) -> bool:
    """Whether an element named for an author can hold this name, of whatever form ("Newsdesk").

    Neither a sentence nor a label is one, nor a text with figures or more than small words in lower
    case.
    """
    words = text.split()
    return (
        2 <= len(text) <= LONGEST_NAME
        and ":" not in text
        and not any(map(str.isdigit, text))
        and not SENTENCE.search(text)
        and not NO_NAME.match(text)
        and (
            ORGANISATION.match(text) is not None
            or not any(word[0].islower() and len(word) > 3 for word in words)
        )
        and not all(word[0].islower() for word in words)
    )


def is_account(name: str, site_names: tuple[str, ...] = ()) -> bool:
    """Whether a name is no author's: that of an account, an unverified reader or the portal itself.

    Examples: "quantri", "Super User", "Bạn đọc (chưa xác thực)", the site's name.
    """
    folded = fold(name)
    return (
        bool(ACCOUNT.match(name.strip()))
        or folded in ACCOUNTS
        or STRANGER.search(folded) is not None
        or (any(folded == fold(site) for site in site_names if site) and not names_person(name))
        or _is_portal(folded, site_names)
    )


def _is_portal(folded: str, site_names: tuple[str, ...]) -> bool:
    """Whether a folded name is the portal's, even shortened ("Cổng TTĐT Khe Sen"), or its editors'.

    Another portal's name is not.
    """
    name = EDITORS.sub("", folded, count=1)
    called = PORTAL.match(name)
    if called is None:
        return False
    place = name[called.end() :].strip()
    places = [PORTAL.sub("", fold(site), count=1).strip() for site in site_names if site]
    return not place or any(
        site and (f" {site}".endswith(f" {place}") or f" {place}".endswith(f" {site}"))
        for site in places
    )


@dataclass(frozen=True, slots=True)
class Signed:
    """What one of a text's last lines says: its `byline`, and the evidence (`byline.WEIGHTS`)."""

    line: str
    byline: Byline
    evidence: Literal["signature", "poster", "bare signature"]


def take_signatures(paragraphs: list[str], *, bare: bool = True) -> tuple[list[Signed], list[str]]:
    """(what the last lines sign, last line first; the paragraphs without these lines).

    Without a label, only what can be nothing else counts: a paper's address, or, if the text is in
    a language whose authors sign so (`bare`), a name that continues no list. Any other line may be
    text, and stays.
    """
    left, found = list(paragraphs), list[Signed]()
    while left and len(found) < MOST_SIGNATURES:
        before = "\n".join(left[-3:-1]).split("\n") if left[:-1] else []
        line = WORD_TAGS.sub("", left[-1]).strip()
        signed = _signed(line, before, bare=bare)
        if signed is None:
            break
        found.append(signed)
        left.pop()
    return found, left


def _signed(line: str, before: list[str], *, bare: bool) -> Signed | None:
    """`before`: the lines above it."""
    if byline := read_labelled(line):
        return Signed(line, byline, "poster" if POSTED.match(line) else "signature")
    if not before or len(line) > LONGEST_SIGNATURE:
        return None
    if BARE_HOST.fullmatch(line):
        return Signed(line, Byline(source=_named(line)), "signature")
    if source := _according_to(line):
        return Signed(line, Byline(source=source), "signature")
    # The signer of a notice, whose office stands above the name, did not write the article.
    if not bare or _lists(before[-1]) or any(map(is_office, before[-2:])):
        return None
    byline = read_unlabelled(line.rstrip(" ."))
    return Signed(line, byline, "bare signature") if byline else None


def _according_to(line: str) -> str | None:
    """The source after "according to", if nothing is told of it: only the last line is so read."""
    match = ACCORDING_TO.match(line)
    name = _named(match["name"]) if match else None
    if name is None or len(words := name.split()) > MOST_WORDS_OF_SOURCE or SENTENCE.search(line):
        return None
    may_be_text = any(map(str.isdigit, name)) or (name[0].islower() and len(words) > 3)
    return None if may_be_text else name


def _lists(line: str) -> bool:
    """Whether a name below this line may be one of a list."""
    return line.endswith(":") or line.startswith("- ") or read_unlabelled(line) is not None


def _author(text: str) -> str | None:
    """A name without the date or time behind it: no name holds figures."""
    found = FIGURES.search(text)
    before = text[: found.start()] if found else text
    names, _, last = before.rpartition(",")
    # Between the last name and the figures may stand the name of a month.
    return _named(names if found and names and len(last.split()) <= 1 else before)


def _named(text: str) -> str | None:
    name = clean_text(text).strip(' .;,()-–|\u201c\u201d"').rstrip(MARKS_OF_NOTES)
    return name or None
