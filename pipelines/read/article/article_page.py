"""The views of an article's page: the selectors of its family and site, the metadata, the layout.

Each view is worked out once, and only when a field asks for it: if a family's selectors find
everything, nothing looks at the layout.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property, partial
from itertools import chain
from typing import Any

from lxml import html

from pipelines.read.addresses.canonical import of_site
from pipelines.read.article.attachments import find_shown, is_file
from pipelines.read.article.body import choose_body, opinion_of_page, stated_text
from pipelines.read.article.byline import (
    Credit,
    ruled_credits,
    seen_credits,
    stated_credits,
)
from pipelines.read.article.candidates import Candidate, choose
from pipelines.read.article.dateline import SeenDate, is_date_block, printed_dates, seen_dates
from pipelines.read.article.publication_date import (
    STATED,
    UNNAMED,
    PageDates,
    ProposedDate,
    address_date,
    choose_dates,
    ruled_dates,
    stated_dates,
)
from pipelines.read.article.running_text import Body, RunningText, find_text, text_of_body
from pipelines.read.article.title import (
    Title,
    TitleSearch,
    TitleSigns,
    block_of_title,
    place_above_text,
    ruled_titles,
    title_in,
)
from pipelines.read.html.block_kinds import ClassifiedOutline, classify
from pipelines.read.html.language import language_of
from pipelines.read.html.outline import Block, holds, outline
from pipelines.read.html.page import HtmlPage, path_to
from pipelines.read.html.structured_data import StructuredData, structured_data_of
from pipelines.read.html.text_regions import LEAST, size_of
from pipelines.read.memory.lines import template_lines
from pipelines.read.memory.portal_memory import NOTHING_KNOWN, PortalMemory
from pipelines.read.reading import ReadingLog
from pipelines.read.text.clean_text import fold
from portals.languages import languages
from portals.platform import ArticleRules, Platform, platform_of
from portals.site import UNDETERMINED, Site

TEMPLATE = "a line of the portal's template"
ABOVE_TEXT = ("said", "blocks", "title_search", "best_heading", "title", "heading", "ruled_body")


@dataclass
class ArticlePage:
    """One page, its site, and the rules that it is read by.

    `family`: the key of the family that made the page. `in_family`: the page shows the signs of an
    article of that family, so the family's selectors decide what they find; otherwise `rules` are
    the generic ones. In any case the site's own selectors come first.
    `named`: the title that another page gives this one. `never`: headings, folded, that several of
    the site's articles share. `memory`: what they repeat; `template`: the blocks that are known to
    repeat it here.
    `log`: why each field is what it is.
    """

    page: HtmlPage
    site: Site
    rules: ArticleRules
    family: str
    in_family: bool
    named: str | None = None
    never: Collection[str] = field(default=frozenset())
    memory: PortalMemory = NOTHING_KNOWN
    template: Collection[Block] = ()
    log: ReadingLog = field(default_factory=ReadingLog)

    @cached_property
    def said(self) -> StructuredData:
        """What the page's metadata says of the article."""
        return structured_data_of(self.page, self.site.name)

    @cached_property
    def blocks(self) -> list[Block]:
        """The blocks of the page, in order."""
        return outline(self.page.root)

    @cached_property
    def title_search(self) -> TitleSearch:
        """The search for the title by the layout, the metadata and the address."""
        return TitleSearch(self.page, self.blocks, self.said, self.named, self.never)

    @cached_property
    def best_heading(self) -> Block | None:
        """The title by the layout."""
        return self.title_search.best()

    @cached_property
    def title(self) -> Title | None:
        """The title by a selector, else by the layout, else by the metadata."""
        found = choose("title", self._titles(), self.log, say=lambda title: title.text)
        return None if found is None else found.value

    def _titles(self) -> Iterator[Candidate[Title]]:
        for ruled in ruled_titles(self.page, self.site, self.rules):
            if self.in_family or not self._leads_away(ruled.value):
                yield replace(ruled, weight=0.5) if self._is_doubtful(ruled) else ruled
        if self.best_heading is not None:
            yield title_in(self.best_heading, self.said)
        if (self.in_family or self.best_heading is None) and (
            stated := self.title_search.stated_title(in_family=self.in_family)
        ):
            yield stated

    def _leads_away(self, title: Title) -> bool:
        """Whether a title links to another article: a selector may fit lists."""
        at = block_of_title(self.blocks, title)
        return at is not None and self.title_search.leads_away(at, fold(title.text))

    def _is_doubtful(self, ruled: Candidate[Title]) -> bool:
        """Whether a family's selector takes any heading ("article h1"), or took one of the text,
        and the page names another heading in its metadata or address.
        """
        element, body = ruled.value.element, self.ruled_body
        in_text = body is not None and element is not None and holds(body.element, element)
        if not self.in_family or not (in_text or not any(sign in ruled.place for sign in ".#[/")):
            return False
        window = fold(self.page.root.findtext(".//title") or "")
        if fold(ruled.value.text) in window or self.best_heading is None:
            return False
        return self.title_search.signs_of(self.best_heading.text) != TitleSigns()

    @cached_property
    def heading(self) -> Block | None:
        """The block below which the article lies: in a family the title's, else the best heading,
        because a site file's selector may take the title from anywhere.
        """
        if self.title is None or (self.best_heading is not None and not self.in_family):
            return self.best_heading
        found = block_of_title(self.blocks, self.title)
        if found is None and not self.in_family:
            return place_above_text(self.blocks, self.title)
        return found

    @property
    def permalink(self) -> str | None:
        """The address to which the title leads, on a page of no family that names its title."""
        if self.in_family or self.heading is None or not self.heading.linked:
            return None
        signs = self.title_search.signs_of(self.heading.text)
        urls = {self.page.join(anchor.get("href")) for anchor in self.heading.anchors}
        return urls.pop() if signs.stated and len(urls) == 1 else None

    @cached_property
    def classified(self) -> ClassifiedOutline | None:
        """The blocks with their kinds, as seen from the title."""
        if self.heading is None:
            return None
        return classify(
            self.blocks,
            self.heading,
            is_date=cache(partial(is_date_block, self.page)),
            is_file=is_file,
            leads_away=partial(_leads_to_text, self.page, self.site),
            template=self.template,
        )

    @cached_property
    def ruled_body(self) -> Body | None:
        """The element that a selector names as the text."""
        return choose_body(self.page, self.rules)

    @cached_property
    def running_text(self) -> RunningText | None:
        """The place of the text by a selector, else by the layout; None without title or text."""
        if self.classified is None:
            return None
        if self.ruled_body is not None:
            return text_of_body(self.classified, self.ruled_body)
        return self._text_by_layout(self.classified) or find_shown(self.classified)

    def _text_by_layout(self, classified: ClassifiedOutline) -> RunningText | None:
        text = find_text(
            classified,
            partial(opinion_of_page, self.page.root),
            stated=stated_text(self.page),
            declared=self.said.article and not self.said.contrary,
        )
        for region in text.regions if text is not None else ():
            said, place = f"{size_of(region.prose)} characters", path_to(region.element)
            weight, chosen = region.weight, region.weight > LEAST
            self.log.consider("body", said, place, region.reason, weight, chosen=chosen)
        return text

    @cached_property
    def body(self) -> Body | None:
        """The element with the text: by a selector, or, on a page of no family, by the layout."""
        if self.ruled_body is not None or self.in_family:
            return self.ruled_body
        return None if self.running_text is None else self.running_text.body

    @property
    def knows_theme(self) -> bool:
        """Whether the family's selectors find title and text, and so have the last word on the
        other fields. In any other theme, the layout fills what they miss.
        """
        return (
            self.in_family
            and self.ruled_body is not None
            and self.title is not None
            and self.title.is_ruled
        )

    @property
    def layout(self) -> RunningText | None:
        """The place of the text, if the layout may fill what the selectors miss."""
        return None if self.knows_theme else self.running_text

    @cached_property
    def seen(self) -> list[SeenDate]:
        """The dates that the lines near the title and the text print."""
        return [] if self.running_text is None else seen_dates(self.page, self.running_text)

    @cached_property
    def dates(self) -> PageDates:
        """The dates by selectors, else those of the article's lines, metadata and address."""
        return choose_dates(self.page, self._dates(), self.log)

    def _dates(self) -> Iterator[Iterable[ProposedDate]]:
        if self.in_family or self.rules.published:
            named = (self.title and self.title.element, self.ruled_body and self.ruled_body.element)
            own = [element for element in named if element is not None]
            yield chain(address_date(self.page), ruled_dates(self.page, self.rules, own))
        else:
            yield address_date(self.page)
        seen = self.seen
        if self.in_family and self.running_text is not None:
            wrapper = self.running_text.wrapper
            seen = [one for one in seen if holds(wrapper, one.block.element)]
        yield printed_dates(seen)
        yield stated_dates(self.said, weight=UNNAMED if self.knows_theme else STATED)

    @cached_property
    def ruled_credits(self) -> list[Credit]:
        """Who is named as author or source by selectors."""
        return list(ruled_credits(self.page, self.rules))

    @cached_property
    def trusts_selectors(self) -> bool:
        """Whether selectors that know the theme name an author; else the metadata may."""
        return self.knows_theme and any(one.role == "author" for one in self.ruled_credits)

    @cached_property
    def credits(self) -> list[Credit]:
        """Who is named as author or source by selectors and, if these do not suffice, by the
        metadata and the lines near title and text.
        """
        if self.trusts_selectors:
            return self.ruled_credits
        stated = list(stated_credits(self.page))
        enough = self.knows_theme and (stated or not self.rules.author)
        if enough or self.running_text is None:
            return [*self.ruled_credits, *stated]
        bare = self.signs_below([block.text for block in self.running_text.classified.below])
        seen = seen_credits(self.page, self.running_text, bare=bare)
        return [*self.ruled_credits, *seen, *stated]

    @property
    def site_names(self) -> tuple[str, ...]:
        """The names of the portal, which signs nothing."""
        known = (self.site.name, self.site.publisher.name, self.page.meta("og:site_name") or "")
        return known if self.trusts_selectors else (*known, *self.said.site_names)

    def signs_below(self, texts: list[str]) -> bool:
        """Whether authors sign with nothing but their names below such texts.

        A portal prints texts in foreign languages too, so theirs counts more than the site's.
        """
        spoken = language_of(self.page, "\n".join(texts)) or self.site.language
        return spoken in languages() and languages()[spoken].bylines.signed_below

    def language_of(self, texts: list[str]) -> str | None:
        """The language of these texts of the page: the site's, unless each page has its own."""
        if self.site.language != UNDETERMINED:
            return self.site.language
        return language_of(self.page, "\n".join(texts))

    @property
    def text_blocks(self) -> Collection[Block]:
        """The blocks of the text, as far as the page alone shows."""
        body, text = self.ruled_body, self.running_text if self.ruled_body is None else None
        between = range(0)
        if text is not None:
            body, between = text.body, range(text.first, text.last + 1)
        return {
            block
            for block in self.blocks
            if block.spot in between or (body is not None and body.keeps(block))
        }

    def remembering(self, memory: PortalMemory) -> "ArticlePage":
        """The page read with its portal's memory: if the memory knows the title or a line of the
        text, the page is read again without the template's lines.
        """
        self.memory = memory
        if self._has_shared_title():
            shared = {fold(block.text) for block in template_lines(self.blocks, memory)}
            again = replace(self, never=frozenset(shared))
            texts = {block.spot for block in self.text_blocks}
            if again.best_heading is not None and again.best_heading.spot not in texts:
                return again._without_template()
        return self._without_template()

    def _has_shared_title(self) -> bool:
        """Whether the title is a heading that the portal repeats, and nothing else names it."""
        title = self.title if self.memory.texts else None
        return (
            title is not None
            and not title.is_ruled
            and self.memory.repeats_any((title.text,))
            and self.title_search.signs_of(title.text) == TitleSigns()
        )

    def _without_template(self) -> "ArticlePage":
        text = self.running_text if self.memory.texts and self.ruled_body is None else None
        mine = [] if text is None else self.blocks[text.first : text.last + 1]
        if text is None or not self.memory.repeats_any(block.text for block in mine):
            return self
        again = replace(self, template=template_lines(text.classified.below, self.memory))
        vars(again).update((name, vars(self)[name]) for name in ABOVE_TEXT if name in vars(self))
        if again.running_text is None:  # the text has no other lines, so an empty text is left
            del self.classified, self.running_text
            return self
        for block in (one for one in mine if one in again.template):
            again.log.explain("dropped", block.text[:80], TEMPLATE)
        return again


def view_of(
    page: HtmlPage,
    site: Site,
    platform: Platform,
    named: str | None = None,
    *,
    never: Collection[str] = frozenset(),
) -> ArticlePage | None:
    """A page as an article of its family or, without the family's signs of one, of no family.

    None for a page that the family's signs exclude.
    """
    rules = rules_for(platform, site)
    if page.has(rules.not_page):
        return None
    in_family = page.has(rules.page)
    own = rules if in_family else rules_for(platform_of("generic"), site)
    return ArticlePage(page, site, own, platform.key, in_family, named, never)


def rules_for(platform: Platform, site: Site) -> ArticleRules:
    """A platform's article rules with the site's own selectors before them."""
    if site.article == ArticleRules():
        return platform.article
    merged: dict[str, Any] = {}
    for name in (rule.name for rule in fields(ArticleRules)):
        own = getattr(site.article, name)
        if isinstance(own, tuple):
            merged[name] = (*own, *getattr(platform.article, name))
    return replace(platform.article, **merged)


def is_article_page(page: HtmlPage, rules: ArticleRules) -> bool:
    """Whether a page has the signs of an article of this family."""
    return page.has(rules.page) and not page.has(rules.not_page)


def _leads_to_text(page: HtmlPage, site: Site, anchor: html.HtmlElement) -> bool:
    """Whether a link leads to another page of the portal, and not to a file."""
    url = page.join(anchor.get("href"))
    return (
        url is not None
        and url.split("#")[0] != page.url
        and of_site(url, site.all_hosts)
        and not is_file(anchor)
    )
