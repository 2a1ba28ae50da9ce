"""Addresses on one page that may lead nowhere, and why: they look endless, or no pattern of the
portal's family knows them.

A doubt settles nothing. If a link names such an address with a title, Loa requests it, a few at a
time, until it knows what addresses of that shape bring. It only counts other links.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from urllib.parse import urlsplit

from pipelines.read.addresses.canonical import without_parameters
from pipelines.read.addresses.trap_shapes import OF_PARAMETERS, Trap, trap_reason

UNKNOWN_PATTERN = "unknown-pattern"  # the doubt about an address that its family does not know
FILE = "file"  # an address that only an article's page makes worth a request
LEAST_PATHS = 3  # so many, and more than half of the page's, carry a parameter along


def doubts_about(urls: Iterable[str], on_page: Callable[[], Collection[str]]) -> Mapping[str, Trap]:
    """Why some canonical addresses of a page look endless; those that do not are left out.

    `on_page` gives all addresses of the portal on the page. A parameter that most of them carry
    with one value (`?lang=vi`) belongs to the portal's addresses and is no reason for a doubt.
    """
    doubts = {url: reason for url in urls if (reason := trap_reason(url)) is not None}
    if OF_PARAMETERS.isdisjoint(doubts.values()) or not (carried := _carried(on_page())):
        return doubts
    bare = {url: trap_reason(without_parameters(url, carried.__contains__)) for url in doubts}
    return {url: reason for url, reason in bare.items() if reason is not None}


def _carried(urls: Collection[str]) -> frozenset[str]:
    """The parameters, with their values, that most paths of a page carry along."""
    paths: defaultdict[str, set[str]] = defaultdict(set)
    for parts in map(urlsplit, urls):
        for parameter in ("", *parts.query.split("&")):
            paths[parameter].add(parts.path)
    most = max(LEAST_PATHS, len(paths.pop("", ())) // 2 + 1)
    return frozenset(parameter for parameter, its in paths.items() if len(its) >= most)
