"""What a sample of articles teaches: by fields, by captures, and in no order."""

import random
from hashlib import blake2b

from pipelines.read.memory.portal_memory import (
    MOST_LINES,
    SampledArticle,
    distilled,
    joined_lines,
    recalled,
    split_lines,
    text_digest,
)


def line(field: str, text: str) -> bytes:
    return blake2b(field.encode(), digest_size=4).digest() + text_digest(text)


def page(n: int, *lines: tuple[str, str]) -> SampledArticle:
    """An article with a text of its own, and these lines."""
    own = [("div.text", f"Tin thứ {n} của xã"), ("div.text", f"Đoạn {n}"), *lines]
    return SampledArticle(frozenset(line(*one) for one in own))


def test_a_field_that_says_the_same_on_all_articles_is_the_portals() -> None:
    share = ("div.share", "Gửi cho bạn bè")
    memory = recalled(distilled([page(n, share) for n in range(8)]))
    assert memory.at_edges == {line(*share)}
    assert memory.texts == {text_digest("gửi cho bạn bè")}


def test_a_sentence_of_a_form_stays_because_its_field_holds_the_notices() -> None:
    closing = ("div.text", "Nơi nhận: như trên, lưu văn phòng")
    assert distilled([page(n, closing) for n in range(300)]) == b""


def test_notices_that_differ_only_in_a_figure_say_something_of_their_own() -> None:
    notices = [SampledArticle(frozenset({line("div.text", f"Thông báo số {n}")})) for n in range(9)]
    assert distilled(notices) == b""


def test_a_box_on_a_third_of_the_articles_goes_only_outside_of_texts() -> None:
    box = ("div.box", "Chuyên trang bầu cử")
    memory = recalled(distilled([page(n, *[box][: n % 3 == 0]) for n in range(12)]))
    assert memory.elsewhere == {line(*box)}
    assert not memory.at_edges


def test_a_line_that_comes_and_goes_was_written_by_the_template() -> None:
    told = line("div.text", "Mời đón nghe loa phường")
    pages = [page(n) for n in range(6)]
    pages = [one.seen_again(one.lines | {told}).seen_again(one.lines) for one in pages]
    assert recalled(distilled(pages)).anywhere == {told}


def test_an_edit_of_two_articles_is_no_template() -> None:
    told = line("div.text", "Đính chính: lịch đã đổi")
    pages = [page(n) for n in range(6)]
    pages[:2] = [one.seen_again(one.lines | {told}) for one in pages[:2]]
    assert distilled(pages) == b""


def test_a_line_that_most_articles_keep_does_not_come_and_go() -> None:
    told = line("div.text", "Đài truyền thanh xã")
    pages = [page(n, ("div.text", "Đài truyền thanh xã")) for n in range(9)]
    pages = [
        one.seen_again(one.lines - ({told} if n < 3 else frozenset()))
        for n, one in enumerate(pages)
    ]
    pages = [
        one.seen_again(one.lines | {line("div.text", f"mới {n}")}) for n, one in enumerate(pages)
    ]
    assert distilled(pages) == b""


def test_sentences_of_a_form_stay_when_the_portal_gets_a_new_layout() -> None:
    form = ("Kính gửi: Ban quản lý các thôn", "Đề nghị các thôn thông báo đến từng hộ dân")

    def shown(n: int, field: str) -> frozenset[bytes]:
        return frozenset(line(field, text) for text in (*form, f"Thôn thứ {n} họp tối nay"))

    pages = [SampledArticle(shown(n, "div.old")).seen_again(shown(n, "div.new")) for n in range(9)]
    assert distilled(pages) == b""


def test_a_box_whose_words_change_every_week_may_stand_anywhere() -> None:
    weeks = [line("div.tuan", f"Tuần lễ {name}") for name in ("biển đảo", "an toàn", "sách")]
    pages = [page(n) for n in range(6)]
    own = [one.lines for one in pages]
    looks = [[lines | {week} for week in weeks] for lines in own]
    pages = [SampledArticle(a).seen_again(b).seen_again(c) for a, b, c in looks]
    assert recalled(distilled(pages)).anywhere == set(weeks)


def test_few_articles_teach_nothing() -> None:
    share = ("div.share", "Gửi cho bạn bè")
    assert distilled([page(n, share) for n in range(4)]) == b""


def test_neither_the_order_of_articles_nor_that_of_captures_counts() -> None:
    chance = random.Random(13)
    captures = [
        [page(n, *chance.sample(LINES, 3)).lines for _ in range(chance.randint(1, 4))]
        for n in range(20)
    ]
    found = set()
    for _ in range(5):
        chance.shuffle(captures)
        pages = []
        for looks in captures:
            chance.shuffle(looks)
            one = SampledArticle(looks[0])
            for again in looks[1:]:
                one = one.seen_again(again)
            pages.append(one)
        found.add(distilled(pages))
    assert len(found) == 1
    assert found != {b""}


LINES = [("div.tools", f"Công cụ {letter}") for letter in "abcdef"]


def test_a_memory_is_small_whatever_the_portal_repeats() -> None:
    many = [("div.menu", f"Mục {n}") for n in range(3 * MOST_LINES)]
    written = distilled([page(n, *many) for n in range(6)])
    assert len(written) == 13 * MOST_LINES
    assert len(recalled(written).at_edges) == MOST_LINES


def test_lines_are_written_and_split_again() -> None:
    lines = page(1, ("div.share", "In trang")).lines
    assert split_lines(joined_lines(lines)) == lines
