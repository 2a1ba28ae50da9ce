"""Every message of the pages and of e-mails has its Vietnamese."""

from collections.abc import Iterator

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from pipelines.keep.visits.accept import EFFECTS, NEW_PAST, SAME_WORDS
from tests import ROOT

WEB = ROOT / "web"
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {"_": None, "Message": None, "gettext": None, "ngettext": (1, 2)}


def used() -> Iterator[str | tuple[str, ...]]:
    """Messages in code and templates, and those of programs that pages translate; one that counts
    has its singular and plural.
    """
    options = {"**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true"}}
    for room in (WEB, ROOT / "crawler/alerts"):
        for _, _, message, *_ in extract_from_dir(room, METHODS, options, KEYWORDS):
            yield message
    status = ROOT / "pipelines/keep/status"
    for _, _, message, *_ in extract_from_dir(status, METHODS[:1], keywords={"Message": None}):
        yield message
    yield from {*EFFECTS.values(), NEW_PAST, SAME_WORDS}  # of accepting an issue


def test_every_message_has_its_vietnamese_and_no_message_is_left_over() -> None:
    with (WEB / "languages" / "vi.po").open("rb") as file:
        catalog = read_po(file, locale="vi")
    translated = {message.id for message in catalog if message.id and message.string}
    assert {message.id for message in catalog if message.id} == translated
    assert translated == set(used())
