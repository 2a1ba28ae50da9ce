"""Options that several commands share."""

from pathlib import Path

import click

archive_option = click.option(
    "--archive",
    type=click.Path(path_type=Path),
    envvar="LOA_ARCHIVE",
    default=Path("archive.db"),
    show_default=True,
    show_envvar=True,
    help="The archive; captures/ is beside it.",
)
bundled_option = click.option(
    "--bundled",
    is_flag=True,
    help="Visit the bundled portals too, even if $LOA_SITES is set.",
)
sites_argument = click.argument("sites", nargs=-1, metavar="[SITE...]")
