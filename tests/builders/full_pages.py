"""The pages of a portal whose articles are hard to date, to join and to lay out, by path."""

from datetime import datetime, timedelta

from tests.builders.portal_in_parts import article_in_parts, article_page

PARTS = "Suối Mây tổng kết mười năm làm thủy lợi"
TWIN = "Suối Mây trao quà cho học sinh vùng lũ"
UNDATED = "Quy chế làm việc của Ủy ban nhân dân xã"
MONTHLY = "Kế hoạch phòng cháy chữa cháy rừng trong tháng"
GUESSED = "Xã mở lớp dạy nghề mây tre đan"
ENGLISH = "Town council approves new footbridge over the river"
ARABIC = "مجلس البلدية يوافق على جسر جديد للمشاة"
CHINESE = "镇政府批准修建新的人行桥"
LONG_WORDS = "Danh mục mã hồ sơ thủ tục hành chính"

TITLES = {
    "/tin/thuy-loi.html": PARTS,
    "/tin/tang-qua.html": TWIN,
    "/noi-bat/tin/tang-qua.html": TWIN,
    "/tin/quy-che.html": UNDATED,
    "/tin/ke-hoach.html": MONTHLY,
    "/tin/mo-lop.html": GUESSED,
    "/en/footbridge.html": ENGLISH,
    "/ar/bridge.html": ARABIC,
    "/zh/bridge.html": CHINESE,
    "/tin/ma-ho-so.html": LONG_WORDS,
}
_TEXTS = {
    "/tin/tang-qua.html": (
        "Chiều qua, xã Suối Mây trao 86 suất quà cho học sinh có nhà bị ngập, mỗi suất gồm sách "
        "giáo khoa, áo ấm và 300 nghìn đồng.",
        "Các cháu ở bản Nà Tềnh được nhận quà tại điểm trường, vì đường vào trung tâm còn sạt lở.",
    ),
    "/tin/quy-che.html": (
        "Ủy ban nhân dân xã làm việc theo chế độ tập thể; mỗi thành viên chịu trách nhiệm về lĩnh "
        "vực được phân công và báo cáo Chủ tịch mỗi tuần một lần.",
        "Phòng tiếp dân mở cửa từ thứ hai đến thứ sáu; ý kiến gửi qua hòm thư được trả lời bằng "
        "văn bản trong vòng mười lăm ngày làm việc.",
    ),
    "/tin/ke-hoach.html": (
        "Các thôn lập tổ trực, phát quang đường băng cản lửa và kiểm tra bể nước trước mùa khô.",
        "Ban chỉ huy xã yêu cầu không đốt nương khi có gió mạnh và báo ngay khi thấy khói lạ.",
    ),
    "/tin/mo-lop.html": (
        "Lớp dạy nghề mây tre đan có 32 học viên, học ba tháng tại nhà văn hóa, do các nghệ nhân "
        "trong xã trực tiếp đứng lớp.",
        "Sản phẩm của lớp được một công ty ở tỉnh đặt mua, giá bán cao hơn đan rổ rá thông thường.",
    ),
    "/en/footbridge.html": (
        "The town council has approved a footbridge of 120 metres between the old market and the "
        "school. Work will begin after the rainy season and should take eight months.",
        "Residents asked for lights and a ramp at both ends. The council promised to publish the "
        "drawings at the town hall before the contract is signed.",
    ),
    "/ar/bridge.html": (
        "وافق مجلس البلدية أمس على إنشاء جسر للمشاة بطول 120 مترا بين السوق القديم والمدرسة، "
        "ويبدأ العمل بعد موسم الأمطار ويستمر ثمانية أشهر.",
        "وطلب السكان إنارة الجسر وإقامة منحدر عند طرفيه، ووعد المجلس بنشر الرسومات في مبنى "
        "البلدية قبل توقيع العقد.",
    ),
    "/zh/bridge.html": (
        "镇政府昨天批准在旧市场和学校之间修建一座长一百二十米的人行桥。工程将在雨季结束后开工、"
        "预计八个月完成。",
        "居民要求在桥上安装路灯、并在两端修建坡道。镇政府承诺在签订合同之前公布设计图。",
    ),
    "/tin/ma-ho-so.html": (
        "Bộ phận một cửa tra cứu hồ sơ theo mã số ghi trên giấy hẹn, thí dụ "
        + "HS" + "2026QĐUBND" * 24
        + ", và trả lời ngay trong buổi sáng cho người đến trực tiếp tại trụ sở.",
        "Mã dài được in thành một dòng để máy quét đọc được; người dân không cần ghi nhớ mã này.",
    ),
}  # fmt: skip
_LANGUAGES = {"/en/footbridge.html": "en", "/ar/bridge.html": "ar", "/zh/bridge.html": "zh"}


def pages(now: datetime) -> dict[str, str]:
    """All pages; their printed days are a few days before `now`."""
    days = {path: f"{now - timedelta(days=3 * n + 11):%d/%m/%Y}" for n, path in enumerate(_TEXTS)}
    days["/tin/quy-che.html"] = ""
    days["/tin/ke-hoach.html"] = f"Tháng {now - timedelta(days=40):%m/%Y}"
    days["/tin/mo-lop.html"] = f"{now.day % 28 + 1} Mayıs {now.year - 1}"  # noqa: RUF001
    made = {}
    for path, paragraphs in _TEXTS.items():
        page = article_page(TITLES[path], list(paragraphs), day=days[path])
        made[path] = page.replace('lang="vi"', f'lang="{_LANGUAGES.get(path, "vi")}"', 1)
    made["/noi-bat/tin/tang-qua.html"] = made["/tin/tang-qua.html"]
    made |= article_in_parts(_part, 3, PARTS)
    return made


def _part(number: int) -> str:
    return "/tin/thuy-loi.html" if number == 1 else f"/tin/thuy-loi.html?trang={number}"
