"""Pages that are no articles whatever their status says: each refused with its type, so that none is ever stored or changes a record."""

import re
from urllib.parse import urlsplit

from pipelines.outcomes import Refusal
from pipelines.read.addresses.family_rules import matches
from pipelines.read.html.page import HtmlPage, seen_text, shows_less
from pipelines.read.reading import Article
from pipelines.read.text.clean_text import fold
from pipelines.read.text.phrases import folded_pattern
from portals.languages import any_of, every
from portals.platform import Platform

# Seen on portals of Đắk Lắk, quochoi.vn: a stub of some 200 bytes that sets a cookie by script and loads itself again.
CHALLENGE = re.compile(
    r"document\.cookie\s*=.{0,400}(?:location\.(?:reload|href|replace)|window\.location)", re.S
)
CHALLENGE_WORDS = re.compile(
    r"just a moment|checking your browser|verify you are human|ddos protection|cf-chl|captcha-delivery|incapsula",
    re.I,
)


def _any(name: str) -> str:
    """A pattern for the words of all languages under one key; `...` in one stands for words."""
    pattern = folded_pattern(lambda language: getattr(language.refusals, name))
    return pattern.replace(r"\.\.\. ", r"(?:[\w.-]+ ){0,6}")


NOT_FOUND = _any("not_found")
TITLES = (
    (
        Refusal.SOFT_404,
        re.compile(
            rf"^(?:404(?=\W*$|\W*(?:{_any('beside_404')}|{_any('errors')})\b|\s*[-–|:])"
            rf"|{_any('errors')} 404|{NOT_FOUND})(?!\w)"
        ),
    ),
    (Refusal.MAINTENANCE, re.compile(rf"\b{_any('maintenance_titles')}\b")),
    (Refusal.LOGIN, re.compile(rf"^{_any('login')}\b")),
    (Refusal.SEARCH, re.compile(rf"^{_any('search')}\b")),
    (Refusal.BLOCKED, re.compile(rf"\b{_any('blocked')}\b")),
)
# What a page says of itself in its text, folded. A page of a few lines may say it anywhere; only "not found" is also said inside a portal's whole frame.
SHORT = 1_500  # characters to be seen
PARKED = re.compile(_any("parked"))
PARKED_BY = re.compile(
    r"sedoparking\.com|parkingcrew\.net|//(?:www\.)?bodis\.com|hugedomains\.com|//dan\.com/", re.I
)
CAPTCHA = re.compile(_any("captchas"))
CAPTCHA_SELECTORS = (
    ".g-recaptcha",
    ".h-captcha",
    ".cf-turnstile",
    "input[name*='captcha' i]",
    "iframe[src*='captcha' i]",
)
MAINTENANCE = re.compile(rf"\b50[0234]\b.{{0,40}}{_any('beside_50x')}|{_any('maintenance')}")
NOT_FOUND_TEXT = re.compile(_any("not_found_texts"))
EMPTY = 300  # characters to be seen: a title, and a line that asks for JavaScript
SHELLS = (
    "#root",
    "#app",
    "#__next",
    "#__nuxt",
    "#gatsby",
    "#q-app",
    "app-root",
    "[ng-app]",
    "[data-reactroot]",
)
# Also of portals written by hand: /print.php?id=12, /inbai.aspx, ?act=in.
PRINT_FOLDER = any_of(every(lambda language: language.addresses.print_folders))
PRINT_SCRIPT = any_of(every(lambda language: language.addresses.print_scripts))
PRINT_TWIN = re.compile(
    rf"/{PRINT_FOLDER}/|[?&](?:print|tmpl=component|ctl=print|layout=print)\b|[?&]p_p_state=pop_up"
    rf"|/{PRINT_SCRIPT}\.(?:php|aspx?|html?|jsp)(?:\?|$)"
    rf"|[?&](?:act|action|cmd|do|func|mod|mode|op|task|view)={PRINT_SCRIPT}(?:&|$)",
    re.I,
)
# Titles that are those of a page's form and never of an article: folded, and whole. "Đăng nhập cổng dịch vụ công bằng VNeID" is news.
FORMS = {
    Refusal.LOGIN: re.compile(rf"{_any('login_forms')}\W*"),
    Refusal.SEARCH: re.compile(rf"{_any('search_forms')}\W*"),
    Refusal.SOFT_404: re.compile(
        rf"(?:{_any('errors')} )?404\W*(?:{NOT_FOUND})?\W*|{NOT_FOUND}\W*"
    ),
}
CARD_ROWS = re.compile(_any("document_rows") + r"\W*")
CARD_LEAST = 3  # such rows
CARD_SIGNS = tuple(
    spelt(sign)
    for sign in every(lambda language: language.refusals.document_signs)
    for spelt in (str.lower, str.capitalize, str.upper)
)  # pages that hold none of these are not looked at


def challenge(text: str) -> Refusal | None:
    """`challenge` for a small page that only sets a cookie and loads itself again, or that waits for a browser to prove itself."""
    if len(text) < 4096 and CHALLENGE.search(text):
        return Refusal.CHALLENGE
    return (
        Refusal.CHALLENGE
        if len(text) < 20_000 and CHALLENGE_WORDS.search(text) and "</article>" not in text
        else None
    )


def refused_by_title(page: HtmlPage) -> Refusal | None:
    """The type that the page's own title or heading admits, or None. Long headings are those of articles about such things."""
    headings = [
        page.root.findtext(".//title") or "",
        *(seen_text(h) for h in page.root.findall(".//h1")[:2]),
    ]
    for heading in headings:
        folded = fold(heading)
        if 0 < len(folded) <= 60:
            for kind, pattern in TITLES:
                if pattern.search(folded):
                    return kind
    return None


def refused_by_form(title: str) -> Refusal | None:
    """The type of a page that looks like an article, but whose whole title is that of a form or an error; else None."""
    folded = fold(title)
    return next((kind for kind, pattern in FORMS.items() if pattern.fullmatch(folded)), None)


def document_card(page: HtmlPage) -> tuple[str, str] | None:
    """(text of the table that describes one legal document, the page's other text): a label and its value in each row ("Số ký hiệu", "Ngày ban hành").

    None for a page without one; a list of documents has these words in one row, above many others.
    """
    if not any(sign in page.text for sign in CARD_SIGNS):
        return None
    cards = []
    for table in page.root.iter("table", "dl"):
        labels = {
            fold(seen_text(row if row.tag == "dt" else row[0]))
            for row in table.iter("tr", "dt")
            if row.tag == "dt" or 2 <= len(row) <= 4
        }
        if sum(CARD_ROWS.fullmatch(label) is not None for label in labels) >= CARD_LEAST:
            cards.append(seen_text(table))
    if not cards:
        return None
    card = min(cards, key=len)  # a table may stand in one that lays out the page
    return card, seen_text(page.root).replace(card, " ", 1)


def no_news(
    article: Article, card: tuple[str, str] | None, platform: Platform, url: str
) -> str | None:
    """Why a page that looks like an article is none, or None.

    It has no date of its own, and either is the card of a document (as `document_card` gives it) or
    has an address at which its family shows other pages than news.
    """
    date = article.published
    undated = date is None or date.evidence == "guess"
    if card is not None and (
        date is None or undated or (date.raw in card[0] and date.raw not in card[1])
    ):
        return "describes one document in a table, and bears no other date"
    news = platform.addresses.undated
    if news and undated and not matches(url, news):
        return f"bears no date; {platform.name} shows other pages in the same way as news"
    return None


def refused_by_text(page: HtmlPage, *, names_articles: bool) -> Refusal | None:
    """The type that a page's text, or a form that fills it, admits; for pages that are no articles.

    One that names articles is taken at its word only where it says that its name is for sale: a portal's frame has a log-in form and a captcha beside its news.
    """
    short = shows_less(page.root, SHORT)
    if names_articles and not short:
        return None
    text = fold(seen_text(page.root))
    if short and (
        PARKED.search(text)
        or any(
            PARKED_BY.search(each.get("src") or each.get("href") or "")
            for each in page.root.iter("script", "a", "iframe")
        )
    ):
        return Refusal.PARKED
    if names_articles:
        return None
    if short and (
        page.has(CAPTCHA_SELECTORS)
        or (CAPTCHA.search(text) and page.root.find(".//form") is not None)
    ):
        return Refusal.CAPTCHA
    if short and page.has(("input[type='password']",)):
        return Refusal.LOGIN
    if short and MAINTENANCE.search(text):
        return Refusal.MAINTENANCE
    return Refusal.SOFT_404 if NOT_FOUND_TEXT.search(text) else None


def needs_browser(page: HtmlPage) -> bool:
    """Whether a page is an empty shell: next to nothing to be seen, and scripts that would fill one of its elements (as the frameworks of scripts name it)."""
    return page.has(("script[src]",)) and page.has(SHELLS) and shows_less(page.root, EMPTY)


def is_print_twin(url: str) -> bool:
    """Whether an address is the print, save or mobile double of an article."""
    parts = urlsplit(url)
    return bool(PRINT_TWIN.search(parts.path + "?" + parts.query))
