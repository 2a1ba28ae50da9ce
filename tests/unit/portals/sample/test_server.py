"""What a test can make the sample portals do: edit, add, remove, fail, stall, start and close."""

import gzip
import http.client
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from portals.sample import SamplePortals
from portals.sample.server import FAMILIES, PortBusyError
from tests.builders.sample_client import NOON, ask, reached, tree, words


def test_an_edit_shows_at_the_old_address(portals: SamplePortals) -> None:
    portal = portals["anphu"]
    url = urljoin(portal.url, portal.address(portal.find(1203)))
    portal.edit(1203, title="Tiêu đề đã sửa", paragraphs=["Đoạn một.", "Đoạn hai."])
    shown = words(tree(url))
    assert "Tiêu đề đã sửa" in shown
    assert "chủ công" not in shown
    assert (
        next(row for row in portals.truth("anphu") if row["url"] == url)["body_text"]
        == "Đoạn một.\nĐoạn hai."
    )


@pytest.mark.parametrize("key", FAMILIES)
def test_a_removed_article_answers_404_and_leaves_listings_and_feeds(
    portals: SamplePortals, key: str
) -> None:
    row = portals.truth(key)[0]
    portals[key].remove(portals[key].stories[0].slug)
    assert ask(row["url"]).status == 404
    for listing in portals[key].listings():
        body = ask(listing["url"]).body
        assert row["title"].encode() not in (
            gzip.decompress(body) if listing["url"].endswith(".gz") else body
        )


@pytest.mark.parametrize(
    ("key", "feed"), [("songmai", "rss/"), ("thachlam", "feed"), ("anphu", "rss/atom.aspx")]
)
def test_an_added_article_appears_in_listing_feed_and_truth(
    portals: SamplePortals, key: str, feed: str
) -> None:
    story = portals[key].add(
        "Tin mới thêm vào",
        published=NOON,
        text="Một đoạn.\n\n!figure Chú thích",
        lead="Tóm tắt tin.",
    )
    address = urljoin(portals.urls[key], portals[key].address(story))
    assert address in ask(portals.urls[key] + feed).text
    assert address in reached(portals[key].listings()[0]["url"], "//none/@href")
    assert portals.truth(key)[0]["url"] == address
    assert "Một đoạn." in words(tree(address))


def test_an_answer_put_in_place_lasts_as_often_as_told(portals: SamplePortals) -> None:
    url = portals.truth("songmai")[0]["url"]
    portals["songmai"].answer(
        urlsplit(url).path, status=429, headers={"Retry-After": "60"}, body=b"cham lai", times=2
    )
    assert [(reply.status, reply.headers["Retry-After"]) for reply in (ask(url), ask(url))] == [
        (429, "60")
    ] * 2
    assert ask(url).status == 200


def test_a_star_stands_for_every_path_until_healed(portals: SamplePortals) -> None:
    portals["anphu"].answer("*", status=503)
    assert ask(portals.urls["anphu"]).status == 503
    assert ask(portals.urls["thachlam"]).status == 200
    portals["anphu"].heal()
    assert ask(portals.urls["anphu"]).status == 200


def test_a_cut_answer_announces_more_than_it_sends(portals: SamplePortals) -> None:
    portals["songmai"].cut("/", after_bytes=100)
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(portals.urls["songmai"])
    assert len(caught.value.partial) == 100


def test_a_dripping_answer_arrives_whole_and_takes_its_time(portals: SamplePortals) -> None:
    portals["anphu"].lie("/nho", {}, body=b"0123456789")
    portals["anphu"].drip("/robots.txt", seconds_per_byte=0.002)
    whole = ask(portals.urls["anphu"] + "robots.txt").text
    assert whole.endswith("sitemap.xml.gz\r\n")
    assert ask(portals.urls["anphu"] + "nho").body == b"0123456789"


def test_lies_change_headers_and_leave_the_body(portals: SamplePortals) -> None:
    honest = ask(portals.urls["anphu"] + "rss/tin-moi.aspx")
    portals["anphu"].lie(
        "/rss/tin-moi.aspx",
        {"content-type": "text/html; charset=windows-1258", "Content-Length": "10"},
    )
    lying = ask(portals.urls["anphu"] + "rss/tin-moi.aspx")
    assert lying.headers["Content-Type"] == "text/html; charset=windows-1258"
    assert lying.body == honest.body[:10]


def test_requests_are_recorded_in_order_with_what_was_asked_and_answered(
    portals: SamplePortals,
) -> None:
    root = portals.urls["songmai"]
    ask(root + "rss/?x=1", User_Agent="thu-nghiem")
    ask(root + "thong-bao/khong-co-9999.html", method="HEAD")
    seen = portals["songmai"].requests
    assert [(each.method, each.path, each.status) for each in seen] == [
        ("GET", "/rss/?x=1", 200),
        ("HEAD", "/thong-bao/khong-co-9999.html", 404),
    ]
    assert seen[0].headers["user-agent"] == "thu-nghiem"
    assert seen[0].at < seen[1].at


def test_one_connection_carries_many_requests(portals: SamplePortals) -> None:
    connection = http.client.HTTPConnection(urlsplit(portals.urls["anphu"]).netloc, timeout=5)
    for _ in range(3):
        connection.request("GET", "/robots.txt")
        answer = connection.getresponse()
        assert answer.read().startswith(b"User-agent")
        assert not answer.will_close
    connection.close()


def _ask_on(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/robots.txt")
    connection.getresponse()


def test_a_closed_portal_answers_no_more_even_on_an_open_connection() -> None:
    with SamplePortals() as running:
        connection = http.client.HTTPConnection(urlsplit(running.urls["anphu"]).netloc, timeout=5)
        connection.request("GET", "/robots.txt")
        connection.getresponse().read()
    # Where the client notices it, on sending or on reading, is the system's choice.
    with pytest.raises(ConnectionError):
        _ask_on(connection)
    connection.close()


def test_a_taken_port_is_told_in_one_line(portals: SamplePortals) -> None:
    taken = urlsplit(portals.urls["thachlam"]).port
    assert taken is not None
    with (
        pytest.raises(
            PortBusyError, match=f"^port {taken} for the sample portal thachlam is taken"
        ),
        SamplePortals(ports=(0, taken, 0)),
    ):
        pass


def test_the_command_prints_three_addresses_and_ends_quietly_on_interrupt() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "portals.sample"], stdout=subprocess.PIPE, text=True
    ) as served:
        assert served.stdout is not None
        addresses = dict(served.stdout.readline().split() for _ in FAMILIES)
        assert list(addresses) == ["songmai", "thachlam", "anphu"]
        assert ask(addresses["anphu"]).status == 200
        served.send_signal(signal.SIGINT)
        assert served.wait(timeout=5) == 0


def test_site_files_name_the_portals_as_the_crawler_reads_them(
    portals: SamplePortals, tmp_path: Path
) -> None:
    folder = portals.sites_folder(tmp_path / "sites")
    sites = {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")
    }
    assert {key: site["platform"] for key, site in sites.items()} == {
        "songmai": "nukeviet",
        "thachlam": "wordpress",
        "anphu": "sharepoint-lacviet",
    }
    assert sites["songmai"]["crawl"] == {"delay": 0.0, "allow_private": True, "keep_images": True}
    assert sites["anphu"]["publisher"]["level"] == "district"
    assert {row["kind"] for row in sites["anphu"]["listing"]} == {"html", "rss", "atom", "sitemap"}
    for site in sites.values():
        assert all(ask(row["url"]).status == 200 for row in site["listing"])
