"""Who wrote it, and whose text it is: authors and source, labelled or not (people sign, organisations are sources, accounts are neither)."""

import re
from dataclasses import dataclass

from pipelines.read.text import clean_text, fold

LONGEST = 130  # characters of a byline
AUTHOR_LABEL = (
    r"tác giả|người viết|người đăng|tin,? bài và ảnh|tin bài,? ảnh|tin và ảnh|tin,? ảnh|bài và ảnh|bài,? ảnh|tin,? bài|tin bài|ảnh và bài"
    r"|thực hiện|biên tập|biên soạn|nguồn ảnh và bài|tin|bài|người đưa tin"
)
SOURCE_LABEL = r"nguồn tin|nguồn bài viết|nguồn|theo nguồn|trích nguồn|source"
AUTHOR = re.compile(rf"^\(?\s*(?:{AUTHOR_LABEL}|author|by|posted by|đăng bởi)\s*[:\uff1a]\s*(?P<name>.*)$", re.I)
SOURCE = re.compile(rf"^\(?\s*(?:{SOURCE_LABEL})\s*[:\uff1a]\s*(?P<name>.*)$", re.I)
BOTH = re.compile(rf"^(?P<author>.*?)\s*[-–|;,]?\s*(?:{SOURCE_LABEL})\s*[:\uff1a]\s*(?P<source>.*)$", re.I)
THEO = re.compile(
    r"^\(?\s*theo\s+(?P<name>(?:báo|cổng|trang|đài|tạp chí|ttxvn|thông tấn|vov|vtv|vnexpress|dân trí|tuổi trẻ|thanh niên|baochinhphu|[\w.-]+\.(?:vn|com))"
    r".{0,90}?)\s*\)?\.?$",
    re.I,
)
ACCOUNT = re.compile(r"^(?=.*[a-z])[a-z0-9._@-]+$")
ACCOUNT_WORDS = frozenset(
    {
        "admin",
        "administrator",
        "quan tri",
        "quan tri vien",
        "quan tri website",
        "webmaster",
        "super user",
        "system account",
        "editor",
        "bien tap vien",
        "quantri",
        "ban quan tri",
        "root",
        "user",
    }
)
ORGANISATION = re.compile(
    r"^(?!hội (?:nghị|thi|thảo|chợ|diễn|trại)|báo cáo|ban hành|phòng,? chống|trường hợp|trang (?:bị|trại)|đoàn (?:kết|viên)|sở hữu|bộ mặt)"
    r"(?:ủy ban|uỷ ban|ubnd|hđnd|thành ủy|thành uỷ|huyện ủy|huyện uỷ|đảng ủy|đảng uỷ|tỉnh ủy|tỉnh uỷ|thị ủy|phòng|ban|trung tâm|tt|đài|sở|cổng"
    r"|trang|báo|hội|đoàn|công an|văn phòng|mttq|mặt trận|trường|chi cục|chi bộ|liên đoàn|trạm|bộ|cục|viện|tổ|xã|phường|thị trấn)(?!\w)",
    re.I,
)
SENTENCE = re.compile(r"[.!?;…:]\s|[.!?;…:]$")
JOINT = re.compile(r"\s+[-–&]\s+|\s*[,;/]\s*|\s+và\s+")
NAME_WORD = re.compile(r"^[^\W\d_]+(?:['’][^\W\d_]+)?\.?$")


@dataclass(frozen=True, slots=True)
class Byline:
    """`author`: names as printed, several joined by " - ". `source`: the organisation or paper. Either may be None."""

    author: str | None = None
    source: str | None = None


def read_labelled(line: str) -> Byline | None:
    """A line with a label ("Tác giả: A - Nguồn: B", "Bài, ảnh: A", "Nguồn: B", "Theo Báo C"), or None."""
    line = line.strip()
    if len(line) > LONGEST:
        return None
    if match := SOURCE.match(line):
        return Byline(source=_named(match["name"]))
    if match := AUTHOR.match(line):
        name = match["name"]
        if both := BOTH.match(name):
            return Byline(_named(both["author"]), _named(both["source"]))
        return Byline(author=_named(name))
    if match := THEO.match(line):
        return Byline(source=_named(match["name"]))
    return None


def read_unlabelled(line: str) -> Byline | None:
    """A last short line that is nothing but names ("Bích Liên", "Xuân Tiến - Diệu Hương") or an organisation ("Thành ủy Phủ lý"), or None."""
    line = line.strip(" ()\u00a0")
    if not line or len(line) > 60 or SENTENCE.search(line) or any(c.isdigit() for c in line):
        return None
    if ORGANISATION.match(line):
        return Byline(source=line) if len(line.split()) <= 10 else None
    parts = [part for part in JOINT.split(line) if part]
    if parts and all(is_person(part) for part in parts):
        return Byline(author=line)
    return None


def is_person(name: str) -> bool:
    """Whether a text looks like one person's name or pen name: two to five words, each with a capital, letters only."""
    words = name.split()
    return 2 <= len(words) <= 5 and all(NAME_WORD.match(word) and word[0].isupper() for word in words) and not name.isupper()


def is_account(name: str, site_names: tuple[str, ...] = ()) -> bool:
    """Whether a name is a log-in or the portal's own, and so nobody's: "quantri", "admin", "Super User", the site's name."""
    folded = fold(name)
    return bool(ACCOUNT.match(name.strip())) or folded in ACCOUNT_WORDS or any(folded == fold(site) for site in site_names if site)


def take_byline(paragraphs: list[str]) -> tuple[Byline, list[str], list[str]]:
    """(byline, other paragraphs, the lines that it was read from), read from the last lines upwards; labelled lines win over bare names."""
    author = source = None
    end = len(paragraphs)
    lines: list[str] = []
    while end > 0 and len(lines) < 4:
        line = paragraphs[end - 1]
        found = read_labelled(line)
        if found is None and not lines_ended(paragraphs[:end]):
            found = read_unlabelled(line) if end > 1 else None
        if found is None:
            break
        author, source = author or found.author, source or found.source
        lines.append(line)
        end -= 1
    return Byline(author, source), paragraphs[:end], lines


def lines_ended(paragraphs: list[str]) -> bool:
    """Whether the last line cannot be a bare signature, because it answers a line that announces something ("Gồm các đồng chí:")."""
    return len(paragraphs) > 1 and paragraphs[-2].rstrip().endswith(":")


def _named(text: str) -> str | None:
    name = clean_text(text).strip(" .;,()-–|")
    return name or None
