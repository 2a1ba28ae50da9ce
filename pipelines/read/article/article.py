"""An article page into an Article: a platform's rules choose each field, and every choice can be explained."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lxml import html

from pipelines.outcomes import IssueKind
from pipelines.read.addresses.canonical import of_site
from pipelines.read.addresses.family_rules import FILE_ENDINGS
from pipelines.read.article.body import clean_body, strip_body, whole_page
from pipelines.read.article.images import is_gallery_heading, take_images
from pipelines.read.article.lead import take_bold_lead
from pipelines.read.article.own_lines import (
    Surroundings,
    hide_neighbours,
    printed_dates,
    surroundings,
)
from pipelines.read.article.publication_date import PageDates, guessed_date, page_dates
from pipelines.read.article.running_text import RunningText
from pipelines.read.article.title import without_dateline
from pipelines.read.dates.event_day import event_date
from pipelines.read.html.language import language_of
from pipelines.read.html.page import HtmlPage, remove, seen_text, shows_text
from pipelines.read.reading import Article, AttachmentLink, Dated, Explanation, Image, Note
from pipelines.read.text.bylines import Byline, is_account, read_labelled, signed_by, take_byline
from pipelines.read.text.clean_text import clean_text, same_text, text_key
from pipelines.read.text.furniture_lines import cut_tail
from portals.platform import ArticleRules, Platform
from portals.site import UNDETERMINED, Site

PROSE = 100  # characters that make a text, where nothing else says that there is one


@dataclass(slots=True)
class Found:
    """What was gathered on the way: notes for a person, explanations for whoever asks why."""

    notes: list[Note] = field(default_factory=list)
    explanations: list[Explanation] = field(default_factory=list)

    def explain(self, name: str, value: str | None, rule: str, raw: str = "") -> None:
        """Remembers which rule gave a field its value."""
        self.explanations.append(Explanation(name, value or "", rule, raw))


@dataclass(frozen=True, slots=True)
class Given:
    """What was found on a page of no known family without selectors, and so is not looked for again."""

    dates: PageDates
    byline: Byline
    attachments: tuple[AttachmentLink, ...]
    drop: tuple[html.HtmlElement, ...]  # inside the body and none of its text
    lines: tuple[
        str, ...
    ]  # of the body's element that are none of its text and have no element of their own
    section: str | None  # that the page states in machine words, for want of a visible one
    author: str | None = None  # the same, for want of a signature


def is_article_page(page: HtmlPage, rules: ArticleRules) -> bool:
    """Whether a page bears the signs of an article of this family."""
    return page.has(rules.page) and not page.has(rules.not_page)


def read_article(
    page: HtmlPage,
    site: Site,
    platform: Platform,
    rules: ArticleRules,
    url: str,
    *,
    given: Given | None = None,
) -> tuple[Article | None, Found]:
    """The article of a page whose signs are right; None (with a note) where it has neither title nor anything to read."""
    found = Found()
    title = read_title(page, site, rules, found)
    body, rule = _body_element(page, rules)
    dates = given.dates if given else page_dates(page, rules, generic=platform.key == "generic")
    around = None
    if dates.published is None or (given is None and dates.published.evidence == "url"):
        around = _around(page, rules, title, body)
        if around is not None and given is None:
            dates = _with_printed(dates, printed_dates(page, around))
    found.explanations.extend(dates.explanations)
    section = _first(page, rules.section, found, "section") or (given.section if given else None)
    byline = (
        given.byline
        if given and not (rules.author or rules.source)
        else _page_byline(page, site, rules, found)
    )
    lead = _first(page, rules.lead, found, "lead")
    attachments = read_attachments(page, site, rules)
    if given:
        attachments += [
            link
            for link in given.attachments
            if link.url not in {known.url for known in attachments}
        ]
    drop, unwanted = (given.drop, given.lines) if given else ((), ())
    if (
        body is None
        and given is None
        and (lead or attachments)
        and (below := _text_below(page, rules, title)) is not None
    ):
        body, rule, drop, unwanted = (
            below.body,
            "no rule finds a body: the prose below the title",
            below.drop,
            below.lines,
        )
        found.notes.append(
            Note(
                IssueKind.BODY_GUESSED,
                f"{url}: no rule finds the body; the prose below the title was taken",
            )
        )
    paragraphs: list[str] = []
    images: tuple[Image, ...] = ()
    extractor = f"{platform.key} blocks"
    if body is not None:
        for element in body.iter("a"):
            if (link := _attachment(page, site, element)) is not None and link.url not in {
                known.url for known in attachments
            }:
                attachments.append(link)
        for element in drop:
            found.explain("dropped", seen_text(element)[:80], "not of the running text")
            remove(element)
        for used in strip_body(body, rules.drop):
            found.explain("dropped", None, used)
        images = take_images(page, body, rules.images)
        if (
            lead is None
            and rules.lead_in_body == "bold"
            and (taken := take_bold_lead(body)) is not None
        ):
            lead = clean_text(taken)
            found.explain("lead", lead[:80], "first paragraph, all in bold", taken[:200])
        paragraphs, cleaner = clean_body(body)
        if unwanted:
            keys = {text_key(line) for line in unwanted}
            paragraphs = [paragraph for paragraph in paragraphs if text_key(paragraph) not in keys]
        extractor = f"{platform.key} {cleaner}"
        found.explain("body", f"{len(paragraphs)} paragraphs", rule or "")
    elif not lead and not attachments:
        paragraphs, cleaner = whole_page(page.root)
        extractor = f"{platform.key} {cleaner}"
        if paragraphs:
            found.explain(
                "body",
                f"{len(paragraphs)} paragraphs",
                "no rule finds a body: trafilatura's opinion of the whole page",
            )
            found.notes.append(
                Note(
                    IssueKind.BODY_GUESSED,
                    f"{url}: no rule finds the body; trafilatura chose it from the whole page",
                )
            )
    paragraphs, dropped = cut_tail(paragraphs)
    for line in dropped:
        found.explain("dropped", line[:80], "furniture line")
    if rules.byline_in_body != "never":
        end = _end_before_files(paragraphs, attachments)
        in_text, others, lines = take_byline(paragraphs[:end])
        # Where a family has no field for an author, what the page names is the account that posted it: a signature in the text knows better.
        signature = signed_by(lines) if rules.byline_in_body == "copy" else None
        byline = Byline(
            signature or byline.author or in_text.author, byline.source or in_text.source
        )
        for line in lines:
            found.explain(
                "byline",
                f"author={in_text.author} source={in_text.source}",
                "last lines of the body",
                line,
            )
        if rules.byline_in_body == "take":
            paragraphs, _ = cut_tail(others + paragraphs[end:])
    paragraphs = _without_repeats(paragraphs, title, lead, found)
    if title is None:
        found.notes.append(Note(IssueKind.TITLE_MISSING, f"{url}: no selector finds a title"))
        return None, found
    language = (
        site.language
        if site.language != UNDETERMINED
        else language_of(page, "\n".join([title, lead or "", *paragraphs]))
    )
    published = dates.published or _guess(page, around)
    if published is None:
        to_come = (
            f"; {dates.to_come!r}, which it prints, had not come when it was fetched"
            if dates.to_come
            else ""
        )
        found.notes.append(
            Note(IssueKind.UNDATED, f"{url}: no date of publication on the page{to_come}")
        )
    elif published.evidence == "guess":
        found.explain("published", published.on.isoformat(), "guessed by htmldate", published.raw)
    if page.cut:
        found.notes.append(lost_text(url))
    if not paragraphs and not lead and not attachments and not images:
        found.notes.append(
            Note(IssueKind.BODY_MISSING, f"{url}: has the signs of an article, but nothing to read")
        )
    event_on = event_date(
        lead,
        paragraphs[0] if paragraphs else None,
        published_on=published.on if published else None,
    )
    article = Article(
        url=url,
        title=title,
        lead=lead,
        body="\n\n".join(paragraphs),
        author=byline.author or (given.author if given else None),
        source=byline.source,
        section=section,
        language=language,
        published=published,
        updated=dates.updated,
        event_on=event_on,
        images=images,
        attachments=tuple(attachments),
        extractor=extractor,
    )
    return article, found


def lost_text(url: str) -> Note:
    """What is said of a page that is nested too deep or too long to be read whole (`Page.cut`)."""
    return Note(
        IssueKind.TRUNCATED_BY_PARSER,
        f"{url}: is nested deeper or longer than can be read; text may be missing",
    )


def read_title(page: HtmlPage, site: Site, rules: ArticleRules, found: Found) -> str | None:
    """The title by the rules, else from og:title without the portal's name; never the portal's name itself."""
    for value, selector, element in page.values(rules.title):
        title = clean_text(without_dateline(page, element, value))
        if title and not same_text(title, site.name):
            found.explain("title", title, selector, value)
            return title
    site_name = page.meta("og:site_name") or site.name
    if (said := page.meta("og:title")) is not None:
        cleaned = clean_text(said)
        for mark in (" - ", " | ", " – "):
            cleaned = cleaned.removesuffix(mark + site_name)
        if cleaned and not same_text(cleaned, site_name):
            found.explain("title", cleaned, "meta og:title", said)
            return cleaned
    return None


def _first(page: HtmlPage, selectors: Sequence[str], found: Found, name: str) -> str | None:
    taken = page.value(selectors)
    if taken is None:
        return None
    text = clean_text(taken[0])
    if text:
        found.explain(name, text[:80], taken[1], taken[0][:200])
    return text or None


def _page_byline(page: HtmlPage, site: Site, rules: ArticleRules, found: Found) -> Byline:
    """Author and source from their own elements; labels cut off, accounts and the portal's own name refused."""
    names = {}
    site_names = (site.name, page.meta("og:site_name") or "", site.publisher.name)
    for name, selectors in (("author", rules.author), ("source", rules.source)):
        for value, selector, _ in page.values(selectors):
            text = clean_text(value)
            labelled = read_labelled(text)
            text = (getattr(labelled, name) or "") if labelled else text
            if text and not (name == "author" and is_account(text, site_names)):
                found.explain(name, text, selector, value)
                names[name] = text
                break
    return Byline(names.get("author"), names.get("source"))


def _around(
    page: HtmlPage, rules: ArticleRules, title: str | None, body: html.HtmlElement | None
) -> Surroundings | None:
    if title is None:
        return None
    heading = next(
        (
            element
            for value, _, element in page.values(rules.title)
            if clean_text(without_dateline(page, element, value)) == title
        ),
        None,
    )
    return surroundings(page, title, heading, body)


def _text_below(page: HtmlPage, rules: ArticleRules, title: str | None) -> RunningText | None:
    """The running text below the title of a page of a family whose rules find none, where it is prose: a short line may be anything."""
    around = _around(page, rules, title, None)
    return around.text if around is not None and around.text.prose >= PROSE else None


def _with_printed(dates: PageDates, printed: PageDates) -> PageDates:
    """The dates of a family's rules, which found none, or only that of the address, with what the article's own lines print."""
    if printed.published is None or printed.published.evidence == "url":
        return replace(dates, to_come=dates.to_come or printed.to_come)
    return PageDates(
        printed.published,
        dates.updated or printed.updated,
        (*dates.explanations, *printed.explanations),
    )


def _guess(page: HtmlPage, around: Surroundings | None) -> Dated | None:
    """The last resort: htmldate's opinion, of what the page says in its head and of the article's own lines, where those are known."""
    if around is not None:
        hide_neighbours(around)
    else:
        for body in page.root.findall("body"):
            remove(body)
    return guessed_date(page, page.root)


def _body_element(
    page: HtmlPage, rules: ArticleRules
) -> tuple[html.HtmlElement | None, str | None]:
    """The element that holds the text, and its rule: the longest that the first rule finds which finds more than an empty element."""
    empty: tuple[html.HtmlElement | None, str | None] = None, None
    for selector in rules.body:
        elements = page.matched(selector)
        if any(map(_holds_anything, elements)):
            return max(elements, key=lambda element: len(element.text_content())), selector
        if elements and empty[0] is None:
            empty = elements[0], selector
    return empty


def _holds_anything(element: html.HtmlElement) -> bool:
    """Whether there is text, a picture or a file in an element."""
    return (
        shows_text(element)
        or next(element.iter("img", "picture", "video", "iframe", "embed", "object"), None)
        is not None
    )


def read_attachments(page: HtmlPage, site: Site, rules: ArticleRules) -> list[AttachmentLink]:
    """Files that the article's own elements point to, in page order, each address once; the name is the link's own text."""
    links: dict[str, AttachmentLink] = {}
    for selector in rules.attachments:
        for element in page.matched(selector):
            url = page.join(element.get("href") or element.get("data-src"))
            if url is not None and url not in links and of_site(url, site.all_hosts):
                links[url] = AttachmentLink(url, file_name(element))
    return list(links.values())


def _attachment(page: HtmlPage, site: Site, element: html.HtmlElement) -> AttachmentLink | None:
    """A link in the running text that points to a file of the portal."""
    url = page.join(element.get("href"))
    if (
        url is None
        or not url.lower().split("?")[0].endswith(FILE_ENDINGS)
        or not of_site(url, site.all_hosts)
    ):
        return None
    return AttachmentLink(url, file_name(element))


def file_name(element: html.HtmlElement) -> str | None:
    """The name that a link to a file bears: its strong part where it has one, else its text."""
    strong = element.find(".//strong")
    return clean_text(seen_text(strong if strong is not None else element)) or None


def _end_before_files(paragraphs: list[str], attachments: Sequence[AttachmentLink]) -> int:
    """How many paragraphs stand before the names of files that end a text: editors sign above them."""
    end = len(paragraphs)
    while end and any(
        link.name and same_text(paragraphs[end - 1], link.name) for link in attachments
    ):
        end -= 1
    return end


def _without_repeats(
    paragraphs: list[str], title: str | None, lead: str | None, found: Found
) -> list[str]:
    """The paragraphs without a title or lead repeated at their head, and without headings that only announce images."""
    kept = list(paragraphs)
    while kept and any(text and same_text(kept[0], text) for text in (title, lead)):
        found.explain("dropped", kept.pop(0)[:80], "title or lead repeated")
    for line in [line for line in kept if is_gallery_heading(line)]:
        kept.remove(line)
        found.explain("dropped", line, "heading of a gallery")
    return kept
