"""The saved queries of metadata.yml as questions: their topics, parameters and choices."""

import re
import sqlite3
from typing import Any

from web.answers import column_label
from web.descriptions import DESCRIPTIONS, ENGLISH
from web.languages import gettext as _
from web.languages import language

Choices = dict[str, list[tuple[str, str]]]

PARAMETER = re.compile(r"(?<!:):([a-z]\w*)")
MOST = 1000  # choices of one list
# What a parameter of that name may be: pairs of a value and its label.
LISTS = {
    "site": f"select key, ifnull(name, key) from sites order by 2, key limit {MOST}",
    "year": f"""select distinct substr(month, 1, 4), substr(month, 1, 4) from article_counts
        where month <> '' order by 1 desc limit {MOST}""",
    "section": f"""select section, section from section_counts
        group by section order by sum(articles) desc limit {MOST}""",
    "kind": f"select distinct kind, kind from issues order by kind limit {MOST}",
    "outcome": f"select distinct outcome, outcome from runs where outcome > '' limit {MOST}",
    "state": f"select distinct state, state from vanished order by state limit {MOST}",
}


def queries() -> dict[str, dict[str, Any]]:
    """The saved queries, in their order, in the language of the request."""
    found: dict[str, dict[str, Any]] = DESCRIPTIONS[language()]["databases"]["archive"]["queries"]
    return found


def parameters(query: str) -> list[str]:
    """The names of a saved query's parameters, in the order in which its SQL uses them."""
    saved = ENGLISH["databases"]["archive"]["queries"].get(query)
    return list(dict.fromkeys(PARAMETER.findall(saved["sql"]))) if saved else []


def choices_of(db: sqlite3.Connection, query: str) -> Choices:
    """For each parameter of a saved query that is chosen from a list, the list."""
    return {
        name: [(str(value), str(label)) for value, label in db.execute(LISTS[name])]
        for name in parameters(query)
        if name in LISTS
    }


def parameter_name(name: str) -> str:
    """What a field of a question is called."""
    names = {
        "year": _("Year"),
        "name": _("Part of the name"),
        "key": _("Key of the article"),
        "day": _("Day"),
        "q": _("Words"),
    }
    return names.get(name) or column_label(name)
