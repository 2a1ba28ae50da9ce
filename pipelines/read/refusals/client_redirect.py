"""Finds where a page leads before it shows anything: by a refresh, a line of script, or one frame.

A browser follows such a page as it follows a redirect, so it is one. A page that shows an article
or a list and is loaded again now and then is none. No script is run: only an address that it gives
as plain text counts (`location.href = "/home"`).
"""

import re
from collections.abc import Collection, Sequence

from pipelines.capture import Capture
from pipelines.read.addresses.canonical import canonical_url, same_site
from pipelines.read.html.outline import HIDDEN_STYLE
from pipelines.read.html.page import HtmlPage, shows_less
from pipelines.read.refusals.error_pages import needs_browser

LITTLE = 500  # visible characters: a line that asks to wait or to click, in two languages
NOTHING = 300  # visible characters beside a script or frame: a title, a line without JavaScript
LONGEST_STUB = 30_000  # characters of markup; a page with a script that only leads on has about 300
LONGEST_WAIT = 60  # seconds that a page with little text may ask to wait
AT_ONCE = 1  # seconds in which hardly any script fills a page
SHORT_WAIT = 10  # seconds in which nobody reads a page with text
# HTML, "shared declarative refresh steps". The header's value is the same.
_REFRESH = re.compile(r"\s*+(?:(\d++)|(?=\.))[\d.]*+(?:(?:\s*[;,]|\s)\s*(.*))?", re.S)
_ADDRESS = re.compile(
    r"(?:url\s*=\s*)?(?:(?P<quote>['\"])(.*?)(?:(?P=quote).*|$)|(.*))", re.I | re.S
)
_NO_SIZE = re.compile(r"\s*[01]?\s*(?:px|%)?\s*", re.I)
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


def refresh_of(said: str) -> tuple[int, str] | None:
    """The seconds and the address, as written, of a refresh; the address is "" for the page itself.

    None if browsers ignore it.
    """
    refresh = _REFRESH.fullmatch(said)
    if refresh is None:
        return None
    address = _ADDRESS.fullmatch((refresh[2] or "").strip())
    assert address is not None  # it takes any text
    return int((refresh[1] or "0")[:9]), address[2] or address[3] or ""


def refreshed_to(capture: Capture) -> str | None:
    """Where the header `Refresh` of an answer without a page leads; None if it has none."""
    refresh = refresh_of(capture.refresh) if capture.refresh else None
    if refresh is None or refresh[0] > LONGEST_WAIT:
        return None
    return canonical_url(refresh[1], capture.url) if refresh[1] else capture.url


def leads_away(page: HtmlPage, header: str) -> str | None:
    """Where a refresh takes the reader of any page before the text can be read.

    `header`: the header `Refresh`. None if there is none, or to the page itself.
    """
    refresh = _refresh(page, header, unseen=False)
    if refresh is None or refresh[0] > SHORT_WAIT or refresh[1] == page.url:
        return None
    return refresh[1]


def client_redirect(
    page: HtmlPage, header: str, hosts: Collection[str], names: Collection[str]
) -> str | None:
    """Where a page with little text leads, in canonical form. None if it leads nowhere.

    COMPUTED if only its scripts know. The page's own address if it only waits to be loaded again.
    `header`: the header `Refresh`; `hosts`: those of the site; `names`: the articles that the page
    names: beside a list of them, only a quick refresh to another path counts.
    """
    refresh = _refresh(page, header, unseen=False)
    if refresh is None and len(page.text) > LONGEST_STUB:
        return None
    if not shows_less(page.root, LITTLE):
        return None
    if refresh is not None:
        seconds, target = refresh
        lists = not set(names) <= {target}
        if lists and target.partition("?")[0] == page.url.partition("?")[0]:
            return None
        if target == page.url and not shows_less(page.root, NOTHING):
            return None
        return target if seconds <= (SHORT_WAIT if lists else LONGEST_WAIT) else None
    # The scripts and the noscript of a page that scripts fill are for what it becomes.
    if not shows_less(page.root, NOTHING) or needs_browser(page):
        return None
    found = _scripted(page, hosts)
    return found if set(names) <= {found} else None


def frames_of(page: HtmlPage) -> list[str]:
    """The addresses of a frameset's frames."""
    urls = [page.join(frame.get("src")) for frame in page.root.iter("frame")]
    return [url for url in dict.fromkeys(urls) if url is not None and url != page.url]


def _refresh(page: HtmlPage, header: str, *, unseen: bool) -> tuple[int, str] | None:
    """(seconds, address) of the refresh that a browser follows: the first to a page.

    `unseen`: of those in a noscript.
    """
    elements = [said for said, in_noscript in page.refreshes if in_noscript is unseen]
    for said in elements if unseen or not header else (header, *elements):
        refresh = refresh_of(said)
        target = refresh and (page.join(refresh[1]) if refresh[1] else page.url)
        if refresh and target:
            late = refresh[0] > AT_ONCE and needs_browser(page)  # scripts fill the page before
            return None if late else (refresh[0], target)
    return None


def _scripted(page: HtmlPage, hosts: Collection[str]) -> str | None:
    """Where the scripts of a page lead, else what it gives to those without scripts."""
    own = page.root.iter("script")
    scripts = [one.text for one in own if one.text and one.get("src") is None]
    scripts += [body.get("onload") or "" for body in page.root.iter("body")]
    said = _scripts_lead_to(scripts)
    if said and (target := page.join(said)) and target != page.url:
        return target
    refresh = _refresh(page, "", unseen=True)
    other = refresh[1] if refresh is not None else _frame(page, hosts)
    if other is not None and other != page.url:
        return other
    if said == COMPUTED:
        return COMPUTED
    reloads = any("location.reload(" in script for script in scripts)
    return page.url if refresh is not None or reloads else None


def _scripts_lead_to(scripts: Sequence[str]) -> str | None:
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


def _address_at(code: str, place: int) -> str:
    """The plain text at a place; COMPUTED for anything else, and for escaped letters."""
    literal = _LITERAL.match(code, place)
    address = literal["address"].replace("\\/", "/") if literal is not None else COMPUTED
    return COMPUTED if "\\" in address or "${" in address else address


def _frame(page: HtmlPage, hosts: Collection[str]) -> str | None:
    """The one frame of a frameset, or the one visible iframe of the portal, that fills a page."""
    if frames := frames_of(page):
        return frames[0] if len(frames) == 1 else None
    iframes = [
        frame
        for frame in page.root.iter("iframe")
        if next(frame.iterancestors("noscript"), None) is None
        and not HIDDEN_STYLE.search(frame.get("style") or "")
        and not any(_NO_SIZE.fullmatch(frame.get(side) or "9") for side in ("width", "height"))
    ]
    target = page.join(iframes[0].get("src")) if len(iframes) == 1 else None
    return target if target is not None and same_site(target, hosts) else None
