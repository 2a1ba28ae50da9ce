"""A table of contents between an article's title and its text."""

import pytest

from tests.builders.pages_of_no_family import TEXT, page_of, read_page

CHAPTERS = [
    "Con đường mới vào Nà Hin và hai trăm cây hoa ban",
    "Cách chọn giống hoa ban hợp với đất đồi xã Khe Sen",
    "Mỗi hộ nhận chăm sóc bao nhiêu cây trong năm đầu",
]


@pytest.mark.parametrize("count", [3, 4, 12])
@pytest.mark.parametrize("named", ["id", "data-late"])
@pytest.mark.parametrize("head", ["", "<div><b>Lò Thị Hoa</b><i>Phó phòng Văn hóa</i></div>"])
def test_a_table_of_contents_does_not_end_an_article_before_its_text(
    head: str, named: str, count: int
) -> None:
    chapters = [f"{CHAPTERS[n % len(CHAPTERS)]} ({n})" for n in range(count)]
    lines = "".join(f"<li><a href='#muc{n}'>{it}</a></li>" for n, it in enumerate(chapters))
    parts = [f"<h2 {named}='muc{n}'>{it}</h2>{TEXT}" for n, it in enumerate(chapters)]
    article, _ = read_page(
        page_of(
            f"<main><div><h1>Đoàn viên trồng hoa ban dọc con đường mới</h1>{head}"
            f"<div class='ngay'>02/03/2021 07:30</div></div><div class='than'><div><span>Nội dung "
            f"chính</span><ul>{lines}</ul></div><div>{''.join(parts)}</div></div></main>"
        )
    )
    assert article is not None
    assert article.body.count("phát quang bốn cây số") == count
