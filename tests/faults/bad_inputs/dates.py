"""Printed dates that are ambiguous, impossible, out of time or in words: the right day, or none."""

from tests.faults.bad_inputs.case import SENTENCE, TEXT, TITLE, BadInput, html_answer

# What the article's dateline prints, and the day that a reader in Viet Nam sees in it, if any.
PRINTED: list[tuple[str, str | None]] = [
    ("12/03/2025", "2025-03-12"),
    ("03/12/2024", "2024-12-03"),
    ("3/4/2025", "2025-04-03"),
    ("13/13/2024", None),
    ("02/25/2025", None),
    ("31/02/2025", None),
    ("30/02/2024 08:00", None),
    ("29/02/2024", "2024-02-29"),
    ("29/02/2023", None),
    ("00/00/0000", None),
    ("32/01/2025", None),
    ("12-03-2025", "2025-03-12"),
    ("12.03.2025", "2025-03-12"),
    ("2025-03-12", "2025-03-12"),
    ("2025/03/12 07:15", "2025-03-12"),
    ("12/03/25", "2025-03-12"),
    ("12/03/99", "1999-03-12"),
    ("12/03/1970", None),
    ("01/01/1970 07:00", None),
    ("12/03/2099", None),
    ("12/03/9999", None),
    ("12/03/20255", None),
    ("ngày 12 tháng 3 năm 2025", "2025-03-12"),
    ("Thứ tư, ngày 12 tháng 03 năm 2025", "2025-03-12"),
    ("Thứ tư, 12/03/2025, 08:30 (GMT+7)", "2025-03-12"),
    ("Thứ hai, 12/03/2025", None),
    ("Chủ nhật, 12/03/2025", None),
    ("12/03/2025 23:59", "2025-03-12"),
    ("12/03/2025 24:61", None),
    ("08h30 ngày 12/03/2025", "2025-03-12"),
    ("12/03/2025 08:30 CH", "2025-03-12"),
    ("2025-03-11T18:30:00Z", "2025-03-12"),
    ("2025-03-12T08:30:00+07:00", "2025-03-12"),
    ("Wed, 12 Mar 2025 08:30:00 +0700", "2025-03-12"),
    ("March 12, 2025", "2025-03-12"),
    ("tháng ba năm 2025", "2025-03-01"),
    ("12 tháng mười ba năm 2025", None),
    ("\u0661\u0662/\u0660\u0663/\u0662\u0660\u0662\u0665", "2025-03-12"),
    ("１２/０３/２０２５", "2025-03-12"),  # noqa: RUF001
    ("12/03/2025 - 15/03/2025", None),
    ("Số 12/03/2025/QĐ-UBND", None),
    ("", None),
]


def nukeviet_page(printed: str) -> str:
    """An article of a family whose pages are articles by their own signs, dated or not."""
    return (
        f'<html><head><title>{TITLE}</title></head><body><div class="news_column" itemtype="http://schema.org/NewsArticle">'
        f'<h1 class="title" itemprop="headline">{TITLE}</h1><span class="h5">{printed}</span>'
        f'<div id="news-bodyhtml">{TEXT}</div></div></body></html>'
    )


def _bad(printed: str, day: str | None) -> BadInput:
    page = nukeviet_page(printed)
    return BadInput(
        printed or "no date",
        lambda: html_answer(page),
        ("article-new",),
        page.encode,
        (SENTENCE,),
        (),
        day,
    )


CASES = [_bad(printed, day) for printed, day in PRINTED]
