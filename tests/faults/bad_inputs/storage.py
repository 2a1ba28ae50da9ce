"""Texts that storage, search and SQL may stumble over, in the title and the body of an article."""

from tests.faults.bad_inputs.case import SENTENCE, BadInput, article_page, html_answer

TITLES = {
    "a statement of SQL": "Robert'); DROP TABLE articles;--",
    "quotes of both kinds": "Họp \"bàn\" 'đường' “lớn”",
    "words of a search": "dân AND NOT NEAR(họp đường) OR title:*",
    "a question mark and a colon": "Ai? :ten @ten $ten ?1",
    "signs of LIKE and GLOB": "100% _ [a-z] * \\",
    "an emoji of five signs": "Họp 👨‍👩‍👧‍👦 dân",
    "letters beyond the first plane": "Chữ 𠮷𡨸𡨹 Nôm",
    "right to left": "שלום עליכם bàn đường",
    "a number beyond 64 bits": "99999999999999999999999999999999",
    "a number in capitals": "1E999",
    "the word null": "NULL",
    "JSON": '{"a": [1, null, "x"]}',
    "separators of tables": "cột|cột\tcột;cột,cột",
    "JSON's two separators": "một hai ba",
    "nothing but signs": "!!! ??? ---",
    "a word of 150 letters": "ă" * 150,
}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _bad(name: str, title: str) -> BadInput:
    page = article_page(f"<p>{SENTENCE} {_escaped(title)}</p>" * 3, title=_escaped(title))
    shown = " ".join(title.replace("\u2028", " ").split())
    return BadInput(
        name, lambda: html_answer(page), ("article-new",), page.encode, (f"{SENTENCE} {shown}",)
    )


CASES = [_bad(name, title) for name, title in TITLES.items()]
