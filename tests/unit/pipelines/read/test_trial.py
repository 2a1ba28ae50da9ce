"""A site file is tried on the pages of its survey, against a look without it, and mended."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipelines.capture import Capture
from pipelines.read.reading import LinkKind
from pipelines.read.trial import Losses, Trial, try_file
from portals.platform import ArticleRules
from portals.site import CrawlRules, ListingAddress, Site

HOME = "http://suoimay.example/"
SITE = Site(name="Xã Suối Mây", url=HOME, key="suoimay", listing=(ListingAddress("html", HOME),))
TOPICS = ("Sửa cầu Bến Gỗ", "Khám bệnh cho người già", "Trồng cây ven suối", "Mở lớp dạy nghề")
WHERE = ("xóm Thượng", "xóm Hạ")
# Two signs of a family that ignores the folder /Forms/.
SIGNS = '<b class="lv_description_mode1"></b><img src="/LacVietBio/a.png">'


def title(number: int) -> str:
    return f"{TOPICS[number % 4]} ở {WHERE[number // 4]} trước mùa mưa"


def articles(folder: str) -> dict[str, str]:
    """Eight articles by path, in a folder."""
    made = {}
    for number in range(8):
        told = f"Sáng nay bà con đã bàn việc {title(number).lower()} và nhất trí với cách làm."
        text = "".join(f"<p>{told} Đây là đoạn thứ {n} của bài.</p>" for n in ("nhất", "hai", "ba"))
        made[f"{folder}bai-viet-so-{number}"] = (
            f'<h1>{title(number)}</h1><div class="ngay">Ngày đăng: {11 + number}/03/2025</div>'
            f'<div class="noi-dung">{text}</div>'
        )
    return made


def entries(paths: list[str]) -> str:
    return "".join(
        f'<div class="muc"><h3><a href="/{path}">{title(int(path[-1]))}</a></h3></div>'
        for path in paths
    )


def trial(site: Site, pages: dict[str, str], *, signs: str = "") -> Trial:
    """A trial of a file with these pages: path to content. The front page has the path ""."""
    menu = '<nav><a href="/tin-tuc">Tin tức</a> <a href="/lien-he">Liên hệ</a></nav>'
    captures: list[tuple[Capture, LinkKind]] = []
    for path, content in pages.items():
        body = f"<title>Xã Suối Mây</title>{menu}{signs}<main>{content}</main>".encode()
        head = (("Content-Type", "text/html; charset=utf-8"),)
        at = datetime(2025, 6, 1, tzinfo=UTC)
        kind: LinkKind = "listing" if path in ("", "tin-tuc", "muc/tin") else "article"
        captures.append((Capture("suoimay", HOME + path, at, 200, head, body), kind))
    return Trial(site, tuple(captures), {HOME: "listing"}, {})


def portal(folder: str = "tin/") -> dict[str, str]:
    """A front page with four articles, and a section with the other four."""
    bodies = articles(folder)
    paths = list(bodies)
    return {"": entries(paths[:4]), "tin-tuc": entries(paths[4:])} | bodies


def test_a_file_that_finds_and_reads_as_much_as_a_blind_look_stays_as_it_is() -> None:
    site = replace(SITE, article=ArticleRules(title=("h1",), body=("div.noi-dung",)))
    mended = try_file(trial(site, portal()))
    assert (mended.site, mended.left) == (site, Losses(named=8))


@pytest.mark.parametrize(
    ("rules", "dropped"),
    [
        (ArticleRules(title=("h1",), body=(".noi-dung p:last-child",)), ("body",)),
        (ArticleRules(title=(".ngay",), body=(".noi-dung",)), ("title",)),
    ],
)
def test_selectors_by_which_articles_read_worse_are_dropped_alone(
    rules: ArticleRules, dropped: tuple[str, ...]
) -> None:
    mended = try_file(trial(replace(SITE, article=rules), portal()))
    assert set(dropped) <= set(mended.dropped)
    assert mended.left.worse == {}
    kept = {name for name in ("title", "body") if getattr(rules, name) and name not in dropped}
    assert all(getattr(mended.site.article, name) for name in kept)


def test_a_section_that_the_file_does_not_reach_is_added() -> None:
    site = replace(SITE, crawl=CrawlRules(sections=False))
    mended = try_file(trial(site, portal()))
    assert mended.added == (f"{HOME}tin-tuc",)
    assert mended.site.listing == (*SITE.listing, ListingAddress("html", f"{HOME}tin-tuc"))
    assert mended.left == Losses(named=8)


def test_neighbours_of_a_section_that_the_file_does_not_reach_are_added_unseen() -> None:
    pages = portal()
    menu = "".join(f'<nav><a href="/muc/{name}">{name}</a></nav>' for name in ("tin", "hop", "hoi"))
    pages[""] += f'{menu}<nav><a href="/danh-ba">Danh bạ</a></nav>'
    pages["muc/tin"] = pages.pop("tin-tuc")
    mended = try_file(trial(replace(SITE, crawl=CrawlRules(sections=False)), pages))
    assert mended.added == tuple(f"{HOME}muc/{name}" for name in ("tin", "hop", "hoi"))


def test_a_later_page_of_a_section_is_never_added() -> None:
    pages = portal()
    paths = [path for path in pages if path.startswith("tin/")]
    pages["tin-tuc"] = entries(paths[4:6]) + '<a rel="next" href="/tin-tuc?page=2">Trang sau</a>'
    pages["tin-tuc?page=2"] = entries(paths[6:])
    mended = try_file(trial(replace(SITE, crawl=CrawlRules(sections=False)), pages))
    assert mended.added == (f"{HOME}tin-tuc",)
    assert mended.left.articles == ()


def test_a_family_whose_rules_miss_the_articles_is_set_aside() -> None:
    site = replace(SITE, platform="sharepoint-lacviet")
    mended = try_file(trial(site, portal("Forms/"), signs=SIGNS))
    assert mended.site.platform == "generic"
    assert mended.by_family is not None
    assert len(mended.by_family.articles) == 8
    assert mended.left == Losses(named=8)


def test_a_family_that_is_only_detected_is_set_aside_likewise() -> None:
    mended = try_file(trial(SITE, portal("Forms/"), signs=SIGNS))
    assert mended.site.platform == "generic"


def test_a_family_that_names_none_of_many_titles_is_set_aside_though_no_article_was_read() -> None:
    pages = {path: content for path, content in portal("Forms/").items() if "Forms" not in path}
    mended = try_file(trial(SITE, pages, signs=SIGNS))
    assert mended.site.platform == "generic"
    few = {"": entries([f"Forms/bai-viet-so-{number}" for number in range(4)])}
    assert try_file(trial(SITE, few, signs=SIGNS)).site.platform is None


def test_a_second_address_of_an_article_is_no_loss() -> None:
    pages = portal()
    pages["noi-bat"] = pages["tin/bai-viet-so-1"]
    pages[""] += '<nav><a href="/noi-bat">Nổi bật</a></nav>'
    made = trial(SITE, pages)
    noted: dict[str, LinkKind] = {f"{HOME}noi-bat": "article", HOME: "listing"}
    listed = replace(SITE, listing=(*SITE.listing, ListingAddress("html", f"{HOME}noi-bat")))
    left = try_file(replace(made, site=listed, front=noted)).left
    assert (left.articles, left.worse) == ((), {})


def test_a_family_that_loses_nothing_is_kept() -> None:
    site = replace(SITE, platform="sharepoint-lacviet")
    mended = try_file(trial(site, portal(folder=""), signs=SIGNS))
    assert (mended.site.platform, mended.by_family) == ("sharepoint-lacviet", None)
