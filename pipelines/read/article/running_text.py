"""Where an article's running text stands on a page of no known family: below the title, in blocks of prose, before the neighbours begin.

It works on the outline of a page and gives elements of it; it neither cleans nor cuts a word itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from lxml import html

from pipelines.read.html.block_kinds import FILE_HEADING, SENTENCE, Judged, is_cell
from pipelines.read.html.outline import FIELD, Block, common_ancestor, holds, names_of
from pipelines.read.html.page import seen_text
from pipelines.read.html.paragraphs import ENDED, is_grid
from pipelines.read.text.bylines import is_person, read_labelled
from pipelines.read.text.clean_text import fold, same_text
from pipelines.read.text.letterhead import is_letterhead
from pipelines.read.text.phrases import folded_pattern
from portals.class_words import class_words, named

NEIGHBOUR = 25  # characters of a link among neighbours; a tool's link ("In trang") is shorter
FILE_BOX = named(class_words().files)
FILE_NAME = re.compile(r"\w\.(?:pdf|docx?|xlsx?|pptx?|od[ts]|rtf|zip|rar|7z)", re.I)
OF_LEAD = named(class_words().leads, class_words().summaries)
LONGEST_LEAD = 1200  # characters
FAR = 6  # blocks between a short line below the title and prose that is not the same article's
ABOUT = re.compile(
    rf"\(?\d[\d.,]*\s*{folded_pattern(lambda language: language.furniture.counted)}(?!\w)"
    rf"|{folded_pattern(lambda language: language.furniture.section_labels)}\s*:"
    rf"|{folded_pattern(lambda language: language.furniture.about)}(?!\w)"
    rf"|{folded_pattern(lambda language: language.furniture.ratings)}\W*$"
)
# Elements that lay out a page: an article whose title and text share no smaller one has no element
# of its own.
WHOLE_PAGE = frozenset({"body", "html", "form"})
HEAD = 8  # blocks that may stand before the title in an element that is the article's own
# Elements that are parts of a text, and so are never the whole of it.
PARTS = "p li ul ol blockquote figure figcaption h1 h2 h3 h4 h5 h6 tr tbody thead dl dd dt pre caption center hr"
NEVER_ALONE = frozenset(PARTS.split())
# Elements that editors make, and their programs name: a class of Word's on one of these is no field of the page.
MADE_BY_EDITORS = "p li blockquote figure h2 h3 h4 h5 h6 table tbody tr td th b strong em i u font"
EDITED = frozenset(MADE_BY_EDITORS.split())


@dataclass(frozen=True, slots=True)
class RunningText:
    """`body` holds the text, `lead` is an element of its own before it, `drop` what is to be taken out of the body first,
    `lines` what else is no text of it and has no element of its own.

    `wrapper` holds title and body; `first` and `last` are the places of its first and last block of text; `prose` its characters of prose.
    """

    body: html.HtmlElement
    lead: html.HtmlElement | None
    drop: tuple[html.HtmlElement, ...]
    lines: tuple[str, ...]
    wrapper: html.HtmlElement
    first: int
    last: int
    prose: int


def find_text(judged: Judged) -> RunningText | None:
    """The running text below the title; None where nothing but links, entries and furniture follows."""
    prose, shorts = _prose_below(judged), _shorts_below(judged)
    # A notice of one short line, and prose again only behind the menus of the next column. Who wrote it and who read it is no notice.
    notice = shorts and not all(_is_about_the_text(block.text) for block in shorts)
    chosen = (
        shorts
        if shorts and (not prose or (notice and prose[0].spot - shorts[-1].spot > FAR))
        else prose
    )
    if not chosen:
        return None
    outline, title = judged.outline, judged.title
    between = [judged.kinds[block.spot] for block in outline[title.spot + 1 : chosen[0].spot]]
    if between.count("entry") + between.count("link") > FAR and between.count("entry") > 2:
        return None  # the page of a section, or a front page: text again only behind other articles
    lead = None
    if len(chosen) > 1 and judged.kinds[chosen[0].spot] == "prose" and _is_lead(chosen):
        lead, *chosen = chosen
    body = _container([block.element for block in chosen])
    chosen = [
        block
        for block in outline[chosen[0].spot :]
        if judged.kinds[block.spot] in ("prose", "short", "file")
        and (block in chosen or holds(body, block.element))
    ]
    last = _last_of(judged, chosen, body)
    body = _widened(judged, body, lead, last)
    start = chosen[0].spot
    inner, (body, last) = body, _extended(judged, body, last)
    size = sum(
        len(block.text)
        for block in chosen
        if judged.kinds[block.spot] == "prose" and block.spot <= last
    )
    drop, lines = _furniture_in(judged, body, inner, lead, start, last)
    wrapper = common_ancestor([title.element, body])
    return RunningText(
        body,
        lead.element if lead else None,
        drop,
        lines,
        wrapper,
        lead.spot if lead else start,
        last,
        size,
    )


def _is_about_the_text(line: str) -> bool:
    """Whether a short line names who wrote the text, its section, or how often it was read or rated."""
    return read_labelled(line) is not None or ABOUT.match(fold(line)) is not None or is_person(line)


def _prose_below(judged: Judged) -> list[Block]:
    """The blocks of prose from the title to where the neighbours begin: the heading of a related list, or three links in a row that are titles."""
    found: list[Block] = []
    started = (
        False  # any text of its own, however short: what then begins with neighbours has ended
    )
    row = 0
    for block in judged.outline[judged.title.spot + 1 :]:
        kind = judged.kinds[block.spot]
        if kind == "prose":
            found.append(block)
            started, row = True, 0
        elif kind in ("short", "file"):
            started, row = True, 0
        elif kind in ("link", "entry", "apart"):
            row += 1 if len(block.text) >= NEIGHBOUR or found else 0
            if row >= 3 and started:
                break
        elif kind == "tail" and found:
            break
    return found


def _shorts_below(judged: Judged) -> list[Block]:
    """Where there is no prose: the short lines right below the title, in the element that it shares with the nearest of them ("See the file.").

    Where all lines of that element are but the title's head ("3 phút đọc", an office), the files below it.
    """
    found: list[Block] = []
    for block in judged.outline[judged.title.spot + 1 :]:
        kind = judged.kinds[block.spot]
        if kind in ("short", "file", "prose"):
            found.append(block)
        elif kind in ("entry", "apart") or (kind in ("link", "tail") and found):
            break
    if not found:
        return []
    shared = common_ancestor([judged.title.element, found[0].element])
    files = [block for block in found if judged.kinds[block.spot] == "file"]
    if files and not holds(shared, files[0].element):
        head, shared = shared, common_ancestor([judged.title.element, files[0].element])
        found = [
            block
            for block in found
            if block.spot <= files[-1].spot
            and (not holds(head, block.element) or ENDED.search(block.text))
        ]
    before = sum(
        1
        for block in judged.outline[: judged.title.spot]
        if judged.kinds[block.spot] not in ("apart", "tool") and holds(shared, block.element)
    )
    return [block for block in found if holds(shared, block.element)] if before <= HEAD else []


def _is_lead(chosen: Sequence[Block]) -> bool:
    """Whether the first block is a lead: named so, or all in bold, or an element of its own before the text."""
    first, *others = chosen
    if (
        len(first.text) > LONGEST_LEAD
        or is_letterhead(first.text)
        or any(block.element is first.element for block in others)
    ):
        return False
    if OF_LEAD.search(names_of(first.element)) or (_is_bold(first) and not _is_bold(others[0])):
        return True
    inner = _container([block.element for block in others])
    if holds(inner, first.element) or inner.tag in NEVER_ALONE:
        return False
    outer = common_ancestor([first.element, inner])
    return _shape(_child_towards(outer, first.element)) != _shape(_child_towards(outer, inner))


def _is_bold(block: Block) -> bool:
    bold = "".join(
        seen_text(element)
        for element in block.element.iter("b", "strong")
        if not any(above.tag in ("b", "strong") for above in element.iterancestors())
    )
    return block.element.tag in ("b", "strong") or same_text(bold, block.text)


def _child_towards(outer: html.HtmlElement, inner: html.HtmlElement) -> html.HtmlElement:
    below = inner
    for ancestor in inner.iterancestors():
        if ancestor is outer:
            break
        below = ancestor
    return below


def _shape(element: html.HtmlElement) -> tuple[str, str, str]:
    return str(element.tag), element.get("class") or "", element.get("id") or ""


def _container(elements: Sequence[html.HtmlElement]) -> html.HtmlElement:
    """The element that holds all of these, and is no mere part of a text."""
    body = common_ancestor(elements)
    while (
        (body.tag in NEVER_ALONE or is_cell(body))
        and (parent := body.getparent()) is not None
        and parent.tag not in ("body", "html")
    ):
        body = parent
    return body


def _last_of(judged: Judged, chosen: Sequence[Block], body: html.HtmlElement) -> int:
    """The place of the body's last block of text: where a related list begins inside the body, nothing after it counts."""
    last = chosen[0].spot
    row = 0
    end = max(
        (
            block.spot
            for block in judged.outline
            if judged.kinds[block.spot] == "prose" and holds(body, block.element)
        ),
        default=-1,
    )
    for block in judged.outline[chosen[0].spot :]:
        if not holds(body, block.element):
            break
        kind = judged.kinds[block.spot]
        if kind in ("prose", "short", "file"):
            last, row = block.spot, 0
        elif (
            kind == "tail"
            and block.spot > chosen[0].spot
            and len(block.text) < SENTENCE * 2
            and block.spot > end
        ):
            break
        elif kind in ("link", "entry"):
            row += 1
            if row >= 3 and block.spot > end:
                break
    return last


def _widened(
    judged: Judged, body: html.HtmlElement, lead: Block | None, last: int
) -> html.HtmlElement:
    """The body with what else is text right beside it, where title, lead and date stay outside: a short last paragraph, a table, a signature."""
    above_title = {judged.title.element, *judged.title.element.iterancestors()}
    element = body
    while (
        (parent := element.getparent()) is not None
        and parent not in above_title
        and not (lead and holds(parent, lead.element))
    ):
        added = [
            block
            for block in judged.outline[judged.title.spot :]
            if holds(parent, block.element) and not holds(element, block.element)
        ]
        kinds = [judged.kinds[block.spot] for block in added]
        if (
            any(
                kind == "date" and block.spot < last
                for kind, block in zip(kinds, added, strict=True)
            )
            or "entry" in kinds
            or "apart" in kinds
        ):
            break
        if "short" in kinds or "prose" in kinds:
            body = parent
        element = parent
    return body


def _extended(judged: Judged, body: html.HtmlElement, last: int) -> tuple[html.HtmlElement, int]:
    """(body, last) with what an editor wrote right behind the body's last block, outside its element: a table, a list, a short closing line, in a row.

    It ends with the first date, link, tool or neighbour, with what bears a name of its own, as fields of a page do, and with the article's element.
    """
    scope = common_ancestor([judged.title.element, body])
    added: list[Block] = []
    for block in judged.outline[last + 1 :]:
        if judged.kinds[block.spot] == "file":
            continue
        if (
            judged.kinds[block.spot] not in ("short", "prose")
            or not holds(scope, block.element)
            or not _is_written(block, body)
        ):
            break
        added.append(block)
    return (
        (_container([body, *(block.element for block in added)]), added[-1].spot)
        if added
        else (body, last)
    )


def _is_written(block: Block, body: html.HtmlElement) -> bool:
    """Whether a block behind a text is more of it: a table of figures, loose in the text's own elements, or in what editors make and give no name."""
    for element in (block.element, *block.element.iterancestors()):
        if element.tag == "table" and is_grid(element):
            return True
        if holds(element, body):
            break
        if FIELD.search(names_of(element)) or (
            element.tag not in EDITED and names_of(element).strip()
        ):
            return False
    return block.element.tag == "p" or read_labelled(block.text) is None


def _boxed_files(judged: Judged, inside: Sequence[Block], body: html.HtmlElement) -> set[Block]:
    """The links to files that stand in a box of files: right below its heading, or in an element named so."""
    boxed: set[Block] = set()
    announced = False
    for block in inside:
        if judged.kinds[block.spot] != "file":
            announced = (
                judged.kinds[block.spot] == "tool"
                and FILE_HEADING.match(fold(block.text)) is not None
            )
            continue
        line = takewhile(
            lambda element: holds(body, element), (block.element, *block.element.iterancestors())
        )
        if announced or any(FILE_BOX.search(names_of(element)) for element in line):
            boxed.add(block)
    return boxed


def _furniture_in(
    judged: Judged,
    body: html.HtmlElement,
    inner: html.HtmlElement,
    lead: Block | None,
    first: int,
    last: int,
) -> tuple[tuple[html.HtmlElement, ...], tuple[str, ...]]:
    """(elements, lines) inside the body that are none of its text. `inner`: the body before it was extended.

    A link between paragraphs stays: an editor set it.
    """
    inside = [block for block in judged.outline if holds(body, block.element)]
    floor = (
        next((block.spot for block in inside if holds(inner, block.element)), first)
        if body is not inner
        else 0
    )
    boxed = _boxed_files(judged, inside, body)
    unwanted: dict[Block, None] = {}
    for block in inside:
        kind = judged.kinds[block.spot]
        if (
            block is judged.title
            or block.spot < floor
            or (kind == "title" and block.spot < first)
            or kind in ("apart", "tool", "entry", "tail")
            or (kind == "file" and (FILE_NAME.search(block.text) is not None or block in boxed))
            or (kind == "date" and (block.spot < first or block.spot > last))
            or (kind == "link" and (block.spot > last or block.spot < first))
            or (lead is not None and block.element is lead.element)
            or (block.spot > last and kind in ("short", "prose"))
            or (block.spot < first and kind == "short" and judged.title.spot >= block.spot)
        ):
            unwanted[block] = None
    kept = {
        ancestor
        for block in inside
        if block not in unwanted
        for ancestor in (block.element, *block.element.iterancestors())
    }
    drop: dict[html.HtmlElement, None] = {}
    lines = []
    for block in unwanted:
        element = block.element
        if element in kept or element is body:
            lines.append(block.text)
            continue
        while (
            (parent := element.getparent()) is not None
            and parent not in kept
            and parent is not body
            and holds(body, parent)
        ):
            element = parent
        drop[element] = None
    return tuple(drop), tuple(lines)
