"""Turn the bytes of one capture into one typed Reading. This is what a worker process runs.

    bytes -> decode -> feed or sitemap | document | page
    page  -> family -> article | refusal | listing

Each step is one function below, in this order; the folders beside this module do the work.
"""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from pipelines.capture import Capture
from pipelines.outcomes import IssueKind, Refusal
from pipelines.read.addresses.canonical import same_site
from pipelines.read.addresses.family_rules import matches, names_listing, path_and_query
from pipelines.read.article.address import article_address
from pipelines.read.article.article import lost_text, read_article
from pipelines.read.article.article_page import TEMPLATE, view_of
from pipelines.read.article.page_kind import judge
from pipelines.read.content import content_of
from pipelines.read.family.detection import detect, platform_for
from pipelines.read.files.limits import SECONDS_MAX
from pipelines.read.files.media_types import MARKUP, PICTURES, is_plain_file, sniff
from pipelines.read.html.language import zone_of_page
from pipelines.read.html.page import HtmlPage, UnreadablePage
from pipelines.read.listing.feed_or_sitemap import (
    begins_like_feed_or_sitemap,
    read_feed_or_sitemap,
)
from pipelines.read.listing.left_out import left_out
from pipelines.read.listing.links import links_worth_asking, read_feed_links, read_neighbours
from pipelines.read.listing.listing_digest import listed_names
from pipelines.read.listing.next_page import goes_on_by, next_page
from pipelines.read.listing.pages_shown import pages_shown
from pipelines.read.listing.section_page import shows_entries
from pipelines.read.listing.shown_links import ShownLinks
from pipelines.read.memory.lines import lines_of
from pipelines.read.memory.portal_memory import memory_from
from pipelines.read.parts.joining import join_parts
from pipelines.read.parts.naming import parts_named
from pipelines.read.reading import Article, Document, Link, Note, Part, Reading
from pipelines.read.refusals.client_redirect import (
    COMPUTED,
    LITTLE,
    LONGEST_STUB,
    client_redirect,
    frames_of,
    leads_away,
    refreshed_to,
)
from pipelines.read.refusals.error_pages import (
    challenge,
    cookie_set_by,
    needs_browser,
    refused_by_form,
    refused_by_text,
    refused_by_title,
)
from pipelines.read.refusals.not_news import document_card, is_print_twin, why_not_news
from pipelines.read.storable import fit_to_store
from pipelines.read.task import Task
from pipelines.read.text.charset import DecodedText, decode_text
from pipelines.read.text.content_codings import DecodeError
from pipelines.read.text.legacy_encodings import is_in_unicode, mend, misread_signs
from portals.platform import ArticleRules, Platform
from portals.site import Site

MISREAD = 3  # letters of an article that are misread; fewer may be quotes in a row
MOST_UNASKED = 1_000  # doubtful links of one page that are counted


def read(task: Task) -> Reading:
    """Read a capture that is a page; the result is ready to be stored. Never raises, whatever the
    bytes hold.
    """
    reading = _read_bytes(task)
    if task.blind_too and reading.kind in ("article", "listing", "refused"):
        reading = _with_blind_links(task, reading)
    if task.parts is not None:
        alone = replace(task, parts=None, is_part=True)
        others = [
            (Part(number, one.url), _read_bytes(replace(alone, capture=one)))
            for number, one in task.parts
        ]
        reading = join_parts(reading, task.capture.url, others)
    if task.given_title is not None:
        reading = replace(reading, given_title=task.given_title)
    return fit_to_store(reading)


def _with_blind_links(task: Task, reading: Reading) -> Reading:
    """A page as read, and the links that its family does not know, or doubts."""
    bare = replace(task.site, platform=None, article=ArticleRules())
    blind = _read_bytes(replace(task, site=bare, platform="generic"))
    links = {link.url: link for link in reading.links}
    for link in blind.links:
        if link.url not in links or (links[link.url].doubt and not link.doubt):
            links[link.url] = link
    if reading.kind == "refused" and blind.kind == "listing":
        reading = replace(blind, platform=reading.platform)
    following = reading.next_page or blind.next_page
    return replace(reading, links=tuple(links.values()), next_page=following)


def _read_bytes(task: Task) -> Reading:
    try:
        content = content_of(task)
    except DecodeError as error:
        return _refused(task, Refusal.UNDECODABLE, error.reason)
    read_it = _read_picture if task.expected == "image" else _read_body
    reading = read_it(task, content.body)
    slips = tuple(
        Note(IssueKind.COMPRESSION_WRONG, f"{task.capture.url}: {slip}; all of it came")
        for slip in content.slips
    )
    return replace(reading, notes=(*reading.notes, *slips)) if slips else reading


def _read_body(task: Task, body: bytes) -> Reading:
    capture = task.capture
    if not body.strip():
        if (target := refreshed_to(capture)) is not None:
            return Reading("redirect", target=target)
        return _refused(task, Refusal.EMPTY, "answered 200 with an empty body")
    begins_like_one = begins_like_feed_or_sitemap(body)
    if begins_like_one or task.expected in ("feed", "sitemap"):
        listing, doubts = _in_utf8(task, body) if begins_like_one else (body, ())
        reading = read_feed_or_sitemap(capture, task.site, platform_for(task), listing)
        if reading is not None:
            return replace(reading, notes=(*reading.notes, *doubts))
        if begins_like_one or task.expected == "sitemap":
            return _refused(task, Refusal.NOT_HTML, "is neither feed nor sitemap")
    path = urlsplit(capture.url).path
    media_type = sniff(body, capture.header("content-type"), path.removesuffix(".gz"))
    as_file = task.expected == "attachment"
    if media_type not in MARKUP or (as_file and is_plain_file(media_type, path)):
        return _read_document(task, body, media_type)
    if as_file:
        return _read_download(task, body)
    if media_type == "text/plain":
        if len(body) < LITTLE and (target := refreshed_to(capture)) is not None:
            return Reading("redirect", target=target)
        return _refused(task, Refusal.NOT_HTML, "is plain text")
    return _read_page(task, body)


def _read_download(task: Task, body: bytes) -> Reading:
    """Where a page leads that came in place of a file: "your download begins in three seconds"."""
    capture = task.capture
    if len(body) <= LONGEST_STUB:
        with suppress(UnreadablePage):
            text = _decoded(task, body).text
            page = HtmlPage(text, capture.url, zone=task.site.zone, fetched_at=capture.fetched_at)
            target = client_redirect(page, capture.refresh, task.site.all_hosts, ())
            if target not in (None, COMPUTED, capture.url):
                return Reading("redirect", target=target)
    return _refused(task, Refusal.NOT_A_FILE, "was linked as a file, and is a page")


def _read_picture(task: Task, body: bytes) -> Reading:
    """A picture, which only its own bytes can prove. Nothing is decoded."""
    if not body.strip():
        return _refused(task, Refusal.EMPTY, "answered 200 with an empty body")
    media_type = sniff(body, None, None)
    if media_type in PICTURES:
        return Reading("attachment", document=Document(media_type, None))
    why = f"was shown as a picture, and is {media_type}"
    return _refused(task, Refusal.NOT_A_PICTURE, why)


def _read_document(task: Task, body: bytes, media_type: str) -> Reading:
    if task.expected == "feed":
        why = f"was named as a feed, and is {media_type[:80]}"
        return _refused(task, Refusal.NOT_A_FEED, why)
    if task.expected is None and media_type in PICTURES:
        return _read_picture(task, body)  # nobody asked for it as a file with a text
    # Its libraries take a quarter of a second to load, and most workers read only pages.
    from pipelines.read.files.documents import read_document

    capture = task.capture
    path = urlsplit(capture.url).path.removesuffix(".gz")
    declared, seconds = capture.header("content-type"), task.document_seconds or SECONDS_MAX
    document, notes = read_document(body, declared, path, seconds=seconds)
    return Reading("attachment", document=document, notes=notes)


def _read_page(task: Task, body: bytes) -> Reading:
    capture = task.capture
    decoded = _decoded(task, body)
    if not decoded.is_readable:
        why = f"{decoded.doubt}, and does not read like text in any charset"
        doubt = Note(IssueKind.CHARSET_DOUBTFUL, f"{capture.url}: {why}")
        return replace(_refused(task, Refusal.UNDECODABLE, why), notes=(doubt,))
    text, legacy_encoding = decoded.text, None
    if not is_in_unicode(text):
        text, legacy_encoding = mend(text)
    if (refusal := challenge(text)) is not None:
        remedy = "crawl.answer_challenges in the site file answers it"
        why = f"a script sets a cookie and loads the page again; {remedy}"
        return replace(_refused(task, refusal, why), cookie=cookie_set_by(text))
    zone = zone_of_page(text, task.site.zone)
    try:
        page = HtmlPage(text, capture.url, zone=zone, fetched_at=capture.fetched_at)
    except UnreadablePage as error:
        return _refused(task, Refusal.UNREADABLE, str(error))
    platform = detect(page, task)
    reading = _read_article(task, page, platform) or _read_listing(task, page, platform)
    told = _doubts(task, decoded) if reading.kind in ("article", "listing") else ()
    if reading.article is not None:
        told = (*told, *_faults_of_text(reading.article, legacy_encoding))
    reading = replace(reading, notes=(*reading.notes, *told))
    asked = tuple(link for link in reading.links if link.is_asked)
    unasked = [
        link for link in reading.links if not link.is_asked and link.url != reading.next_page
    ]
    return replace(
        reading, platform=platform.key, links=asked, unasked=tuple(unasked[:MOST_UNASKED])
    )


def _decoded(task: Task, body: bytes) -> DecodedText:
    return decode_text(body, task.capture.header("content-type"), task.site.language)


def _doubts(task: Task, decoded: DecodedText) -> tuple[Note, ...]:
    """Tells that the charset of a page or feed was guessed."""
    if decoded.doubt is None:
        return ()
    why = f"{decoded.doubt}; it was read as {decoded.encoding}"
    return (Note(IssueKind.CHARSET_DOUBTFUL, f"{task.capture.url}: {why}"),)


def _faults_of_text(article: Article, legacy_encoding: str | None) -> Iterator[Note]:
    if legacy_encoding is not None:
        why = f"its text was in the legacy encoding {legacy_encoding}, and is kept as Unicode"
        yield Note(IssueKind.ENCODING_MENDED, f"{article.url}: {why}")
    text = f"{article.title}\n{article.lead or ''}\n{article.body}"
    if (lost := text.count("\ufffd")) > 0:
        why = f"{lost} characters of its text could not be read, and are shown as \ufffd"
        yield Note(IssueKind.CHARACTERS_LOST, f"{article.url}: {why}")
    elif (misread := misread_signs(text)) >= MISREAD:
        why = f"{misread} letters of its text are UTF-8 that the portal misread as windows-1252"
        yield Note(IssueKind.CHARACTERS_LOST, f"{article.url}: {why}")


def _in_utf8(task: Task, body: bytes) -> tuple[bytes, tuple[Note, ...]]:
    """A feed or sitemap in UTF-8, whatever charset it is in, and the doubts about that charset."""
    decoded = _decoded(task, body)
    return (
        body if decoded.encoding == "utf-8" else decoded.text.encode("utf-8", "replace"),
        _doubts(task, decoded),
    )


def _read_article(task: Task, page: HtmlPage, platform: Platform) -> Reading | None:
    """The article of a page, or why it is refused; None for a page without signs of an article."""
    site, url = task.site, task.capture.url
    if task.expected == "listing":
        return None
    if is_print_twin(url):
        return _refused(task, Refusal.PRINT_TWIN, "the print or save twin of an article")
    view = view_of(page, site, platform, task.given_title)
    if view is None:
        return None
    kind = judge(view)
    if not (kind.is_article or (task.is_part and view.running_text is not None)):
        return None
    lines = lines_of(view.blocks, view.text_blocks, page.fetched_at) if task.sampled else b""
    view = view.remembering(memory_from(task.memory))
    view.log.consider("kind", "article", kind.reason, "", kind.confidence, chosen=True)
    # These come before the article is read, which takes the page's tree apart.
    links, cut = read_neighbours(page, site, platform)
    card = document_card(page) if platform.addresses.undated or not view.in_family else None
    address = article_address(page, site, platform, view.permalink)
    parts = parts_named(page, lambda: view.body)
    article, log = read_article(view, address)
    if article is None:
        reading = _refused(task, Refusal.TITLE_MISSING, "looks like an article, but has no title")
        return replace(reading, links=links, notes=tuple(log.notes))
    if (refusal := refused_by_form(article.title)) is not None:
        return replace(_refused(task, refusal, "its own title says so"), links=links)
    why = None if task.is_part else why_not_news(article, card)
    if why is not None:
        return replace(_refused(task, Refusal.NOT_AN_ARTICLE, why), links=links)
    return Reading(
        "article",
        article=article,
        links=links,
        notes=(*log.notes, *cut),
        explanations=tuple(log.explanations),
        by_evidence=not view.in_family and platform.key != "generic",
        parts=parts,
        lines=lines,
        repeated=sum(one.rule == TEMPLATE for one in log.explanations),
    )


def _read_listing(task: Task, page: HtmlPage, platform: Platform) -> Reading:
    """The listing on a page that is not an article, or the reason for refusing it."""
    shown = ShownLinks(page, task.site, platform)
    links = (*links_worth_asking(shown), *read_feed_links(page, task.site))
    asked = [link for link in links if link.is_asked]
    articles = {link.url for link in asked if link.kind == "article"}
    if (refusal := refused_by_title(page)) is not None:
        reading = _refused(task, refusal, "its own title says so")
    elif (refusal := refused_by_text(page, names_articles=bool(articles))) is not None:
        reading = _refused(task, refusal, f"its own text says so ({refusal})")
    elif (redirect := _redirect(task, page, platform, articles)) is not None:
        return redirect
    elif articles and (_may_list(task, platform) or shows_entries(page, articles)):
        following = next_page(page, task.site, platform)
        left, linked = left_out(shown, {link.url for link in links})
        reading = Reading(
            "listing",
            names=listed_names(asked, platform),
            next_page=following,
            goes_on=goes_on_by(page) if following is None else None,
            pages_shown=pages_shown(page, task.site),
            left_out=left,
            linked=linked,
        )
    elif _may_list(task, platform) and (frames := _frames(page, task.site)):
        links, reading = (*links, *frames), Reading("listing")
    elif needs_browser(page):
        reading = _refused(task, Refusal.NEEDS_BROWSER, _why_empty(task.capture))
    else:
        why = f"has no sign of an article that {platform.name} knows"
        reading = _refused(task, Refusal.NOT_AN_ARTICLE, why)
    return replace(reading, links=links, notes=(lost_text(page.url),) if page.cut else ())


def _frames(page: HtmlPage, site: Site) -> list[Link]:
    """Links to the portal's own frames: a frameset shows nothing but them."""
    urls = [url for url in frames_of(page) if same_site(url, site.all_hosts)]
    return [Link(url, "listing") for url in urls]


def _redirect(
    task: Task, page: HtmlPage, platform: Platform, articles: Collection[str]
) -> Reading | None:
    """Where a page leads on that is no article. `articles`: those that it names."""
    header, hosts = task.capture.refresh, task.site.all_hosts
    target = client_redirect(page, header, hosts, articles)
    if target is None and not (articles and _is_list(task, platform)):
        away = leads_away(page, header)
        target = None if away is None or matches(away, platform.addresses.ignore) else away
    if target != COMPUTED:
        return None if target is None else Reading("redirect", target=target)
    why = "its script works out the address to which it leads, and Loa runs no scripts"
    return _refused(task, Refusal.COMPUTED_REDIRECT, why)


def _may_list(task: Task, platform: Platform) -> bool:
    """Whether a page that names articles may be a listing, by its expected kind or its address."""
    return task.expected is None or _is_list(task, platform)


def _is_list(task: Task, platform: Platform) -> bool:
    url = task.capture.url
    return task.expected == "listing" or names_listing(url, platform) or path_and_query(url) == "/"


def _why_empty(capture: Capture) -> str:
    if capture.rendered_from is not None:
        return (
            "is an empty page even after a browser has run its scripts; they may ask in vain for "
            "hosts that the site file does not name"
        )
    return (
        "is an empty page that scripts fill; look for a feed or sitemap to name in the site file, "
        "or set crawl.browser there"
    )


def _refused(task: Task, refusal: Refusal, why: str) -> Reading:
    return Reading("refused", refusal=refusal, detail=f"{task.capture.url}: {why}")
