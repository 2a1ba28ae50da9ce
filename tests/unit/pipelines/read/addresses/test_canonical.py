"""Addresses: one spelling for one address, nothing where there is none, and no endless families."""

import random

import pytest

from pipelines.read.addresses.canonical import canonical_url, host_of, names_address, same_site

SAME = [
    ("http://portal.vn", "http://portal.vn/"),
    ("http://portal.vn/", "http://portal.vn/"),
    ("HTTP://Portal.VN/Tin", "http://portal.vn/Tin"),
    ("https://PORTAL.vn:443/a", "https://portal.vn/a"),
    ("http://portal.vn:80/a", "http://portal.vn/a"),
    ("http://portal.vn:443/a", "http://portal.vn:443/a"),
    ("http://portal.vn:8080/a", "http://portal.vn:8080/a"),
    ("http://portal.vn:/a", "http://portal.vn/a"),
    ("http://portal.vn./a", "http://portal.vn/a"),
    ("http://xã-mẫu.vn/", "http://xn--x-mu-goa0686b.vn/"),
    ("http://bücher.vn/", "http://xn--bcher-kva.vn/"),
    ("http://cổng_tin.vn/", None),
    ("http://cong_tin.vn/", "http://cong_tin.vn/"),
    ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
    ("http://[0:0:0:0:0:0:0:1]:8000/x", "http://[::1]:8000/x"),
    ("http://portal.vn/a#phan-2", "http://portal.vn/a"),
    ("http://portal.vn/a?#x", "http://portal.vn/a"),
    ("http://portal.vn/a#x?page=2", "http://portal.vn/a"),
    ("http://portal.vn/a/../b", "http://portal.vn/b"),
    ("http://portal.vn/a/./b/", "http://portal.vn/a/b/"),
    ("http://portal.vn/../../a", "http://portal.vn/a"),
    ("http://portal.vn/a/%2e%2e/b", "http://portal.vn/b"),
    ("http://portal.vn/a/..", "http://portal.vn/"),
    ("http://portal.vn/a//b", "http://portal.vn/a//b"),
    ("http://portal.vn/a", "http://portal.vn/a"),
    ("http://portal.vn/a/", "http://portal.vn/a/"),
    ("http://portal.vn/%7etin/%41", "http://portal.vn/~tin/A"),
    ("http://portal.vn/a%2fb", "http://portal.vn/a%2Fb"),
    ("http://portal.vn/tin tức", "http://portal.vn/tin%20t%E1%BB%A9c"),
    ("http://portal.vn/tin%20t%e1%bb%a9c", "http://portal.vn/tin%20t%E1%BB%A9c"),
    ("http://portal.vn/x\u0303", "http://portal.vn/x%CC%83"),
    ("http://portal.vn/100%", "http://portal.vn/100%25"),
    ("http://portal.vn/%zz", "http://portal.vn/%25zz"),
    ("http://portal.vn/%E1", "http://portal.vn/%E1"),
    ("http://portal.vn/a[1].pdf", "http://portal.vn/a%5B1%5D.pdf"),
    ("http://portal.vn/dak-r'lap.pdf", "http://portal.vn/dak-r'lap.pdf"),
    (
        "http://portal.vn/bao-cao (1) + phu luc.pdf",
        "http://portal.vn/bao-cao%20(1)%20+%20phu%20luc.pdf",
    ),
    ("http:\\\\portal.vn\\tin\\a", "http://portal.vn/tin/a"),
    ("http:/portal.vn/a", "http://portal.vn/a"),
    ("http:////portal.vn/a", "http://portal.vn/a"),
    (" \n http://portal.vn/tin-\n tuc \t", "http://portal.vn/tin-%20tuc"),
    ("\ufeffhttp://portal.vn/a\u200b", "http://portal.vn/a"),
    ("http://portal.vn/a?", "http://portal.vn/a"),
    ("http://portal.vn/a?&&id=1&", "http://portal.vn/a?id=1"),
    ("http://portal.vn/a?b=2&a=1", "http://portal.vn/a?b=2&a=1"),
    ("http://portal.vn/a?q=x+y", "http://portal.vn/a?q=x+y"),
    ("http://portal.vn/a?q=x%2by", "http://portal.vn/a?q=x%2By"),
    ("http://portal.vn/a?q=tức", "http://portal.vn/a?q=t%E1%BB%A9c"),
    ("http://portal.vn/a?f[]=1", "http://portal.vn/a?f%5B%5D=1"),
    ("http://portal.vn/a?id", "http://portal.vn/a?id"),
    ("http://portal.vn/a?id=", "http://portal.vn/a?id="),
    ("http://portal.vn/a?id=1&amp;page=2", "http://portal.vn/a?id=1&page=2"),
    ("http://portal.vn/a?utm_source=x&id=1&UTM_Medium=y", "http://portal.vn/a?id=1"),
    ("http://portal.vn/a?fbclid=IwAR0", "http://portal.vn/a"),
    ("http://portal.vn/a?id=1&gclid=2&zarsrc=3&mc_cid=4", "http://portal.vn/a?id=1"),
    ("http://portal.vn/a;jsessionid=0A1B2C?id=1", "http://portal.vn/a?id=1"),
    ("http://portal.vn/a;j%73essionid=0A1B2C", "http://portal.vn/a"),
    ("http://portal.vn/a;v=2/b", "http://portal.vn/a;v=2/b"),
    ("http://portal.vn/a?PHPSESSID=abc&id=1", "http://portal.vn/a?id=1"),
    ("http://portal.vn/a?sid=0123456789abcdef0123", "http://portal.vn/a"),
    (
        "http://portal.vn/Default.aspx?sid=1426&pageid=37931",
        "http://portal.vn/Default.aspx?sid=1426&pageid=37931",
    ),
    ("http://portal.vn/(S(lit3py55t21z5v55vlm25s55))/tin.aspx", "http://portal.vn/tin.aspx"),
    (
        "http://portal.vn/index.php?language=vi&nv=news&op=tin/bai-12.html",
        "http://portal.vn/index.php?language=vi&nv=news&op=tin/bai-12.html",
    ),
]


@pytest.mark.parametrize(("written", "canonical"), SAME)
def test_an_address_has_one_spelling(written: str, canonical: str | None) -> None:
    assert canonical_url(written) == canonical


@pytest.mark.parametrize(("written", "canonical"), SAME)
def test_the_canonical_spelling_is_its_own(written: str, canonical: str | None) -> None:
    assert canonical is None or canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("reference", "canonical"),
    [
        ("bai-2.html", "https://portal.vn/tin/bai-2.html"),
        ("/van-ban/", "https://portal.vn/van-ban/"),
        ("../lich", "https://portal.vn/lich"),
        ("..\\lich", "https://portal.vn/lich"),
        ("?page=2", "https://portal.vn/tin/bai-1.html?page=2"),
        ("//www.khac.vn/a", "https://www.khac.vn/a"),
        ("\\\\www.khac.vn/a", "https://www.khac.vn/a"),
        ("http:/khac.vn/a", "http://khac.vn/a"),
        ("bai-2.html#binh-luan", "https://portal.vn/tin/bai-2.html"),
    ],
)
def test_a_reference_is_read_against_its_page(reference: str, canonical: str) -> None:
    assert canonical_url(reference, "https://portal.vn/tin/bai-1.html") == canonical


@pytest.mark.parametrize(
    "written",
    [
        "",
        "   ",
        "#",
        "#noi-dung",
        "javascript:void(0)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "mailto:ubnd@portal.vn",
        "tel:+84000000",
        "ymsgr:sendim?someone",
        "data:text/html,x",
        "file:///a/b",
        "ftp://portal.vn/a",
        "blob:https://portal.vn/x",
        "about:blank",
        "http://",
        "http:///",
        "https://:80/",
        "http://ubnd@portal.vn",
        "http://user:secret@portal.vn/",
        "http://portal.vn@khac.vn/",
        "http://http://portal.vn/",
        "http://portal.vn:99999/",
        "http://portal.vn:0/",
        "http://portal.vn:abc/",
        "http://por tal.vn/",
        "http://portal..vn/",
        "http://-portal.vn/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://0177.0.0.1/",
        "http://1.2.3.4.5/",
        "http://[::1/",
        "http://[khac]/",
        "http://portal%2evn/",
        "http://portal.vn/a\x00b",
        "http://portal.vn/a%00b",
        "http://portal.vn/a%0d%0aSet-Cookie:x",
        "http://portal.vn/a\x1bb",
        "http://portal.vn/\ud800",
        "/'%20+%20$(this).data('img')%20+%20'",
        "' + url + '",
        "http://portal.vn/'+id+'",
        'http://portal.vn/"+id',
        "http://portal.vn/${id}",
        "http://portal.vn/{{ url }}",
        "http://portal.vn/<?php echo $x ?>",
        "'/tin-tuc/a.html'",
        "/[object Object]",
        "http://portal.vn/" + "a" * 2_000,
        "http://portal.vn/" + "ứ" * 300,
    ],
)
def test_what_can_never_be_asked_for_is_no_address(written: str) -> None:
    assert canonical_url(written, "http://portal.vn/tin/") is None


def test_a_relative_address_without_its_page_is_no_address() -> None:
    assert canonical_url("/tin/a.html") is None
    assert canonical_url("//portal.vn/a") is None


def test_two_articles_told_apart_by_a_number_stay_two() -> None:
    assert canonical_url("http://portal.vn/tin?id=1") != canonical_url("http://portal.vn/tin?id=2")


def test_a_platform_names_parameters_to_drop_in_any_case() -> None:
    assert (
        canonical_url("http://portal.vn/a?T=1593&id=7", drop_parameters=("t",))
        == "http://portal.vn/a?id=7"
    )


def test_no_mutant_raises_and_every_result_is_canonical() -> None:
    dice = random.Random(20201122)
    pieces = [written for written, _ in SAME] + [
        "%",
        "%2",
        "%25",
        "/..",
        "/.",
        "\\",
        "'",
        '"',
        "+",
        ";jsessionid=",
        "?",
        "&",
        "#",
        "@",
        ":",
        "[",
        "]",
        "ứ",
        "\ud800",
        "(S(",
    ]
    for _ in range(20_000):
        mutant = dice.choice(pieces)
        for _ in range(dice.randrange(4)):
            at = dice.randrange(len(mutant) + 1)
            mutant = mutant[:at] + dice.choice(pieces) + mutant[at + dice.randrange(3) :]
        canonical = canonical_url(mutant, "http://portal.vn/tin/")
        if canonical is not None:
            # The fragment keeps a plain address from being taken as it is.
            assert canonical_url(canonical + "#muc") == canonical, mutant
            assert set(canonical) <= set(map(chr, range(0x21, 0x7F))), mutant


def test_the_host_carries_its_port_only_where_it_is_not_the_usual_one() -> None:
    assert host_of("https://Portal.vn:443/a") == "portal.vn"
    assert host_of("http://portal.vn:8080/a") == "portal.vn:8080"
    with pytest.raises(ValueError, match="not an address"):
        host_of("mailto:ubnd@portal.vn")


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("http://portal.vn/a", True),
        ("https://www.portal.vn/a", True),
        ("http://PORTAL.vn/a", True),
        ("http://portal.vn:8080/a", False),
        ("http://tin.portal.vn/a", False),
        ("http://portal.vn.khac.vn/a", False),
        ("http://khac.vn\\@portal.vn/a", False),
        ("http://portal.vn@khac.vn/a", False),
        ("http://mau.vn:8080/a", True),
        ("http://mau.vn/a", False),
        ("javascript:void(0)", False),
    ],
)
def test_a_site_is_its_hosts_and_their_ports(url: str, same: bool) -> None:
    assert same_site(url, ["Portal.vn", "www.mau.vn:8080"]) is same


@pytest.mark.parametrize(
    "url",
    [
        "http://a.vn/check?return=/tin/bai-1",
        "http://a.vn/check?x=1&to=%2Ftin%2Fbai-1",
        "http://a.vn/?to=tin/bai-1",
        "http://b.vn/login?u=http%3A%2F%2Fa.vn%2Ftin%2Fbai-1&y=2",
    ],
)
def test_an_address_may_name_another_one(url: str) -> None:
    assert names_address(url, "http://a.vn/tin/bai-1")
    assert not names_address(url, "http://a.vn/tin/bai-12")
    assert not names_address(url.partition("?")[0], "http://a.vn/tin/bai-1")


def test_an_address_with_a_query_is_named_whole() -> None:
    named = "http://a.vn/check?to=%2Ftin%3Fid%3D1"
    assert names_address(named, "http://a.vn/tin?id=1")
    assert not names_address(named, "http://a.vn/tin")


def test_the_test_for_cookies_of_aspnet_is_no_part_of_an_address() -> None:
    url = "http://a.vn/tin.aspx?id=1&AspxAutoDetectCookieSupport=1"
    assert canonical_url(url) == "http://a.vn/tin.aspx?id=1"
