"""Finds where the scripts of an otherwise empty page lead, without running them.

Takes only an address that a script gives as plain text: `location.href = "/home"`.
"""

import re
from collections.abc import Sequence

LONGEST_SCRIPTS = 8_000  # characters in all; a script that only leads on has about 100
COMPUTED = ""  # stands for an address that a script works out

_LOCATION = (
    r"(?<![\w$.])(?:(?:window|document|self|top|parent|globalThis|this)\s*\.\s*)*location"
    r"(?:\s*\.\s*href)?"
)
_PART = r"\s*\.\s*(?:pathname|search|host|hostname|protocol|port)"
# What may follow a whole address: not a sign that goes on computing.
_END = r"\s*(?=[;,)}\r\n\"'`\\]|$)"
# A page that leads to its own location leaves a frame, or loads itself again.
_LEADS = re.compile(
    rf"{_LOCATION}(?:\s*\.\s*(?:replace|assign)\s*\(|(?P<part>{_PART})?\s*=(?!=))\s*+"
    rf"(?!{_LOCATION}{_END})"
)
# The quotes may be escaped, because a timer's code is a string itself.
_LITERAL = re.compile(
    rf"""(?P<quote>\\?["'`])(?P<address>(?:(?!(?P=quote))[^\r\n]){{0,2000}})(?P=quote){_END}"""
)
_STRING_OR_COMMENT = re.compile(
    r"""("(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'|`(?:\\.|[^`\\])*`)"""
    r"""|//[^\r\n]*|/\*.*?\*/|<!--[^\r\n]*""",
    re.S,
)


def scripts_lead_to(scripts: Sequence[str]) -> str | None:
    """The one address that scripts lead to, as written there.

    COMPUTED if they work it out, or choose among several. None if they lead nowhere, or only load
    the page again.
    """
    scripts = [script for script in scripts if "location" in script]
    if sum(map(len, scripts)) > LONGEST_SCRIPTS:
        return None
    found: set[str] = set()
    for script in scripts:
        code = _STRING_OR_COMMENT.sub(lambda match: match[1] or " ", script)
        found.update(
            COMPUTED if lead["part"] else _address_at(code, lead.end())
            for lead in _LEADS.finditer(code)
        )
    return COMPUTED if len(found) > 1 else next(iter(found), None)


def scripts_reload(scripts: Sequence[str]) -> bool:
    """Whether scripts load the page again."""
    return any("location.reload(" in script for script in scripts)


def _address_at(code: str, place: int) -> str:
    """The plain text at a place; COMPUTED for anything else, and for escaped letters."""
    literal = _LITERAL.match(code, place)
    address = literal["address"].replace("\\/", "/") if literal is not None else COMPUTED
    return COMPUTED if "\\" in address or "${" in address else address
