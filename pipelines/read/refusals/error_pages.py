"""Pages that show an error, a form or an empty shell, despite status 200.

Each is refused by its kind, so that it is neither stored nor changes a record.
"""

import re
from itertools import islice

from lxml import html

from pipelines.outcomes import Refusal
from pipelines.read.html.outline import outline
from pipelines.read.html.page import HtmlPage, seen_text, shows_less
from pipelines.read.text.clean_text import fold
from pipelines.read.text.phrases import folded_pattern
from portals.languages import any_word

# Seen on portals of Đắk Lắk, quochoi.vn: a stub of about 200 bytes sets a cookie by script and
# reloads itself.
CHALLENGE = re.compile(
    r"document\.cookie\s*=.{0,400}(?:location\.(?:reload|href|replace)|window\.location)", re.S
)
_TEXT = r"""(?:"[^"\\<>\r\n]*"|'[^'\\<>\r\n]*')"""
_SETTING = re.compile(rf"document\.cookie\s*=\s*({_TEXT}(?:\s*\+\s*{_TEXT})*)\s*(?=[;,}}\r\n]|</)")
_PIECE = re.compile(_TEXT)
_COOKIE = re.compile(
    r"([A-Za-z0-9!#$%&'*+.^_|~-]{1,64})=([A-Za-z0-9!#$%&'()*+./:<=>?@\[\]^_`{|}~-]{1,1024})"
)  # RFC 6265, section 4.1.1


def _any(name: str) -> str:
    """A pattern for the words of all languages under one key; `...` stands for any words."""
    pattern = folded_pattern(lambda language: getattr(language.refusals, name))
    return pattern.replace(r"\.\.\. ", r"(?:[\w.-]+ ){0,6}")


CHALLENGES = re.compile(
    rf"{any_word(lambda it: it.refusals.challenges)}|cf-chl|captcha-delivery|incapsula", re.I
)
NOT_FOUND = _any("not_found")
TITLES = {
    Refusal.SOFT_404: re.compile(
        rf"^(?:404(?=\W*$|\W*(?:{_any('beside_404')}|{_any('errors')})\b|\s*[-–|:])"
        rf"|{_any('errors')} 404|{NOT_FOUND})(?!\w)"
    ),
    Refusal.MAINTENANCE: re.compile(rf"\b{_any('maintenance_titles')}\b"),
    Refusal.LOGIN: re.compile(rf"^{_any('login')}\b"),
    Refusal.SEARCH: re.compile(rf"^{_any('search')}\b"),
    Refusal.BLOCKED: re.compile(rf"\b{_any('blocked')}\b"),
}
# A page of a few lines may admit its fault anywhere; inside a portal's full frame, only "not found"
# counts.
SHORT_PAGE = 1_500  # visible characters
PARKED = re.compile(_any("parked"))
PARKED_BY = re.compile(
    r"sedoparking\.com|parkingcrew\.net|//(?:www\.)?bodis\.com|hugedomains\.com|//dan\.com/", re.I
)
CAPTCHA = re.compile(_any("captchas"))
CAPTCHA_CLASSES = (".g-recaptcha", ".h-captcha", ".cf-turnstile")
CAPTCHA_SELECTORS = (*CAPTCHA_CLASSES, "input[name*='captcha' i]", "iframe[src*='captcha' i]")
MAINTENANCE = re.compile(rf"\b50[0234]\b.{{0,40}}{_any('beside_50x')}|{_any('maintenance')}")
NOT_FOUND_TEXT = re.compile(_any("not_found_texts"))
EMPTY_PAGE = 300  # visible characters: a title, and a line that asks for JavaScript
LOADING = 40  # characters that only ask for patience
# What fills an element of a page without any script.
CONTENT = ("a", "img", "picture", "iframe", "frame", "object", "embed", "video", "form", "input")
# Whole titles of forms and errors: "Đăng nhập cổng dịch vụ công bằng VNeID" is news.
FORMS = {
    Refusal.LOGIN: re.compile(rf"{_any('login_forms')}\W*"),
    Refusal.SEARCH: re.compile(rf"{_any('search_forms')}\W*"),
    Refusal.SOFT_404: re.compile(
        rf"(?:{_any('errors')} )?404\W*(?:{NOT_FOUND})?\W*|{NOT_FOUND}\W*"
    ),
}


def challenge(text: str) -> Refusal | None:
    """Refuse a small page that only sets a cookie and reloads itself, or that waits for a browser
    to prove itself.
    """
    sets_cookie = len(text) < 4096 and CHALLENGE.search(text)
    asks = len(text) < 20_000 and CHALLENGES.search(text) and "</article>" not in text
    return Refusal.CHALLENGE if sets_cookie or asks else None


def refused_by_title(page: HtmlPage) -> Refusal | None:
    """The fault that a page's title or heading admits, or None; articles have longer titles."""
    window = next((one.text or "" for one in page.root.iter("title")), "")
    for folded in map(fold, (window, *map(seen_text, islice(page.root.iter("h1"), 2)))):
        for kind, pattern in TITLES.items() if 0 < len(folded) <= 60 else ():
            if pattern.search(folded):
                return kind
    return None


def refused_by_form(title: str) -> Refusal | None:
    """The refusal of a page that looks like an article, but has the title of a form or an error."""
    folded = fold(title)
    return next((kind for kind, pattern in FORMS.items() if pattern.fullmatch(folded)), None)


def refused_by_text(page: HtmlPage, *, names_articles: bool) -> Refusal | None:
    """The fault that the text or the form of a page without an article admits, or None.

    If the page names articles, only "this domain is for sale" is believed: a portal's frame has a
    login form and a captcha beside its news.
    """
    short = shows_less(page.root, SHORT_PAGE)
    if names_articles and not short:
        return None
    text = fold(seen_text(page.root))
    if short and (PARKED.search(text) or _asks_a_parking_host(page)):
        return Refusal.PARKED
    if names_articles:
        return None
    in_form = CAPTCHA.search(text) and page.root.find(".//form") is not None
    if short and (in_form or page.has(CAPTCHA_SELECTORS)):
        return Refusal.CAPTCHA
    if short and page.has(("input[type='password']",)):
        return Refusal.LOGIN
    if short and MAINTENANCE.search(text):
        return Refusal.MAINTENANCE
    return Refusal.SOFT_404 if NOT_FOUND_TEXT.search(text) else None


def _asks_a_parking_host(page: HtmlPage) -> bool:
    asked = page.root.iter("script", "a", "iframe")
    return any(PARKED_BY.search(each.get("src") or each.get("href") or "") for each in asked)


def needs_browser(page: HtmlPage) -> bool:
    """Whether a page is an empty shell: almost no text, a script of its own file, and an element of
    the body with next to nothing in it, which the script fills. A page with a heading and a
    sentence says something itself.
    """
    return (
        page.has(("script[src]",))
        and shows_less(page.root, EMPTY_PAGE)
        and any(map(_is_empty, page.root.iterfind("body/*")))
        and not _says_something(page.root)
    )


def _says_something(root: html.HtmlElement) -> bool:
    """Whether a page has a heading and a paragraph, which does not ask for scripts."""
    blocks = outline(root)
    return any(block.element.tag in ("h1", "h2") for block in blocks) and any(
        block.element.tag == "p"
        and len(block.text) >= LOADING
        and "javascript" not in block.text.lower()
        for block in blocks
    )


def _is_empty(element: html.HtmlElement) -> bool:
    """Whether an element that could hold a page holds nothing. A hyphen makes a custom element."""
    may_hold = element.tag in ("div", "main", "section") or "-" in str(element.tag)
    return may_hold and shows_less(element, LOADING) and next(element.iter(CONTENT), None) is None


def cookie_set_by(text: str) -> str | None:
    """The Cookie header that answers a page which is a `challenge`. None if it sets no cookie, or
    a script has to compute the cookie.
    """
    settings = _SETTING.findall(text)
    if not settings or len(settings) != text.count("document.cookie"):
        return None
    cookies: dict[str, str] = {}
    for setting in settings:
        written = "".join(piece[1:-1] for piece in _PIECE.findall(setting))
        cookie = _COOKIE.fullmatch(written.partition(";")[0].strip())
        if cookie is None:
            return None
        cookies[cookie[1]] = cookie[2]
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
