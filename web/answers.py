"""How an answer to a question reads: names of columns, days, times and fixed words."""

import json
import re
from typing import Any

from markupsafe import Markup

from web.languages import day, instant
from web.languages import gettext as _
from web.pages.articles.wording import evidence, fields, states

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MONTH = re.compile(r"\d{4}-\d\d")
NOTHING = Markup("&nbsp;")  # what Datasette shows for NULL


def shown(column: str, value: Any) -> Any:
    """A value of an answer for readers; links stay as they are."""
    if isinstance(value, Markup):
        return "" if value == NOTHING else value
    if column in WORDS:
        return WORDS[column](str(value))
    if INSTANT.fullmatch(value):
        return instant(value, named=False) or value
    if DAY.fullmatch(value):
        return day(value)
    if MONTH.fullmatch(value):
        return day(f"{value}-01", "month")
    return value


def _truth(value: str) -> str:
    return {"1": _("yes"), "yes": _("yes"), "0": _("no"), "no": _("no")}.get(value, value)


def _changed(value: str) -> str:
    try:
        return ", ".join(fields().get(name, str(name)) for name in json.loads(value))
    except (ValueError, TypeError):  # cut, or no list
        return value


WORDS = {
    "changed": _changed,
    "published_evidence": lambda value: evidence().get(value, value),
    "state": lambda value: states().get(value, value),
    **dict.fromkeys(("body_changed", "lead_changed", "figures_changed", "first_known"), _truth),
}


def column_label(column: str) -> str:
    """What a column of an answer is called; its own name if we have no better one."""
    labels = {
        "altered": _("Share of words altered"),
        "articles": _("Articles"),
        "articles_changed": _("Changed articles"),
        "articles_new": _("New articles"),
        "article": _("Article"),
        "attachment": _("File"),
        "body": _("Text"),
        "body_changed": _("Text changed"),
        "bytes": _("Bytes"),
        "capture": _("Capture"),
        "changed": _("What changed"),
        "changes": _("Changes"),
        "crawl_delay": _("Pause asked for (seconds)"),
        "days": _("Days"),
        "days_later": _("Days later"),
        "detail": _("Detail"),
        "edited": _("Edited"),
        "excerpt": _("Excerpt"),
        "failed": _("Failed"),
        "failing": _("Failing"),
        "failures": _("Failures in a row"),
        "fetched": _("Fetched"),
        "fetched_at": _("Fetched at"),
        "figures_changed": _("Figures changed"),
        "files": _("Files"),
        "first_known": _("First is known"),
        "first_month": _("First month"),
        "first_on": _("First day"),
        "first_published_on": _("First day"),
        "first_seen_at": _("First seen"),
        "first_site": _("Published first"),
        "gone": _("Gone"),
        "health": _("Health"),
        "health_at": _("Judged"),
        "health_detail": _("Why"),
        "host": _("Server"),
        "issue": _("Issue"),
        "kept": _("Kept"),
        "key": _("Key"),
        "kind": _("Kind"),
        "last_fetched_at": _("Last fetched"),
        "last_month": _("Last month"),
        "last_on": _("Last day"),
        "last_published_on": _("Last day"),
        "last_seen_at": _("Last seen"),
        "last_since_at": _("Last one since"),
        "later_site": _("Published later"),
        "lead": _("Lead"),
        "lead_changed": _("Lead changed"),
        "listed": _("Listed"),
        "media_type": _("Type of file"),
        "month": _("Month"),
        "name": _("Name"),
        "newest": _("Newest day"),
        "newest_on": _("Newest day"),
        "next_due_at": _("Due again"),
        "not_before_at": _("Not before"),
        "oldest": _("Oldest day"),
        "open_issues": _("Open issues"),
        "opened_at": _("Opened"),
        "outcome": _("Outcome"),
        "published_evidence": _("Evidence"),
        "published_on": _("Day of publication"),
        "published_on_before": _("Day before the change"),
        "published_precision": _("Precision"),
        "published_raw": _("Read from"),
        "reason": _("Reason"),
        "refused": _("Refused"),
        "removed": _("Removed"),
        "requests": _("Requests"),
        "robots_fetched_at": _("robots.txt fetched"),
        "robots_status": _("Status of robots.txt"),
        "robots_text": "robots.txt",
        "role": _("Role"),
        "run": _("Visit"),
        "section": _("Section"),
        "seen_at": _("Seen"),
        "seq": _("Version"),
        "sha256": "SHA-256",
        "since_at": _("Since"),
        "site": _("Portal"),
        "site_name": _("Portal"),
        "sites": _("Number of portals"),
        "started_at": _("Started"),
        "state": _("State"),
        "status": _("HTTP status"),
        "stored": _("Stored"),
        "title": _("Title"),
        "title_before": _("Title before"),
        "to_url": _("Leads to"),
        "unchanged": _("Unchanged"),
        "undated": _("Undated"),
        "url": _("Address"),
        "utc_day": _("Day (UTC)"),
        "visited_at": _("Last visit"),
        "waiting": _("Waiting"),
        "warc_file": _("WARC file"),
        "warc_offset": _("Byte in the file"),
        "why": _("Why"),
        "with_text": _("With readable text"),
        "words": _("Number of words"),
        "words_added": _("Words added"),
        "words_removed": _("Words removed"),
    }
    return labels.get(column, column)
