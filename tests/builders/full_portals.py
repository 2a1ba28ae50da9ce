"""The portals of the archive that has everything, and what their editors do from day to day.

Each has a name of its own (`songmai.example`), under which it is visited; it listens on loopback.
"""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from portals.sample import SamplePortals
from portals.sample.content import blocks_of
from portals.sample.portal import HANOI, Portal
from tests.builders.changing_portal import WORK, ChangingPortal, Piece
from tests.builders.changing_portal import Portal as Changing
from tests.builders.document_files import pdf
from tests.builders.full_pages import TITLES, pages
from tests.builders.invented_news import news
from tests.builders.portal_in_parts import PortalInParts
from tests.builders.small_portal import SmallPortal

KEPT_STORIES = 10  # of each sample portal: enough for two pages of a section
BRIDGE = "Sông Mai khởi công cầu Nà Hin nối hai bờ sông"
SCHOOL = "Khánh thành trường bán trú xã Mai Thượng"
FAIR = "Hội chợ nông sản vùng cao mở cửa ba ngày"
HERDS = "Quy định mới về chăn thả gia súc"
BUDGET = "Công khai dự toán ngân sách huyện"
SITE_FILE = """name = "{name}"
url = "http://{key}.example/"
language = "{language}"

[crawl]
delay = 0.0
allow_private = true
"""
# Key, name and language; `und`: each page says its own.
OTHERS = (
    ("deogio", "Trang tin xã Đèo Gió", "vi"),
    ("hoptien", "Trang tin xã Hợp Tiến", "vi"),
    ("suoimay", "Cổng thông tin xã Suối Mây", "und"),
    ("lungpo", "Trang tin xã Lũng Pô", "vi"),
)
FAIR_TEXT = """
Sáng nay, hội chợ nông sản vùng cao mở cửa tại sân vận động huyện với 64 gian hàng của mười hai \
xã. Bà con mang đến mật ong, chè shan tuyết, gạo nếp nương và các loại rau trái vụ.

# Giá niêm yết, không nói thách

Ban tổ chức yêu cầu mỗi gian hàng treo bảng giá và ghi rõ nơi trồng. Tổ kiểm tra liên ngành đi hai \
lượt mỗi ngày, nhắc nhở 5 gian chưa có nhãn hàng hóa.

Ông Hoàng Văn Sếnh, chủ gian hàng chè, cho biết trong buổi sáng đã bán được 120 kg chè khô, nhiều \
hơn cả tuần bán ở chợ phiên. Hội chợ kéo dài ba ngày và không thu tiền vé vào cửa.
"""
BRIDGE_PARAGRAPHS = (
    "Sáng nay, huyện Sông Mai khởi công cầu Nà Hin, dài 186 m, nối xã Hòa Trung với thị trấn Bến "
    "Đá. Công trình có tổng mức đầu tư 42 tỷ đồng từ nguồn vốn của tỉnh.",
    "Ông Lường Văn Khoát, Trưởng ban Quản lý dự án, cho biết nhà thầu sẽ làm ba ca mỗi ngày trong "
    "mùa khô để kịp thông xe trước tháng chín năm sau.",
    "Trong thời gian thi công, bến đò cũ vẫn chạy từ 5 giờ đến 19 giờ. Người dân có thể gọi đường "
    "dây nóng của xã để phản ánh tiếng ồn và bụi.",
    "Các hộ phải di dời đã nhận đủ tiền bồi thường từ tháng trước; huyện không còn hồ sơ tồn đọng.",
)
BRIDGE_TEXT = """
{0}

!figure Phối cảnh cầu Nà Hin nhìn từ bờ bắc. Ảnh: Thùy Dương

# Vốn và tiến độ

{1}

* Mố và trụ: xong trước tháng tư
* Dầm: lắp từ tháng năm đến tháng bảy
* Đường dẫn hai đầu cầu: xong trước tháng chín

| Hạng mục | Giá trị (tỷ đồng) | Hoàn thành |
| Mố, trụ | 18 | Tháng 4 |
| Dầm | 15 | Tháng 7 |
| Đường dẫn | 9 | Tháng 9 |

!centre Máy xúc san mặt bằng ở đầu cầu phía nam

# Đi lại của người dân

{2}

{3}
"""
CHALLENGE = (
    b'<html><body><script>document.cookie="D1N=5f1e2c; path=/";window.location.reload(true);'
    b"</script></body></html>"
)
ERROR = "<h1>Không tìm thấy</h1><p>Bài viết không tồn tại hoặc đã bị xóa.</p>"
SCAN = pdf(b"0 0 m 100 100 l S")


class ClosedPortal(SmallPortal):
    """A small portal that says one day that it has closed."""

    is_closed = False

    def answer(self, path: str) -> tuple[int, str]:
        """Status and text."""
        if self.is_closed and path != "/robots.txt":
            content = "<h1>hoptien.example</h1><p>This domain is for sale. Make an offer.</p>"
            return 200, f"<html><head><title>hoptien.example</title></head><body>{content}</body>"
        status, text = super().answer(path)
        number = path.removeprefix("/chi-tiet/").partition("-")[0]
        if number != path and number.isdigit():
            told = "".join(f"<p>{one}</p>" for one in news(int(number), 120).paragraphs)
            text = re.sub(r"(<div class=\"noi-dung\">).*?</div>", rf"\1{told}</div>", text)
        return status, text


class FullWeb:
    """All portals, being served while the `with` block lasts.

    `places`: where each host really listens. Nobody answers at lungpo.example.
    """

    def __init__(self, now: datetime, clock: Callable[[], float]) -> None:
        self.now = now
        self.places = {"lungpo.example": "127.0.0.1:9"}
        self._open = ExitStack()
        self._samples = SamplePortals(clock=clock)
        self.songmai, self.thachlam = self._samples["songmai"], self._samples["thachlam"]
        self.anphu = self._samples["anphu"]
        self.deogio, self.hoptien = ChangingPortal(), ClosedPortal()
        self.suoimay = PortalInParts(pages(now), TITLES)

    def __enter__(self) -> Self:
        self._open.enter_context(self._samples)
        for key, portal in self._samples.portals.items():
            for story in portal.stories[KEPT_STORIES:]:
                portal.remove(story.id)
            self.places[f"{key}.example"] = urlsplit(portal.url).netloc
            portal.url = f"http://{key}.example/"
        for key in ("deogio", "hoptien", "suoimay"):
            served = self._open.enter_context(getattr(self, key))
            self.places[f"{key}.example"] = urlsplit(served.url).netloc
        first = self.now.date() - timedelta(days=40)
        self.deogio.portal.pieces = [
            Piece(n, f"/tin-tuc/bai-{n}-ve-ban.html", first + timedelta(days=2 * n), title)
            for n, title in enumerate(WORK)
        ]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def sites_folder(self, path: Path) -> Path:
        """Write a site file for each portal into a folder; return it."""
        self._samples.sites_folder(path)
        for key, name, language in OTHERS:
            text = SITE_FILE.format(key=key, name=name, language=language)
            (path / f"{key}.toml").write_text(text, encoding="utf-8")
        return path

    def live(self, round_: int, at: datetime) -> None:
        """What happens on the portals before the visits of this round, counted from 0."""
        day = at.astimezone(HANOI) - timedelta(hours=2)
        live_songmai(self.songmai, round_, day)
        live_thachlam(self.thachlam, round_, day)
        live_anphu(self.anphu, round_, day)
        live_deogio(self.deogio.portal, round_)
        self.hoptien.is_closed = round_ >= 5
        if round_ == 3:
            self.suoimay.failing["/tin/mo-lop.html"] = 500


def live_songmai(portal: Portal, round_: int, day: datetime) -> None:
    """A busy and healthy portal, which edits one article three times."""
    first, second, third, fourth = BRIDGE_PARAGRAPHS
    if round_ == 0:
        portal.add(
            BRIDGE,
            published=day - timedelta(days=1),
            text=BRIDGE_TEXT.format(*BRIDGE_PARAGRAPHS),
            category="kinh-te",
            author="Thùy Dương",
            source="Ban Quản lý dự án huyện",
            lead="Cây cầu mới thay bến đò Nà Hin, dự kiến thông xe sau mười tháng.",
            attachments=("thong-bao-tuyen-dung-giao-duc-2023.pdf", "mau-phieu-phan-anh.docx"),
        )
        scanned = portal.add(
            BUDGET,
            published=day - timedelta(days=2),
            text="Kèm theo là bản quét dự toán ngân sách huyện, có dấu của phòng Tài chính.",
            category="thong-bao",
            attachments=("lich-tiep-cong-dan-2020.pdf",),
        )
        portal.lie(portal.file_address(scanned, 0), {}, body=SCAN)
        portal.add(FAIR, published=day, text=FAIR_TEXT, category="van-hoa-xa-hoi")
        portal.add(
            HERDS,
            published=day - timedelta(days=1),
            text=f"!figure Đàn trâu ở thảo nguyên Nà Tình\n\n{news(31, 110).body}",
            category="nong-thon-moi",
            author="Lục Thị Hà",
            lead="Từ tháng sau, các hộ phải đăng ký bãi chăn với trưởng thôn.",
        )
    if round_ in (1, 2, 3):
        first = first.replace("42 tỷ", "57 tỷ")
        second = second if round_ == 1 else second.replace("Lường Văn Khoát", "Lường Đức Thiện")
        fourth = fourth if round_ < 3 else ""
        told = BRIDGE_TEXT.format(first, second, third, fourth)
        portal.edit(_slug(portal, BRIDGE), blocks=blocks_of(told))
    if round_ > 0:
        portal.add(
            f"Bản tin ngày {day:%d/%m}: {('thu hoạch ngô', 'sửa kênh', 'khám mắt')[round_ % 3]}",
            published=day,
            text=f"{news(500 + round_, 90).body}\n\nTin phát lúc {7 + round_} giờ trên loa của xã.",
            category="tin-tuc-su-kien",
        )
    if round_ == 4:
        portal.edit(_slug(portal, FAIR), title=f"{FAIR}, không thu tiền vé")
    if round_ == 6:
        changed = portal.find(_slug(portal, HERDS))
        picture, *others = changed.blocks
        portal.edit(
            changed.slug,
            blocks=(replace(picture, text="Đàn trâu trên đồng cỏ Nà Tình"), *others),
            author="Hồng Lam",
            lead="Từ tháng sau, các hộ phải đăng ký bãi chăn với ủy ban xã.",
        )
    if round_ == 5:
        dated = portal.find(_slug(portal, BUDGET))
        portal.edit(dated.slug, published=dated.published + timedelta(days=3))


def live_thachlam(portal: Portal, round_: int, day: datetime) -> None:
    """It takes over a text, and then lets nobody in."""
    if round_ == 1:
        portal.add(f"{FAIR} tại Sông Mai", published=day, text=FAIR_TEXT)
        portal.add(SCHOOL, published=day, text=news(70, 160).body)
    if round_ == 5:
        portal.answer("*", 200, body=CHALLENGE)


def live_anphu(portal: Portal, round_: int, day: datetime) -> None:
    """News every third day, and then none for longer than ever."""
    if round_ > 0:
        return
    for number in range(11):
        published = day - timedelta(days=4 + 3 * number)
        text = news(200 + number, 70).body
        portal.add(f"Tin An Phú số {61 - number}", published=published, text=text)
    portal.add(
        f"Sông Mai: {FAIR.lower()}",
        published=day - timedelta(days=4),
        text=FAIR_TEXT.replace(" và không thu tiền vé vào cửa", "").replace(
            "nhắc nhở 5 gian chưa có nhãn hàng hóa", "nhắc nhở các gian bán hàng không rõ gốc"
        ),
    )


def live_deogio(portal: Changing, round_: int) -> None:
    """Articles that vanish, move, hide and return."""
    pieces = {piece.number: piece for piece in portal.pieces}
    if round_ == 2:
        portal.unlisted |= {pieces[n].path for n in (9, 7, 5)}
        portal.answers[pieces[9].path] = 404, ERROR, {}
        portal.answers[pieces[7].path] = 200, ERROR, {}
    if round_ == 3:
        portal.unlisted |= {pieces[10].path, pieces[6].path}
        portal.answers[pieces[10].path] = 410, ERROR, {}
        portal.answers[pieces[6].path] = 302, "", {"Location": "/"}
        moved = portal.move(pieces[8], "/chuyen-de/bai-8-ve-ban.html")
        portal.answers[pieces[8].path] = 301, "", {"Location": moved.path}
    if round_ == 6:
        portal.unlisted.discard(pieces[9].path)
        del portal.answers[pieces[9].path]


def _slug(portal: Portal, title: str) -> str:
    return next(story.slug for story in portal.stories if story.title == title)
