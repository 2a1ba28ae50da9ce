"""Read the author and source of a text from its lines, labelled or not.

People are authors, organisations are sources, and accounts are neither.
"""

import re
from dataclasses import dataclass

from pipelines.read.text.clean_text import clean_text, fold
from pipelines.read.text.letterhead import is_office
from pipelines.read.text.phrases import folded_lines, folded_pattern
from portals.class_words import class_words, named
from portals.languages import any_of, every

LONGEST_BYLINE = 130  # characters


def _any(name: str, *more: str) -> str:
    """A pattern for the words of all languages under one key."""
    return any_of((*every(lambda language: getattr(language.bylines, name)), *more))


COLON = r"\s*[:\uff1a]"
SOURCE_LABEL = rf"{_any('source_labels')}{COLON}"
AUTHOR = re.compile(rf"^\(?\s*{_any('author_labels')}{COLON}\s*(?P<name>.*)$", re.I)
SOURCE = re.compile(rf"^\(?\s*{SOURCE_LABEL}\s*(?P<name>.*)$", re.I)
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
ACCORDING_TO = re.compile(
    rf"^\(?\s*{_any('according_to')}\s+"
    rf"(?P<name>(?:{_any('papers')}|[\w.-]+\.(?:vn|com)).{{0,90}}?)\s*\)?\.?$",
    re.I,
)
# The classes that themes use for an author's name, in articles and in lists.
AUTHOR_NAMES = named(class_words().authors)
PORTAL = re.compile(folded_pattern(lambda it: it.bylines.portals) + r"\b")
EDITORS = re.compile(folded_pattern(lambda it: it.bylines.editors) + r"\s+")
STRANGER = re.compile(rf"\({folded_pattern(lambda it: it.bylines.strangers)}\)$")
ACCOUNT = re.compile(r"^(?=.*[a-z])[a-z0-9._@\\-]+$")
ACCOUNTS = folded_lines(lambda it: it.bylines.accounts)
ORGANISATION = re.compile(rf"^(?!{_any('not_organisations')}){_any('organisations')}(?!\w)", re.I)
SENTENCE = re.compile(r"[.!?;…:]\s|[.!?;…:]$")
JOINT = re.compile(rf"\s+[-–&]\s+|\s*[,;/]\s*|\s+{_any('joints')}\s+")
MARKS_OF_NOTES = " *¹²³⁰⁴⁵⁶⁷⁸⁹,"  # behind the name of an author
NAME_WORD = re.compile(r"^[^\W\d_]+(?:['’][^\W\d_]+)?\.?$")


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
            return Byline(_named(both["author"]), _named(both["source"]))
        return Byline(author=_named(name))
    if match := WRITTEN_BY.match(line):
        return _written_by(match)
    if match := ACCORDING_TO.match(line):
        return Byline(source=_named(match["name"]))
    return None


def _written_by(match: re.Match[str]) -> Byline | None:
    name = _named(match["name"])
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
    parts = [part for part in JOINT.split(line) if part]
    if parts and all(is_person(part) for part in parts):
        return Byline(author=line)
    return None


def is_person(name: str) -> bool:
    """Whether a text looks like a name or pen name: two to five words, each with a capital."""
    words = name.split()
    if not 2 <= len(words) <= 5 or name.isupper():
        return False
    return all(NAME_WORD.match(word) and word[0].isupper() for word in words)


def is_account(name: str, site_names: tuple[str, ...] = ()) -> bool:
    """Whether a name is no author's: that of an account, an unverified reader or the portal itself.

    Examples: "quantri", "Super User", "Bạn đọc (chưa xác thực)", the site's name.
    """
    folded = fold(name)
    return (
        bool(ACCOUNT.match(name.strip()))
        or folded in ACCOUNTS
        or STRANGER.search(folded) is not None
        or any(folded == fold(site) for site in site_names if site)
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


def take_byline(paragraphs: list[str]) -> tuple[Byline, list[str], list[str]]:
    """(byline, other paragraphs, the lines that gave it), read from the last line upwards.

    Labelled lines win over bare names.
    """
    author = source = None
    end = len(paragraphs)
    lines: list[str] = []
    while end > 0 and len(lines) < 4:
        line = paragraphs[end - 1]
        found = read_labelled(line)
        if found is None and not lines_ended(paragraphs[:end]) and not is_signer(paragraphs[:end]):
            found = read_unlabelled(line) if end > 1 else None
        if found is None:
            break
        named = found.author if found.author and not is_account(found.author) else None
        author, source = author or named, source or found.source
        lines.append(line)
        end -= 1
    return Byline(author, source), paragraphs[:end], lines


def signed_by(lines: list[str]) -> str | None:
    """The author whom a labelled line of the text names ("Tin, ảnh: A"), or None.

    Posting or editing is not signing.
    """
    labelled = (read_labelled(line) for line in lines if not POSTED.match(line))
    authors = (found.author for found in labelled if found and found.author)
    return next((author for author in authors if not is_account(author)), None)


def lines_ended(paragraphs: list[str]) -> bool:
    """Whether the last line belongs to an announcing line ("Gồm các đồng chí:"), and so is not a
    bare signature.
    """
    return len(paragraphs) > 1 and paragraphs[-2].rstrip().endswith(":")


def is_signer(paragraphs: list[str]) -> bool:
    """Whether the last line is the name under a document's office, or a few lines below it.

    The signer of a notice did not write the article.
    """
    return any(is_office(paragraph) for paragraph in paragraphs[-3:-1])


def _named(text: str) -> str | None:
    name = clean_text(text).strip(" .;,()-–|").rstrip(MARKS_OF_NOTES)
    return name or None
