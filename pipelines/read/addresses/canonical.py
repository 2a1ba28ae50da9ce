"""Addresses: which text can be requested, its one canonical spelling, its host."""

import re
from collections.abc import Callable, Collection
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urljoin, urlsplit

import idna

LONGEST_URL = 2_000  # characters, of the text given and of the canonical form

_DEFAULT_PORTS = {"http": 80, "https": 443}
_EDGE = " \t\r\n\f\v\u00a0\u200b\ufeff"
# Browsers drop these inside an address, and editors paste them.
_LINE_BREAKS = str.maketrans("", "", "\t\r\n")
# A path with only one spelling, like nearly every link of a portal.
_PLAIN_PATH = re.compile(
    r"/(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]*/)*(?:[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)?"
)
_LONGEST_PLAIN = 1_000
_PLAIN_ADDRESS = re.compile(rf"(https?://[a-z0-9.:-]+){_PLAIN_PATH.pattern}")
_OTHER_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]|%(?:[01][0-9A-Fa-f]|7[Ff])")
_SLASHES_AFTER_SCHEME = re.compile(r"(https?):/+", re.IGNORECASE)
_HOST_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")

# Debris in an attribute from a script that joins strings. A lone apostrophe is part of many place
# names; only with these signs does it condemn an address.
_SCRIPT_DEBRIS = re.compile(r"""['"]\s*\+|\+\s*['"]|\$\(|\$\{|\{\{|<%|<\?|^['"]|['"]$|\[object """)

_PERCENT = re.compile(r"%(?:([0-9A-Fa-f]{2}))?")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# Signs that stand in a path and a query as they are: RFC 3986, sections 3.3 and 3.4.
_PLAIN_SIGNS = "%!$&'()*+,;=:@/"

_PATH_SESSION = re.compile(
    r";(?:jsessionid|phpsessid)=[^/;]*|/\([A-Z]\([a-z0-9]{20,}\)\)(?=/|$)", re.IGNORECASE
)
# Parameters for sessions, ASP.NET's test for cookies, and for tracking visitors.
_DROPPED_PARAMETER = re.compile(
    r"phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|sessionid|session_id|oscsid|zenid"
    r"|aspxautodetectcookiesupport"
    r"|utm_\w+|fbclid|fb_\w+|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid"
    r"|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|_ga|_gl|zarsrc|zalo_?\w*",
    re.IGNORECASE,
)
# The value shows that this is a session: a short `sid=1426` is the id of a page.
_SHORT_SESSION_PARAMETER = re.compile(r"(?:sid|s|sess)=[0-9a-f]{16,}", re.IGNORECASE)


def canonical_url(
    url: str, base: str | None = None, *, drop_parameters: Collection[str] = ()
) -> str | None:
    """The one spelling of an http or https address; None for text that cannot be requested.

    Follows RFC 3986, section 6.2.2, and guesses nothing about the server. Scheme and host are in
    lower case, the host in punycode; default port and fragment go; dot segments are resolved;
    escapes are in upper case and only where needed. Tracking and session parameters go, and those
    in `drop_parameters` (in any case). Differences that may mean another address stay: the order of
    parameters, a trailing slash, upper case in the path, composed and decomposed letters.

    None for another scheme, a bare fragment, user information (mostly a mail address typed as a
    link), control characters plain or escaped, no host or an impossible one (an IP address spelt
    otherwise than dotted), debris of scripts, more than 2,000 characters.
    `canonical_url(canonical_url(x)) == canonical_url(x)`.
    """
    return _canonical(url, base, frozenset(map(str.lower, drop_parameters)))


@lru_cache(maxsize=16_384)  # a page of a portal repeats the menu of all its pages, some 200 links
def _canonical(url: str, base: str | None, dropped: frozenset[str]) -> str | None:
    plain = _PLAIN_ADDRESS.fullmatch(url) if len(url) < _LONGEST_PLAIN else None
    if plain is not None and _is_canonical_origin(plain[1]):
        return url
    return _spelled(url, base, dropped)


@lru_cache(maxsize=1024)
def _is_canonical_origin(origin: str) -> bool:
    return _spelled(f"{origin}/", None, frozenset()) == f"{origin}/"


def _spelled(url: str, base: str | None, dropped: frozenset[str]) -> str | None:
    """The rules of `canonical_url`, one by one."""
    if _OTHER_SCHEME.match(url):  # mailto, tel, javascript: on every page
        return None
    text = url.strip(_EDGE).translate(_LINE_BREAKS)
    if not text or text.startswith("#") or len(text) > LONGEST_URL:
        return None
    if _CONTROL.search(text) or _is_script_debris(text):
        return None
    try:
        parts = _resolved(text, base)
        authority = _authority(parts)
        text.encode()
    except ValueError:  # brackets, look-alike letters in the host, ports; lone surrogates
        return None
    if authority is None:
        return None
    path = _without_dot_segments(_PATH_SESSION.sub("", _escaped(parts.path, _PLAIN_SIGNS))) or "/"
    query = _query(parts.query, dropped)
    canonical = f"{parts.scheme}://{authority}{path}{'?' + query if query else ''}"
    return None if len(canonical) > LONGEST_URL or _is_script_debris(canonical) else canonical


def is_rooted(href: str) -> bool:
    """Whether a reference means the same address on every page of a host, so that it is worked out
    only once. `http:` without a slash does not.
    """
    return href.startswith(("/", "#", "http:/", "https:/")) or _OTHER_SCHEME.match(href) is not None


def joined(href: str, base: str) -> str | None:
    """`canonical_url` of a reference on a page, by a shortcut for nearly all.

    `base` is canonical; for a reference that `is_rooted`, the origin is enough.
    """
    if len(href) < _LONGEST_PLAIN and _PLAIN_PATH.fullmatch(href):
        return origin_of(base) + href[1:]
    return canonical_url(href, base)


def host_of(url: str) -> str:
    """The host of an address in canonical form: "host", or "host:port" for an unusual port.

    Raises ValueError for text that is not an address.
    """
    canonical = canonical_url(url)
    if canonical is None:
        raise ValueError(f"{url[:200]!r} is not an address that can be requested")
    return canonical.split("/", 3)[2]


def known_host(url: str) -> str | None:
    """The host of an address as in `host_of`; None if it is no address that can be requested."""
    try:
        return host_of(url)
    except ValueError:
        return None


def names_address(url: str, other: str) -> bool:
    """Whether an address names another one in its query, as in `/check?return=/tin/bai-1`."""
    parts = urlsplit(other)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    values = {unquote(value) for _, value in parse_qsl(urlsplit(url).query)}
    return not values.isdisjoint({other, path, path.removeprefix("/")})


def same_site(url: str, hosts: Collection[str]) -> bool:
    """Whether an address lies on one of the hosts ("host" or "host:port").

    A leading "www." on either side makes no difference; a port does.
    """
    canonical = canonical_url(url)
    if canonical is None:
        return False
    host = canonical.split("/", 3)[2].removeprefix("www.")
    return any(host == known.lower().removeprefix("www.") for known in hosts)


def without_parameters(url: str, unwanted: Callable[[str], bool]) -> str:
    """A canonical address without the parameters (as `name=value`) that are unwanted."""
    path, mark, query = url.partition("?")
    kept = [one for one in query.split("&") if not unwanted(one)]
    return path + (mark if kept else "") + "&".join(kept)


def spelled_otherwise(url: str) -> tuple[str, ...]:
    """The three other spellings of a canonical address, in scheme and "www.": servers give one page
    under all four.
    """
    bare = url.partition("://")[2].removeprefix("www.")
    spellings = (f"{one}://{www}{bare}" for one in ("http", "https") for www in ("", "www."))
    return tuple(one for one in spellings if one != url)


def origin_of(url: str) -> str:
    """Scheme and host of a canonical address, with a slash at the end."""
    return "/".join((*url.split("/", 3)[:3], ""))


def of_site(url: str, hosts: Collection[str]) -> bool:
    """`same_site` for an address that is canonical already: worked out once for each host."""
    return _host_of_site(origin_of(url), frozenset(hosts))


@lru_cache(maxsize=1024)
def _host_of_site(origin: str, hosts: frozenset[str]) -> bool:
    return same_site(origin, hosts)


def _is_script_debris(text: str) -> bool:
    plain = unquote(text)
    return plain.count('"') % 2 == 1 or _SCRIPT_DEBRIS.search(plain) is not None


def _resolved(text: str, base: str | None) -> SplitResult:
    """The parts of a reference as a browser reads it.

    Backslashes before the query are slashes, and any number of slashes may follow the scheme.
    """
    address, mark, query = text.partition("?")
    address, hash_mark, _ = address.partition("#")
    if ":" in address or "\\" in address:
        address = _SLASHES_AFTER_SCHEME.sub(r"\1://", address.replace("\\", "/"), count=1)
    reference = address if hash_mark else address + mark + query
    # urljoin would turn an empty "http://", which editors leave in links, into the page itself.
    if base is None or reference.lower().startswith(("http://", "https://")):
        return urlsplit(reference)
    return urlsplit(urljoin(base, reference))


def _authority(parts: SplitResult) -> str | None:
    if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc or not parts.hostname:
        return None
    host = _host(parts.hostname)
    if host is None or parts.port == 0:
        return None
    return host if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{parts.port}"


def _host(name: str) -> str | None:
    """The host as it is requested. Raises ValueError for an impossible number or letter."""
    if ":" in name:
        return f"[{IPv6Address(name)}]"
    if not name.isascii():
        name = idna.encode(name, uts46=True).decode("ascii")
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    # A host called "http" means that the scheme was typed twice.
    if len(name) > 253 or name in _DEFAULT_PORTS or not all(map(_HOST_LABEL.fullmatch, labels)):
        return None
    is_number = labels[-1].isdigit() or labels[-1].startswith("0x")
    return str(IPv4Address(name)) if is_number else name


def _escaped(text: str, plain: str) -> str:
    """Put escapes in upper case, make unreserved characters plain, and escape stray percent signs
    and all signs except the `plain` ones as UTF-8.
    """

    def normal(match: re.Match[str]) -> str:
        if match[1] is None:
            return "%25"
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else f"%{match[1].upper()}"

    if "%" in text:
        text = _PERCENT.sub(normal, text)
    return quote(text, safe=plain)


def _without_dot_segments(path: str) -> str:
    """RFC 3986, section 5.2.4, for a path that begins with a slash."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str, dropped: Collection[str]) -> str:
    # "&amp;" is an ampersand that a careless template escaped twice: no server has parameters that
    # begin with "amp;".
    kept = []
    for parameter in query.replace("&amp;", "&").split("&"):
        parameter = _escaped(parameter, f"{_PLAIN_SIGNS}?")
        name = parameter.partition("=")[0]
        if not parameter or name.lower() in dropped or _DROPPED_PARAMETER.fullmatch(name):
            continue
        if not _SHORT_SESSION_PARAMETER.fullmatch(parameter):
            kept.append(parameter)
    return "&".join(kept)
