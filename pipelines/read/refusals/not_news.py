"""Pages that look like articles but are not news: document records and print twins."""

import re

from pipelines.read.addresses.family_rules import path_and_query
from pipelines.read.html.page import HtmlPage, seen_text
from pipelines.read.reading import Article
from pipelines.read.text.clean_text import fold
from pipelines.read.text.phrases import folded_pattern
from portals.languages import any_word, every

# Also on custom-made portals: /print.php?id=12, /inbai.aspx, ?act=in.
PRINT_FOLDER = any_word(lambda it: it.addresses.print_folders)
PRINT_SCRIPT = any_word(lambda it: it.addresses.print_scripts)
PRINT_TWIN = re.compile(
    rf"/{PRINT_FOLDER}/|[?&](?:print|tmpl=component|ctl=print|layout=print)\b|[?&]p_p_state=pop_up"
    rf"|/{PRINT_SCRIPT}\.(?:php|aspx?|html?|jsp)(?:\?|$)"
    rf"|[?&](?:act|action|cmd|do|func|mod|mode|op|task|view)={PRINT_SCRIPT}(?:&|$)",
    re.I,
)
CARD_ROWS = re.compile(folded_pattern(lambda it: it.refusals.document_rows) + r"\W*")
LEAST_CARD_ROWS = 3
# Pages without any of these are skipped.
CARD_SIGNS = tuple(
    spelt(sign)
    for sign in every(lambda it: it.refusals.document_signs)
    for spelt in (str.lower, str.capitalize, str.upper)
)


def document_card(page: HtmlPage) -> tuple[str, str] | None:
    """(text of the table that describes one legal document, the page's other text), or None.

    Each row holds a label and its value ("Số ký hiệu", "Ngày ban hành"). A list of documents has
    these labels in one row, above many others.
    """
    no_table = next(page.root.iter("table", "dl"), None) is None
    if no_table or not any(sign in page.text for sign in CARD_SIGNS):
        return None
    cards = []
    for table in page.root.iter("table", "dl"):
        labels = {
            fold(seen_text(row if row.tag == "dt" else row[0]))
            for row in table.iter("tr", "dt")
            if row.tag == "dt" or 2 <= len(row) <= 4
        }
        if sum(CARD_ROWS.fullmatch(label) is not None for label in labels) >= LEAST_CARD_ROWS:
            cards.append(seen_text(table))
    if not cards:
        return None
    card = min(cards, key=len)  # a table may be inside one that lays out the page
    return card, seen_text(page.root).replace(card, " ", 1)


def why_not_news(article: Article, card: tuple[str, str] | None) -> str | None:
    """Why a page that looks like an article is not news, or None: it is the record of a document
    (as `document_card` gives it), and has no date of its own.
    """
    date = article.published
    dated = date is not None and date.evidence != "guess"
    if card is None or (date and dated and (date.raw not in card[0] or date.raw in card[1])):
        return None
    return "describes one document in a table, and bears no other date"


def is_print_twin(url: str) -> bool:
    """Whether an address is the print, save or mobile version of an article."""
    return PRINT_TWIN.search(path_and_query(url)) is not None
