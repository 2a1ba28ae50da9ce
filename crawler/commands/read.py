"""`loa read`: what would be stored of one page, and why. Stores nothing."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.table import Table

from crawler.commands.crawl import visit
from pipelines.capture import Capture
from pipelines.keep.archive import captures_folder, read_archive
from pipelines.keep.warc import read_record
from pipelines.read.reading import Reading
from pipelines.read.task import Task
from pipelines.workers import Readers
from portals.errors import LoaError, UnknownSiteError
from portals.platform import platform_of
from portals.site import ListingAddress, Site, load_sites, site_for_address


class NotFetchedError(LoaError):
    """The page that was to be explained could not be had."""

    exit_code = 7


@click.command()
@click.argument("page", metavar="URL-or-FILE")
@click.option("--site", "key", metavar="KEY", help="Read it as a page of this site.")
@click.option("--platform", metavar="NAME", help="Read it by this family's rules; `generic` switches family rules off.")
@click.option("--url", metavar="URL", help="The address that a FILE came from; dates, links and attachments depend on it.")
@click.option("--proxy", metavar="URL", help="Fetch through this HTTP proxy.")
def read(page: str, key: str | None, platform: str | None, url: str | None, proxy: str | None) -> None:
    """Explain how one page is read: its platform, each field with the rule and the raw text it was taken from, what was dropped. Stores nothing.

    \b
    loa read page.html --url https://example.gov.vn/tin/bai-1.html
    loa read https://example.gov.vn/tin/bai-1.html
    """
    if platform is not None:
        platform_of(platform)
    site = _site(page, key, url)
    capture = _fetched(page, site, proxy) if "://" in page else _from_file(Path(page), site, url or site.url)
    with Readers(1) as readers:
        reading = readers.read(Task(capture, site, None, platform)).result()
    explain(capture, reading)


def _site(page: str, key: str | None, url: str | None) -> Site:
    files = load_sites()
    if key is not None:
        if key not in files:
            raise UnknownSiteError(f"--site {key}: there is no such site file; portals/sites and the folder of LOA_SITES hold those there are")
        return files[key]
    address = page if "://" in page else url
    if address is None:
        return Site(name="", url="http://unknown.invalid/", key="unknown")
    made = site_for_address(address)
    return next((site for site in files.values() if site.all_hosts & made.all_hosts), made)


def _from_file(path: Path, site: Site, url: str) -> Capture:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise LoaError(f"{path}: cannot be read ({error.strerror}); name a file, or an address that begins with http") from error
    return Capture(site.key, url, datetime.now(UTC), 200, (("Content-Type", "text/html"),), body)


def _fetched(url: str, site: Site, proxy: str | None) -> Capture:
    """The page as it answers now, asked for as a guest: robots.txt first, in an archive that is thrown away."""
    parts = urlsplit(url)
    only = replace(site, hosts=(*site.hosts, parts.netloc.lower()), listing=(ListingAddress("html", url),))
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.db"
        (result,) = visit([(only, "address")], archive, proxy=proxy, max_pages=1, quiet=True)
        with read_archive(archive) as db:
            row = db.execute("select * from captures where url not like '%/robots.txt' order by id limit 1").fetchone()
        if row is None:
            raise NotFetchedError(f"{url}: was not fetched: {result.detail or 'robots.txt does not allow it'}")
        if row["status"] != 200:
            raise NotFetchedError(f"{url}: {row['error'] or 'answered ' + str(row['status'])}")
        return replace(read_record(captures_folder(archive), row["warc_file"], row["warc_offset"], row["warc_length"]), site=site.key, url=row["url"])


def explain(capture: Capture, reading: Reading) -> None:
    """Prints a reading for a person: the outcome, each field with its rule, what was dropped, what was not understood."""
    console = Console(width=None if Console().is_terminal else 200, highlight=False, soft_wrap=True)
    outcome = reading.kind if reading.refusal is None else f"{reading.kind}: {reading.refusal}"
    console.print(f"{capture.url}\n{outcome}; platform {reading.platform or '-'}" + (f"; {reading.detail}" if reading.detail else ""), markup=False)
    article = reading.article
    if article is not None:
        fields = Table("field", "value", show_lines=False)
        published = article.published
        rows = {
            "url": article.url,
            "title": article.title,
            "published": f"{published.at.isoformat() if published.at else published.on} ({published.evidence}, {published.precision}: {published.raw!r})"
            if published
            else None,
            "updated": article.updated.on.isoformat() if article.updated else None,
            "event_on": article.event_on.isoformat() if article.event_on else None,
            "lead": article.lead,
            "author": article.author,
            "source": article.source,
            "section": article.section,
            "extractor": article.extractor,
            **{f"image {image.position}": f"{image.url} {image.caption or ''}" for image in article.images},
            **{f"attachment {n}": f"{link.name or ''} {link.url}" for n, link in enumerate(article.attachments, 1)},
        }
        for name, value in rows.items():
            fields.add_row(name, value or "-")
        console.print(fields)
        console.print(article.body, markup=False)
    if reading.explanations:
        why = Table("field", "rule", "taken from")
        for one in reading.explanations:
            why.add_row(one.field, one.rule, (one.raw or one.value)[:120])
        console.print(why)
    if reading.kind != "article":
        for link in reading.links[:20]:
            console.print(f"{link.kind}: {link.url} {link.title or ''}", markup=False)
        if reading.next_page:
            console.print(f"next page: {reading.next_page}", markup=False)
    for note in reading.notes:
        console.print(f"note: {note.kind}: {note.detail}", markup=False)
