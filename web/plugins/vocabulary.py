"""Words for issues, runs and messages in templates."""

import re
from typing import Any

from datasette import hookimpl
from markupsafe import Markup, escape

from pipelines.keep.status.words import run_word
from web.languages import said
from web.languages.issue_words import issue_words

COMMAND = re.compile("`([^`]*)`")


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Give templates the function issue_words and the filters said, run_word and commands."""
    env.globals["issue_words"] = issue_words
    env.filters.update(said=said, commands=commands)
    env.filters["run_word"] = lambda outcome: said(run_word(outcome))


def commands(text: str) -> Markup:
    """A text with its `commands` marked as code."""
    return Markup(COMMAND.sub(r"<code>\1</code>", str(escape(text))))
