"""`loa add`: surveys a portal politely and writes its site file."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click
from rich.console import Console

from crawler.add.site_file import site_toml
from crawler.add.survey import Findings, survey_portal
from crawler.add.trial_report import trial_report
from crawler.commands.adding.from_list import Options, add_all
from crawler.commands.adding.site_files import KnownPortals, write_site_file
from crawler.commands.options import archive_option
from crawler.commands.site_names import archived_rows
from crawler.terminal.escaping import escaped_line
from crawler.visit.options import DELAY
from pipelines.capture import Capture
from pipelines.keep.status.words import crawl_delay_line, renamed_line
from pipelines.keep.visits.watch import watch_list
from pipelines.read.reading import Article
from pipelines.read.task import Task
from pipelines.read.trial import BLIND
from pipelines.readers.readers import Readers
from portals.platform import platform_of
from portals.site import (
    KEY,
    Site,
    load_site,
    load_sites,
)

EXAMPLES = 5
AT_ONCE = 4  # a survey takes 150 MB
MOST_AT_ONCE = 32
FIRST_WORDS = 160  # characters
NOTHING_FOUND = 7


@click.command()
@click.argument("url", metavar="[URL]", required=False)
@archive_option
@click.option(
    "--from",
    "listed",
    metavar="LIST",
    type=click.File("rb"),
    help="Add the portals in this file, one address a line (- for standard input).",
)
@click.option(
    "--report",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --from: write what came of each portal here, as CSV, or as JSON (FILE.json).",
)
@click.option(
    "--at-once",
    type=click.IntRange(1, MOST_AT_ONCE),
    default=AT_ONCE,
    show_default=True,
    help="With --from: survey so many portals side by side, each server only once at a time.",
)
@click.option(
    "--key", metavar="KEY", help="Name of the site's file; made from the host by default."
)
@click.option("--dry-run", is_flag=True, help="Print the file instead of writing it.")
@click.option("--proxy", metavar="URL", help="Send every request through this HTTP proxy.")
@click.option("--delay", type=DELAY, help="Seconds between two requests, instead of 3.")
def add(url: str | None, archive: Path, listed: BinaryIO | None, **options: Any) -> None:
    """Survey the portal at URL and write its site file: family, name, listings and feeds.

    Then show five articles as Loa would store them. Loa tries the file on the pages seen: if it
    finds or reads less than Loa does without it, Loa mends it, and reports what it cannot mend.
    Makes at most 30 requests, and keeps no page. The file goes into the folder in $LOA_SITES, or
    into portals/sites. Its comments name anything that was not found. If the archive already holds
    the portal, its key there is the file's name. A private or loopback address is allowed, because
    you named it.

    With --from, it adds the portals of a list, and says at the end which failed, why, and what to
    do. A line is an address, and after a blank the key, if you want another one; a # begins a
    comment. Portals that have a file are left out, so that a second start goes on where the first
    one stopped. It exits with 7 if a portal got no file, or no article was recognised.

    \b
    loa add https://example.gov.vn/ --key example
    loa add https://example.gov.vn/ --dry-run > example.toml
    loa add --from portals.txt --report added.csv
    """
    report, at_once = options.pop("report"), options.pop("at_once")
    if listed is None:
        if url is None or report is not None:
            raise click.UsageError("give the URL of a portal, or a list of them with --from")
        _add_one(url, archive, **options)
        return
    if url is not None or options.pop("key") is not None or options.pop("dry_run"):
        raise click.UsageError("--from names the portals; leave out URL, --key and --dry-run")
    asked = Options(options["proxy"], options["delay"], at_once, report)
    add_all(listed.read(), listed.name, archive, asked)


def _add_one(
    url: str,
    archive: Path,
    *,
    key: str | None,
    dry_run: bool,
    proxy: str | None,
    delay: float | None,
) -> None:
    if key is not None and not KEY.fullmatch(key):
        raise click.BadParameter(
            f"{key!r}: use lower-case letters, digits and hyphens", param_hint="--key"
        )
    portals = KnownPortals(archive)
    path = portals.path_of(portals.key_of(url, key)) if dry_run else portals.new_file(url, key)
    found = survey_portal(url, path.stem, archive, proxy=proxy, delay=delay)
    text = site_toml(found, datetime.now(UTC).date())
    examples = _examples(found, path.stem, text)
    if dry_run:
        click.echo(text, nl=False)
    else:
        write_site_file(path, text)
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
