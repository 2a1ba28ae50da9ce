"""Finds where the scripts of an otherwise empty page lead, without running them.

Takes only an address that a script gives as plain text: `location.href = "/home"`.
"""

import re
from collections.abc import Sequence

LONGEST_SCRIPTS = 8_000  # characters in all; a script that only leads on has about 100
COMPUTED = ""  # stands for an address that a script works out
_MAY_LEAD = re.compile("location|navigate|open")

# The quotes may be escaped, because a timer's code is a string itself.
_TEXT = r"""(?P<quote>\\?["'`])(?P<address>(?:(?!(?P=quote))[^\r\n]){0,2000})(?P=quote)"""
_OBJECTS = r"(?:(?:window|document|self|top|parent|globalThis|this)\s*\.\s*)*"
_LOCATION = rf"(?<![\w$.]){_OBJECTS}location(?:\s*\.\s*href)?"
_PLACES = (
    rf"{_LOCATION}\s*=(?!=)\s*",
    rf"{_LOCATION}\s*\.\s*(?:replace|assign)\s*\(\s*",
    r"(?<![\w$.])(?:window\s*\.\s*)?navigate\s*\(\s*",
    r"\$\(\s*(?:window\s*\.\s*)?location\s*\)\s*\.\s*(?:attr|prop)\s*\(\s*[\"']href[\"']\s*,\s*",
    r"\$\(\s*window\s*\)\s*\.\s*(?:attr|prop)\s*\(\s*[\"']location[\"']\s*,\s*",
)
_HERE = r"\\?[\"']_(?:self|top|parent)"
_OPENED = rf"(?<![\w$.])(?:window\s*\.\s*)?open\s*\(\s*(?={_TEXT}\s*,\s*{_HERE})"
_LEADS = re.compile("|".join((*_PLACES, _OPENED)))
# What may follow a whole address: not a sign that goes on computing.
_LITERAL = re.compile(rf"{_TEXT}\s*(?=[;,)}}\r\n\"'`\\]|$)")
_NAME = re.compile(r"([A-Za-z_$][\w$]{0,60})\s*(?=[;,)}\r\n]|$)")
_OWN_LOCATION = re.compile(rf"{_LOCATION}\s*(?=[;,)}}\r\n\"'`\\]|$)")  # out of a frame, or again
_PART_OF_ADDRESS = re.compile(
    r"(?<![\w$.])(?:(?:window|document|self|top)\s*\.\s*)*location\s*\.\s*"
    r"(?:pathname|search|host|hostname|protocol|port)\s*=(?!=)"
)
_RELOADS = re.compile(rf"{_LOCATION}\s*\.\s*reload\s*\(")
_STRING_OR_COMMENT = re.compile(
    r"""("(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'|`(?:\\.|[^`\\])*`)"""
    r"""|//[^\r\n]*|/\*.*?\*/|<!--[^\r\n]*""",
    re.S,
)
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(.))")


def scripts_lead_to(scripts: Sequence[str]) -> str | None:
    """The one address that scripts lead to, as written there.

    COMPUTED if they work it out, or choose among several. None if they lead nowhere, or only load
    the page again.
    """
    scripts = [script for script in scripts if _MAY_LEAD.search(script)]
    if sum(map(len, scripts)) > LONGEST_SCRIPTS:
        return None
    found: set[str] = set()
    for script in scripts:
        found |= _targets(_STRING_OR_COMMENT.sub(lambda match: match[1] or " ", script))
    if len(found) > 1:
        return COMPUTED
    return next(iter(found), None)


def scripts_reload(scripts: Sequence[str]) -> bool:
    """Whether scripts load the page again."""
    return any(_RELOADS.search(script) for script in scripts)


def _targets(script: str) -> set[str]:
    found = {COMPUTED} if _PART_OF_ADDRESS.search(script) else set()
    for lead in _LEADS.finditer(script):
        if _OWN_LOCATION.match(script, lead.end()):
            continue
        found.add(_address_at(script, lead.end()))
    return found


def _address_at(script: str, place: int) -> str:
    """The plain text at a place, or that of the name there if the script sets it once."""
    if (name := _NAME.match(script, place)) is not None:
        word = re.escape(name[1])
        settings = list(re.finditer(rf"(?<![\w$.]){word}\s*(?:=(?![=>])|[+-]=|\+\+)\s*", script))
        place = settings[0].end() if len(settings) == 1 else len(script)
    literal = _LITERAL.match(script, place)
    address = _unescaped(literal["address"]) if literal is not None else COMPUTED
    return COMPUTED if "${" in address else address


def _unescaped(text: str) -> str:
    """The text that a script's string means; a code inside a string is escaped twice."""

    def character(match: re.Match[str]) -> str:
        number = match[1] or match[2]
        return chr(int(number, 16)) if number else match[3]

    return _ESCAPE.sub(character, text)
