"""Read the author and source of a text from its lines, labelled or not.

People are authors, organisations are sources, and accounts are neither.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pipelines.read.text.clean_text import clean_text, fold
from pipelines.read.text.furniture_lines import is_furniture
from pipelines.read.text.letterhead import is_office
from pipelines.read.text.phrases import folded_lines, folded_pattern
from portals.class_words import class_words, named
from portals.languages import any_of, every, languages

LONGEST_BYLINE = 130  # characters
LONGEST_SIGNATURE = 80  # characters of a last line without a label
LONGEST_NAME = 80  # characters
LONGEST_NAMES = 1_000  # characters in which several names, labels and offices are looked for
MOST_SIGNATURES = 4  # lines
MOST_WORDS_OF_SOURCE = 7


def _any(name: str) -> str:
    """A pattern for the words of all languages under one key."""
    return any_of(every(lambda language: getattr(language.bylines, name)))


WORD_TAGS = re.compile(r"</?[ovw]:\w+/?>")  # Word's, which careless templates show as text
COLON = r"\s*[:\uff1a]"
SIGN_NEAR = r"(?=[^:\uff1a\u201c\"]{0,60}[:\uff1a\u201c\"])"  # saves the search for most labels
PARTICLES = {key: it.bylines.by_that_begins_names for key, it in languages().items()}
# "By" and "according to" are usual words too: only names, or names of papers, may follow them. A
# source in quotes needs no colon. Names begin with a particle too ("von Hohenfels").
LABEL = re.compile(
    rf"(?<!\w)(?:{SIGN_NEAR}(?:(?P<posted>{_any('posted')}){COLON}"
    rf"|(?P<author>{_any('author_labels')}){COLON}|(?P<source>{_any('source_labels')})"
    rf"(?:{COLON}|(?=\s*[\u201c\"][^\u201d\"]+[\u201d\"]\W*$)))"
    rf"|(?:(?P<written>{_any('written_by')}|{_any('sent')}\s+{_any('by')})|(?P<by>{_any('by')})"
    rf"|(?P<particle>{any_of(filter(None, PARTICLES.values()))}))(?:(?P<colon>{COLON})|(?=\s))"
    rf"|(?P<according>{_any('according_to')})(?=\s))",
    re.I,
)
PARTS = re.compile(r"\s*[|•·]\s*")  # of a row
PAPER = re.compile(
    rf"\W*(?:(?P<host>(?:https?://)?(?:[\w-]+\.)+(?:com|net|org|info|[a-z]{{2}})(?:/\S*)?)"
    rf"|{_any('papers')})",
    re.I,
)
# The classes that themes use for an author's name, in articles and in lists.
AUTHOR_NAMES = named(class_words().authors)
OF_PICTURES = re.compile(rf"{any_of(every(lambda it: it.captions.credits))}(?!\w)", re.I)
PORTAL = re.compile(folded_pattern(lambda it: it.bylines.portals) + r"\b")
EDITORS = re.compile(folded_pattern(lambda it: it.bylines.editors) + r"\s+")
STRANGER = re.compile(rf"\({folded_pattern(lambda it: it.bylines.strangers)}\)$")
ACCOUNT = re.compile(r"^(?=.*[a-z])[a-z0-9._@\\-]+$")
ACCOUNTS = folded_lines(lambda it: it.bylines.accounts)
ORGANISATION = re.compile(rf"^(?!{_any('not_organisations')}){_any('organisations')}(?!\w)", re.I)
SENTENCE = re.compile(r"[.!?;…:](?:\s|$)")
JOINT = re.compile(rf"\s*[,;/]\s*(?:{_any('joints')}\s+)?|\s+(?:[-–&]|{_any('joints')})\s+")
# What ends a name: a date, another field, or the rest of a sentence.
BEFORE_DATE = rf"\s+{_any('before_dates')}\s"
NEXT_SENTENCE = r"(?<=\w{3})\.\s"
FIGURES = re.compile(rf"(?P<end>{BEFORE_DATE}|{NEXT_SENTENCE}).*\d|(?<=\w)[\s,(–-]+\d")
END = re.compile(rf"[,;]|\s[-–]\s|{NEXT_SENTENCE}|{BEFORE_DATE}", re.I)
# A name or a source holds no label, and no office or paper of the person behind a comma.
LABELS = every(
    lambda it: (
        *(*it.bylines.author_labels, *it.bylines.source_labels, *it.bylines.posts),
        *(*it.dates.published, *it.dates.updated, *it.dates.counters.before),
        *(*it.dates.counters.credits, *it.captions.credits),
    )
)
NEXT_FIELD = re.compile(
    rf"(?<=\w)(?:\W{{1,9}}(?:{any_of(LABELS)}{COLON}|{OF_PICTURES.pattern}\s{_any('by')}\s)"
    rf"|\s*[,;.|–-]\s+[^\W\d]+(?:\s[^\W\d]+)?{COLON}"
    rf"|,\s+(?:[^\W\d]+\s){{0,3}}{_any('posts')}(?!\w)|\s\W{{0,9}}[\w.+-]{{0,64}}@"
    rf"|(?-i:\s+{_any('before_dates')})+\s*$)",
    re.I,
)
AGO = re.compile(rf"{any_of(every(lambda it: it.dates.relative_signs))}$", re.I)
MARKS_OF_NOTES = " *¹²³⁰⁴⁵⁶⁷⁸⁹,"  # behind the name of an author
INITIALS = re.compile(r"[^\W\d_a-z]{2,4}")
NAME_WORD = re.compile(r"^[^\W\d_]+(?:['’-][^\W\d_]+)*\.?$")


@dataclass(frozen=True, slots=True)
class Byline:
    """`author`: names as printed, joined by " - ". `source`: the organisation or paper. `evidence`:
    how a line says it.
    """

    author: str | None = None
    source: str | None = None
    evidence: str = field(default="label", compare=False)


def read_labelled(line: str, language: str | None = None, *, dated: bool = False) -> Byline | None:
    """Read a line with a label ("Tác giả: A - Nguồn: B", "Bài, ảnh: A", "Theo Báo C"), or None.

    `language`: the page's, for a particle that means "by" before a whole name. Beside a date
    (`dated`), an office of one word is a name too.
    """
    line = line.strip().removeprefix("(").lstrip()
    found = LABEL.match(line) if len(line) <= LONGEST_BYLINE else None
    return _read(found, line[found.end() :], language, dated=dated) if found else None


def read_row(line: str, language: str | None, *, dated: bool) -> Iterator[Byline]:
    """Read the fields of a row on a page; "by" may also stand behind a date or a sign there."""
    for part in PARTS.split(line):
        if whole := read_labelled(part, language, dated=dated):
            yield whole
            continue
        for found in LABEL.finditer(part):
            before = part[: found.start()].rstrip()
            apart = not before[-1:].isalpha() or AGO.search(before)
            if found["written"] or (apart and (found["by"] or found["particle"])):
                name = END.split(part[found.end() :], maxsplit=1)[0]
                if said := _read(found, name, language, dated=dated):
                    yield said


def is_label(text: str) -> bool:
    """Whether a text is only a label of authors; the name is in another element."""
    found = LABEL.fullmatch(f"{text.rstrip(' :')}:")
    return found is not None and not (found["source"] or found["particle"])


def without_label(text: str) -> str:
    """A name without the label before it, which needs no colon ("Author Ann Miller"), and without
    what follows the name ("Ann Miller, Staff Writer"). A text too long for names stays whole.
    """
    if len(text) > LONGEST_NAMES:
        return text
    words = text.split(" ")
    heads = (n for n in range(1, len(words)) if is_label(" ".join(words[:n])))
    return NEXT_FIELD.split(" ".join(words[max(heads, default=0) :]), maxsplit=1)[0]


def behind_by(text: str) -> str:
    """What follows the last "by" of a text ("View all posts by NAME"), or the whole text."""
    labels = (it.end() for it in LABEL.finditer(text) if it["by"] or it["written"])
    return text[max(labels, default=0) :].strip()


def _read(found: re.Match[str], text: str, language: str | None, *, dated: bool) -> Byline | None:
    """`text`: what follows the label."""
    if found["source"] or (found["according"] and PAPER.match(text)):
        other = next((it for it in LABEL.finditer(text) if it["author"]), None)
        return Byline(other and _author(text[other.end() :]), _named(text))
    if found["author"] or found["posted"]:
        evidence = "poster" if found["posted"] else "label"
        other = next((it for it in LABEL.finditer(text) if it["source"]), None)
        if other is None:
            return Byline(_author(text), None, evidence)
        return Byline(_author(text[: other.start()]), _named(text[other.end() :]), evidence)
    if found["according"]:
        return None
    name = _author(text)
    parts = [part for part in JOINT.split(name or "") if part]
    whole = parts and all(
        is_person(part.title() if part.isupper() else part)
        or (dated and part.istitle() and part.isalpha())
        for part in parts
    )
    fits: object = whole
    if found["particle"]:
        fits = whole and PARTICLES.get(language or "") == found["particle"].lower()
    else:
        fits = whole or found["colon"] or (name and is_account(name))
    if not fits and found["written"] and name:
        fits = len(name.split()) <= 8 and name[0].isupper() and not SENTENCE.search(name)
    return Byline(name, None, "by") if fits else None


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


def may_be_name(text: str) -> bool:
    """Whether an element named for an author can hold this name, of whatever form ("Newsdesk").

    Neither a sentence nor a label is one, nor a text with figures or more than small words in lower
    case.
    """
    words = text.split()
    lower = [word for word in words if word[0].islower()]
    return (
        2 <= len(text) <= LONGEST_NAME
        and not any(char.isdigit() or char == ":" for char in text)
        and not (
            SENTENCE.search(text) or OF_PICTURES.match(text) or is_label(text) or is_furniture(text)
        )
        and len(lower) < len(words)
        and (all(len(word) <= 3 for word in lower) or ORGANISATION.match(text) is not None)
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
        or (
            folded in map(fold, site_names)
            and (not is_person(name) or bool(ORGANISATION.match(name)))
        )
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


def take_signatures(
    paragraphs: list[str], *, bare: bool = True
) -> tuple[list[tuple[str, Byline]], list[str]]:
    """(each signing line and what it signs, last line first; the paragraphs without these lines).

    Without a label, only what can be nothing else counts: a paper's address, or, if the text is in
    a language whose authors sign so (`bare`), a name that continues no list. Any other line may be
    text, and stays.
    """
    left, found = list(paragraphs), list[tuple[str, Byline]]()
    while left and len(found) < MOST_SIGNATURES:
        before = "\n".join(left[-3:-1]).split("\n") if left[:-1] else []
        line = WORD_TAGS.sub("", left[-1]).strip()
        byline = _signature(line, before, bare=bare)
        if byline is None:
            break
        found.append((line, byline))
        left.pop()
    return found, left


def _signature(line: str, before: list[str], *, bare: bool) -> Byline | None:
    """`before`: the lines above it."""
    if byline := read_labelled(line):
        return byline if byline.evidence == "poster" else replace(byline, evidence="signature")
    if not before or len(line) > LONGEST_SIGNATURE:
        return None
    if source := _paper(line):
        return Byline(source=source, evidence="signature")
    # The signer of a notice, whose office stands above the name, did not write the article.
    above = before[-1]
    in_list = above.endswith(":") or above.startswith("- ") or read_unlabelled(above) is not None
    if not bare or in_list or any(map(is_office, before[-2:])):
        return None
    byline = read_unlabelled(line.rstrip(" ."))
    return byline and replace(byline, evidence="bare signature")


def _paper(line: str) -> str | None:
    """The paper whose address a line is, or the source after "according to", if nothing is told of
    it.
    """
    address = PAPER.match(line)
    if address and address["host"] and not any(map(str.isalnum, line[address.end() :])):
        return _named(line)
    found = LABEL.match(line.removeprefix("("))
    name = _named(line.removeprefix("(")[found.end() :]) if found and found["according"] else None
    if name is None or len(words := name.split()) > MOST_WORDS_OF_SOURCE or SENTENCE.search(line):
        return None
    may_be_text = any(map(str.isdigit, name)) or (name[0].islower() and len(words) > 3)
    return None if may_be_text else name


def _author(text: str) -> str | None:
    """A name without the date or time behind it: no name holds figures."""
    found = FIGURES.search(text)
    before = text[: found.start()] if found else text
    names, _, last = before.rpartition(",")
    # Between the last name and the figures may stand the name of a month.
    month = found and not found["end"] and names and len(last.split()) <= 1
    return _named(names if month else before)


def _named(text: str) -> str | None:
    name = clean_text(NEXT_FIELD.split(text, maxsplit=1)[0])
    return name.strip(' .;,()-–|\u201c\u201d"').rstrip(MARKS_OF_NOTES) or None
