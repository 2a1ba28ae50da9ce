"""Pages that are no articles whatever their status says: each refused with its type, so that none is ever stored or changes a record."""

import re
from urllib.parse import urlsplit

from pipelines.read.page import Page, seen_text
from pipelines.read.text import fold

# Seen on portals of Đắk Lắk, quochoi.vn: a stub of some 200 bytes that sets a cookie by script and loads itself again.
CHALLENGE = re.compile(r"document\.cookie\s*=.{0,400}(?:location\.(?:reload|href|replace)|window\.location)", re.S)
CHALLENGE_WORDS = re.compile(r"just a moment|checking your browser|verify you are human|ddos protection|cf-chl|captcha-delivery|incapsula", re.I)
TITLES = (
    (
        "soft-404",
        re.compile(
            r"^(?:404(?=\W*$|\W*(?:not|error|page|loi|khong|trang)\b|\s*[-–|:])|(?:error|loi) 404|not found|page not found|khong tim thay(?: trang)?"
            r"|trang (?:ban yeu cau )?khong ton tai)(?!\w)"
        ),
    ),
    ("maintenance", re.compile(r"\b(?:bao tri|dang nang cap|under maintenance|service unavailable|website dang duoc bao tri|tam ngung)\b")),
    ("login", re.compile(r"^(?:dang nhap|login|sign in)\b")),
    ("search", re.compile(r"^(?:tim kiem|ket qua tim kiem|search results?)\b")),
    ("blocked", re.compile(r"\b(?:access denied|forbidden|your request is blocked|truy cap bi tu choi|please wait|vui long cho|bi chan)\b")),
)
PRINT_TWIN = re.compile(r"/(?:print|savefile|in-bai-viet|in-trang)/|[?&](?:print|tmpl=component|ctl=print|layout=print)\b|[?&]p_p_state=pop_up", re.I)


def challenge(text: str) -> str | None:
    """`challenge` for a small page that only sets a cookie and loads itself again, or that waits for a browser to prove itself."""
    if len(text) < 4096 and CHALLENGE.search(text):
        return "challenge"
    return "challenge" if len(text) < 20_000 and CHALLENGE_WORDS.search(text) and "</article>" not in text else None


def refused_by_title(page: Page) -> str | None:
    """The type that the page's own title or heading admits, or None. Long headings are those of articles about such things."""
    headings = [page.root.findtext(".//title") or "", *(seen_text(h) for h in page.root.findall(".//h1")[:2])]
    for heading in headings:
        folded = fold(heading)
        if 0 < len(folded) <= 60:
            for kind, pattern in TITLES:
                if pattern.search(folded):
                    return kind
    return None


def is_print_twin(url: str) -> bool:
    """Whether an address is the print, save or mobile double of an article."""
    parts = urlsplit(url)
    return bool(PRINT_TWIN.search(parts.path + "?" + parts.query))
