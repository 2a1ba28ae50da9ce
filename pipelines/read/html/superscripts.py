"""What a super- or subscript means, in plain text: 10⁴, m², CO₂, x^(n+1), "word ¹". A page's are
written out in its tree before anything reads it, so that all its texts follow one rule.

The signs of Unicode stand for what is raised or lowered. Where it has none, a caret or a low line
does, as in TeX. A mark that points to a footnote stands apart from its word. Letters stay as they
are read aloud: 1st, Mme.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

from pipelines.read.html.paragraphs import BLOCKS, BREAKS
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

EDGES = BLOCKS | BREAKS | {"body", "html"}  # text beyond them stands in another line
NEIGHBOURS = 40  # characters on either side that tell what a script is
MOST_STEPS = 60  # elements walked for them
SCRIPTS = ("sup", "sub")
STYLED = re.compile(r"vertical-align\s*:\s*(su[bp])")  # Word, and editors that copy from it
SLASH = re.compile(r"\s*[/\u2044]\s*")


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


def write_out_scripts(root: html.HtmlElement, markup: str) -> None:
    """Replace the super- and subscripts of a page by plain text with their meaning. `markup`: the
    page's text; a page without any costs one look at its elements' names.
    """
    found: list[tuple[html.HtmlElement, str]] = []
    if next(root.iter(*SCRIPTS), None) is not None:
        # A script within a script comes before the one around it.
        found += ((it, it.tag) for _, it in etree.iterwalk(root, events=("end",), tag=SCRIPTS))
    if "vertical-align" in markup and STYLED.search(markup):
        found += _styled(root)
    for element, level in found:
        _write_out(element, level)


def written_out(line: str) -> str:
    """A line of markup, such as a feed's title, with its super- and subscripts in plain text."""
    written, end = "", 0
    for found in _ELEMENT.finditer(line):
        written += line[end : found.start()]
        script = Script(found[2].strip(), written[-40:], line[found.end() : found.end() + 40])
        plain = _superscript(script) if found[1].lower() == "sup" else _subscript(script)
        written += " " + plain.text if plain.apart and written[-1:].strip() else plain.text
        end = found.end()
    return written + line[end:]


def _styled(root: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str]]:
    for element in root.iter(etree.Element):
        style = STYLED.search(element.get("style") or "")
        if style and element.tag not in EDGES:
            yield element, style[1]


def _write_out(element: html.HtmlElement, level: str) -> None:
    pieces = list(_pieces(element))
    said = " ".join("".join(text for _, _, text in pieces).split())
    if not said or any(inner.tag in EDGES for inner in element.iter(etree.Element)):
        return
    before = "".join(reversed(_beside(element, before=True)))[-NEIGHBOURS:]
    after = "".join(_beside(element, before=False))[:NEIGHBOURS]
    script = Script(said, before, after, _is_linked(element, said), _is_over(element))
    written = _superscript(script) if level == "sup" else _subscript(script)
    if written.text != said:
        for node, place, _ in pieces:
            setattr(node, place, None)
        node, place, _ = pieces[0]
        behind = " " if pieces[-1][2][-1].isspace() else ""
        setattr(node, place, written.text + behind)
    if not written.apart:
        return
    if before and not before[-1].isspace() and before[-1] not in "([{":
        _add_blank_before(element)
    if after[:1].isalnum():
        element.tail = f" {element.tail or ''}"


def _pieces(element: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str, str]]:
    """(element, "text" or "tail", text) of each text in an element, without blank ones."""
    for inner in element.iter():
        if isinstance(inner.tag, str) and (inner.text or "").strip():
            yield inner, "text", inner.text
        if inner is not element and (inner.tail or "").strip():
            yield inner, "tail", inner.tail


def _beside(element: html.HtmlElement, *, before: bool) -> list[str]:
    """The texts before or after an element in its line, the nearest first."""
    found: list[str] = []
    here = element
    for _ in range(MOST_STEPS):
        above = here.getparent()
        if above is None or sum(map(len, found)) >= NEIGHBOURS:
            break
        other = here.getprevious() if before else here.getnext()
        between = (above.text if other is None else other.tail) if before else here.tail
        found.append(between or "")
        if (above if other is None else other).tag in EDGES:
            break
        found.append("" if other is None else _shown(other))
        here = above if other is None else other
    return found


def _shown(element: html.HtmlElement) -> str:
    if not isinstance(element.tag, str):
        return ""
    return "".join(text for _, _, text in _pieces(element))


def _is_linked(element: html.HtmlElement, said: str) -> bool:
    """Whether a link shows a script and nothing else."""
    if next(element.iter("a"), None) is not None:
        return True
    anchor = next(element.iterancestors("a"), None)
    return anchor is not None and " ".join(_shown(anchor).split()) == said


def _is_over(element: html.HtmlElement) -> bool:
    """Whether only a slash stands between a script and a lowered one."""
    following = element.getnext()
    return (
        following is not None
        and following.tag == "sub"
        and SLASH.fullmatch(element.tail or "") is not None
    )


def _add_blank_before(element: html.HtmlElement) -> None:
    """Add a blank to the text before an element, outside a link that shows it alone."""
    above = element.getparent()
    while above is not None and above.tag == "a" and not above.text and element is above[0]:
        element, above = above, above.getparent()
    previous = element.getprevious()
    if previous is not None:
        previous.tail = f"{previous.tail or ''} "
    elif above is not None:
        above.text = f"{above.text or ''} "


def _superscript(script: Script) -> Written:
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


def _subscript(script: Script) -> Written:
    """A subscript in plain text: of a formula (CO₂), of a name (x_max), or of a fraction."""
    said, before = script.said, script.before
    small_print = len(said) > LONGEST or " " in said or not re.search(r"[^\W_]|[)\]]", before[-1:])
    if small_print or _SIGNS.fullmatch(said):
        return Written(said.translate(_LOWERED) if _SIGNED.fullmatch(said) else said)
    if _SIGNED.fullmatch(said) or _NUMBER.fullmatch(said):
        return Written(said.translate(_LOWERED))
    if said.startswith("[") or (_BRACKETED.fullmatch(said) and _WORD.search(before)):
        return Written(said, apart=True)
    return Written(_below(said, "_"))


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
