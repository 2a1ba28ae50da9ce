"""The language of an article: what its letters tell before what its page declares, which is often the CMS's language and not the text's."""

import re

from pipelines.read.html.page import HtmlPage
from pipelines.read.html.structured_data import ARTICLE_TYPES, json_ld, types_of

DECLARED = re.compile(r"[a-z]{2,3}(?=$|[-_])")
# Letters that only Vietnamese has: one sign in eight of a text in it, one in forty of an English one full of Vietnamese names.
VIETNAMESE = re.compile("[\u1ea0-\u1ef9]")
IS_VIETNAMESE = 0.04  # share of the signs
IS_NOT = 0.01
ENOUGH = 250  # signs in which Vietnamese would show


def language_of(page: HtmlPage, text: str) -> str | None:
    """The code of an article's language (BCP 47, without region); None where nothing tells, or a text that should be Vietnamese has none of its letters.

    Asked are the letters of its own text, then schema.org's inLanguage, then what the page declares for all of itself.
    """
    share = len(VIETNAMESE.findall(text)) / max(1, len(text))
    if share >= IS_VIETNAMESE:
        return "vi"
    articles = [item for item in json_ld(page) if types_of(item) & ARTICLE_TYPES]
    said = articles[0].get("inLanguage") if len(articles) == 1 else None
    language = primary(said) if isinstance(said, str) else None
    language = language or declared_language(page)
    return None if language == "vi" and len(text) >= ENOUGH and share < IS_NOT else language


def declared_language(page: HtmlPage) -> str | None:
    """What a page declares as its language, without the region."""
    return next((found for value in declarations(page) if (found := primary(value))), None)


def declarations(page: HtmlPage) -> list[str]:
    """What a page declares as its language, with the region where it has one, such as `en-IE`."""
    said = (
        page.root.get("lang"),
        page.root.get("xml:lang"),
        page.meta("og:locale"),
        page.meta("content-language"),
    )
    return [value.strip() for value in said if value and value.strip()]


def primary(tag: str) -> str | None:
    """The primary part of a language tag, in lower case; None for what is no tag."""
    found = DECLARED.match(tag.strip().lower())
    return found[0] if found else None
