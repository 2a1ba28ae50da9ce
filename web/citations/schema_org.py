"""What a page tells machines of an article: JSON-LD with the words of schema.org."""

import json
from collections.abc import Mapping
from typing import Any

from web.citations.record import Citation, one_line, safe_address

# Within a script element, none of these can end it, begin another or break a line of a program.
_UNBREAKABLE = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


def news_article(citation: Citation, address: str, article: Mapping[str, Any]) -> dict[str, Any]:
    """A NewsArticle: its page here (`address`), where it comes from and what proves it. A date that
    the portal does not state is absent. `article`: its row in the archive.
    """
    published, proof = citation.published, citation.proof
    portal = {"@type": "Organization", "name": one_line(citation.publisher)}
    stated = published.iso if published and published.is_certain else None
    known = {
        "url": address,
        "mainEntityOfPage": address,
        "headline": one_line(citation.title),
        "description": one_line(article["lead"] or ""),
        "articleSection": one_line(article["section"] or ""),
        "author": one_line(citation.author or ""),
        "publisher": portal,
        "inLanguage": citation.language,
        "datePublished": stated and one_line(article["published_at"] or stated),
        "dateModified": one_line(article["updated_at"] or ""),
        "isBasedOn": safe_address(citation.url),
        "archivedAt": citation.permalink,
        "encoding": proof
        and {"@type": "MediaObject", "sha256": proof.sha256, "uploadDate": proof.iso},
    }
    found = {name: value for name, value in known.items() if value}
    return {"@context": "https://schema.org", "@type": "NewsArticle", **found}


def in_a_script(value: Mapping[str, Any]) -> str:
    """JSON that may stand in a script element of HTML, whatever texts it holds."""
    return json.dumps(value, ensure_ascii=False).translate(_UNBREAKABLE)
