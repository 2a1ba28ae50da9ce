"""`loa`: joins the commands of `crawler.commands`, and turns errors into one line and a code."""

import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import NoReturn

import click

from crawler.open_files import is_out_of_files, out_of_files
from crawler.signals import stop_as_ctrl_c_does
from crawler.terminal.escaping import escaped_line
from portals.errors import LoaError

# What `loa --help` says about each command, in the order in which a new user meets them. A test
# compares each line with the first sentence of the command's own help.
COMMANDS = {
    "demo": "Crawl three bundled sample portals over real HTTP into the archive, then serve it.",
    "add": "Survey the portal at URL and write its site file: family, name, listings and feeds.",
    "crawl": "Visit SITEs (keys or addresses; default: all site files) and keep what is new.",
    "schedule": "Visit sites when they are due: as a service (`run`), by `systemd` or by `cron`.",
    "alert": "Tell what portals published, edited or removed since the last time: each thing once.",
    "import": "Import captures from WARC FILEs with their original dates.",
    "read": "Explain how Loa reads one page: each field with its rule and the text it came from.",
    "diff": "Show what changed between two revisions of ARTICLE (key, address or row number).",
    "copies": "Show which articles copy others: who was first, who later, how much was altered.",
    "removed": "Show which articles vanished, moved or returned: when, the evidence, where to.",
    "status": "Show each site's health and the reason, its last and next visit, and the results.",
    "pause": "Make no visits to SITEs (keys) until `loa resume`.",
    "resume": "Watch SITEs (keys) again after `loa pause` or `loa remove`.",
    "remove": "Stop watching SITEs (keys).",
    "accept": "Show the open issues of SITE; with --kind or --all, accept them as normal.",
    "verify": "Check the archive: database, references, search index, every capture's bytes.",
    "reread": "Read all kept captures again with today's rules; --apply stores the differences.",
    "export": "Write articles, another table or a saved query (WHAT) to a file for other programs.",
    "snapshot": "Copy the archive to FILE and check the copy, while others read and write.",
    "migrate": "Bring an archive that an older Loa made up to date.",
    "serve": "Serve the archive with Datasette until Ctrl-C.",
}

MODULES = {  # of commands that share one, or whose module is in a room of its own
    **dict.fromkeys(("pause", "resume", "remove"), "watch"),
    **{name: f"articles.{name}" for name in ("copies", "diff", "export", "removed")},
    "add": "adding.add",
    **{name: f"service.{name}" for name in ("alert", "schedule")},
}


class LazyGroup(click.Group):
    """Loads a command only when it runs, so that `loa --help` need not wait for Scrapy."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command's own module, or None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        name = "import_" if cmd_name == "import" else cmd_name
        module = import_module(f"crawler.commands.{MODULES.get(name, name)}")
        command: click.Command = getattr(module, name)
        return command


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="loa", prog_name="loa")
def loa() -> None:
    """Keep what local government says: crawl its news portals into archive.db, then search it.

    \b
    Try it                loa demo               (sample portals, crawled and served here)
    Crawl a site          loa crawl krongno      (site files: in $LOA_SITES, else portals/sites)
    Crawl what is due     loa crawl --due        (safe from any timer; see loa schedule)
    Crawl an address      loa crawl https://example.gov.vn/
    Give it a site file   loa add https://example.gov.vn/
    Explain a page        loa read https://example.gov.vn/tin/bai-1.html
    Import captures       loa import FILE.warc.gz
    See what changed      loa diff https://example.gov.vn/tin/bai-1.html
    See how it goes       loa status             (and loa accept SITE for what is normal)
    Stop for a while      loa pause krongno      (loa resume goes on; loa remove stops for good)
    Tell people           loa alert              (saved searches in alerts.toml)
    Read and search       loa serve
    Take rows away        loa export --format csv -o articles.csv

    Every command takes --archive PATH. The default is $LOA_ARCHIVE, or archive.db in the current
    folder.

    \b
    Exit codes: 0 all went well; 1 a fault in loa; 2 wrong usage, or too low a limit on open files;
    3 a bad site, platform or alerts file, or a site that is unknown or not watched;
    4 archive.db or alerts.db cannot be used;
    5 captures cannot be written; 6 a WARC file is damaged, or is not a WARC file;
    7 a crawl or an import is incomplete or suspect, or a page could not be fetched;
    8 `verify` found damage; 9 the address for `serve` or `demo` is in use;
    10 another loa process is writing to archive.db, or telling; this one did nothing;
    11 less free disk space than $LOA_FREE_FLOOR;
    12 a snapshot or an export cannot be made, or must not replace the file that is there;
    13 `status --fail-on` found a site in that state, or a write-ahead log that is too large;
    14 an alert was refused for good, or could not be told for a day;
    130 interrupted by Ctrl-C, SIGTERM or SIGHUP; everything kept so far stays.
    """


def main(clock: Callable[[], datetime] | None = None) -> None:
    """Run the command. An error that a person can fix prints one line and has its own exit code.

    `clock` replaces the machine's clock, for tests that let weeks pass in a minute. It is no
    command-line option, because nobody who runs an archive needs it.
    """
    stop_as_ctrl_c_does()
    try:
        # click returns the code of an Exit, and None if all went well.
        sys.exit(loa.main(standalone_mode=False, obj=clock))
    except click.exceptions.Abort:
        kept = "everything kept so far stays, and the next run continues"
        click.echo(f"loa: interrupted; {kept}", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except LoaError as error:
        _end(error)
    except OSError as error:
        if not is_out_of_files(error):
            raise
        _end(out_of_files(error))


def _end(error: LoaError) -> NoReturn:
    click.echo(f"loa: {escaped_line(error)}", err=True)
    sys.exit(error.exit_code)
