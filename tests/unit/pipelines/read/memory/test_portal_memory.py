"""What a sample of articles teaches: by fields, by captures, and in no order."""

import random
from hashlib import blake2b

from pipelines.read.memory.portal_memory import (
    IN_TEXT,
    MOST_LINES,
    SEEN_AT,
    SampledArticle,
    joined_lines,
    learned_from,
    memory_from,
    split_lines,
    text_digest,
)


def line(field: str, text: str) -> bytes:
    return blake2b(field.encode(), digest_size=4).digest() + text_digest(text)


def told(*lines: tuple[str, str]) -> SampledArticle:
    """An article whose text holds these lines."""
    marks = {IN_TEXT + text_digest(text) for _, text in lines}
    return SampledArticle(frozenset({line(*one) for one in lines} | marks))


def page(
    n: int, *lines: tuple[str, str], beside: tuple[tuple[str, str], ...] = ()
) -> SampledArticle:
    """An article with a text of its own and these lines in it, and others beside it."""
    own = [("div.text", f"Tin thứ {n} của xã"), ("div.text", f"Đoạn {n}")]
    article = told(*own, *lines)
    return SampledArticle(article.always | {line(*one) for one in beside})


SHARE = ("div.share", "Gửi cho bạn bè")
WELCOME = ("div.welcome", "Chào mừng bạn đến với xã")


def test_a_field_in_texts_that_says_the_same_on_all_articles_is_the_portals() -> None:
    memory = memory_from(learned_from([page(n, SHARE) for n in range(8)]))
    assert memory.at_edges == {line(*SHARE)}
    assert memory.texts == {text_digest("gửi cho bạn bè")}


def test_what_stands_beside_the_texts_is_no_text_where_it_stands_alone() -> None:
    pages = [page(n, beside=(WELCOME,)) for n in range(8)]
    empty = [
        SampledArticle(told(WELCOME).always | {line("h1.title", f"Tin {n}")}) for n in range(3)
    ]
    memory = memory_from(learned_from([*pages, *empty]))
    assert memory.elsewhere == {line(*WELCOME)}


def test_a_text_that_several_articles_share_stays() -> None:
    notice = [
        ("div.notice", "Xã thông báo lịch tiếp dân."),
        ("div.notice", "Mời bà con đến đúng giờ."),
    ]
    assert learned_from([*map(page, range(8)), *[told(*notice)] * 4]) == b""


def test_a_sentence_of_a_form_stays_because_its_field_holds_the_notices() -> None:
    closing = ("div.text", "Nơi nhận: như trên, lưu văn phòng")
    assert learned_from([page(n, closing) for n in range(300)]) == b""


def test_boxes_of_a_form_stay_because_the_notices_repeat_most_of_their_lines() -> None:
    form = [("div.head", "Kính gửi các thôn"), ("div.foot", "Đề nghị thực hiện")]
    assert learned_from([page(n, *form) for n in range(40)]) == b""


def test_notices_that_differ_only_in_a_figure_say_something_of_their_own() -> None:
    assert learned_from([told(("div.text", f"Thông báo số {n}")) for n in range(9)]) == b""


def test_a_box_on_a_third_of_the_texts_may_be_of_their_form() -> None:
    box = ("div.box", "Chuyên trang bầu cử")
    assert learned_from([page(n, *[box][: n % 3 == 0]) for n in range(12)]) == b""


def test_a_line_that_comes_and_goes_was_written_by_the_template() -> None:
    ad = line("div.text", "Mời đón nghe loa phường")
    pages = [page(n) for n in range(6)]
    pages = [one.seen_again(one.lines | {ad}).seen_again(one.lines) for one in pages]
    assert memory_from(learned_from(pages)).anywhere == {ad}


def test_an_edit_of_two_articles_is_no_template() -> None:
    edit = line("div.text", "Đính chính: lịch đã đổi")
    pages = [page(n) for n in range(6)]
    pages[:2] = [one.seen_again(one.lines | {edit}) for one in pages[:2]]
    assert learned_from(pages) == b""


def test_an_edit_of_a_few_of_many_articles_is_no_template() -> None:
    edit = ("div.text", "Đính chính: lịch đã đổi")
    pages = [SampledArticle(page(n).always | {SEEN_AT + b"monday.."}) for n in range(40)]
    pages = [
        one.seen_again(page(n, *[edit][: n < 5]).always | {SEEN_AT + b"tuesday."})
        for n, one in enumerate(pages)
    ]
    assert learned_from(pages) == b""


def test_a_line_that_most_articles_keep_does_not_come_and_go() -> None:
    name = line("div.text", "Đài truyền thanh xã")
    pages = [page(n, ("div.text", "Đài truyền thanh xã")) for n in range(9)]
    pages = [
        one.seen_again(one.lines - ({name} if n < 3 else frozenset()))
        for n, one in enumerate(pages)
    ]
    pages = [
        one.seen_again(one.lines | {line("div.text", f"mới {n}")}) for n, one in enumerate(pages)
    ]
    assert learned_from(pages) == b""


def test_sentences_of_a_form_stay_when_the_portal_gets_a_new_layout() -> None:
    form = ("Kính gửi: Ban quản lý các thôn", "Đề nghị các thôn thông báo đến từng hộ dân")

    def shown(n: int, field: str) -> frozenset[bytes]:
        return told(*((field, text) for text in (*form, f"Thôn thứ {n} họp tối nay"))).always

    pages = [SampledArticle(shown(n, "div.old")).seen_again(shown(n, "div.new")) for n in range(9)]
    assert learned_from(pages) == b""


def test_a_box_whose_words_change_every_week_may_stand_anywhere() -> None:
    weeks = [("div.tuan", f"Tuần lễ {name}") for name in ("biển đảo", "an toàn", "sách")]
    looks = [[page(n, week).always for week in weeks] for n in range(6)]
    pages = [SampledArticle(a).seen_again(b).seen_again(c) for a, b, c in looks]
    assert memory_from(learned_from(pages)).anywhere == {line(*week) for week in weeks}


def test_one_page_under_many_addresses_teaches_nothing() -> None:
    weeks = [page(1, ("div.text", f"Bản thứ {look}")).lines for look in (1, 2)]
    assert learned_from([SampledArticle(weeks[0]).seen_again(weeks[1])] * 9) == b""


def test_few_articles_teach_nothing() -> None:
    assert learned_from([page(n, SHARE) for n in range(4)]) == b""


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
        found.add(learned_from(pages))
    assert len(found) == 1
    assert found != {b""}


LINES = [("div.tools", f"Công cụ {letter}") for letter in "abcdef"]


def test_a_memory_is_small_whatever_the_portal_repeats() -> None:
    many = tuple(("div.menu", f"Mục {n}") for n in range(3 * MOST_LINES))
    written = learned_from([page(n, beside=many) for n in range(6)])
    assert len(written) == 13 * MOST_LINES
    assert len(memory_from(written).elsewhere) == MOST_LINES


def test_lines_are_written_and_split_again() -> None:
    lines = page(1, SHARE).lines
    assert split_lines(joined_lines(lines)) == lines
