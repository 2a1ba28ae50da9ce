"""Turns an article page into an Article: rules choose each field, and every choice is explained."""

from collections.abc import Sequence
from dataclasses import replace

from pipelines.outcomes import IssueKind
from pipelines.read.article.attachments import each_once, linked_attachments, ruled_attachments
from pipelines.read.article.body import Body, BodyText, choose_body, is_vast, take_text, whole_page
from pipelines.read.article.byline import ruled_byline
from pipelines.read.article.images import is_gallery_heading
from pipelines.read.article.own_lines import (
    Surroundings,
    hide_neighbours,
    printed_dates,
    surroundings,
)
from pipelines.read.article.publication_date import PageDates, guessed_date, page_dates
from pipelines.read.article.recognition import RecognisedFields
from pipelines.read.article.title import ruled_title
from pipelines.read.dates.event_day import event_date
from pipelines.read.html.language import language_of
from pipelines.read.html.page import HtmlPage, remove
from pipelines.read.reading import Article, AttachmentLink, Dated, Note, ReadingLog
from pipelines.read.text.bylines import Byline, signed_by, take_byline
from pipelines.read.text.clean_text import clean_text, same_text
from pipelines.read.text.furniture_lines import cut_tail
from portals.platform import ArticleRules, Platform
from portals.site import UNDETERMINED, Site

PROSE = 100  # characters that make a text, if nothing else shows that there is one


def is_article_page(page: HtmlPage, rules: ArticleRules) -> bool:
    """Whether a page has the signs of an article of this family."""
    return page.has(rules.page) and not page.has(rules.not_page)


def read_article(
    page: HtmlPage,
    site: Site,
    platform: Platform,
    rules: ArticleRules,
    url: str,
    recognised: RecognisedFields | None = None,
) -> tuple[Article | None, ReadingLog]:
    """The article of a page that has the right signs; None (with a note) if it has no title.

    `recognised`: the fields found without selectors on a page of no known family. Takes the page's
    tree apart.
    """
    log = ReadingLog()
    title = ruled_title(page, site, rules, log)
    body = choose_body(page, rules)
    if recognised and body is not None:
        body = replace(body, drop=recognised.drop, lines=recognised.lines)
    dates, around = _read_dates(page, platform, rules, title, body, recognised)
    log.explanations.extend(dates.explanations)
    section = _first(page, rules.section, "section", log)
    if recognised and not (rules.author or rules.source):
        byline = recognised.byline
    else:
        byline = ruled_byline(page, site, rules, log)
    lead = _first(page, rules.lead, "lead", log)
    found = recognised.attachments if recognised else ()
    attachments = each_once(ruled_attachments(page, site, rules), found)
    if body is None and not recognised and (lead or attachments or is_vast(page.root)):
        body = _prose_below(page, rules, title, log, url)
    if body is not None:
        attachments = each_once(attachments, linked_attachments(page, site, body.element))
        text = take_text(page, body, rules, log, bold_lead=lead is None)
        lead = lead or text.lead
    elif not lead and not attachments:
        text = _text_of_whole_page(page, log, url)
    else:
        text = BodyText([], "blocks")
    byline, paragraphs = _read_ends(rules, byline, text.paragraphs, attachments, log)
    paragraphs = _without_repeats(paragraphs, title, lead, log)
    if title is None:
        log.note(IssueKind.TITLE_MISSING, f"{url}: no selector finds a title")
        return None, log
    published = _published(page, dates, around, log, url)
    if page.cut:
        log.notes.append(lost_text(url))
    if not (paragraphs or lead or attachments or text.images):
        log.note(IssueKind.BODY_MISSING, f"{url}: has the signs of an article, but nothing to read")
    article = Article(
        url=url,
        title=title,
        lead=lead,
        body="\n\n".join(paragraphs),
        author=byline.author or (recognised.author if recognised else None),
        source=byline.source,
        section=section or (recognised.section if recognised else None),
        language=_language(page, site, [title, lead or "", *paragraphs]),
        published=published,
        updated=dates.updated,
        event_on=event_date(
            lead, next(iter(paragraphs), None), published_on=published.on if published else None
        ),
        images=text.images,
        attachments=attachments,
        extractor=f"{platform.key} {text.cleaner}",
    )
    return article, log


def lost_text(url: str) -> Note:
    """The note on a page that is nested too deep or too long to be read whole (`HtmlPage.cut`)."""
    why = f"{url}: is nested deeper or longer than can be read; text may be missing"
    return Note(IssueKind.TRUNCATED_BY_PARSER, why)


def _first(page: HtmlPage, selectors: Sequence[str], name: str, log: ReadingLog) -> str | None:
    taken = page.value(selectors)
    if taken is None:
        return None
    text = clean_text(taken[0])
    if text:
        log.explain(name, text[:80], taken[1], taken[0][:200])
    return text or None


def _read_dates(
    page: HtmlPage,
    platform: Platform,
    rules: ArticleRules,
    title: str | None,
    body: Body | None,
    recognised: RecognisedFields | None,
) -> tuple[PageDates, Surroundings | None]:
    """The dates that the rules find. If they find none, or only that of the address, the dates that
    the article's own lines print. Also the surroundings of the article.
    """
    if recognised:
        dates, trusted = recognised.dates, recognised.dates.published is not None
    else:
        dates = page_dates(page, rules, generic=platform.key == "generic")
        trusted = dates.published is not None and dates.published.evidence != "url"
    if trusted:
        return dates, None
    around = surroundings(page, rules, title, body.element if body else None)
    if around is not None and not recognised:
        dates = _with_printed(dates, printed_dates(page, around))
    return dates, around


def _with_printed(dates: PageDates, printed: PageDates) -> PageDates:
    if printed.published is None or printed.published.evidence == "url":
        return replace(dates, to_come=dates.to_come or printed.to_come)
    return PageDates(
        printed.published,
        dates.updated or printed.updated,
        (*dates.explanations, *printed.explanations),
    )


def _prose_below(
    page: HtmlPage, rules: ArticleRules, title: str | None, log: ReadingLog, url: str
) -> Body | None:
    """The running text below the title, for a page on which no rule finds a body.

    It must be prose: a short line may be anything.
    """
    around = surroundings(page, rules, title, None)
    if around is None or around.text.prose < PROSE:
        return None
    why = f"{url}: no rule finds the body; the prose below the title was taken"
    log.note(IssueKind.BODY_GUESSED, why)
    text = around.text
    return Body(text.body, "no rule finds a body: the prose below the title", text.drop, text.lines)


def _text_of_whole_page(page: HtmlPage, log: ReadingLog, url: str) -> BodyText:
    paragraphs, cleaner = whole_page(page.root)
    if paragraphs:
        rule = "no rule finds a body: trafilatura's opinion of the whole page"
        log.explain("body", f"{len(paragraphs)} paragraphs", rule)
        why = f"{url}: no rule finds the body; trafilatura chose it from the whole page"
        log.note(IssueKind.BODY_GUESSED, why)
    return BodyText(paragraphs, cleaner)


def _read_ends(
    rules: ArticleRules,
    byline: Byline,
    paragraphs: list[str],
    attachments: Sequence[AttachmentLink],
    log: ReadingLog,
) -> tuple[Byline, list[str]]:
    """(byline with what the text's last lines sign, paragraphs without furniture at the end)."""
    paragraphs, dropped = cut_tail(paragraphs)
    for line in dropped:
        log.explain("dropped", line[:80], "furniture line")
    if rules.byline_in_body == "never":
        return byline, paragraphs
    end = _end_before_files(paragraphs, attachments)
    in_text, others, lines = take_byline(paragraphs[:end])
    # A family without a field for the author names the account that posted the article: a signature
    # in the text is better evidence.
    signature = signed_by(lines) if rules.byline_in_body == "copy" else None
    said = f"author={in_text.author} source={in_text.source}"
    for line in lines:
        log.explain("byline", said, "last lines of the body", line)
    if rules.byline_in_body == "take":
        paragraphs, _ = cut_tail(others + paragraphs[end:])
    author = signature or byline.author or in_text.author
    return Byline(author, byline.source or in_text.source), paragraphs


def _end_before_files(paragraphs: list[str], attachments: Sequence[AttachmentLink]) -> int:
    """How many paragraphs precede the names of files at the end of a text: editors sign there."""
    end, names = len(paragraphs), [link.name for link in attachments if link.name]
    while end and any(same_text(paragraphs[end - 1], name) for name in names):
        end -= 1
    return end


def _without_repeats(
    paragraphs: list[str], title: str | None, lead: str | None, log: ReadingLog
) -> list[str]:
    """Drop a title or lead repeated at the head, and headings that only announce images."""
    kept = list(paragraphs)
    while kept and any(text and same_text(kept[0], text) for text in (title, lead)):
        log.explain("dropped", kept.pop(0)[:80], "title or lead repeated")
    for line in [line for line in kept if is_gallery_heading(line)]:
        kept.remove(line)
        log.explain("dropped", line, "heading of a gallery")
    return kept


def _language(page: HtmlPage, site: Site, texts: list[str]) -> str | None:
    return site.language if site.language != UNDETERMINED else language_of(page, "\n".join(texts))


def _published(
    page: HtmlPage, dates: PageDates, around: Surroundings | None, log: ReadingLog, url: str
) -> Dated | None:
    """The date of publication, else htmldate's guess, else None with a note."""
    published = dates.published or _guess(page, around)
    if published is None:
        why = f"{url}: no date of publication on the page"
        if dates.to_come:
            why += f"; {dates.to_come!r}, which it prints, had not come when it was fetched"
        log.note(IssueKind.UNDATED, why)
    elif published.evidence == "guess":
        log.explain("published", published.on.isoformat(), "guessed by htmldate", published.raw)
    return published


def _guess(page: HtmlPage, around: Surroundings | None) -> Dated | None:
    """The guess of htmldate from the page's head and the article's own lines, if known."""
    if around is not None:
        hide_neighbours(around)
    else:
        for body in page.root.findall("body"):
            remove(body)
    return guessed_date(page, page.root)
