"""The address patterns of the shipped families, against address forms of real portals."""

import re
from pathlib import Path

import pytest

from pipelines.read.addresses.family_rules import link_identity, matches, names_listing
from portals.platform import (
    FOLDER,
    Platform,
    platforms,
)

HOST = "http://portal.example"

every_family = pytest.mark.parametrize(
    "platform", platforms().values(), ids=lambda platform: platform.key
)


@every_family
def test_a_front_page_is_never_taken_for_an_article(platform: Platform) -> None:
    for path in ("/", "/index.php", "/Default.aspx"):
        assert not is_article(platform, path), path


def is_article(platform: Platform, path: str) -> bool:
    return (
        matches(HOST + path, platform.addresses.article)
        and not names_listing(HOST + path, platform)
        and not is_ignored(platform, path)
    )


def is_listing(platform: Platform, path: str) -> bool:
    return names_listing(HOST + path, platform) and not is_ignored(platform, path)


def is_ignored(platform: Platform, path: str) -> bool:
    return matches(HOST + path, platform.addresses.ignore)


# The forms are those of real portals; the words in them are ours.
@pytest.mark.parametrize(
    ("family", "path"),
    [
        ("generic", "/Default.aspx?tabid=62&NewsID=1294"),
        ("generic", "/Tin.aspx?ID=12"),
        ("generic", "/xem.php?muc=2&idTin=9"),
        ("generic", "/tai-lieu-va-tin.aspx?ArticleID=4"),
        ("generic", "/index.php?view=article&id=45&limitstart=0"),
        ("wordpress", "/dai-hoi-dang-bo-xa-suoi-may/"),
        ("wordpress", "/tin-tuc/ra-quan-lam-duong.html"),
        ("nukeviet", "/vi/news/tin-tuc-su-kien-421/ra-quan-lam-duong-26895.html"),
        ("nukeviet", "/tin-tuc/ra-quan-lam-duong-117.html"),
        ("liferay", "/-/ak-nong-ieu-chinh-quy-hoach"),
        ("liferay", "/chi-tiet-tin-tuc/-/asset_publisher/SUvaAKdUf4CG/content/ra-quan-lam-uong"),
        ("liferay", "/-/details/37632/ra-quan-lam-uong-141199571"),
        ("liferay", "/web/guest/-/ra-quan-lam-uong"),
        ("sharepoint", "/Pages/hoi-nghi-dien-hinh-tien-tien.aspx"),
        ("sharepoint", "/tintuc/Pages/tin-tong-hop.aspx?ItemID=6591"),
        ("sharepoint", "/chitiettin.aspx?idTin=185&idcm=9"),
        ("portal-pages", "/portal/pages/2023-01-30/Ra-quan-lam-duong-468686.aspx"),
        ("portal-pages", "/portal/Pages/2024-5-17/Ra-quan-lam-duonghvbq96.aspx"),
        ("hatinh", "/ra-quan-lam-duong-1590920220.html"),
        ("hatinh", "/vi/bai-viet/ra-quan-lam-duong"),
        ("hatinh", "/tin-tuc-11/ra-quan-lam-duong-475"),
        ("hatinh", "/tin-tuc/ra-quan-lam-duong"),
        ("vccorp", "/tin-so-nganh/ra-quan-lam-duong-4250808215021297.htm"),
        ("vccorp", "/ra-quan-lam-duong-20241003083820222.htm"),
        ("dotnetnuke", "/Default.aspx?sid=1426&pageid=37931"),
        ("dotnetnuke", "/Default.aspx?tabid=89&cateid=546&itemid=7301"),
        ("dotnetnuke", "/tin-tuc/tabid/57/ArticleId/312/ra-quan.aspx"),
        ("dotnetnuke", "/TinTuc/tabid/66/id/1070/ra-quan/Default.aspx"),
        ("dotnetnuke", "/TinTuc/tabid/66/cat/3/ArticleId/1070/Default.aspx"),
        ("dotnetnuke", "/Default.aspx?tabid=131&ndid=77&key=ra-quan"),
        ("dotnetnuke", "/ThongBao/tabid/131/Default.aspx?ndid=77"),
        ("dotnetnuke", "/tin-tuc/ArticleID/312"),
        ("liferay", "/web/guest/thong-bao/-/chi-tiet/ra-quan-lam-duong-101-402.html"),
        ("joomla", "/index.php?option=com_content&task=view&id=2400"),
        ("joomla", "/index.php?option=com_content&view=article&id=245:ra-quan&catid=8"),
        ("joomla", "/index.php/tin-tuc/245-ra-quan"),
        ("joomla", "/tin-tuc/245-ra-quan.html"),
        ("joomla", "/tin-hoat-dong/xa-suoi-may-ra-quan-lam-duong"),
        ("joomla", "/tin-tuc/item/87-ra-quan"),
        ("drupal", "/node/195660"),
        ("drupal", "/tin-tuc/xa-suoi-may-ra-quan-lam-duong"),
        ("drupal", "/vi/content/xa-suoi-may-ra-quan-lam-duong"),
    ],
)
def test_the_address_of_an_article_is_known_as_one(family: str, path: str) -> None:
    assert is_article(platforms()[family], path)


@pytest.mark.parametrize(
    ("family", "path"),
    [
        ("wordpress", "/chuyenmuc/tin-tuc/"),
        ("nukeviet", "/vi/news/tin-tuc-su-kien-421/"),
        ("nukeviet", "/tin-tuc/page-2/"),
        (
            "liferay",
            "/web/guest/tin-tuc?p_p_id=101_INSTANCE_x&_101_INSTANCE_x_delta=20&_101_INSTANCE_x_cur=3",
        ),
        (
            "liferay",
            "/tin-hoat-dong?_vnpteportalnewsportlet_delta=10&_vnpteportalnewsportlet_cur=2",
        ),
        ("sharepoint", "/Pages/danh-sach.aspx?CateID=169&date=&page="),
        ("sharepoint", "/tin-tuc.aspx?ChuyenMucID=32&page=1"),
        ("sharepoint", "/vn/chuyen-muc/856/hoat-dong.aspx"),
        ("sharepoint", "/PhanTrang/12/3/tin-tuc.html"),
        ("sharepoint", "/Pages/AllPosts.aspx?CategoryId=16&PublishedDate=2015-08-25T13:35:00Z"),
        ("portal-pages", "/portal/KenhTin/Hoi-dong-nhan-dan.aspx"),
        ("hatinh", "/tin-tuc?page=5"),
        ("hatinh", "/tin-tuc-11"),
        ("vccorp", "/tin-so-nganh.htm"),
        ("vccorp", "/tin-so-nganh/trang-1150.htm"),
        ("vccorp", "/tin-tuc?pageIndex=4"),
        ("dotnetnuke", "/tabid/36/default.aspx"),
        ("dotnetnuke", "/Default.aspx?tabid=89&cateid=546"),
        ("dotnetnuke", "/tin-hoat-dong.htm?p=3"),
        ("dotnetnuke", "/TinTuc/tabid/66/cat/3/Default.aspx?currentpage=2"),
        ("dotnetnuke", "/Default.aspx?tabid=131"),
        ("joomla", "/tin-tuc/van-hoa-xa.html"),
        ("joomla", "/tin-hoat-dong"),
        ("joomla", "/tin-hoat-dong?start=20"),
        ("joomla", "/index.php?option=com_content&view=category&id=8"),
        ("joomla", "/index.php/tin-tuc"),
        ("drupal", "/node/195660?page=6"),
        ("drupal", "/tin-tuc-su-kien"),
        ("drupal", "/tin-tuc?page=0"),
        ("drupal", "/taxonomy/term/12"),
    ],
)
def test_the_address_of_a_listing_is_known_as_one_and_as_no_article(family: str, path: str) -> None:
    assert is_listing(platforms()[family], path)
    assert not is_article(platforms()[family], path)


@pytest.mark.parametrize(
    ("family", "path"),
    [
        ("nukeviet", "/vi/news/print/tin-tuc/ra-quan-lam-duong-26895.html"),
        ("nukeviet", "/news/savefile/tin-tuc/ra-quan-lam-duong-26895.html"),
        ("wordpress", "/wp-json/wp/v2/posts"),
        ("wordpress", "/ra-quan-lam-duong/?replytocom=12"),
        ("liferay", "/-/ra-quan-lam-uong?p_p_state=pop_up&_101_INSTANCE_x_viewMode=print"),
        ("liferay", "/c/portal/login?p_l_id=31"),
        ("liferay", "/tin-tuc/-/asset_publisher/SUvaAKdUf4CG/rss?p_p_cacheability=cacheLevelPage"),
        ("sharepoint", "/_layouts/15/Authenticate.aspx?Source=%2F"),
        ("sharepoint", "/Pages/hoi-nghi-dien-hinh.aspx?Print=1"),
        ("sharepoint", "/rss/Pages/index.aspx?ItemID=54"),
        ("portal-pages", "/portal/_layouts/15/start.aspx"),
        ("dotnetnuke", "/Default.aspx?tabid=89&itemid=7301&print=1"),
        ("dotnetnuke", "/tabid/36/ctl/Login/default.aspx"),
        ("joomla", "/index.php/tin-tuc/245-ra-quan?tmpl=component&print=1"),
        ("joomla", "/index.php?option=com_users&view=login"),
        ("joomla", "/van-hoa/itemlist/user/42-bien-tap.html"),
        (
            "liferay",
            "/web/guest/tin/-/asset_publisher/SUvaAKdUf4CG/content/ra-quan/pop_up?print=true",
        ),
        ("generic", "/print.php?id=12"),
        ("generic", "/inbai.aspx?id=12"),
        ("generic", "/index.php?act=guitin&id=12"),
        ("generic", "/spip.php?page=imprimer&id=12"),
        ("joomla", "/component/mailto/?tmpl=component&link=x"),
        ("drupal", "/user/login?destination=node/12"),
        ("drupal", "/print/195660"),
        ("drupal", "/comment/reply/12"),
        ("vccorp", "/tim-kiem.htm"),
        ("hatinh", "/dang-nhap"),
    ],
)
def test_an_address_that_is_never_worth_a_request_is_known(family: str, path: str) -> None:
    assert is_ignored(platforms()[family], path)


@pytest.mark.parametrize(
    ("family", "one", "other"),
    [
        (
            "nukeviet",
            "/vi/news/tin-tuc/ra-quan-lam-duong-117.html",
            "/tin-xa/ra-quan-lam-duong-117.html",
        ),
        ("joomla", "/index.php/tin-tuc/245-ra-quan", "/index.php/noi-bat/245-ra-quan.html"),
        (
            "liferay",
            "/-/ra-quan-lam-uong",
            "/chi-tiet/-/asset_publisher/SUvaAKdUf4CG/content/ra-quan-lam-uong?inheritRedirect=false",
        ),
        (
            "liferay",
            "/web/guest/tin/-/ra-quan",
            "/vi/web/guest/-/asset_publisher/SUvaAKdUf4CG/content/ra-quan/maximized",
        ),
        (
            "liferay",
            "/web/xa-suoi-may/tin/-/ra-quan",
            "/web/xa-suoi-may/home/-/asset_publisher/SUvaAKdUf4CG/content/ra-quan",
        ),
        (
            "vccorp",
            "/tin-so-nganh/ra-quan-lam-duong-4250808215021297.htm",
            "/ra-quan-lam-duong-moi-4250808215021297.htm",
        ),
        (
            "portal-pages",
            "/portal/pages/2023-01-30/Ra-quan-468686.aspx",
            "/portal/Pages/2023-01-30/Ra-quan-468686.aspx",
        ),
        ("drupal", "/node/318", "/vi/node/318"),
        ("sharepoint", "/Pages/kinh-te.aspx?ItemID=5", "/pages/Kinh-te.aspx?ItemID=5&CateID=6"),
        ("sharepoint", "/Pages/kinh-te.aspx?CateID=6&ItemID=5", "/Pages/kinh-te.aspx?itemid=5"),
        (
            "sharepoint",
            "/Lists/ThongBao/DispForm.aspx?ID=3&Source=%2FLists%2FThongBao",
            "/Lists/ThongBao/DispForm.aspx?ID=3",
        ),
        ("generic", "/Bulletins.aspx?AID=12", "/bulletins.aspx?aid=12"),
    ],
)
def test_two_addresses_of_one_article_have_one_identity(family: str, one: str, other: str) -> None:
    platform = platforms()[family]
    identity = link_identity(HOST + one, platform)
    assert identity is not None
    assert identity == link_identity(HOST + other, platform)


@pytest.mark.parametrize(
    ("family", "one", "other"),
    [
        ("nukeviet", "/tin-tuc/ra-quan-117.html", "/tin-tuc/hop-giao-ban-117.html"),
        ("generic", "/Default.aspx?tabid=62&ID=12", "/Default.aspx?tabid=63&ID=12"),
        ("joomla", "/tin-tuc/245-ra-quan", "/tin-tuc/246-ra-quan"),
        (
            "portal-pages",
            "/portal/pages/2023-01-30/Thong-bao-1.aspx",
            "/portal/pages/2023-01-31/Thong-bao-1.aspx",
        ),
        ("liferay", "/-/thong-bao", "/-/thong-bao-1"),
        (
            "liferay",
            "/web/guest/tin/-/chi-tiet/ra-quan-101.html",
            "/web/guest/tin/-/chi-tiet/hop-dan-102.html",
        ),
        ("liferay", "/web/xa-suoi-may/-/thong-bao", "/web/xa-suoi-cat/-/thong-bao"),
        ("drupal", "/node/318", "/node/3180"),
        # Numbers count within one list.
        (
            "sharepoint",
            "/Pages/kinh-te.aspx?ItemID=5",
            "/Pages/van-hoa.aspx?ItemID=5",
        ),
        ("sharepoint", "/Pages/kinh-te.aspx?ItemID=5", "/Pages/kinh-te.aspx?ItemID=50"),
    ],
)
def test_two_articles_have_two_identities(family: str, one: str, other: str) -> None:
    platform = platforms()[family]
    assert link_identity(HOST + one, platform) != link_identity(HOST + other, platform)


@pytest.mark.parametrize(
    "path",
    [
        "/Default.aspx?tabid=62",
        "/tin.php?CatID=4",
        "/a.aspx?menuid=1&PageId=2&cid=3",
        "/DownloadFile.aspx?ID=88",
        "/anh.ashx?id=3",
    ],
)
def test_the_number_of_a_menu_a_section_or_a_file_is_no_articles(path: str) -> None:
    assert not is_article(platforms()["generic"], path)


def test_the_case_of_letters_counts_where_an_address_is_no_script_of_windows_or_holds_a_key() -> (
    None
):
    generic = platforms()["generic"]
    assert link_identity(f"{HOST}/tin.php?ID=12", generic) is None
    assert link_identity(f"{HOST}/tin.aspx?ID=12&khoa=aB", generic) is None


def test_a_number_beside_a_list_that_is_named_stands_for_nothing_without_it() -> None:
    assert (
        link_identity(f"{HOST}/Pages/chi-tiet.aspx?ItemID=5&List=TinTuc", platforms()["sharepoint"])
        is None
    )


def test_the_alias_of_a_node_has_no_identity_that_could_be_mixed_up_with_another() -> None:
    assert (
        link_identity(f"{HOST}/tin-tuc/xa-suoi-may-ra-quan-lam-duong", platforms()["drupal"])
        is None
    )


def test_the_rules_of_a_family_are_data_and_no_code() -> None:
    files = {path.name for path in Path(FOLDER).iterdir()} - {"README.md"}
    assert {Path(name).suffix for name in files} == {".toml"}


def test_what_stands_between_two_hyphens_holds_none_itself() -> None:
    """Matching a link stays cheap, because the process that fetches does it too.

    `[^/]*-[^/]*-` tries every way to share out a thousand hyphens; `[^/-]*-[^/-]*-` has one.
    """
    for platform in platforms().values():
        addresses = platform.addresses
        for pattern in (
            *addresses.article,
            *addresses.listing,
            *addresses.ignore,
            *addresses.sitemap_ignore,
            *filter(None, [addresses.identity]),
        ):
            for chain in re.findall(r"(?:\[\^[^\]]*\][*+]-){2,}", pattern.pattern):
                assert all("-" in one for one in re.findall(r"\[\^([^\]]*)\]", chain)), (
                    platform.key,
                    pattern.pattern,
                )
