"""`loa add`: surveys a portal politely and writes its site file."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from crawler.add.site_file import site_toml
from crawler.add.survey import Findings, survey_portal
from crawler.add.trial_report import trial_report
from crawler.commands.options import archive_option
from crawler.commands.site_names import archived_rows, site_on_hosts
from crawler.terminal.escaping import escaped_line
from crawler.visit.options import DELAY
from pipelines.capture import Capture
from pipelines.keep.status.words import crawl_delay_line, renamed_line
from pipelines.keep.visits.watch import watch_list
from pipelines.read.addresses.canonical import same_site
from pipelines.read.reading import Article
from pipelines.read.task import Task
from pipelines.read.trial import BLIND
from pipelines.readers.readers import Readers
from portals.errors import LoaError
from portals.platform import platform_of
from portals.site import (
    FOLDER,
    KEY,
    Site,
    load_site,
    load_sites,
    own_folder,
    site_for_address,
    sites_to_visit,
)

EXAMPLES = 5
FIRST_WORDS = 160  # characters
NOTHING_FOUND = 7


class SiteFileError(LoaError):
    """The site file cannot be written."""

    exit_code = 3


@click.command()
@click.argument("url", metavar="URL")
@archive_option
@click.option(
    "--key", metavar="KEY", help="Name of the site's file; made from the host by default."
)
@click.option("--dry-run", is_flag=True, help="Print the file instead of writing it.")
@click.option("--proxy", metavar="URL", help="Send every request through this HTTP proxy.")
@click.option("--delay", type=DELAY, help="Seconds between two requests, instead of 3.")
def add(
    url: str,
    archive: Path,
    key: str | None,
    dry_run: bool,
    proxy: str | None,
    delay: float | None,
) -> None:
    """Survey the portal at URL and write its site file: family, name, listings and feeds.

    Then show five articles as Loa would store them. Loa tries the file on the pages seen: if it
    finds or reads less than Loa does without it, Loa mends it, and reports what it cannot mend.
    Makes at most 30 requests, and keeps no page. The file goes into the folder in $LOA_SITES, or
    into portals/sites. Its comments name anything that was not found. If the archive already holds
    the portal, its key there is the file's name. A private or loopback address is allowed, because
    you named it.

    \b
    loa add https://example.gov.vn/ --key example
    loa add https://example.gov.vn/ --dry-run > example.toml
    """
    if key is not None and not KEY.fullmatch(key):
        raise click.BadParameter(
            f"{key!r}: use lower-case letters, digits and hyphens", param_hint="--key"
        )
    path = _new_file(url, key, archive, dry_run)
    found = survey_portal(url, path.stem, archive, proxy=proxy, delay=delay)
    text = site_toml(found, datetime.now(UTC).date())
    examples = _examples(found, path.stem, text)
    if dry_run:
        click.echo(text, nl=False)
    else:
        _write(path, text)
    console = Console(stderr=dry_run, highlight=False, soft_wrap=True)
    written = "nothing was written" if dry_run else f"wrote {path}"
    console.print(escaped_line(f"{_summary(found)}; {written}"), markup=False)
    for line in _remarks(found, archive, None if dry_run else path.stem):
        console.print(escaped_line(line), markup=False)
    for example in examples:
        console.print("\n" + "\n  ".join(map(escaped_line, example)), markup=False)
    if not examples:
        why = "no article was recognised; the comments in the file say what is missing"
        click.echo(f"loa: {found.site.url}: {why}", err=True)
        raise click.exceptions.Exit(NOTHING_FOUND)


def _summary(found: Findings) -> str:
    """One line: the portal's name, its family, how many listings of each kind, the requests."""
    family = found.site.platform
    told = "no known family" if family in (None, BLIND) else f"family {platform_of(family).name}"
    kinds = Counter(listing.kind for listing in found.site.listing)
    listings = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    return f"{found.site.name}: {told}; listings: {listings}; {found.asked} requests"


def _remarks(found: Findings, archive: Path, file: str | None) -> Iterator[str]:
    """Lines about the portal's pace, the trial of the file and, if a file was written, the portal's
    site in the archive.
    """
    if found.crawl_delay is not None:
        yield str(crawl_delay_line(found.crawl_delay, found.known))
    if found.mended is None:
        yield "the file was not tried: its pages take too long to read"
    else:
        yield from trial_report(found.mended)
    if file is None:
        return
    one = watch_list(archived_rows(archive), load_sites())[file]
    if one.site.key != file:
        yield str(renamed_line(one.site.key, file))
    if found.articles:
        yield f"check the comments in the file, then run `loa crawl {file}`"
    if one.watch in ("paused", "removed"):
        yield f"{one.site.key}: {one.watch}; no visits are made until `loa resume {one.site.key}`"


def _new_file(url: str, key: str | None, archive: Path, dry_run: bool) -> Path:
    """Where the file goes: by the name given, or that of the archive's site on this host, if any.

    Raises SiteFileError if this name has a file or is that of another portal in the archive, or, if
    no name was given, if a file watches this host.
    """
    made, rows = site_for_address(url), archived_rows(archive)
    held = next((row["key"] for row in rows if same_site(row["url"], made.all_hosts)), made.key)
    path = (own_folder() or FOLDER) / f"{key or held}.toml"
    if dry_run:
        return path
    if path.exists():
        remedy = "remove it, or choose another --key"
        raise SiteFileError(f"{path}: exists and is never overwritten; {remedy}")
    if key is None and (known := site_on_hosts(made, sites_to_visit())) is not None:
        raise SiteFileError(
            f"{known.key}.toml: watches {known.url} already; change that file,"
            " or give a --key for a second site on this host"
        )
    for row in rows:
        if row["key"] == path.stem and not same_site(row["url"], made.all_hosts):
            raise SiteFileError(
                f"{path.stem}: is the archive's key of {row['url']}; choose another --key, or"
                " change the address in that portal's file if the portal has moved"
            )
    return path


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise SiteFileError(
            f"{path}: cannot be written ({error.strerror});"
            " name a writable folder in LOA_SITES, or use --dry-run"
        ) from error


def _examples(found: Findings, key: str, text: str) -> list[tuple[str, str, str]]:
    """(title, date, first words) of some articles seen, read with the new file."""
    examples: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory() as folder, Readers(1) as readers:
        path = Path(folder) / f"{key}.toml"
        path.write_text(text, encoding="utf-8")
        site = load_site(path)
        for capture in found.articles:
            article = readers.read(Task(capture, site, "article")).result().article
            if article is not None:
                date = _date(capture, article, site, found)
                examples.append((article.title, date, _first_words(article)))
            if len(examples) == EXAMPLES:
                break
    return examples


def _first_words(article: Article) -> str:
    words = " ".join((article.lead or article.body).split())
    if not words:
        files = len(article.attachments)
        return f"(no text; {files} {'file' if files == 1 else 'files'})"
    return words if len(words) <= FIRST_WORDS else words[:FIRST_WORDS].rpartition(" ")[0] + " …"


def _date(capture: Capture, article: Article, site: Site, found: Findings) -> str:
    if (published := article.published) is not None:
        at = published.at
        day = f"{at.astimezone(site.zone):%Y-%m-%d %H:%M}" if at else f"{published.on}"
        return f"{day} ({published.evidence}: {published.raw})"
    if capture.url in found.hints:
        day, evidence = found.hints[capture.url]
        return f"{day} ({evidence})"
    return "no date"
