"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]


def archive_option(command: Command) -> Command:
    """Add --archive PATH: the archive to use."""
    return click.option(
        "--archive",
        type=click.Path(path_type=Path, dir_okay=True),
        envvar="LOA_ARCHIVE",
        default=Path("archive.db"),
        show_default=True,
        show_envvar=True,
        help="The archive; captures/ is beside it.",
    )(command)
