"""Makes the Article of a page, and the log of why each field is what it is."""

from collections.abc import Sequence
from dataclasses import replace

from pipelines.outcomes import IssueKind
from pipelines.read.article.article_page import TEMPLATE, ArticlePage
from pipelines.read.article.attachments import (
    each_once,
    find_attachments,
    linked_attachments,
    ruled_attachments,
)
from pipelines.read.article.body import BodyText, take_text, whole_page
from pipelines.read.article.byline import choose_byline, credits_of
from pipelines.read.article.dateline import right_above, right_behind
from pipelines.read.article.images import images_above, is_gallery_heading
from pipelines.read.article.publication_date import guessed_date
from pipelines.read.article.running_text import Body, RunningText
from pipelines.read.article.section import find_section, stated_section
from pipelines.read.dates.event_day import event_date
from pipelines.read.html.day_order import counts_back, is_date_row
from pipelines.read.html.markup import Paragraph, html_of
from pipelines.read.html.outline import holds, outline
from pipelines.read.html.page import HtmlPage, remove, seen_text
from pipelines.read.html.paragraphs import kept, plain
from pipelines.read.memory.lines import texts_of_template
from pipelines.read.memory.portal_memory import bare
from pipelines.read.reading import Article, AttachmentLink, Dated, Note, ReadingLog
from pipelines.read.text.bylines import Byline, take_signatures
from pipelines.read.text.clean_text import clean_text, fold, same_text, text_key
from pipelines.read.text.furniture_lines import cut_tail

FEW_WORDS = 200  # characters
SMALL_PART = 2  # a text that passes over so many times its own prose may be only a part
PASSED_OVER = 500  # characters, at the least
FULLER = 2  # times our prose that trafilatura's text needs to take its place
FAR_MORE = 2_000  # characters of prose that are never left out without an issue
NEIGHBOURS = frozenset({"apart", "entry", "link", "tail"})
PROSE = 100  # characters that make a text, if nothing else shows that there is one


def read_article(view: ArticlePage, url: str) -> tuple[Article | None, ReadingLog]:
    """The article of a page that is one; None (with a note) if it has no title.

    Takes the page's tree apart.
    """
    log, page, rules = view.log, view.page, view.rules
    title = view.title
    if title is None:
        log.note(IssueKind.TITLE_MISSING, f"{url}: nothing on the page can be its title")
        return None, log
    dates, _ = view.dates, view.credits  # before the tree is taken apart
    section = _section(view, log)
    lead = _first(page, rules.lead, "lead", log)
    files = find_attachments(page, view.site, view.layout) if view.layout is not None else ()
    attachments = each_once((ruled_attachments(page, view.site, rules), files))
    body = view.body or _guessed_body(view, log, url)
    if (fuller := _fuller_text(view, log, url)) is not None:
        text = fuller
    elif body is not None:
        if lead is None and body is not view.ruled_body:
            lead = _lead_by_layout(view, log)
        links = linked_attachments(page, view.site, body.element.iter("a"))
        attachments = each_once((attachments, links))
        above = images_above(view.layout) if view.layout is not None else ()
        rules = replace(rules, images=(*rules.images, *above))
        text = take_text(page, body, rules, log, bold_lead=lead is None)
        lead = lead or text.lead
        text = _without_template(view, body, text)
    elif not lead and not attachments:
        text = _text_of_whole_page(page, log, url)
    else:
        text = BodyText()
    byline, paragraphs = _read_ends(view, text.texts, attachments)
    paragraphs = _without_repeats(page, paragraphs, (title.text, lead), log)
    published = _published(view, log, url)
    if page.cut:
        log.notes.append(lost_text(url))
    if not (paragraphs or lead or attachments or text.images):
        log.note(IssueKind.BODY_MISSING, f"{url}: has the signs of an article, but nothing to read")
    if fuller is None:
        _doubt_text(view, log, url)
    shown = kept(text.paragraphs, paragraphs)
    article = Article(
        url=url,
        title=title.text,
        lead=lead,
        body=plain(shown),
        body_html=html_of(shown),
        author=byline.author,
        source=byline.source,
        section=section,
        language=view.language_of([title.text, lead or "", *paragraphs]),
        published=published,
        updated=dates.updated,
        event_on=event_date(
            lead, next(iter(paragraphs), None), published_on=published.on if published else None
        ),
        images=text.images,
        attachments=attachments,
        extractor=f"{view.family} {text.made_by}",
    )
    return article, log


def _fuller_text(view: ArticlePage, log: ReadingLog, url: str) -> BodyText | None:
    """The text that trafilatura chooses from the whole page, if it holds most of ours and far more;
    None if ours may be the whole text.
    """
    text = view.layout
    if view.ruled_body is not None or text is None:
        return None
    if text.passed_over < max(SMALL_PART * text.prose, PASSED_OVER):
        return None
    mine = text.body.element.text_content().split()
    whole = whole_page(view.page.root, view.page.join)
    taken = " ".join(whole.texts)
    theirs = frozenset(taken.split())
    shared = sum(word in theirs for word in mine)
    if len(taken) < FULLER * text.prose + PASSED_OVER or shared * 2 < len(mine):
        return None
    why = f"the layout shows {text.prose} characters of prose as the text; trafilatura's"
    log.note(IssueKind.TEXT_DOUBTFUL, f"{url}: {why} {len(taken)} were kept instead")
    log.explain("body", f"{len(whole.paragraphs)} paragraphs", "trafilatura's choice, far fuller")
    return whole


def _without_template(view: ArticlePage, body: Body, text: BodyText) -> BodyText:
    """A text without the lines that the portal's template wrote into it."""
    if not view.memory.repeats_any(text.texts):
        return text
    holder = body.element if body is view.ruled_body else None
    template = texts_of_template(outline(body.element), view.memory, holder)
    left = []
    for one in text.paragraphs:
        rest = [line for line in one.text.split("\n") if text_key(bare(line)) not in template]
        if text_key(one.text) in template or (one.text and not rest):
            view.log.explain("dropped", one.text[:80], TEMPLATE)
        else:
            left.append(_with_lines(one, rest))
    return replace(text, paragraphs=left)


def _with_lines(paragraph: Paragraph, lines: Sequence[str]) -> Paragraph:
    """A paragraph with only some of its lines; whole if its markup does not part them."""
    texts, parts = paragraph.text.split("\n"), paragraph.inner.split("<br>")
    if len(lines) == len(texts) or len(parts) != len(texts):
        return paragraph
    inner = [part for part, line in zip(parts, texts, strict=True) if line in lines]
    return replace(paragraph, text="\n".join(lines), inner="<br>".join(inner))


def _doubt_text(view: ArticlePage, log: ReadingLog, url: str) -> None:
    """Note that only a few words were taken for the text, and far more prose was not."""
    text = view.layout
    if text is not None and text.prose < FEW_WORDS and text.passed_over >= FAR_MORE:
        why = f"took {text.prose} characters of prose as the text, and left out {text.passed_over}"
        log.note(IssueKind.TEXT_DOUBTFUL, f"{url}: {why}")


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


def _section(view: ArticlePage, log: ReadingLog) -> str | None:
    """The section by a selector, else by the layout, else by the page's metadata."""
    section = _first(view.page, view.rules.section, "section", log)
    if section or view.layout is None or view.title is None:
        return section
    link = find_section(view.page, view.layout.classified)
    if link is not None and (section := clean_text(seen_text(link))):
        log.explain("section", section, "the last step of the page's trail", section)
        return section
    return clean_text(view.said.section or "") or stated_section(view.page, view.title.text)


def _lead_by_layout(view: ArticlePage, log: ReadingLog) -> str | None:
    element = None if view.running_text is None else view.running_text.lead
    lead = clean_text(seen_text(element)) if element is not None else ""
    if lead:
        log.explain("lead", lead[:80], "set apart above the text", lead[:200])
    return lead or None


def _guessed_body(view: ArticlePage, log: ReadingLog, url: str) -> Body | None:
    """The running text below the title, if the family's selectors find no body. It must be prose: a
    short line may be anything.
    """
    text = view.running_text
    if text is None or text.prose < PROSE:
        return None
    why = f"{url}: no rule finds the body; the prose below the title was taken"
    log.note(IssueKind.BODY_GUESSED, why)
    return text.body


def _text_of_whole_page(page: HtmlPage, log: ReadingLog, url: str) -> BodyText:
    text = whole_page(page.root, page.join)
    if text.paragraphs:
        rule = "no rule finds a body: trafilatura's opinion of the whole page"
        log.explain("body", f"{len(text.paragraphs)} paragraphs", rule)
        why = f"{url}: no rule finds the body; trafilatura chose it from the whole page"
        log.note(IssueKind.BODY_GUESSED, why)
    return text


def _read_ends(
    view: ArticlePage, paragraphs: list[str], attachments: Sequence[AttachmentLink]
) -> tuple[Byline, list[str]]:
    """(who is author and source, the paragraphs without furniture and signatures at their end)."""
    log = view.log
    paragraphs, dropped = cut_tail(paragraphs)
    for line in dropped:
        log.explain("dropped", line[:80], "furniture line")
    # Editors sign before the names of files at the end of a text.
    end, names = len(paragraphs), [link.name for link in attachments if link.name]
    while end and any(same_text(paragraphs[end - 1], name) for name in names):
        end -= 1
    signed, own = take_signatures(paragraphs[:end], bare=view.signs_below(paragraphs))
    paragraphs, _ = cut_tail(own + paragraphs[end:])
    credits = [it for one in signed for it in credits_of(*one)] + view.credits
    byline = choose_byline(credits, view.site_names, log)
    if paragraphs and byline.author and fold(paragraphs[-1]) == fold(byline.author):
        log.explain("dropped", paragraphs.pop(), "the author's name repeated")
    return byline, paragraphs


def _without_repeats(
    page: HtmlPage, paragraphs: list[str], told: Sequence[str | None], log: ReadingLog
) -> list[str]:
    """Drop what the fields say (title, lead, dateline) at the head, headings of galleries, and
    lines at the end that count back ("2 hours ago"): they read otherwise tomorrow.
    """
    kept = list(paragraphs)
    while kept and (
        any(text and same_text(kept[0], text) for text in told) or is_date_row(page, kept[0])
    ):
        log.explain("dropped", kept.pop(0)[:80], "title, lead or dateline repeated")
    while kept and counts_back(page, kept[-1]):
        log.explain("dropped", kept.pop()[:80], "counted back")
    for line in [line for line in kept if is_gallery_heading(line)]:
        kept.remove(line)
        log.explain("dropped", line, "heading of a gallery")
    return kept


def _published(view: ArticlePage, log: ReadingLog, url: str) -> Dated | None:
    """The date of publication, else htmldate's guess, else None with a note."""
    dates = view.dates
    published = dates.published or _guess(view)
    if published is None:
        why = f"{url}: no date of publication on the page"
        if dates.to_come:
            why += f"; {dates.to_come!r}, which it prints, had not come when it was fetched"
        log.note(IssueKind.UNDATED, why)
    elif published.evidence == "guess":
        log.explain("published", published.on.isoformat(), "guessed by htmldate", published.raw)
    return published


def _guess(view: ArticlePage) -> Dated | None:
    """The guess of htmldate from the page's head and the article's own lines, if they are known;
    never the day of the last edit.
    """
    if view.running_text is not None:
        _hide_neighbours(view.running_text)
    else:
        for body in view.page.root.findall("body"):
            remove(body)
    guess, edit = guessed_date(view.page), view.dates.updated
    return None if guess and edit and guess.on == edit.on else guess


def _hide_neighbours(text: RunningText) -> None:
    """Remove all lines except the article's own from the page's tree; the page's head stays."""
    classified = text.classified
    near = (
        *right_above(classified),
        *classified.outline[classified.title.spot : text.last + 1],
        *right_behind(text),
    )
    own = {
        holder
        for block in near
        if block.kind not in NEIGHBOURS and holds(text.wrapper, block.element)
        for holder in block.holders
    }
    for block in classified.outline:
        if block.element not in own:
            # A stretch of furniture goes as a whole: a comment has its own machine date.
            zones = (zone.element for zone in block.zones if zone.element not in own)
            remove(next(zones, block.element))
