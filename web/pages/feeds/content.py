"""What stands in an entry: a text, a difference, or the evidence of a removal, as safe HTML.

It is written anew from words and addresses, as all pages are; addresses are absolute.
"""

from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup, escape

from pipelines.compare.differences import FieldDifference, differences
from pipelines.compare.layout import Gap, folded
from pipelines.compare.markup import line_markup
from pipelines.compare.version import Version
from pipelines.keep.announcements.announcement import Announcement
from pipelines.read.html.markup import plain_markup
from web.archive import Row
from web.languages import gettext as _
from web.languages import language, ngettext, runs_leftwards
from web.pages.articles.shown_text import figure_of, shown_text
from web.pages.articles.wording import fields
from web.pages.feeds.feed import File

LONGEST = 100_000  # characters of a text with its structure
MOST_WORDS = 20_000  # of two versions; more are compared by whole paragraphs
MOST_CHARACTERS = 400_000  # of two versions; more are not compared
PARAGRAPH = Markup("<p>{}</p>")
LINK = Markup('<a href="{}">{}</a>')

Path = Callable[[str], str]


def text_of(article: Row, pictures: Sequence[Row], files: Sequence[File], path: Path) -> str | None:
    """The text of an article with its pictures and files; None if it is too long for a feed.

    A picture that the archive keeps is shown from there, another is a link to its portal.
    """
    held = article["body_html"] or plain_markup(article["body"] or "")
    if article["is_long"] or len(held) > LONGEST:
        return None
    text, left = shown_text(held, pictures, path)
    lead = PARAGRAPH.format(article["lead"]) if article["lead"] else Markup("")
    parts = [lead, text, *(figure_of(one, path) for one in left)]
    if files:
        items = Markup("").join(Markup("<li>{}</li>").format(_linked(one)) for one in files)
        parts.append(Markup("<ul>{}</ul>").format(items))
    return _in_language(Markup("\n").join(filter(None, parts)), article["language"])


def difference_of(one: Announcement, said: str, versions: Sequence[Version]) -> str:
    """What an edit changed: `ins` and `del` mark the words that came and went, `strong` figures in
    them. `versions`: the one before and the edited one; without them only what is `said`.
    """
    parts = [_ours(said)]
    if len(versions) == 2:
        before, after = versions
        found = differences(before, after, MOST_WORDS)
        parts += [_field(field, one.language) for field in found.fields]
    return "\n".join(parts)


def size_of(versions: Sequence[Version]) -> int:
    """How much there is to compare, in characters."""
    return sum(len(one.body) + len(one.lead or "") + len(one.title) for one in versions)


def removal_of(one: Announcement, said: str, path: Path) -> str:
    """What the portal did with an article, and the capture that proves it."""
    assert one.removal is not None
    parts = [_ours(said)]
    to = one.removal.to_url
    if to and is_of_the_web(to):
        parts.append(_ours(LINK.format(to, to)))
    if one.capture is not None:
        proof = _("The capture that proves it")
        status = f" (HTTP {one.removal.status})" if one.removal.status else ""
        parts.append(_ours(LINK.format(path(f"/capture/{one.capture}"), f"{proof}{status}")))
    return "\n".join(parts)


def is_of_the_web(url: str) -> bool:
    """Whether an address may stand in a link."""
    return url.lower().startswith(("http://", "https://"))


def _ours(said: str | Markup) -> Markup:
    """A paragraph of our own words."""
    return Markup('<p lang="{}">{}</p>').format(language(), said)


def _in_language(text: Markup, code: str | None) -> Markup:
    if not code:
        return text
    way = Markup(' dir="rtl"') if runs_leftwards(code) else ""
    return Markup('<div lang="{}"{}>{}</div>').format(code, way, text)


def _linked(file: File) -> Markup:
    name = file.name or file.url
    return LINK.format(file.url, name) if is_of_the_web(file.url) else escape(name)


def _field(field: FieldDifference, code: str | None) -> Markup:
    name = fields().get(field.field, field.field)
    head = Markup('<h3 lang="{}">{}</h3>').format(language(), name[:1].upper() + name[1:])
    return head + _in_language(Markup("").join(_rows(field)), code)


def _rows(field: FieldDifference) -> Iterator[Markup]:
    for row in folded(field.lines):
        if not isinstance(row, Gap):
            yield PARAGRAPH.format(Markup(line_markup(row, None)))
        elif row.differing:
            yield _ours(_("More differs, and has no room here."))
        else:
            said = ngettext(
                "%(count)s paragraph is the same", "%(count)s paragraphs are the same", row.lines
            )
            yield _ours(f"[{said % {'count': row.lines}}]")
