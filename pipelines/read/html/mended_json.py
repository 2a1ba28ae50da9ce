"""Reads JSON as templates write it: with slips that a strict parser refuses, without inventing.

A member that is not understood is left out. If its end is not sure either, nothing of the whole
value is read: half a name or a date cut short is worse than none.
"""

import re
from collections.abc import Iterator

MOST_CHARACTERS = 200_000
DEEPEST = 40
MOST_QUOTES = 20_000  # quotes looked at: hostile text would have each looked at many times
_LONGEST_KEY = 80

# Between tokens: blanks, comments, and what wraps a script for parsers of XML and old browsers.
# Every repetition here has an end: hostile text would be read from each of its letters.
_BETWEEN = (
    r"(?:(?:[\s\ufeff]{1,100}+|//[^\n]{0,500}+|/\*(?:[^*]|\*(?!/)){0,500}+\*/"
    r"|<!--|-->|<!\[CDATA\[|<!\]\]>|\]\]>){0,9}+)"
)
_QUOTED_KEY = rf"[\"'“”](?P<quoted>[^\"'“”\n]{{1,{_LONGEST_KEY}}})[\"'“”]"
_BARE_KEY = rf"(?P<bare>[\w$@][\w$@.-]{{0,{_LONGEST_KEY}}})"
_KEY = rf"(?:{_QUOTED_KEY}|{_BARE_KEY}){_BETWEEN}[:=](?!//)"
# Behind a string, only a key in quotes or a common one: prose has words before a colon too.
_COMMON_KEYS = (
    "headline|alternativeHeadline|name|description|datePublished|dateModified|dateCreated|author"
    "|creator|publisher|image|logo|url|mainEntityOfPage|articleSection|articleBody|inLanguage"
    "|keywords|isAccessibleForFree|wordCount|thumbnailUrl|identifier|about"
)
_NEXT_KEY = (
    rf"(?:[\"'“”][^\"'“”\n]{{1,{_LONGEST_KEY}}}[\"'“”]|(?:{_COMMON_KEYS})\b){_BETWEEN}[:=](?!//)"
)


_COMMAS = rf"(?:{_BETWEEN},){{0,9}}+{_BETWEEN}"
_SPACE_AND_COMMAS = re.compile(_COMMAS)
_MEMBER = re.compile(rf"{_KEY}{_BETWEEN}")
_BEGINNING = re.compile(r"<!\[CDATA\[|(?P<value>[{\[])")
# A quote ends a string only before what may follow a value.
_STRING_ENDS = re.compile(rf"{_COMMAS}(?:[}}\]]|\Z|{_NEXT_KEY})")
_ELEMENT_ENDS = re.compile(rf"{_BETWEEN}(?:\]|\Z|,{_COMMAS}(?:[\"'“{{\[\]\d-]|true|false|null))")
_LITERAL = re.compile(
    r"(?P<number>-?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?)|true|false|null|undefined|NaN|None|True|False"
)
_LITERALS = {"true": True, "True": True, "false": False, "False": False}
# The next member after one that is not understood.
_NEXT_MEMBER = re.compile(rf"[,\n]{_BETWEEN}(?={_NEXT_KEY})")
# A string that lost its end runs on into its neighbours, one that ended early has a quote too many,
# and a sum of strings is a script's.
_RUNS_ON = re.compile(
    rf"[,{{]\s*[\"'][^\"'\n]{{1,{_LONGEST_KEY}}}[\"']\s*:|[\"']\s*[+,]\s*[\"']"
    r"|[\"']\s*\+|\+\s*[\"']"
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "\n": ""}
_CLOSING = {"“": '[”"]', "”": '[”"]', '"': '"', "'": "'"}
_CLOSING_QUOTES = {opening: re.compile(closing) for opening, closing in _CLOSING.items()}
_PAIRS = ("{}", "[]", "()")


class _NotUnderstoodError(Exception):
    """A value, at the place where reading stopped."""


def read_mended(text: str) -> Iterator[object]:
    """The objects and lists in a text, one after another, as far as they are understood."""
    if len(text) > MOST_CHARACTERS:
        return
    reader = _Reader(text)
    at = reader.start_of_value(0)
    while at is not None:
        try:
            value, end = reader.read_value(at, in_list=False, depth=0)
        except _NotUnderstoodError:
            return
        yield value
        at = reader.start_of_value(end)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.quotes = 0

    def start_of_value(self, at: int) -> int | None:
        begins = _BEGINNING.finditer(self.text, at)
        return next((found.start() for found in begins if found["value"]), None)

    def read_value(self, at: int, *, in_list: bool, depth: int) -> tuple[object, int]:
        """The value that begins at a place, and the place behind it."""
        first = self.text[at : at + 1]
        if depth > DEEPEST:
            raise _NotUnderstoodError
        if first == "{":
            return self.read_object(at + 1, depth)
        if first == "[":
            return self.read_list(at + 1, depth)
        ends = _ELEMENT_ENDS if in_list else _STRING_ENDS
        if first in _CLOSING_QUOTES:
            return self.read_string(at, ends)
        found = _LITERAL.match(self.text, at)
        if found is None or not ends.match(self.text, found.end()):
            raise _NotUnderstoodError
        if (number := found["number"]) is not None:
            return (int(number) if number.lstrip("-").isdigit() else float(number)), found.end()
        return _LITERALS.get(found[0]), found.end()

    def read_object(self, at: int, depth: int) -> tuple[dict[str, object], int]:
        members: dict[str, object] = {}
        while True:
            at = self.behind_commas(at)
            if self.text[at : at + 1] in ("}", ""):
                return members, at + 1
            member = _MEMBER.match(self.text, at)
            if member is None:
                raise _NotUnderstoodError
            try:
                value, at = self.read_value(member.end(), in_list=False, depth=depth + 1)
            except _NotUnderstoodError:
                at = self.next_member(member.end())
            else:
                members[member["quoted"] or member["bare"]] = value

    def read_list(self, at: int, depth: int) -> tuple[list[object], int]:
        elements: list[object] = []
        while True:
            at = self.behind_commas(at)
            if self.text[at : at + 1] in ("]", ""):
                return elements, at + 1
            value, at = self.read_value(at, in_list=True, depth=depth + 1)
            elements.append(value)

    def read_string(self, at: int, ends: re.Pattern[str]) -> tuple[str, int]:
        closing = _CLOSING_QUOTES[self.text[at]]
        for found in closing.finditer(self.text, at + 1):
            self.quotes += 1
            if self.quotes > MOST_QUOTES:
                break
            if not self.is_escaped(found.start()) and ends.match(self.text, found.end()):
                inside = self.text[at + 1 : found.start()]
                if _RUNS_ON.search(inside) or len(closing.findall(inside)) % 2:
                    break
                return _unescaped(inside), found.end()
        raise _NotUnderstoodError

    def is_escaped(self, at: int) -> bool:
        ahead = self.text[max(0, at - _LONGEST_KEY) : at]
        return (len(ahead) - len(ahead.rstrip("\\"))) % 2 == 1

    def next_member(self, at: int) -> int:
        """The place of the next member of this object, or of the end of the text.

        Brackets on the way must be in pairs: then the member is none of another object.
        """
        found = _NEXT_MEMBER.search(self.text, at)
        end = found.end() if found else len(self.text)
        passed = self.text[at:end]
        if any(passed.count(pair[0]) != passed.count(pair[1]) for pair in _PAIRS):
            raise _NotUnderstoodError
        return end

    def behind_commas(self, at: int) -> int:
        found = _SPACE_AND_COMMAS.match(self.text, at)
        return found.end() if found else at


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_character, text)
    # Letters beyond the first plane are two escapes (RFC 8259, section 7).
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(found: re.Match[str]) -> str:
    if code := found[1] or found[2]:
        return chr(int(code, 16))
    return _ESCAPED.get(found[3], found[3])
