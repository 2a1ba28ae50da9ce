"""Addresses on one page that may lead nowhere, and why: they look endless, or no pattern of the
portal's family knows them.

A doubt settles nothing. Links that name such an address with a title are requested, a few at a
time, until it is known what addresses of that shape bring. Other links to it are only counted.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from urllib.parse import urlsplit

from pipelines.read.addresses.trap_shapes import OF_PARAMETERS, Trap, trap_reason

UNKNOWN_PATTERN = "unknown-pattern"  # the doubt about an address that its family does not know
FILE = "file"  # an address that only an article's page makes worth a request
LEAST_PATHS = 3  # that carry a parameter along, and more than half of the page's


def doubts_about(urls: Iterable[str], on_page: Callable[[], Collection[str]]) -> Mapping[str, Trap]:
    """Why some canonical addresses of a page look endless; those that do not are left out.

    `on_page` gives all addresses of the portal on the page. A parameter that most of them carry
    with one value (`?lang=vi`) belongs to the portal's addresses and is no reason for a doubt.
    """
    doubts = {url: reason for url in urls if (reason := trap_reason(url)) is not None}
    if OF_PARAMETERS.isdisjoint(doubts.values()) or not (carried := _carried(on_page())):
        return doubts
    bare = {url: trap_reason(_without(url, carried)) for url in doubts}
    return {url: reason for url, reason in bare.items() if reason is not None}


def _carried(urls: Collection[str]) -> frozenset[str]:
    """The parameters, with their values, that most paths of a page carry along."""
    paths: defaultdict[str, set[str]] = defaultdict(set)
    for parts in map(urlsplit, urls):
        for parameter in ("", *parts.query.split("&")):
            paths[parameter].add(parts.path)
    most = max(LEAST_PATHS, len(paths.pop("", ())) // 2 + 1)
    return frozenset(parameter for parameter, its in paths.items() if len(its) >= most)


def _without(url: str, parameters: Collection[str]) -> str:
    parts = urlsplit(url)
    kept = [one for one in parts.query.split("&") if one not in parameters]
    return parts._replace(query="&".join(kept)).geturl()
