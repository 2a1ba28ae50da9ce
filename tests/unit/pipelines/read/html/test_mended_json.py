"""JSON with the slips of templates: read where its meaning is sure, and nothing is made up."""

import pytest

from pipelines.read.html.mended_json import MOST_CHARACTERS, read_mended

# One object in many spellings.
MEANT = {"name": "Lò Thị Sen", "day": "2026-05-12", "page": {"url": "http://xa.example/a//b"}}
SOUND = '{"name": "Lò Thị Sen", "day": "2026-05-12", "page": {"url": "http://xa.example/a//b"}}'


@pytest.mark.parametrize(
    "text",
    [
        SOUND,
        SOUND + ";",
        "var page = " + SOUND + ";",
        SOUND[:-1] + ",}",
        SOUND.replace(', "day"', ',, "day"'),
        SOUND.replace(', "day"', ' "day"'),
        SOUND.replace(', "day"', '\n"day"'),
        SOUND.replace(', "day"', ', // the day\n"day"'),
        SOUND.replace(', "day"', ', /* the day, "of the vote": */ "day"'),
        SOUND.replace(', "day"', ',\u00a0"day"'),
        SOUND.replace('"', "'"),
        SOUND.replace('"name"', "name").replace('"url"', "url"),
        SOUND.replace('"day"', "“day”"),
        SOUND.replace('"day":', '"day"='),
        SOUND.replace("ò", "\\u00f2"),
        SOUND.replace("ò", "\\xf2"),
        SOUND.replace("/", "\\/"),
        SOUND.replace("Thị", "Th\\ị"),
        "\ufeff" + SOUND,
        "<!--\n" + SOUND + "\n-->",
        "//<![CDATA[\n" + SOUND + "\n//]]>",
        "/*<![CDATA[*/" + SOUND + "/*]]>*/",
        "<!--//--><![CDATA[//><!--\n" + SOUND + "\n//--><!]]>",
        "<br />\n<b>Warning</b>: Undefined variable $x in <b>/a.php</b> on line <b>3</b>\n" + SOUND,
        SOUND + "}",
        SOUND[:-1],
        SOUND[:-2],
        SOUND.replace(', "day"', ', "image": {{ image }}, "day"'),
        SOUND.replace(', "day"', ', "description": , "day"'),
        SOUND.replace(', "day"', ', "size": 007 px, "day"'),
        SOUND.replace(', "day"', ', "saved": new Date("2020-01-01").toJSON(), "day"'),
        SOUND.replace(', "day"', ', "title": "Xã " + document.title, "day"'),
    ],
)
def test_a_slip_loses_nothing_else(text: str) -> None:
    assert list(read_mended(text)) == [MEANT]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"Họp "giao ban" tháng 5"', 'Họp "giao ban" tháng 5'),
        ('"Bàn về "công", tác "tư""', 'Bàn về "công", tác "tư"'),
        ('"Ông nói: "Anh: về đi" nhé"', 'Ông nói: "Anh: về đi" nhé'),
        ('"Thẻ <b class="to">đậm</b>"', 'Thẻ <b class="to">đậm</b>'),
        ('"Dòng một\ndòng\thai"', "Dòng một\ndòng\thai"),
        ('"\\ud83d\\ude00"', "😀"),
        ("12", 12),
        ("-1.5", -1.5),
        ("true", True),
        ("null", None),
        ("undefined", None),
        ("NaN", None),
        ("None", None),
        ('["a", "b",]', ["a", "b"]),
        ("[1, [2], {'c': 3}]", [1, [2], {"c": 3}]),
    ],
)
def test_a_value_means_what_is_written(written: str, meant: object) -> None:
    assert list(read_mended('{"a": ' + written + ', "b": "c",}')) == [{"a": meant, "b": "c"}]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('{"name": "Lò Thị Sen", "day": "2026-05-1', [{"name": "Lò Thị Sen"}]),
        ('{"day": "2026-05-12", "name": "Lò Th', [{"day": "2026-05-12"}]),
        ('{"name": "Lò Thị, "day": "2026-05-12"}', [{"day": "2026-05-12"}]),
        ('{"name": Lò Thị", "day": "2026-05-12"}', [{"day": "2026-05-12"}]),
        ('{"name": "Lò "Thị", "day": "2026-05-12"}', [{"day": "2026-05-12"}]),
        ('{"name": "Bàn "một", "hai": ba", "day": "2026-05-12"}', [{"day": "2026-05-12"}]),
        ('{"name": "Lò "+"Sen", "day": "2026-05-12"}', [{"day": "2026-05-12"}]),
        ('{"name": "Lò Thị Sen" {"name": "Người khác", "day": "2020-01-01"}', []),
        ('{"day": "2026-05-1\n{"name": "Người khác", "day": "2020-01-01"}', []),
        ('{"by": {"name": "Lò Thị}, "day": "2026-05-12"}', [{"day": "2026-05-12"}]),
        ('{"x": y({"day": "2020-01-01"', []),
        ("<html><body>404 [x]</body></html>", []),
        ("không có gì", []),
        ("", []),
    ],
)
def test_what_was_cut_or_run_together_is_passed_over(text: str, read: list[object]) -> None:
    assert list(read_mended(text)) == read


def test_values_that_follow_one_another_are_all_read() -> None:
    assert list(read_mended('{"a": 1}\n{"a": 2}, [3]; {"a": 4,}')) == [
        {"a": 1},
        {"a": 2},
        [3],
        {"a": 4},
    ]


@pytest.mark.parametrize(
    "unit",
    ['{"a":', "[", '"', "/*", '{"a" ', '"a":"b ', "\n", "\n/**/", ",//", '"a":x,', '{"k":"', "\\"],
)
def test_hostile_text_comes_to_an_end(unit: str) -> None:
    for start in ("", '{"k":"', '[{"k":'):
        list(read_mended((start + unit * MOST_CHARACTERS)[:MOST_CHARACTERS]))
    assert list(read_mended("{" + " " * MOST_CHARACTERS + "}")) == []
