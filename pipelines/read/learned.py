"""Learns a site's article rules from several of its pages: where title, date, lead and text stood on most of them, by ids and classes that stay the same."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import html

from pipelines.read.generic import Recognised, recognise
from pipelines.read.page import Page, matched
from portals.platform import ArticleRules, Platform
from portals.site import Site

AGREED = 0.6  # share of the articles on which a selector finds the very element first
# Names that differ from page to page, or from portal to portal: numbers of articles, web parts, hashes.
NAME = re.compile(r"[A-Za-z][A-Za-z_-]{1,40}")


def learn_rules(pages: Sequence[Page], site: Site, platform: Platform) -> ArticleRules:
    """Selectors for `page`, `title`, `published`, `lead` and `body`; empty where fewer than three fifths of the articles, or fewer than two, agree."""
    articles = [(page, found) for page in pages if (found := recognise(page, site, platform, ArticleRules())).is_article]
    title, published, lead, body = (_agreed(articles, name) for name in ("title", "published", "lead", "body"))
    return ArticleRules(page=body, title=title, published=published, lead=lead, body=body)


def _agreed(articles: Sequence[tuple[Page, Recognised]], name: str) -> tuple[str, ...]:
    votes: Counter[str] = Counter()
    for page, found in articles:
        paths: tuple[str, ...] = getattr(found.rules, name)
        elements = matched(page.root, paths[0]) if paths else []
        votes.update({selector for element in elements for selector in selectors_for(element) if matched(page.root, selector)[0] is element})
    enough = [(count, -len(selector), selector) for selector, count in votes.items() if count >= max(2, AGREED * len(articles))]
    return (max(enough)[2],) if enough else ()


def selectors_for(element: html.HtmlElement) -> Iterator[str]:
    """The short selectors that could mean this element on other pages too: its id, its classes, and its tag below an element with an id or a class."""
    own = [*_ids(element), *(f"{element.tag}{name}" for name in _classes(element))]
    yield from own
    for ancestor in list(element.iterancestors())[:4]:
        for outer in (*_ids(ancestor), *(f"{ancestor.tag}{name}" for name in _classes(ancestor))):
            yield from (f"{outer} {inner}" for inner in (own or [str(element.tag)]))


def _ids(element: html.HtmlElement) -> list[str]:
    name = element.get("id") or ""
    return [f"{element.tag}#{name}"] if NAME.fullmatch(name) else []


def _classes(element: html.HtmlElement) -> list[str]:
    return [f".{name}" for name in (element.get("class") or "").split() if NAME.fullmatch(name)]
