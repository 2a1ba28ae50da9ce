"""A portal teaches its reader: what all its articles repeat is neither text nor an edit, whatever
comes first and wherever the process dies.
"""

import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests import ROOT
from tests.builders.archive_invariants import assert_invariants
from tests.builders.foreign_warc import response, warc
from tests.builders.rebuilt_archive import contents, imported
from tests.builders.sample_world import Workplace

PORTAL = "http://xa-khe-lim.example"
DAYS = ("2026-03-09", "2026-03-16", "2026-03-23")
PLACES = (
    *("Nà Lẹng", "Bản Chang", "Khuổi Sao", "Pác Nặm", "Đông Viên"),
    *("Lũng Cú", "Cốc Pàng", "Vân Trình", "Thượng Hà", "Bó Mu"),
)
# Neither a word list nor a language file knows these lines.
INVITATION = "Sóng truyền thanh của xã phát lúc năm giờ sáng và năm giờ chiều hằng ngày."
DEVICE = "Ứng dụng Khe Lim Số: quét mã để nhận tin trên điện thoại của gia đình mình."


def text_of(place: str) -> list[str]:
    return [
        f"Thôn {place} vừa khánh thành nhà văn hóa do bà con góp công xây trong bốn tháng.",
        f"Ngôi nhà rộng ba gian, lợp ngói, là nơi họp dân và học nghề của thôn {place}.",
        f"Trưởng thôn {place} cảm ơn từng hộ, và mời bà con đến dự buổi mừng nhà mới tuần này.",
    ]


def page(place: str, *, inside: str = "", behind: str = "") -> bytes:
    paragraphs = "".join(f"<p>{one}</p>" for one in text_of(place))
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">
<title>Thôn {place} có nhà văn hóa mới - Xã Khe Lim</title></head><body>
<div class="dau-trang"><a href="/">Trang chủ</a> <a href="/tin">Tin xã</a></div>
<div class="khung-tin"><h1>Thôn {place} có nhà văn hóa mới</h1><div class="ngay">05/03/2026</div>
<div class="bai">{paragraphs}{inside}</div>{behind}</div></body></html>""".encode()


Look = Callable[[int], bytes]  # what the portal sends of one article, by its number


def captures(*looks: Look) -> list[bytes]:
    """Each article as it was on each of the days."""
    return [
        response(f"{PORTAL}/tin/thon-{n}-co-nha-van-hoa.html", f"{day}T01:00:{n:02}Z", look(n))
        for day, look in zip(DAYS, looks, strict=False)
        for n in range(len(PLACES))
    ]


def plain(n: int) -> bytes:
    return page(PLACES[n])


def with_invitation(n: int) -> bytes:
    return page(PLACES[n], inside=f"<div>{INVITATION}</div>")


def with_device(n: int) -> bytes:
    return page(PLACES[n], inside=f'<div class="ung-dung"><p>{DEVICE}</p></div>')


def with_welcome(n: int) -> bytes:
    told = plain(n).decode()
    return told.replace(
        '<div class="bai">', f'<div class="chao">{DEVICE}</div><div class="bai">'
    ).encode()


def with_neighbours(n: int) -> bytes:
    return page(PLACES[n], behind=f'<div class="quang-ba"><p>{DEVICE}</p><p>{INVITATION}</p></div>')


def bodies(place: Workplace) -> list[str]:
    return [row["body"] for row in place.rows("select body from articles order by url")]


def revisions(place: Workplace) -> list[tuple[int, bool, str]]:
    """(number, whether the portal changed it, body)"""
    rows = place.rows("select seq, reread_at is null as by_portal, body from revisions")
    return [(row["seq"], bool(row["by_portal"]), row["body"]) for row in rows]


TEXTS = ["\n\n".join(text_of(place)) for place in PLACES]


@pytest.mark.parametrize("in_one", [True, False])
def test_a_line_that_comes_and_goes_on_all_pages_is_no_edit(
    tmp_path: Path, *, in_one: bool
) -> None:
    place, records = Workplace(tmp_path / "place"), captures(plain, with_invitation, plain)
    count = len(PLACES)
    days = [records] if in_one else [records[at : at + count] for at in range(0, 3 * count, count)]
    for n, day in enumerate(days):
        done = imported(place, warc(tmp_path / f"{n}.warc.gz", day))
        assert done.exit_code == 0, done.output
    assert bodies(place) == TEXTS
    assert {(seq, own) for seq, own, _ in revisions(place)} == {(1, True)}
    assert place.rows("select 1 from articles where changed_at is not null") == []
    outcomes = place.rows("select outcome, count(*) as n from captures group by 1 order by 1")
    assert [tuple(one.values()) for one in outcomes] == [
        ("article-new", count),
        ("article-unchanged", 2 * count),
    ]


def test_a_line_that_goes_is_no_edit_and_the_first_text_is_corrected(tmp_path: Path) -> None:
    place, records = Workplace(tmp_path / "place"), captures(with_invitation, plain)
    imported(place, warc(tmp_path / "1.warc.gz", records[: len(PLACES)]))
    assert all(INVITATION in body for body in bodies(place))
    imported(place, warc(tmp_path / "2.warc.gz", records[len(PLACES) :]))
    assert bodies(place) == TEXTS
    # The first text stays in the history; what came after is the reader's.
    assert {(seq, own, INVITATION in body) for seq, own, body in revisions(place)} == {
        (1, True, True),
        (2, False, False),
    }
    assert place.rows("select 1 from articles where changed_at is not null") == []


def test_an_older_text_without_the_line_makes_no_edit_of_the_newer_one(tmp_path: Path) -> None:
    place, records = Workplace(tmp_path / "place"), captures(plain, with_invitation)
    imported(place, warc(tmp_path / "2.warc.gz", records[len(PLACES) :]))
    imported(place, warc(tmp_path / "1.warc.gz", records[: len(PLACES)]))
    assert bodies(place) == TEXTS
    assert place.rows("select 1 from articles where changed_at is not null") == []
    assert place.rows("select 1 from revisions where seq > 1 and reread_at is null") == []
    assert_invariants(place.archive)


def test_an_edit_beside_a_template_line_is_an_edit(tmp_path: Path) -> None:
    def edited(n: int) -> bytes:
        told = with_invitation(n).decode()
        return told.replace("bốn tháng", "năm tháng").encode() if n == 3 else told.encode()

    place = Workplace(tmp_path / "place")
    imported(place, warc(tmp_path / "1.warc.gz", captures(plain, edited)))
    changed = place.rows("select url, body from articles where changed_at is not null")
    assert [row["body"] for row in changed] == [TEXTS[3].replace("bốn tháng", "năm tháng")]
    assert sorted(seq for seq, _, _ in revisions(place)) == [1] * len(PLACES) + [2]


@pytest.mark.parametrize("look", [with_device, with_neighbours, with_welcome])
def test_a_box_of_the_template_is_no_text_in_any_words(tmp_path: Path, look: Look) -> None:
    place = Workplace(tmp_path / "place")
    imported(place, warc(tmp_path / "1.warc.gz", captures(look)))
    assert bodies(place) == TEXTS
    assert place.rows("select 1 from articles where lead is not null") == []
    assert place.value("select count(*) from revisions") == len(PLACES)


def notice(n: int) -> str:
    return f"""<p>Kính gửi: Ban quản lý các thôn, bản trên địa bàn xã Khe Lim.</p>
<p>Thực hiện kế hoạch của huyện, Ủy ban nhân dân xã thông báo lịch cắt nước như sau.</p>
<p>Ngày {n % 28 + 1} tháng {n % 12 + 1}: ngừng cấp nước tại thôn {PLACES[n % len(PLACES)]}.</p>
<p class="ket">Đề nghị các thôn thông báo đến từng hộ dân biết để chủ động trữ nước.</p>"""


def test_notices_of_one_form_lose_no_word(tmp_path: Path) -> None:
    def sent(n: int) -> bytes:
        body = notice(n)
        return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">
<title>Thông báo số {n}</title></head><body><div class="khung-tin">
<h1>Thông báo số {n} về cắt nước</h1>
<div class="ngay">05/03/2026</div><div class="bai">{body}</div></div></body></html>""".encode()

    place, many = Workplace(tmp_path / "place"), 40
    records = [
        response(
            f"{PORTAL}/thong-bao/so-{n}-ve-cat-nuoc.html", f"2026-03-09T01:00:{n:02}Z", sent(n)
        )
        for n in range(many)
    ]
    imported(place, warc(tmp_path / "1.warc.gz", records))
    held = bodies(place)
    assert len(held) == many
    for body in held:
        assert body.startswith("Kính gửi: Ban quản lý")
        assert body.endswith("để chủ động trữ nước.")
        assert len(body.split("\n\n")) == 4


def test_a_heading_that_the_articles_share_is_no_title(tmp_path: Path) -> None:
    def sent(n: int) -> bytes:
        told = page(PLACES[n]).decode()
        told = re.sub("<title>.*?</title>", "<title>Xã Khe Lim</title>", told)
        title = f'<div class="ten-bai"><b>Thôn {PLACES[n]} có nhà văn hóa mới</b></div>'
        heading = '<div class="dai"><h1>Hoạt động của các thôn bản trong xã</h1></div>'
        return re.sub("<h1>.*?</h1>", heading + title, told).encode()

    place = Workplace(tmp_path / "place")
    records = [
        response(f"{PORTAL}/tin?id={n}", f"2026-03-09T01:00:{n:02}Z", sent(n))
        for n in range(len(PLACES))
    ]
    imported(place, warc(tmp_path / "1.warc.gz", records))
    titles = place.rows("select title from articles order by url")
    assert [row["title"] for row in titles] == [f"Thôn {one} có nhà văn hóa mới" for one in PLACES]
    assert bodies(place) == TEXTS


def settled(place: Workplace) -> dict[str, list[dict[str, object]]]:
    """All rows but the time of a correction and the memory's own."""
    held = contents(place.archive)
    for table in ("memories", "sampled_pages"):
        columns = {"memories": "site, lines", "sampled_pages": "site, rank, always, sometimes"}[
            table
        ]
        held[table] = place.rows(f"select {columns} from {table} order by 1, 2")
    return held


MIXED = captures(with_invitation, plain, with_device)


def test_the_order_of_records_makes_no_difference(tmp_path: Path) -> None:
    found = []
    for seed in range(2):
        place, shuffled = Workplace(tmp_path / f"{seed}"), MIXED[:]
        random.Random(seed).shuffle(shuffled)
        imported(place, warc(tmp_path / f"{seed}.warc.gz", shuffled))
        found.append((bodies(place), settled(place)["memories"], settled(place)["sampled_pages"]))
    assert all(one == found[0] for one in found)
    assert found[0][0] == TEXTS


DYING = """
import os, signal, sys
import pipelines.second_look as second_look
left = int(sys.argv[1])
def dies(step):
    def done(*given):
        global left
        for part in (lambda: None, lambda: step(*given)):  # before the step, and after it
            part()
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    return done
second_look.correct = dies(second_look.correct)
second_look.keep_memory = dies(second_look.keep_memory)
second_look.sample_page = dies(second_look.sample_page)
from crawler.cli import loa
loa(["import", *sys.argv[2:]])
"""


# Before and after each correction, and before and after the memory is kept.
MOMENTS = (9, *(n for n in range(2 * len(PLACES) + 2, 0, -1) if n != 9))
KILLS = int(os.environ.get("LOA_KILLS", "2"))


def test_a_kill_within_the_second_look_changes_nothing_in_the_end(tmp_path: Path) -> None:
    file = warc(tmp_path / "x.warc.gz", MIXED)
    whole = Workplace(tmp_path / "whole")
    imported(whole, file)
    for moment in MOMENTS[:KILLS]:
        place = Workplace(tmp_path / f"killed-{moment}")
        command: Sequence[str] = [sys.executable, "-c", DYING, str(moment), str(file)]
        done = subprocess.run(command, env=place.environment, cwd=ROOT, capture_output=True)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert imported(place, file).exit_code == 0
        assert settled(place) == settled(whole)


def test_a_kill_while_the_sample_is_taken_again_leaves_no_half_of_it(tmp_path: Path) -> None:
    place, file = Workplace(tmp_path / "place"), warc(tmp_path / "x.warc.gz", MIXED)
    imported(place, file)
    before = settled(place)
    place.write("delete from sampled_pages")
    command: Sequence[str] = [sys.executable, "-c", DYING, "9", str(file)]
    done = subprocess.run(command, env=place.environment, cwd=ROOT, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert place.value("select count(*) from sampled_pages") == 0
    assert imported(place, file).exit_code == 0
    assert settled(place) == before


def test_a_memory_is_learned_again_from_the_captures(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "place")
    imported(place, warc(tmp_path / "1.warc.gz", MIXED))
    before = settled(place)
    place.write("delete from sampled_pages")
    place.write("update memories set lines = x''")
    done = place.loa("reread", "--apply")
    assert done.stdout.endswith("nothing is different\n"), done.stdout + done.stderr
    assert settled(place) == before


def test_loa_read_knows_what_the_portal_repeats(tmp_path: Path) -> None:
    place, file = Workplace(tmp_path / "place"), tmp_path / "page.html"
    file.write_bytes(with_device(1))
    command = ("read", file, "--url", f"{PORTAL}/tin/thon-1-co-nha-van-hoa.html")
    assert DEVICE in place.loa(*command).stdout.split("dropped by")[0]
    imported(place, warc(tmp_path / "1.warc.gz", captures(with_device)))
    told = place.loa(*command).stdout
    assert f"dropped by a line of the portal's template: {DEVICE[:40]}" in told
    assert DEVICE not in told.split("dropped by")[0]
