"""CSL-JSON, which Zotero, Pandoc and citeproc read: a list of items."""

import json
from collections.abc import Iterable
from typing import Any

from web.citations.record import ARCHIVE, Citation, one_line, safe_address

MEDIA_TYPE = "application/vnd.citationstyles.csl+json"


def csl_json(citations: Iterable[Citation]) -> str:
    """Citations as a CSL-JSON list."""
    items = [csl_item(one) for one in citations]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def csl_item(citation: Citation) -> dict[str, Any]:
    """A citation as one item. A date that nobody stated is `circa`; an unknown one is absent, and
    styles write "n.d.".
    """
    published, proof = citation.published, citation.proof
    item: dict[str, Any] = {
        "id": citation.name,
        "type": "webpage",
        "title": one_line(citation.title),
        "container-title": one_line(citation.publisher),
        "publisher": one_line(citation.publisher),
        "language": citation.language,
        "URL": safe_address(citation.url),
        "archive": ARCHIVE,
        "archive_location": safe_address(citation.permalink),
        "note": one_line(citation.note),
    }
    if author := one_line(citation.author or ""):
        item["author"] = [{"literal": author}]
    if published:
        item["issued"] = {"date-parts": [list(published.parts)]}
        if not published.is_certain:
            item["issued"]["circa"] = True
    if proof:
        day = proof.at.date()
        item["accessed"] = {"date-parts": [[day.year, day.month, day.day]]}
    return {name: value for name, value in item.items() if value}
