"""`loa demo`: serves the sample portals, crawls them into the archive, then serves the archive."""

import tempfile
from pathlib import Path

import click

from crawler.commands.crawl import INCOMPLETE
from crawler.commands.options import archive_option
from crawler.commands.serve import serve_archive
from crawler.crawl import visit_sites
from pipelines.outcomes import RunOutcome
from portals.sample import SamplePortals
from portals.site import load_site

# Fixed, so that a second demo finds the same addresses and nothing new.
PORTS = (18401, 18402, 18403)


@click.command()
@archive_option
@click.option("--port", default=8001, show_default=True, help="Where Datasette listens.")
@click.option(
    "--crawl-only",
    is_flag=True,
    envvar="LOA_DEMO_CRAWL_ONLY",
    show_envvar=True,
    help="Stop after the crawl.",
)
def demo(archive: Path, port: int, crawl_only: bool) -> None:
    """Crawl three bundled sample portals over real HTTP into the archive, then serve it.

    The portals are invented districts, built like three CMS families. The demo needs no network
    outside this machine.
    """
    with SamplePortals(ports=PORTS) as portals:
        with tempfile.TemporaryDirectory() as folder:
            files = sorted(portals.sites_folder(Path(folder)).glob("*.toml"))
            sites = [load_site(path) for path in files]
        for site in sites:
            click.echo(f"sample portal: {site.name}: {site.url}")
        # Their files are gone already: later commands reach them by name or address.
        results = visit_sites([(site, "address") for site in sites], archive)
        if any(result.outcome != RunOutcome.OK for result in results):
            raise click.exceptions.Exit(INCOMPLETE)
        if not crawl_only:
            # The portals keep answering, so that the links of the archive's pages work.
            serve_archive(archive, port=port)
