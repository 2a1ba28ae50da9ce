"""A command that can print the systemd unit which runs it, with the options that it was given."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from crawler.schedule.sandbox import account_for
from crawler.schedule.timers import serve_unit

run_as_option = click.option(
    "--run-as",
    metavar="ACCOUNT",
    help="The account for the system's units; default: yours, and for root the archive's owner.",
)
TYPED = f"{__name__}.typed"


class PrintsItsUnit(click.Command):
    """Adds `--systemd` and `--run-as` to a command that takes --archive and runs until it ends."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._own = {param.name for param in self.params}
        run_as_option(self)
        click.option(
            "--systemd",
            type=click.Choice(["system", "user"]),
            help="Print loa-serve.service with these options, for the system or for your own "
            "systemd (`systemctl --user`), and end.",
        )(self)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the options as typed, before their callbacks make other values of them."""
        typed, _, _ = self.make_parser(ctx).parse_args(list(args))
        ctx.meta[TYPED] = typed
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Print the unit if it is asked for; else run the command."""
        systemd, run_as = ctx.params.pop("systemd"), ctx.params.pop("run_as")
        if run_as is not None and systemd != "system":
            raise click.UsageError("--run-as needs --systemd system", ctx)
        if systemd is None:
            return super().invoke(ctx)
        typed = {"archive": ctx.params["archive"], **ctx.meta[TYPED]}
        files = [
            Path(typed[param.name])
            for param in self.params
            if param.name in typed and isinstance(param.type, click.Path)
        ]
        account = account_for(ctx.params["archive"], run_as) if systemd == "system" else None
        click.echo(serve_unit(files, list(self._words(typed)), account=account), nl=False)
        return None

    def _words(self, typed: Mapping[str, Any]) -> Iterator[str]:
        """The options of the command line, as they were typed; but a path is absolute."""
        for param in self.params:
            if param.name not in self._own or param.name not in typed:
                continue
            value, option = typed[param.name], param.opts[-1]
            if isinstance(param, click.Option) and param.is_flag:
                yield option if value else param.secondary_opts[-1]
                continue
            for one in value if param.multiple else [value]:
                is_path = isinstance(param.type, click.Path)
                yield f"{option}={Path(one).resolve() if is_path else one}"
