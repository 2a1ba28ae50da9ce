"""Bytes of one capture into one typed Reading: what kind of thing came back, and what it says. This is what a worker process runs."""

import re
from dataclasses import fields, replace
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from pipelines.outcomes import IssueKind, Refusal
from pipelines.read.addresses.canonical import canonical_url, of_site, same_site
from pipelines.read.addresses.family_rules import ends_like_file, matches, path_and_query
from pipelines.read.article.article import is_article_page, lost_text, read_article
from pipelines.read.article.recognition import recognise
from pipelines.read.family.detection import detect, platform_for
from pipelines.read.files.media_types import sniff
from pipelines.read.html.language import VIETNAMESE
from pipelines.read.html.page import HtmlPage, UnreadablePage
from pipelines.read.listing.feeds import read_feed, read_sitemap
from pipelines.read.listing.links import next_page, read_feed_links, read_links, read_neighbours
from pipelines.read.listing.listing_digest import names_of
from pipelines.read.listing.section_page import shows_entries
from pipelines.read.reading import Article, Note, Reading
from pipelines.read.refusals.challenge_cookie import cookie_set_by
from pipelines.read.refusals.no_article import (
    challenge,
    document_card,
    is_print_twin,
    needs_browser,
    refused_by_form,
    refused_by_text,
    refused_by_title,
)
from pipelines.read.storable import fit_to_store
from pipelines.read.task import Task
from pipelines.read.text.decode import DecodeError, decode_content, decode_text
from pipelines.read.text.legacy_encodings import mend
from portals.platform import ArticleRules, Platform, platform_of
from portals.site import Site

MARKUP = (
    "text/html",
    "application/xhtml+xml",
    "text/xml",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "text/plain",
    "application/gzip",
    "application/x-gzip",
)
XML = re.compile(rb"<(?:\?xml|!DOCTYPE\s+(?!html)|rss|feed|urlset|sitemapindex|rdf:RDF)", re.I)
XML_ROOT = re.compile(rb"<(?:\w+:)?(rss|feed|rdf|urlset|sitemapindex)[\s>]", re.I)


def read(task: Task) -> Reading:
    """The reading of a capture with status 200, fit to be stored as it is. Never raises for anything that the bytes can hold."""
    return fit_to_store(_read_bytes(task))


def _read_bytes(task: Task) -> Reading:
    try:
        body = decode_content(task.capture)
    except DecodeError as error:
        return Reading(
            "refused", refusal=Refusal.UNDECODABLE, detail=f"{task.capture.url}: {error.reason}"
        )
    if not body.strip():
        return Reading(
            "refused",
            refusal=Refusal.EMPTY,
            detail=f"{task.capture.url}: answered 200 with an empty body",
        )
    media_type = sniff(body, task.capture.header("content-type"), urlsplit(task.capture.url).path)
    if _is_xml(body) or task.expected == "sitemap":
        return _read_xml(task, body)
    if media_type not in MARKUP:
        if task.expected == "feed":
            return Reading(
                "refused",
                refusal=Refusal.NOT_A_FEED,
                detail=f"{task.capture.url}: was named as a feed, and is {media_type[:80]}",
            )
        from pipelines.read.files.documents import (
            read_document,
        )  # the libraries behind it cost a worker a quarter of a second, which most pages never need

        document, notes = read_document(
            body, task.capture.header("content-type"), urlsplit(task.capture.url).path
        )
        return Reading("attachment", document=document, notes=notes)
    if task.expected == "attachment":
        return Reading(
            "refused",
            refusal=Refusal.NOT_A_FILE,
            detail=f"{task.capture.url}: was linked as a file, and is a page",
        )
    if media_type == "text/plain":
        return Reading(
            "refused", refusal=Refusal.NOT_HTML, detail=f"{task.capture.url}: is plain text"
        )
    return _read_html(task, body)


def _is_xml(body: bytes) -> bool:
    """Whether a body begins like a feed or a sitemap, or is a gzip file, which may hold one."""
    head = body[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    return body[:2] == b"\x1f\x8b" or bool(
        XML.match(head.lstrip().removeprefix(b"\xef\xbb\xbf").lstrip()) and XML_ROOT.search(head)
    )


def _read_xml(task: Task, body: bytes) -> Reading:
    capture, site = task.capture, task.site
    sitemap = read_sitemap(body, capture.url, zone=site.zone, fetched_at=capture.fetched_at)
    if sitemap is not None:
        addresses = platform_for(task).addresses
        links = tuple(
            link
            for link in sitemap.links
            if of_site(link.url, site.all_hosts)
            and not matches(
                link.url, addresses.sitemap_ignore if link.kind == "sitemap" else addresses.ignore
            )
        )
        wanted = (
            links
            if sitemap.kind == "index" or not addresses.article
            else tuple(
                link
                for link in links
                if matches(link.url, addresses.article)
                and not matches(link.url, addresses.listing)
                and not ends_like_file(link.url)
            )
        )
        return Reading(
            "sitemap",
            links=wanted,
            names=names_of(wanted, platform_for(task)),
            complete=sitemap.complete,
            notes=sitemap.notes,
        )
    feed = read_feed(body, capture.url, zone=site.zone, fetched_at=capture.fetched_at)
    if feed is not None:
        addresses = platform_for(task).addresses
        wanted = tuple(
            link
            for link in feed.links
            if of_site(link.url, site.all_hosts)
            and not ends_like_file(link.url)
            and not matches(link.url, addresses.ignore)
        )
        return Reading(
            "feed", links=wanted, names=names_of(wanted, platform_for(task)), notes=feed.notes
        )
    return Reading(
        "refused",
        refusal=Refusal.NOT_HTML,
        detail=f"{capture.url}: is XML, but neither feed nor sitemap",
    )


def _read_html(task: Task, body: bytes) -> Reading:
    capture, site = task.capture, task.site
    text, _ = decode_text(body, capture.header("content-type"))
    mended = None
    # A page with a fair number of these letters is no text in a legacy font, and need not be looked at letter by letter.
    if next(islice(VIETNAMESE.finditer(text, 0, 400_000), 19, None), None) is None:
        text, mended = mend(text)
    if (kind := challenge(text)) is not None:
        detail = f"{capture.url}: a script sets a cookie and loads the page again; crawl.answer_challenges in the site file answers it"
        return Reading("refused", refusal=kind, detail=detail, cookie=cookie_set_by(text))
    try:
        page = HtmlPage(text, capture.url, zone=site.zone, fetched_at=capture.fetched_at)
    except UnreadablePage as error:
        return Reading("refused", refusal=Refusal.UNREADABLE, detail=f"{capture.url}: {error}")
    platform = detect(page, text, task)
    rules = rules_for(platform, site)
    if task.expected != "listing" and is_print_twin(capture.url):
        return Reading(
            "refused",
            platform.key,
            refusal=Refusal.PRINT_TWIN,
            detail=f"{capture.url}: the print or save twin of an article",
        )
    given = None
    is_article = task.expected != "listing" and is_article_page(page, rules)
    if task.expected != "listing" and not is_article and not page.has(rules.not_page):
        # No family, or one whose theme is not known: the page's own evidence decides.
        generic = platform_of("generic")
        recognised = recognise(page, site, generic, rules_for(generic, site))
        if recognised.is_article and recognised.rules is not None:
            is_article, rules, given = True, recognised.rules, recognised.given
    links = (
        read_neighbours(page, site, platform)
        if is_article
        else (*read_links(page, site, platform), *read_feed_links(page, site))
    )
    card = (
        document_card(page)
        if is_article and (given is not None or platform.addresses.undated)
        else None
    )
    if is_article:
        article, found = read_article(
            page, site, platform, rules, article_address(page, site, platform), given=given
        )
        if article is None:
            return Reading(
                "refused",
                platform.key,
                links=links,
                refusal=Refusal.TITLE_MISSING,
                detail=f"{capture.url}: looks like an article, but has no title",
                notes=tuple(found.notes),
            )
        if (kind := refused_by_form(article.title)) is not None:
            return Reading(
                "refused",
                platform.key,
                links=links,
                refusal=kind,
                detail=f"{capture.url}: its own title says so",
            )
        if (why := _is_no_news(article, card, platform, capture.url)) is not None:
            return Reading(
                "refused",
                platform.key,
                links=links,
                refusal=Refusal.NOT_AN_ARTICLE,
                detail=f"{capture.url}: {why}",
            )
        if mended is not None:
            found.notes.append(
                Note(
                    IssueKind.ENCODING_MENDED,
                    f"{capture.url}: its text was in the legacy encoding {mended}, and is kept as Unicode",
                )
            )
        return Reading(
            "article",
            platform.key,
            article=article,
            links=links,
            notes=tuple(found.notes),
            explanations=tuple(found.explanations),
            by_evidence=given is not None and platform.key != "generic",
        )
    notes = (lost_text(capture.url),) if page.cut else ()
    if (kind := refused_by_title(page)) is not None:
        return Reading(
            "refused",
            platform.key,
            links=links,
            refusal=kind,
            detail=f"{capture.url}: its own title says so",
            notes=notes,
        )
    names_articles = any(link.kind == "article" for link in links)
    if (kind := refused_by_text(page, names_articles=names_articles)) is not None:
        return Reading(
            "refused",
            platform.key,
            links=links,
            refusal=kind,
            detail=f"{capture.url}: its own text says so ({kind})",
            notes=notes,
        )
    may_list = (
        task.expected in ("listing", None)
        or matches(capture.url, platform.addresses.listing)
        or path_and_query(capture.url) == "/"
    )
    if names_articles and (
        may_list or shows_entries(page, {link.url for link in links if link.kind == "article"})
    ):
        return Reading(
            "listing",
            platform.key,
            links=links,
            names=names_of(links, platform),
            next_page=next_page(page, site, platform),
            notes=notes,
        )
    if needs_browser(page):
        empty = f"{capture.url}: is an empty page that scripts fill; look for a feed or sitemap to name in the site file, or set crawl.browser there"
        if capture.rendered_from is not None:
            empty = f"{capture.url}: is an empty page even after a browser has run its scripts; they may ask in vain for hosts that the site file does not name"
        return Reading(
            "refused",
            platform.key,
            links=links,
            refusal=Refusal.NEEDS_BROWSER,
            detail=empty,
            notes=notes,
        )
    unknown = f"{capture.url}: has no sign of an article that {platform.name} knows"
    return Reading(
        "refused",
        platform.key,
        links=links,
        refusal=Refusal.NOT_AN_ARTICLE,
        detail=unknown,
        notes=notes,
    )


def _is_no_news(
    article: Article, card: tuple[str, str] | None, platform: Platform, url: str
) -> str | None:
    """Why a page that looks like an article is none, or None: it has no date of its own, and is a document's card or has an address that only pages have."""
    date = article.published
    if card is not None and (
        date is None
        or date.evidence == "guess"
        or (date.raw in card[0] and date.raw not in card[1])
    ):
        return "describes one document in a table, and bears no other date"
    undated = platform.addresses.undated
    if undated and (date is None or date.evidence == "guess") and not matches(url, undated):
        return f"bears no date; {platform.name} shows other pages in the same way as news"
    return None


def rules_for(platform: Platform, site: Site) -> ArticleRules:
    """A platform's article rules with the site's own selectors before them."""
    if site.article == ArticleRules():
        return platform.article
    merged: dict[str, Any] = {}
    for name in (f.name for f in fields(ArticleRules)):
        own = getattr(site.article, name)
        if isinstance(own, tuple):
            merged[name] = (*own, *getattr(platform.article, name))
    return replace(platform.article, **merged)


def article_address(page: HtmlPage, site: Site, platform: Platform) -> str:
    """The article's canonical address: the page's own canonical link where it can be believed, else the address that was asked for.

    Believed: same site, no front page, and either an article's address for this family or the same last segment as the one asked for. Many portals
    name their front page as the canonical address of everything.
    """
    asked = canonical_url(page.url, drop_parameters=platform.addresses.drop_parameters) or page.url
    link = page.root.find(".//link[@rel='canonical']")
    named = page.join(link.get("href")) if link is not None else page.join(page.meta("og:url"))
    if (
        named is None
        or named == asked
        or not same_site(named, site.all_hosts)
        or path_and_query(named) == "/"
    ):
        return asked
    same_end = (
        urlsplit(named).path.rstrip("/").rpartition("/")[2]
        == urlsplit(asked).path.rstrip("/").rpartition("/")[2]
    )
    return named if same_end or matches(named, platform.addresses.article) else asked
