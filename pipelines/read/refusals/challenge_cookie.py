"""Answer a page whose script sets a cookie and loads the page again, without running the script.

Known form (portals of Đắk Lắk, quochoi.vn):
`document.cookie="D1N=<hexadecimal digits>"+"; path=/"; window.location.reload(true);`.
Takes only cookies that are there as plain text.
"""

import re

_TEXT = r"""(?:"[^"\\<>\r\n]*"|'[^'\\<>\r\n]*')"""
_SETTING = re.compile(rf"document\.cookie\s*=\s*({_TEXT}(?:\s*\+\s*{_TEXT})*)\s*(?=[;,}}\r\n]|</)")
_PIECE = re.compile(_TEXT)
_COOKIE = re.compile(
    r"([A-Za-z0-9!#$%&'*+.^_|~-]{1,64})=([A-Za-z0-9!#$%&'()*+./:<=>?@\[\]^_`{|}~-]{1,1024})"
)  # RFC 6265, section 4.1.1


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
