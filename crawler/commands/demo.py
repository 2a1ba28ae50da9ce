"""`loa demo`: serves the sample portals, crawls them into the archive, then serves the archive."""

import tempfile
from pathlib import Path

import click

from crawler.commands.crawl import INCOMPLETE
from crawler.commands.options import archive_option
from crawler.commands.serve import check_port, serve_archive
from crawler.demo.sights import what_to_look_at, what_to_try
from crawler.demo.story import Story, require_no_other_portals
from portals.sample import SamplePortals
from portals.sample.events import load_events
from portals.site import load_site

# Fixed, so that a second demo finds the same addresses and nothing new.
PORTS = (18401, 18402, 18403)
LAST_WORDS = """
The portals answer as long as this runs; Ctrl-C ends it, and the archive stays.
Next: `loa add https://example.gov.vn/` surveys a portal of your own (README.md, six things to do).
"""


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

    The portals are invented districts, built like three CMS families. They are visited several
    times; in between they publish, edit, move and remove articles, and one of them breaks. The demo
    needs no network outside this machine. It adds nothing to an archive of other portals.
    """
    if not crawl_only:
        check_port("127.0.0.1", port)
    with SamplePortals(ports=PORTS) as portals:
        events = load_events(portals.portals)
        with tempfile.TemporaryDirectory() as folder:
            files = sorted(portals.sites_folder(Path(folder)).glob("*.toml"))
            sites = [load_site(path) for path in files]
        require_no_other_portals(archive, sites)
        click.echo("Three sample portals answer on this machine. Districts and news are invented;")
        click.echo("Loa's visits are real, and so are the times that it writes down.")
        for site in sites:
            click.echo(f"  {site.url}  {site.name}")
        story = Story(portals, events, archive, click.echo)
        if not story.crawl(sites):
            raise click.exceptions.Exit(INCOMPLETE)
        if crawl_only:
            return
        click.echo(
            "\nLook at these pages (in Vietnamese; at the top of each is a switch to English):"
        )
        for line in what_to_look_at(archive, story.articles, f"http://127.0.0.1:{port}"):
            click.echo(line)
        click.echo("\nIn another terminal:")
        for line in what_to_try(archive, story.edited):
            click.echo(line)
        click.echo(LAST_WORDS)
        # The portals keep answering, so that the links of the archive's pages work.
        serve_archive(archive, port=port)
