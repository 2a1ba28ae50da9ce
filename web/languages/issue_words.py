"""What each kind of issue is called, what it means and what to do, in the request's language."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from web.languages import language

FILE = Path(__file__).parent / "issues.toml"


@dataclass(frozen=True, slots=True)
class IssueWords:
    """The words for a kind of issue. `remedy` may hold commands in `backticks`.

    A kind that only a newer Loa knows is called by its own word, and has nothing else.
    """

    name: str
    means: str = ""
    remedy: str = ""


def issue_words(kind: str, site: str | None = None) -> IssueWords:
    """The words for a kind, with the key of a site in commands."""
    words = kinds().get(kind)
    if words is None:
        return IssueWords(kind)
    name, means, remedy = (words[part][language()] for part in ("name", "means", "do"))
    return IssueWords(name, means, remedy.replace("{site}", site or "SITE"))


@cache
def kinds() -> dict[str, dict[str, dict[str, str]]]:
    """By kind: its `name`, what it `means` and what to `do`, each by language."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
