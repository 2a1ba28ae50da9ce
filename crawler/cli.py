"""`loa`: one door to everything. Each command is a module of `crawler.commands`; this one joins them and turns errors into one line and an exit code."""

import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module

import click

from crawler.terminal.escaping import one_line
from portals.errors import LoaError

# What `loa --help` says of each command, in the order in which a new user meets them: the first sentence of its own help, which a test holds it to.
COMMANDS = {
    "demo": "Crawl three bundled sample portals over real HTTP into the archive, then serve it.",
    "add": "Look at the portal at URL and write its site file: its family, name, listings and feeds.",
    "crawl": "Visit SITEs (keys of site files, or addresses; none: all site files) and keep what is new.",
    "schedule": "Visit what is due again and again: `run` is a service in the foreground, `systemd` and `cron` print what those need.",
    "import": "Take captures from WARC FILEs (.warc, .warc.gz, .wacz) as if they were fetched at each record's date.",
    "read": "Explain how one page is read: its platform, each field with the rule and the raw text it was taken from, what was dropped.",
    "status": "Show how each site stands: its health and why, last visit and next, what was new, changed and failed, what it costs.",
    "accept": "Show what waits for a person on SITE; with --kind or --all, say that it is as it should be, which closes it.",
    "verify": "Check the archive: database, references, search index, every capture's bytes.",
    "reread": "Read all kept captures again with today's rules and show what would be different; --apply stores it.",
    "snapshot": "Copy the archive to FILE, checked, while it is read and written.",
    "serve": "Serve the archive with Datasette until Ctrl-C.",
}


class Door(click.Group):
    """Loads a command when it is asked for: `loa --help` need not wait for Scrapy."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands; none of them is loaded for it."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command's own module, or None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(
            f"crawler.commands.{'import_' if cmd_name == 'import' else cmd_name}"
        )
        command: click.Command = getattr(module, "import_" if cmd_name == "import" else cmd_name)
        return command


@click.group(
    cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(package_name="loa", prog_name="loa")
def loa() -> None:
    """Keep what local government says: crawl its news portals into archive.db, then browse and query it.

    \b
    Begin with            loa demo                      (sample portals, crawled and served on this machine)
    Crawl a site          loa crawl krongno             (site files: portals/sites, and the folder in $LOA_SITES)
    Crawl what is due     loa crawl --due               (safe from any timer; loa schedule sets one up)
    Crawl an address      loa crawl https://example.gov.vn/
    Give it a site file   loa add https://example.gov.vn/
    Explain a page        loa read https://example.gov.vn/tin/bai-1.html
    Take in captures      loa import FILE.warc.gz
    See how it stands     loa status                    (and loa accept SITE, where something is as it should be)
    Read and search       loa serve

    Every command but add and read takes --archive PATH (default: archive.db in this folder, or $LOA_ARCHIVE).

    \b
    Exit codes: 0 all went well; 1 a fault in loa; 2 wrong usage;
    3 a bad site or platform file, or an unknown site; 4 archive.db cannot be used;
    5 captures cannot be written; 6 a WARC file is damaged, or is not a WARC file;
    7 a crawl could not ask for or keep everything, or a page could not be fetched;
    8 `verify` found damage; 9 the address of `serve` is taken;
    10 another loa process is writing to archive.db; this one wrote nothing;
    11 less free disk space than $LOA_FREE_FLOOR;
    12 a snapshot cannot be made, or its file is not ours to overwrite;
    13 `status --fail-on` found a site in that state, or too large a write-ahead log;
    130 interrupted; what was kept stays.
    """


def main(clock: Callable[[], datetime] | None = None) -> None:
    """The entry point: runs the command; an error that a person can mend is one line on stderr and its own exit code.

    `clock`: for a program that lets weeks pass in a minute: what the commands that depend on the hour take for now, instead of the machine's clock.
    It is no option of the command line, because nobody who keeps an archive has a use for it.
    """
    try:
        sys.exit(
            loa.main(standalone_mode=False, obj=clock)
        )  # click gives the code of an Exit back, and None where all went well
    except click.exceptions.Abort:
        click.echo(
            "loa: interrupted; what was kept stays, the next run goes on from here", err=True
        )
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except LoaError as error:
        click.echo(f"loa: {one_line(error)}", err=True)
        sys.exit(error.exit_code)
