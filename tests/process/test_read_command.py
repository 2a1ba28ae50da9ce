"""`loa read`, the real command: what it prints of a page and why, and its one-line refusals."""

import pytest

from tests import FROZEN_PAGES
from tests.builders.gated_portal import ARTICLES, GatedPortal, Reply, to
from tests.builders.sample_world import World, asked
from tests.builders.small_portal import SmallPortal

PAGES = FROZEN_PAGES / "nukeviet"


def row(printed: str, field: str) -> list[str]:
    """The cells of a field's row, its further lines left out."""
    (line,) = (line for line in printed.splitlines() if line.startswith(f"│ {field} "))
    return [cell.strip() for cell in line.strip("│").split("│")]


def test_a_frozen_page_is_explained_field_by_field(world: World) -> None:
    done = world.loa(
        "read",
        PAGES / "full-article" / "page.html",
        "--url",
        "https://songlanh.example.vn/tin-trong-huyen/bai-95.html",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == [
        "https://songlanh.example.vn/tin-trong-huyen/bai-95.html",
        "article; platform nukeviet",
    ]
    assert row(done.stdout, "title")[:3] == [
        "title",
        "Xã Đồng Vàng ra mắt tổ công nghệ số cộng đồng",
        "div[itemtype*='NewsArticle'] h1[itemprop=headline]",
    ]
    _, value, rule, raw = row(done.stdout, "published")
    assert value == "2024-05-14T01:33Z (selector)"
    assert rule == "div[itemtype*='NewsArticle'] span.h5"
    assert raw == "Thứ ba - 14/05/2024 08:33"
    assert row(done.stdout, "body_html")[1].endswith(": 5 p, 1 img, 1 ul, 2 li, 1 a")
    assert row(done.stdout, "author")[3] == "Tác giả: Hoài An"
    assert "Các tổ bắt đầu hoạt động từ ngày 01/6/2024./." in done.stdout


def test_what_was_dropped_from_the_text_is_told_with_its_rule(world: World) -> None:
    page = world.folder / "page.html"
    text = (PAGES / "full-article" / "page.html").read_text(encoding="utf-8")
    marked = text.replace('id="news-bodyhtml"', 'id="news-bodyhtml" data-test="1"', 1)
    start = marked.index(">", marked.index('data-test="1"')) + 1
    page.write_text(
        marked[:start] + '<div class="keywords">Từ khóa: số</div>' + marked[start:],
        encoding="utf-8",
    )
    done = world.loa("read", page)
    assert "dropped by .keywords" in done.stdout.splitlines()
    assert "Từ khóa: số" not in done.stdout


def test_a_file_without_its_address_says_that_it_has_none(world: World) -> None:
    done = world.loa("read", PAGES / "full-article" / "page.html")
    assert done.returncode == 0
    assert "no --url was given" in done.stdout


def test_a_listing_shows_what_it_names(world: World) -> None:
    done = world.loa(
        "read",
        PAGES / "listing" / "page.html",
        "--url",
        "https://songlanh.example.vn/tin-trong-huyen/",
    )
    lines = done.stdout.splitlines()
    assert lines[1] == "listing; platform nukeviet"
    assert "names as article: 3" in lines
    assert any("2024-05-14 Xã Đồng Vàng ra mắt" in line for line in lines)
    assert lines[-1] == "next page: https://songlanh.example.vn/tin-trong-huyen/page-2/"


def test_a_page_that_leads_on_shows_where(world: World) -> None:
    page = '<meta http-equiv="refresh" content="0; url=trang-chu">'
    (world.folder / "page.html").write_text(page, encoding="utf-8")
    done = world.loa("read", "page.html", "--url", "https://songlanh.example.vn/vi/")
    assert done.stdout.splitlines() == [
        "https://songlanh.example.vn/vi/",
        "redirect; platform generic",
        "leads on to: https://songlanh.example.vn/vi/trang-chu",
    ]


def test_a_family_can_be_switched_off(world: World) -> None:
    done = world.loa(
        "read",
        PAGES / "full-article" / "page.html",
        "--platform",
        "generic",
        "--url",
        "https://songlanh.example.vn/tin/bai-95.html",
    )
    assert done.stdout.splitlines()[1] == "article; platform generic"


def test_a_page_of_a_portal_is_fetched_as_a_guest_and_kept_nowhere(world: World) -> None:
    portal = world.portals["songmai"]
    story = next(story for story in portal.stories if not story.pointer)
    before = sorted(world.folder.rglob("*"))
    done = world.loa("read", portal.url.rstrip("/") + portal.address(story))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1] == "article; platform nukeviet"
    assert row(done.stdout, "title")[1] == story.title
    assert [request.path for request in asked(world.portals, "songmai")] == [
        "/robots.txt",
        portal.address(story),
    ]
    assert sorted(world.folder.rglob("*")) == before


def test_a_page_behind_a_gate_is_fetched_with_its_cookie(world: World) -> None:
    def gate(path: str, cookie: str) -> Reply | None:
        if path.startswith("/kiem-tra?"):
            return to(path.partition("?")[2], "vao=1; path=/")
        return None if cookie == "vao=1" else to(f"/kiem-tra?{path}")

    with GatedPortal(gate) as portal:
        rules = "[crawl]\ndelay = 0.0\nallow_private = true\n"
        file = f'name = "Cổng"\nurl = "{portal.url}"\n{rules}'
        (world.sites / "cong.toml").write_text(file, encoding="utf-8")
        done = world.loa("read", f"{portal.url}{ARTICLES[1][1:]}")
    assert row(done.stdout, "title")[1] == "Họp dân bàn việc số 1"
    check = f"/kiem-tra?{ARTICLES[1]}"
    assert portal.paths()[1:] == [ARTICLES[1], check, ARTICLES[1]]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("nowhere.html",), 2, "nowhere.html: cannot be read"),
        (("page.html", "--site", "suoimay"), 3, "--site suoimay"),
        (("page.html", "--platform", "drupal-6"), 3, "platform 'drupal-6'"),
        (("http://",), 2, "http://: not a web address"),
        (("page.html", "--url", "suoimay"), 2, "suoimay: not a web address"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(
    world: World, arguments: tuple[str, ...], code: int, told: str
) -> None:
    (world.folder / "page.html").write_text(
        "<html><body><p>Trang</p></body></html>", encoding="utf-8"
    )
    done = world.loa("read", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"loa: {told}")
    assert ";" in line


@pytest.mark.parametrize(
    ("path", "robots", "told"),
    [
        ("chi-tiet/99-khong-co", "User-agent: *\nDisallow:\n", "answered 404"),
        ("chi-tiet/1-bai-viet", "User-agent: *\nDisallow: /chi-tiet/\n", "robots.txt forbids it"),
        ("chi-tiet/1-bai-viet", None, "without robots.txt nothing may be asked"),
    ],
)
def test_a_page_that_cannot_be_had_is_told_in_one_line(
    world: World, path: str, robots: str | None, told: str
) -> None:
    with SmallPortal() as portal:
        portal.robots = robots
        (world.sites / "hoptien.toml").write_text(
            (
                f'name = "Hợp Tiến"\nurl = "{portal.url}"\n[crawl]\ndelay = 0.0\nallow_private = '
                "true\n"
            ),
            encoding="utf-8",
        )
        done = world.loa("read", portal.url + path)
    assert (done.returncode, done.stdout) == (7, "")
    (line,) = done.stderr.splitlines()
    assert portal.url in line
    assert told in line
