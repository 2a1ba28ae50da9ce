"""Learn a site's article rules from several of its pages: the ids and classes that hold title,
date, lead and text on most of them.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from lxml import html

from pipelines.read.article.article_page import ArticlePage, view_of
from pipelines.read.article.dateline import holder_of
from pipelines.read.article.page_kind import judge
from pipelines.read.dates.machine_dates import read_machine_date
from pipelines.read.html.day_order import is_date_line
from pipelines.read.html.outline import holds
from pipelines.read.html.page import HtmlPage, matched, seen_text
from pipelines.read.text.clean_text import fold
from portals.platform import ArticleRules, Platform
from portals.site import Site

AGREED = 0.6  # share of the articles on which a selector finds the right element first
LEAST_REPEATED = 3  # articles with one title
# No article numbers, web part numbers or hashes: those differ from page to page.
STABLE_NAME = re.compile(r"[A-Za-z][A-Za-z_-]{1,40}")
# Classes of frameworks that only set the look (Tailwind, Bootstrap, Foundation).
LOOK_CLASS = re.compile(
    r"container(?:-fluid|-lg|-xl)?|row|cols?|columns?|grid|flex|block|inline|hidden|clearfix|wrapper|box|card|shadow|rounded|border|relative|absolute|active|show|fade"
    r"|(?:shadow|bg|cols?|font|flex|grid|rounded|border|float|align|justify|items|gap|space|overflow|leading|tracking|divide|order|is|has|sm|md|lg|xl)-[a-z_-]+"
    r"|[pmwhd][xytblrse]?-(?:auto|full|screen|none|flex|block|inline|inline-block|grid|px|fit|min|max)"
    r"|text-(?:xs|sm|base|md|lg|xl|left|right|center|justify|start|end|wrap|nowrap|break|truncate|uppercase|lowercase|capitalize|bold|muted|body|dark|light|white|black|gr[ae]y|primary"
    r"|secondary|success|danger|warning|info|red|green|blue|slate|reset|decoration-none)"
)


def learn_rules(pages: Sequence[HtmlPage], site: Site, platform: Platform) -> ArticleRules:
    """Selectors for `page`, `title`, `published`, `lead` and `body`; empty if fewer than three
    fifths of the articles, or fewer than two, agree.
    """
    repeated: set[str] = set()
    while again := _headings_of_several(
        articles := _articles_among(pages, site, platform, repeated)
    ):
        repeated |= again
    title, published, lead, body = (
        _agreed(articles, name) for name in ("title", "published", "lead", "body")
    )
    return ArticleRules(page=body, title=title, published=published, lead=lead, body=body)


def _articles_among(
    pages: Sequence[HtmlPage], site: Site, platform: Platform, never: Collection[str]
) -> list[ArticlePage]:
    return [
        view
        for page in pages
        if (view := view_of(page, site, platform, never=never)) is not None
        and judge(view).is_article
    ]


def _headings_of_several(articles: Sequence[ArticlePage]) -> set[str]:
    """Titles that most articles share, folded: headings of a module ("Chi tiết tin").

    Two notices may share a title; most do not.
    """
    titles = Counter(fold(view.title.text) for view in articles if view.title is not None)
    return {
        title
        for title, count in titles.items()
        if count >= LEAST_REPEATED and 2 * count > len(articles)
    }


def _agreed(articles: Sequence[ArticlePage], name: str) -> tuple[str, ...]:
    votes: Counter[str] = Counter()
    for view in articles:
        element = _element_of(view, name)
        if element is not None and _may_be_learned(view, name, element):
            root = view.page.root
            votes.update(
                {
                    selector
                    for selector in selectors_for(element)
                    if matched(root, selector)[0] is element
                }
            )
    enough = [
        (count, selector[0] != ".", -len(selector), selector)
        for selector, count in votes.items()
        if count >= max(2, AGREED * len(articles))
    ]
    if not enough:
        return ()
    best = max(enough)[-1]
    # A time element gives machines the instant, and shows the day.
    timed = name == "published" and best.split()[-1].startswith("time")
    return (f"{best}::attr(datetime)", best) if timed else (best,)


def _element_of(view: ArticlePage, name: str) -> html.HtmlElement | None:
    """The element that holds a field alone."""
    if name == "title":
        return view.title.element if view.title is not None else None
    if name == "published":
        return holder_of(view.seen[0]) if view.seen else None
    if name == "body":
        return view.body.element if view.body is not None else None
    return view.running_text.lead if view.running_text is not None else None


def _may_be_learned(view: ArticlePage, name: str, element: html.HtmlElement) -> bool:
    """Whether an element holds a field alone, so that it will on unseen pages too."""
    if name == "published":
        return _tells_date(view.page, element)
    if name != "body" or view.body is None:
        return True
    title = view.title.element if view.title is not None else None
    others = [
        anchor
        for dropped in view.body.drop
        if holds(element, dropped)
        for anchor in dropped.iter("a")
        if view.page.leads_away(anchor)
    ]
    return not others and not (title is not None and holds(element, title))


def _tells_date(page: HtmlPage, element: html.HtmlElement) -> bool:
    """Whether an element is only the date: a selector cannot take a part of a row."""
    return (
        is_date_line(page, seen_text(element))
        or read_machine_date(element.get("datetime") or "", zone=page.zone) is not None
    )


def selectors_for(element: html.HtmlElement) -> Iterator[str]:
    """The short selectors that could mean this element on other pages too.

    They use its id, its classes with and without its tag, and these or its tag below an element
    with an id or a class.
    """
    own = [*_ids(element), *(f"{element.tag}{name}" for name in _classes(element))]
    yield from own
    yield from _classes(element)
    for ancestor in list(element.iterancestors())[:4]:
        for outer in (*_ids(ancestor), *(f"{ancestor.tag}{name}" for name in _classes(ancestor))):
            yield from (f"{outer} {inner}" for inner in (own or [str(element.tag)]))


def _ids(element: html.HtmlElement) -> list[str]:
    name = element.get("id") or ""
    return [f"{element.tag}#{name}"] if STABLE_NAME.fullmatch(name) else []


def _classes(element: html.HtmlElement) -> list[str]:
    return [
        f".{name}"
        for name in (element.get("class") or "").split()
        if STABLE_NAME.fullmatch(name) and not LOOK_CLASS.fullmatch(name)
    ]
