"""Parses a question to the archive, as people type it, and never fails.

dang bo            words, all of them, with marks or without
"dang bo"          words that stand together; marks typed in quotes are meant
-covid             without a word; also -"two words", NOT covid; marks typed are meant
bão OR lũ          one or the other; binds closer than a space
title:bão          in one field: title, lead, body, caption, file, author, source, section
site:lungvai       in one portal, by its key or words of its name
after:2020-07      from July 2020 on; before:2021 until the end of 2020
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from pipelines.search.days import first_day
from pipelines.search.marks import composed, has_marks

MOST_WORDS = 50  # terms of one question; more would only cost time
MOST_LETTERS = 2_000
FIELDS = {  # as typed: the column of the index
    "title": "title",
    "lead": "lead",
    "body": "body",
    "caption": "captions",
    "captions": "captions",
    "file": "attachments",
    "files": "attachments",
    "attachment": "attachments",
    "attachments": "attachments",
    "author": "author",
    "source": "source",
    "section": "section",
}
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂「」『』〝〞", '"') | {"\0": " "})  # noqa: RUF001
OTHER_D = re.compile(r"(?<![^\W_])[Ðð]")  # typed for Đ; no word of Icelandic begins so
NAMES = "|".join((*FIELDS, "site", "before", "after"))
TOKEN = re.compile(
    rf"""(?P<minus>(?<!\S)-)?
        (?:(?P<field>(?i:{NAMES})):[ ]?)?
        (?:"(?P<phrase>[^"]*)"|(?P<word>\|+|[^\s"|]+))""",
    re.VERBOSE,
)
LONE_FIELD = re.compile(rf"(?:{NAMES}):", re.IGNORECASE)
EDGES = " ()[]{}<>*^,;.!?…:'’‘‚‹›`´~|/\\+=&%$#@_-–—−•·。、，：；！？（）【】《》〈〉"  # noqa: RUF001


class Unused(StrEnum):
    """Why a part of a question was not used."""

    OPERATOR = "operator"  # nothing stands beside it that it could join
    FIELD = "field"  # a field without a word
    DAY = "day"  # before: or after: without a date
    LENGTH = "length"  # too many words


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several that stand together.

    `text` is in Unicode's composed form. `column`: of the index, None for all.
    """

    text: str
    column: str | None = None
    is_quoted: bool = False

    @property
    def is_exact(self) -> bool:
        """Whether its marks are meant: marks typed in quotes are."""
        return self.is_quoted and has_marks(self.text)

    @property
    def is_plain(self) -> bool:
        """Whether it is a word for any field, not quoted."""
        return self.column is None and not self.is_quoted


@dataclass(frozen=True, slots=True)
class Question:
    """What was understood of a question.

    All of `groups` must be found, of each group one term; none of `excluded`. `sites` and
    `excluded_sites` are keys or words of names. `since` and `before` are days of publication, the
    first included, the second not. `unused`: parts as typed, and why they were not used.
    """

    typed: str
    groups: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    sites: tuple[str, ...] = ()
    excluded_sites: tuple[str, ...] = ()
    since: date | None = None
    before: date | None = None
    unused: tuple[tuple[str, Unused], ...] = ()

    @property
    def has_filters(self) -> bool:
        """Whether a site or a day limits the articles."""
        return bool(self.sites or self.excluded_sites or self.since or self.before)

    @property
    def words(self) -> tuple[str, ...]:
        """The plain words in order, as far as each must be found."""
        return tuple(
            group[0].text for group in self.groups if len(group) == 1 and group[0].is_plain
        )

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms that may be found, of all groups."""
        return tuple(term for group in self.groups for term in group)

    @property
    def exact_terms(self) -> tuple[Term, ...]:
        """The terms whose marks are meant, wanted or excluded."""
        return tuple(term for term in (*self.terms, *self.excluded) if term.is_exact)


def parse_question(typed: str | None) -> Question:
    """What a question asks for. Whatever cannot be understood is told, and the rest is used."""
    return _Parser(typed or "").question()


class _Parser:
    def __init__(self, typed: str) -> None:
        self.typed = typed
        self.groups: list[list[Term]] = []
        self.excluded: list[Term] = []
        self.sites: list[str] = []
        self.excluded_sites: list[str] = []
        self.since: date | None = None
        self.before: date | None = None
        self.unused: list[tuple[str, Unused]] = []
        self.joins = False  # the next term is an alternative to the last one
        self.negates = False  # the next term is excluded

    def question(self) -> Question:
        text = composed(self.typed[:MOST_LETTERS].translate(QUOTES))
        text = OTHER_D.sub(lambda found: "đ" if found[0].islower() else "Đ", text)
        if len(self.typed) > MOST_LETTERS:
            self.unused.append((self.typed[MOST_LETTERS:][:40] + "…", Unused.LENGTH))
        for token in _tokens(text):
            self._take(token)
        if self.joins or self.negates:
            self.unused.append(("OR" if self.joins else "NOT", Unused.OPERATOR))
        if self.excluded and not (self.groups or self.sites or self.since or self.before):
            self.unused += [(f"-{term.text}", Unused.OPERATOR) for term in self.excluded]
            self.excluded = []  # all but some is no question
        return Question(
            self.typed,
            tuple(map(tuple, self.groups)),
            tuple(self.excluded),
            tuple(self.sites),
            tuple(self.excluded_sites),
            self.since,
            self.before,
            tuple(self.unused),
        )

    def _take(self, token: re.Match[str]) -> None:
        word = token["word"]
        if token["field"] is None and (word in ("OR", "AND", "NOT") or set(word or "") == {"|"}):
            self._operator(word)
            return
        negates = bool(token["minus"]) or self.negates
        self.negates = False
        field = (token["field"] or "").lower()
        value = (word if token["phrase"] is None else token["phrase"]).strip()
        if field in ("before", "after"):
            self._day(token[0], field, value, negates=negates)
        elif field == "site":
            self._site(token[0], value, negates=negates)
        else:
            self._term(token, negates=negates)

    def _operator(self, word: str) -> None:
        if word == "OR" or word.startswith("|"):
            if self.groups and not self.joins:
                self.joins = True
            else:
                self.unused.append((word, Unused.OPERATOR))
        elif word == "NOT":
            self.negates = True

    def _day(self, typed: str, field: str, value: str, *, negates: bool) -> None:
        day = first_day(value)
        if day is None:
            self.unused.append((typed, Unused.DAY))
        elif (field == "after") != negates:
            self.since = max(day, self.since or day)
        else:
            self.before = min(day, self.before or day)

    def _site(self, typed: str, value: str, *, negates: bool) -> None:
        if not _says_something(value):
            self.unused.append((typed, Unused.FIELD))
        elif negates:
            self.excluded_sites.append(value)
        else:
            self.sites.append(value)

    def _term(self, token: re.Match[str], *, negates: bool) -> None:
        typed, is_quoted = token[0].strip(), token["phrase"] is not None
        text = " ".join(token["phrase"].split()) if is_quoted else token["word"].strip(EDGES)
        if unusable := _why_unusable(token, text):
            self.unused.append((typed, unusable))
        elif not _says_something(text):
            return
        elif len(self.groups) + len(self.excluded) >= MOST_WORDS:
            self.unused.append((typed, Unused.LENGTH))
        else:
            term = Term(text, FIELDS.get((token["field"] or "").lower()), is_quoted)
            if negates:  # -đảng leaves out no đang: its marks are meant, as in quotes
                self.excluded.append(replace(term, is_quoted=is_quoted or has_marks(text)))
            elif self.joins:
                self.groups[-1].append(term)
            else:
                self.groups.append([term])
            self.joins = False


def _says_something(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _why_unusable(token: re.Match[str], text: str) -> Unused | None:
    """Why a word or phrase stands for nothing; None for stray punctuation too."""
    if LONE_FIELD.fullmatch(token["word"] or ""):
        return Unused.FIELD
    if _says_something(text) or not (token["field"] or token["minus"]):
        return None
    return Unused.FIELD if token["field"] else Unused.OPERATOR


def _tokens(text: str) -> Iterator[re.Match[str]]:
    if text.count('"') % 2:  # the last quote has no partner, and quotes nothing
        text = " ".join(text.rsplit('"', 1))
    return TOKEN.finditer(text)
