"""robots.txt: what each answer allows, by RFC 9309."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from crawler.visit.robots import RobotsPolicy, robots_policy

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
RULES = b"User-agent: *\nDisallow: /admin/\nAllow: /admin/tin/\n"


def policy(status: int | None, body: bytes = RULES) -> RobotsPolicy:
    return robots_policy(status, body, AT)


@pytest.mark.parametrize(
    ("status", "body", "open_page", "closed_page"),
    [
        (200, RULES, True, False),
        (204, b"", True, True),
        (301, b"", True, True),  # the caller gave up after five hops
        (308, b"", True, True),
        (401, RULES, True, True),
        (403, RULES, True, True),
        (404, RULES, True, True),
        (410, RULES, True, True),
        (429, RULES, False, False),
        (500, RULES, False, False),
        (503, b"<html>ban</html>", False, False),
        (None, b"", False, False),  # timeout, reset, no such host
        (304, b"", False, False),
        (100, b"", False, False),
        (999, b"", False, False),
        (200, b"<!DOCTYPE html><p>Disallow: /</p>\nUser-agent: *\nDisallow: /", True, True),
        (200, b"\n  <script>User-agent: *\nDisallow: /</script>", True, True),
        (200, b"\xef\xbb\xbf" + RULES, True, False),
        (200, b"\xff\xfe" + RULES.decode().encode("utf-16-le"), True, False),
        (200, b"\xfe\xff" + RULES.decode().encode("utf-16-be"), True, False),
        (200, RULES.decode().encode("utf-16-le"), True, False),
        (200, RULES.decode().encode("utf-16-be"), True, False),
        (200, b"# tr\xecnh b\xe0y\n" + RULES, True, False),
        (200, RULES.replace(b"\n", b"\r\n"), True, False),
        (200, RULES.replace(b"\n", b"\r"), True, False),
        (200, b"\0\0\0", True, True),
    ],
)
def test_the_answer_for_the_file_decides_over_the_host(
    status: int | None, body: bytes, open_page: bool, closed_page: bool
) -> None:
    found = policy(status, body)
    assert found.allows("http://portal.vn/tin/a.html", "loa") is open_page
    assert found.allows("http://portal.vn/admin/a.html", "loa") is closed_page
    assert found.allows("http://portal.vn/robots.txt", "loa") is True


def test_the_longest_rule_wins_and_the_own_group_replaces_the_general_one() -> None:
    found = policy(200, RULES + b"User-agent: loa\nDisallow: /tin/\n")
    assert found.allows("http://portal.vn/admin/tin/a.html", "other")
    assert not found.allows("http://portal.vn/tin/a.html", "Loa/1.0 (+https://loa.example/)")
    assert found.allows("http://portal.vn/admin/", "Loa/1.0 (+https://loa.example/)")


def test_wildcards_and_the_end_mark_are_honoured() -> None:
    found = policy(200, b"User-agent: *\nDisallow: /*.pdf$\nDisallow: /in/*/nhap\n")
    assert not found.allows("http://portal.vn/tep/a.pdf", "loa")
    assert found.allows("http://portal.vn/tep/a.pdf?xem=1", "loa")
    assert not found.allows("http://portal.vn/in/x/nhap-2", "loa")


@pytest.mark.parametrize(
    "rule",
    [
        "Disallow: /tin-tức/".encode(),
        b"Disallow: /tin-t%e1%bb%a9c/",
        b"Disallow: /tin-t%E1%BB%A9c/",
    ],
)
def test_a_path_may_be_written_plain_or_escaped(rule: bytes) -> None:
    assert not policy(200, b"User-agent: *\n" + rule).allows(
        "http://portal.vn/tin-t%E1%BB%A9c/a", "loa"
    )


def test_a_path_in_no_utf8_means_those_bytes() -> None:
    found = policy(200, b"User-agent: *\nDisallow: /tin-\xe9/\n")
    assert not found.allows("http://portal.vn/tin-%E9/a", "loa")
    assert found.allows("http://portal.vn/tin-%C3%A9/a", "loa")


def test_only_the_first_500_kib_are_read_and_no_rule_is_cut_in_two() -> None:
    head = b"User-agent: *\nDisallow: /a/\n"
    filling = b"# " + b"x" * (500 * 1024 - len(head) - 20) + b"\n"
    found = policy(
        200, head + filling + b"Disallow: /tin/noi-bo/mat\n" + b"Disallow: /b/\n" * 10_000
    )
    assert not found.allows("http://portal.vn/a/", "loa")
    assert found.allows("http://portal.vn/tin/", "loa")  # the cut falls into /tin/noi-bo/mat
    assert found.allows("http://portal.vn/b/", "loa")


@pytest.mark.parametrize(
    ("line", "delay"),
    [
        (b"10", 10.0),
        (b"0.5", 0.5),
        (b"86400", 300.0),
        (b"-3", None),
        (b"nan", None),
        (b"often", None),
        (b"", None),
    ],
)
def test_a_crawl_delay_is_at_most_five_minutes(line: bytes, delay: float | None) -> None:
    assert policy(200, b"User-agent: *\nCrawl-delay: " + line).crawl_delay("loa") == delay


def test_a_host_without_rules_wishes_no_delay() -> None:
    assert policy(404).crawl_delay("loa") is None
    assert policy(503).crawl_delay("loa") is None


def test_sitemaps_are_told_as_written_and_once() -> None:
    body = b"Sitemap: http://portal.vn/a.xml\nUser-agent: *\nsitemap: /b.xml\nSitemap: http://portal.vn/a.xml\n"
    assert policy(200, body).sitemaps == ("http://portal.vn/a.xml", "/b.xml")
    assert policy(404, body).sitemaps == ()


def test_a_policy_is_good_for_a_day() -> None:
    assert policy(200).expires_at - AT == timedelta(hours=24)


@pytest.mark.parametrize(
    "body",
    [
        b"".join(b"User-agent: a%d\n" % at for at in range(15_000)) + b"Disallow: /b\n" * 15_000,
        b"".join(b"User-agent: a%d\n" % at for at in range(15_000)) * 2,
        b"User-agent: *\n" + b"".join(b"Disallow: /*%d\n" % at for at in range(25_000)),
        b"User-agent: *\nDisallow: /" + b"*a" * 200_000 + b"\n",
        b"User-agent: *\nDisallow: " + b"%" * 400_000 + b"\n",
    ],
    ids=["agents times rules", "agents twice", "wildcards", "one long wildcard", "percent signs"],
)
def test_a_hostile_file_takes_no_more_than_a_moment(body: bytes) -> None:
    began = time.process_time()
    policy(200, body).allows("http://portal.vn/" + "a" * 1_900, "loa")
    assert time.process_time() - began < 5


def test_a_file_too_tangled_to_read_closes_the_host() -> None:
    tangled = b"".join(b"User-agent: a%d\n" % at for at in range(2_000)) + b"Disallow: /b\n" * 2_000
    assert not policy(200, tangled).allows("http://portal.vn/tin/a.html", "loa")
