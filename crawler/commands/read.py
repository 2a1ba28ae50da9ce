"""`loa read`: shows what Loa would store of one page, and why. Stores nothing."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.table import Column, Table

from crawler.commands.options import archive_option
from crawler.commands.site_names import archived_memory, archived_rows, site_of_row, site_on_hosts
from crawler.crawl import visit_sites
from crawler.scratch import scratch_archive
from crawler.terminal.escaping import escaped_line, escaped_lines
from crawler.visit.options import VisitOptions
from pipelines.capture import PAGES, Capture
from pipelines.keep.database.archive import captures_folder, read_archive
from pipelines.keep.records.captures import place_of
from pipelines.keep.visits.watch import watch_list
from pipelines.keep.warc.reader import read_record
from pipelines.read.addresses.canonical import canonical_url, same_site
from pipelines.read.reading import Article, Dated, Explanation, Reading
from pipelines.read.task import Task
from pipelines.readers.readers import Readers
from portals.errors import LoaError, UnknownSiteError
from portals.platform import platform_of
from portals.site import UNDETERMINED, ListingAddress, Site, load_sites, site_for_address

NOWHERE = "http://unknown.invalid/"  # RFC 6761: a name that nobody can own
ELEMENT = re.compile(r"<(\w+)")
MOST_REQUESTS = 4  # for one page
MOST_LINKS = 20  # shown of one kind
MOST_RAW = 200  # characters shown of a raw text


class PageFileError(LoaError):
    """The file to explain cannot be read, or the address is not one."""

    exit_code = 2


class NotFetchedError(LoaError):
    """The page to explain could not be fetched."""

    exit_code = 7


@click.command()
@click.argument("page", metavar="URL-or-FILE")
@archive_option
@click.option("--site", "key", metavar="KEY", help="Read it as a page of this site.")
@click.option(
    "--platform",
    metavar="NAME",
    help="Read it by this family's rules; `generic` switches family rules off.",
)
@click.option("--url", metavar="URL", help="Where a FILE came from; dates and links depend on it.")
@click.option("--proxy", metavar="URL", help="Fetch through this HTTP proxy.")
def read(
    page: str,
    archive: Path,
    key: str | None,
    platform: str | None,
    url: str | None,
    proxy: str | None,
) -> None:
    """Explain how Loa reads one page: each field with its rule and the text it came from.

    Also shows the page's platform, the candidates that lost, and what Loa dropped. Fetches an
    address as a crawl would, after robots.txt, which it obeys, and uses what the archive knows
    about the page's site: its family, and what its articles repeat. Stores nothing.

    \b
    loa read page.html --url https://example.gov.vn/tin/bai-1.html
    loa read https://example.gov.vn/tin/bai-1.html
    """
    if platform is not None:
        platform_of(platform)
    for address in (page if "://" in page else None, url):
        if address is not None and canonical_url(address) is None:
            example = "https://example.gov.vn/tin/bai-1.html"
            raise PageFileError(f"{address}: not a web address; write one like {example}")
    site = _site(page, archive, key, url)
    capture = (
        _fetched(page, site, archive, proxy) if "://" in page else _from_file(Path(page), site, url)
    )
    with Readers(1) as readers:
        memory = archived_memory(site.key, archive)
        reading = readers.read(Task(capture, site, None, platform, memory=memory)).result()
    if "://" not in page and url is None:
        click.echo("no --url was given: links are joined to a made-up address, which says nothing")
    explain(capture, reading)


def _site(page: str, archive: Path, key: str | None, url: str | None) -> Site:
    rows = archived_rows(archive)
    listed = watch_list(rows, load_sites())
    files = {one.site.key: one.site for one in listed.values()}
    if key is not None:
        held = {row["key"]: site_of_row(row) for row in rows}
        known = held | files | {file: one.site for file, one in listed.items()}
        if key not in known:
            names = ", ".join(known)
            raise UnknownSiteError(
                f"--site {key}: no site file or archived site has this name; there are: {names}"
            )
        return known[key]
    address = page if "://" in page else url
    if address is None:
        return Site(name="", url=NOWHERE, language=UNDETERMINED, key="unknown")
    made = site_for_address(address)
    if (known_by_file := site_on_hosts(made, files)) is not None:
        return known_by_file
    on_host = (row for row in rows if same_site(row["url"], made.all_hosts))
    row = next(on_host, None)
    return made if row is None else replace(site_of_row(row), crawl=made.crawl)


def _from_file(path: Path, site: Site, url: str | None) -> Capture:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise PageFileError(
            f"{path}: cannot be read ({error.strerror});"
            " name a file, or an address that begins with http"
        ) from error
    address = canonical_url(url or path.name, site.url) or site.url
    return Capture(site.key, address, datetime.now(UTC), 200, (), body)


def _fetched(url: str, site: Site, archive: Path, proxy: str | None) -> Capture:
    """The page as it is now, after its robots.txt, fetched through a temporary archive."""
    hosts, alone = (*site.hosts, urlsplit(url).netloc.lower()), replace(site.crawl, max_depth=0)
    only = replace(site, hosts=hosts, listing=(ListingAddress("html", url),), crawl=alone)
    # The page, perhaps a check that gives a cookie, and the page again.
    others = ("sitemap", "feed", "article", "attachment", "image")
    quota = {"listing": 2, **dict.fromkeys(others, 0)}
    options = VisitOptions(proxy=proxy, max_pages=MOST_REQUESTS, quota=quota)
    with scratch_archive(archive) as scratch:
        (result,) = visit_sites([(only, "address")], scratch, options, quiet=True)
        with read_archive(scratch) as db:
            query = """select captures.* from captures
                join pages on pages.site = captures.site and pages.url = captures.url
                where kind <> 'robots' and captures.url = ? order by captures.id desc"""
            row = db.execute(query, (canonical_url(url),)).fetchone()
        if row is None:
            why = result.detail or "its robots.txt forbids it"
            raise NotFetchedError(f"{url}: not fetched: {why}")
        if row["status"] not in PAGES:
            why = (row["error"] or f"answered {row['status']}").removeprefix(f"{url}: ")
            remedy = "check the address, or read a saved page from a file"
            raise NotFetchedError(f"{url}: {why}; {remedy}")
        capture = read_record(captures_folder(scratch), place_of(row))
        return replace(capture, site=site.key, url=row["url"])


def explain(capture: Capture, reading: Reading) -> None:
    """Print a reading for a person: outcome, fields with their rules, what was dropped, notes."""
    width = None if Console().is_terminal else 200
    console = Console(width=width, highlight=False, soft_wrap=True, markup=False)
    outcome = ": ".join(filter(None, [reading.kind, reading.refusal]))
    told = [outcome, f"platform {reading.platform or '-'}", reading.detail]
    console.print(escaped_lines(f"{capture.url}\n{'; '.join(filter(None, told))}"))
    article = reading.article
    if article is not None:
        chosen = [one for one in reading.explanations if one.chosen]
        console.print(_table(article, chosen))
        console.print(escaped_lines(article.body + "\n"))
    for one in reading.explanations:
        if one.field == "dropped":
            told = [f"dropped by {one.rule}", one.value]
            console.print(escaped_line(": ".join(filter(None, told))))
    for one in reading.explanations:
        if not one.chosen and one.weight is not None:
            lost = f"not chosen as {one.field}, weight {one.weight:.2f}: {one.value} ({one.rule})"
            console.print(escaped_line(lost))
    if reading.document is not None:
        text = reading.document.text
        shown = f"{len(text)} characters of text\n\n{text[:2000]}" if text else "no text"
        console.print(escaped_lines(f"{reading.document.media_type}; {shown}"))
    if reading.target is not None:
        console.print(escaped_line(f"leads on to: {reading.target}"))
    if article is None:
        _print_links(console, reading)
    for note in reading.notes:
        console.print(escaped_line(f"note: {note.kind}: {note.detail}"))


def shown_fields(article: Article) -> dict[str, str | None]:
    """The text to show for each field of an article, with an entry for each image and file."""
    shown: dict[str, str | None] = {}
    for field in fields(article):
        name, value = field.name, getattr(article, field.name)
        if isinstance(value, tuple):
            for number, row in enumerate(value, 1):
                texts = (text for text in vars(row).values() if isinstance(text, str))
                shown[f"{name.removesuffix('s')} {number}"] = " ".join(texts)
        else:
            shown[name] = _dated(value) if isinstance(value, Dated) else value and str(value)
    shown["body"] = f"{len(article.body)} characters"  # the text itself follows the table
    elements = Counter(ELEMENT.findall(article.body_html)).items()
    counts = ", ".join(f"{count} {name}" for name, count in elements)
    shown["body_html"] = f"{len(article.body_html)} characters: {counts}"
    return shown


def _table(article: Article, explanations: Sequence[Explanation]) -> Table:
    """One row per field: what would be stored, by which rule, and the raw text if it differs."""
    shown = shown_fields(article)
    others = {one.field: one.value for one in explanations if one.field != "dropped"}
    columns = (Column(name, overflow="fold") for name in ("field", "value", "rule", "taken from"))
    table = Table(*columns)
    for name, value in {**shown, **others, **shown}.items():
        told = [one for one in explanations if one.field == name]
        raws = [one.raw for one in told if one.raw and one.raw != value]
        table.add_row(
            name,
            escaped_lines(value or "-"),
            escaped_lines("\n".join(map(_rule, told))),
            "\n".join(escaped_line(raw[:MOST_RAW]) for raw in raws),
        )
    return table


def _rule(one: Explanation) -> str:
    weighed = one.weight is not None and one.weight < 1
    return f"{one.rule} (weight {one.weight:.2f})" if weighed else one.rule


def _dated(dated: Dated) -> str:
    if dated.at:
        return f"{dated.at:%Y-%m-%dT%H:%MZ} ({dated.evidence})"
    return f"{dated.on} ({dated.evidence}, to the {dated.precision})"


def _print_links(console: Console, reading: Reading) -> None:
    for kind in dict.fromkeys(link.kind for link in reading.links):
        links = [link for link in reading.links if link.kind == kind]
        console.print(f"names as {kind}: {len(links)}")
        for link in links[:MOST_LINKS]:
            day = f"{link.published.on} " if link.published else ""
            doubt = f" (doubtful: {link.doubt})" if link.doubt else ""
            line = f"  {link.url} {day}{link.title or link.section or ''}".rstrip() + doubt
            console.print(escaped_line(line))
        if len(links) > MOST_LINKS:
            console.print(f"  and {len(links) - MOST_LINKS} more")
    for reason in dict.fromkeys(link.doubt for link in reading.unasked):
        links = [link for link in reading.unasked if link.doubt == reason]
        count = f"counted, not requested ({reason}): {len(links)}, such as {links[0].url}"
        console.print(escaped_line(count))
    if reading.next_page:
        console.print(f"next page: {reading.next_page}")
