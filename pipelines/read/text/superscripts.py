"""What a super- or subscript means, in plain text: 10⁴, m², CO₂, x^(n+1), "word ¹".

The signs of Unicode stand for what is raised or lowered. Where it has none, a caret or a low line
does, as in TeX. A mark that points to a footnote stands apart from its word. Letters stay as they
are read aloud: 1st, Mme.
"""

import re
from dataclasses import dataclass

from portals.languages import any_of, every

LONGEST = 12  # characters of a sign; what is longer is small print

_RAISED = str.maketrans("0123456789+-\u2013\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
_LOWERED = str.maketrans("0123456789+-\u2013\u2212", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋")
_SIGNED = re.compile(r"[+\-\u2013\u2212]\d{0,4}|\d{1,4}[+\-\u2013\u2212]", re.ASCII)
_FIGURES = re.compile(r"\d{1,4}(?:[,;.\-\u2013]\s?\d{1,4})*", re.ASCII)
_SIGNS = re.compile(r"\W+|[⁰-₎²³¹]+")
_BRACKETED = re.compile(r"\[.+\]|\(.+\)|\d+[).]")
_OPERATOR = re.compile(r"[-+\u2013\u2212*/=×·]")

_ELEMENT = re.compile(r"<(su[pb])\b[^<>]*>([^<>]*)</su[pb]>", re.I)
_LETTER = r"[^\W\d_\u00b2\u00b3\u00b9\u2070-\u209c]"
# What may have a power, at the end of a text.
_ONE_LETTER = re.compile(rf"(?<!{_LETTER})[A-Za-z\u0391-\u03c9]$")
_LENGTH = any_of(every(lambda language: language.lengths))
_UNIT = re.compile(
    rf"(?<!{_LETTER})(?:[nkchd]?m|mm|dam|[µμ]m|nm|ft|in|mi|yd|[ксдм]?м|мкм|{_LENGTH})$", re.I
)
_POWERS_OF_UNITS = frozenset("234")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*$", re.ASCII)
_EXPRESSION = re.compile(r"\((?:[^()]*[-+=/×·*\u2212][^()]*|[^()]{1,3})\)$")
_PRODUCT = re.compile(r"[×·=√]\s?[A-Za-z\u0391-\u03c9]{1,3}$")
_INDEXED = re.compile(rf"(?<!{_LETTER})[A-Za-z\u03b1-\u03c9][₀-₉]+$")
_CALCULATED = re.compile(rf"(?<!{_LETTER})x\s?$|[×*·=√^]\s?$")  # before a number
_CALCULATES = re.compile(r"\s?[=×*·^≈<>]|\s?x\s?\d")  # after it
_VARIABLES = frozenset("nxykijzpqNT")

_BEGUN = re.compile(r"[⁰¹²³⁴-⁹⁺⁻][,;]?\s?$")  # a superscript in several elements
_WORD = re.compile(rf"{_LETTER}{{3,}}$")
_OPEN = re.compile(r"(?:^|[\s(\[{\u201c\u2018«])$")
_ISOTOPE = re.compile(r"[A-Z][a-z]?(?![^\W\d_])")
_HOUR = any_of(every(lambda language: language.dates.hour_signs))
_CLOCK = re.compile(rf"\d\s?(?:{_HOUR}|:)$", re.I)
_DECIMAL = re.compile(r"(?<!\d)\d{1,3}[.,]$", re.ASCII)
_COUNTED = re.compile(r"\s?[%‰$€£¥₫]|\w")
_DEGREES = re.compile(r"\s?[CFK](?![^\W\d_])|\s?\d+\s?['\u2019\u2032]")
_TRADE_MARKS = {"tm": "™", "sm": "℠"}
_ORDINALS = {"o": "º", "a": "ª"}
_ROMAN = frozenset("IVXLCDM")


@dataclass(frozen=True, slots=True)
class Script:
    """A super- or subscript and the text around it in its line. `linked`: it is all that a link
    shows; `over`: the upper half of a fraction.
    """

    said: str
    before: str
    after: str
    linked: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The plain text of a super- or subscript. `apart`: it is no part of the words beside it."""

    text: str
    apart: bool = False


def superscript(script: Script) -> Written:
    """A superscript in plain text: an exponent, a mark of a note, an ordinal or a fraction."""
    said = script.said
    if _SIGNED.fullmatch(said):
        return Written(said.translate(_RAISED))
    if _SIGNS.fullmatch(said):
        return Written(said, apart=script.linked)
    if len(said) > LONGEST or (" " in said and not _FIGURES.fullmatch(said)):
        return Written(said, apart=True)
    if script.linked or (_BRACKETED.fullmatch(said) and not _ONE_LETTER.search(script.before)):
        return _note(said)
    if said.isalpha():
        return _letters(script)
    return _figures(script) if _FIGURES.fullmatch(said) else _formula(script)


def subscript(script: Script) -> Written:
    """A subscript in plain text: of a formula (CO₂), of a name (x_max), or of a fraction."""
    said, before = script.said, script.before
    small_print = len(said) > LONGEST or " " in said or not re.search(r"[^\W_]|[)\]]", before[-1:])
    if small_print or _SIGNS.fullmatch(said):
        return Written(said.translate(_LOWERED) if _SIGNED.fullmatch(said) else said)
    if _SIGNED.fullmatch(said) or re.fullmatch(r"\d+(?:[.,]\d+)?", said, re.ASCII):
        return Written(said.translate(_LOWERED))
    if said.startswith("[") or (_BRACKETED.fullmatch(said) and _WORD.search(before)):
        return Written(said, apart=True)
    return Written(_below(said, "_"))


def written_out(line: str) -> str:
    """A line of markup, such as a feed's title, with its super- and subscripts in plain text."""
    written, end = "", 0
    for found in _ELEMENT.finditer(line):
        written += line[end : found.start()]
        script = Script(found[2].strip(), written[-40:], line[found.end() : found.end() + 40])
        plain = superscript(script) if found[1].lower() == "sup" else subscript(script)
        written += " " + plain.text if plain.apart and written[-1:].strip() else plain.text
        end = found.end()
    return written + line[end:]


def _note(said: str) -> Written:
    if _FIGURES.fullmatch(said):
        said = said.translate(_RAISED)
    elif len(said) == 1 and said.isalpha():
        said = f"^{said}"
    return Written(said, apart=True)


def _letters(script: Script) -> Written:
    """Letters are read aloud with their word, unless they are variables, degrees or a note."""
    said, before = script.said, script.before
    if said.lower() in _TRADE_MARKS:
        return Written(_TRADE_MARKS[said.lower()])
    if said in ("o", "O") and before[-1:].isdecimal() and _DEGREES.match(script.after):
        return Written("°")
    if said in _ORDINALS and re.search(r"\d\.?$", before):
        return Written(_ORDINALS[said])
    if said in _VARIABLES and (before[-1:].isdecimal() or _may_have_power(before)):
        return Written(f"^{said}")
    if len(said) == 1 and _takes_lettered_note(said, before):
        return _note(said)
    return Written(said, apart=len(said) > 2 and _WORD.search(before) is not None)


def _takes_lettered_note(said: str, before: str) -> bool:
    """Whether one letter points to a note, as in tables; it may also end a shortened word (Art.º)
    or a Roman number (XIXe).
    """
    if not before or before[-1] in " )%":
        return True
    word = _WORD.search(before)
    if word is None or (word[0].isupper() and _ROMAN.issuperset(word[0])):
        return False
    return said in ("abcdefg" if word[0].isupper() else "abcdfg")


def _figures(script: Script) -> Written:
    said, before, after = script.said, script.before, script.after
    if script.over or (_OPEN.search(before) and re.match(r"[/\u2044]\d", after)):
        return Written(said, apart=before[-1:].isdecimal())
    if len(said) <= 2 and (
        (_CLOCK.search(before) and len(said) == 2)
        or (_DECIMAL.search(before) and _COUNTED.match(after))
    ):
        return Written(said)
    if said == "0" and before[-1:].isdecimal() and _DEGREES.match(after):
        return Written("°")
    if _is_exponent(script):
        return Written(said.translate(_RAISED) if said.isdecimal() else _below(said, "^"))
    begun = _BEGUN.search(before) is not None
    isotope = _OPEN.search(before) and _ISOTOPE.match(after)
    return Written(said.translate(_RAISED), apart=not begun and not isotope)


def _is_exponent(script: Script) -> bool:
    """Whether figures are a power of what precedes them; otherwise they point to a note."""
    said, before = script.said, script.before
    if number := _NUMBER.search(before):
        small = len(number[0]) <= 2 and said != "1"
        # A point multiplies: 5,2.10³. Groups of figures have three.
        small = small or number[0].endswith(".10")
        calculated = _CALCULATED.search(before[: number.start()]) or _CALCULATES.match(script.after)
        return small or number[0] == "10" or calculated is not None
    if _UNIT.search(before):
        return said in _POWERS_OF_UNITS
    return _may_have_power(before)


def _formula(script: Script) -> Written:
    """Figures, letters and signs mixed."""
    said, before = script.said, script.before
    if (said[0].isalpha() and not _OPERATOR.search(said)) or said[0] == "/":
        return Written(said)  # 14<sup>h30</sup>, 24<sup>/7</sup>
    if _CLOCK.search(before):
        return Written(said)
    if _NUMBER.search(before) or _may_have_power(before):
        return Written(_below(said, "^"))
    return Written(said, apart=True)


def _may_have_power(before: str) -> bool:
    return any(one.search(before) for one in (_ONE_LETTER, _EXPRESSION, _PRODUCT, _INDEXED))


def _below(said: str, sign: str) -> str:
    """TeX's way to write it, with round brackets where it needs any."""
    bare = re.fullmatch(r"[^\W_]+(?:[.,]\d+)?", said) or _BRACKETED.fullmatch(said)
    return f"{sign}{said}" if bare else f"{sign}({said})"
