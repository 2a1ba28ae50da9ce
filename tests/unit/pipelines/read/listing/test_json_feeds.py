"""JSON Feed: items with addresses, titles and days; damage is reported."""

import json

import pytest

from pipelines.read.listing.feeds import read_feed
from tests.builders.feed_files import AT, FEED, ZONE, read_feed_body, words

ITEM = {
    "id": "bai-1",
    "url": "http://mau.example/tin/1",
    "title": "Họp  giao ban",
    "date_published": "2026-05-12T08:30:00+07:00",
    "date_modified": "2026-06-01T08:30:00+07:00",
}


def json_feed(*items: object, **others: object) -> str:
    said = {"version": "https://jsonfeed.org/version/1.1", "title": "Mẫu", "items": list(items)}
    return json.dumps(said | others, ensure_ascii=False)


@pytest.mark.parametrize(
    "body",
    [
        json_feed(ITEM),
        json_feed(ITEM, version="https://jsonfeed.org/version/1"),
        json_feed(ITEM).replace("/", "\\/"),
        "\ufeff\n" + json_feed(ITEM),
        json_feed(ITEM).encode("utf-16"),
        json_feed(ITEM | {"url": "/tin/1"}),
        json_feed(ITEM | {"url": None, "external_url": ITEM["url"]}),
        json_feed(ITEM | {"url": "", "id": ITEM["url"]}),
        json_feed(ITEM).replace("  giao", "\tgiao"),
        "<br />\n<b>Notice</b>: Undefined index in <b>/a.php</b><br />\n" + json_feed(ITEM),
        f"callback({json_feed(ITEM)});",
        json_feed(ITEM) + "\n<!-- 0.2 s -->",
        json_feed(ITEM | {"date_published": 1778549400}),
    ],
)
def test_a_json_feed_tells_addresses_titles_and_days(body: str | bytes) -> None:
    reading = read_feed_body(body)
    (link,) = reading.links
    assert (link.url, link.title) == ("http://mau.example/tin/1", "Họp giao ban")
    assert link.published is not None
    assert (link.published.on.isoformat(), link.published.evidence) == ("2026-05-12", "feed")
    assert reading.notes == ()


def test_the_time_of_an_edit_is_no_publication() -> None:
    (link,) = read_feed_body(json_feed(ITEM | {"date_published": None})).links
    assert link.published is None


def test_an_item_without_an_address_and_a_day_that_cannot_be_read_are_told() -> None:
    other = {"id": "bai-2", "title": "Hai"}
    reading = read_feed_body(json_feed(ITEM | {"date_published": "hôm qua"}, other, 3, None))
    assert len(reading.links) == 1
    assert words(reading) == ["feed-item-without-address", "feed-date-unread"]


def test_one_damaged_item_takes_no_other_with_it_and_is_told() -> None:
    body = json_feed(
        ITEM, ITEM | {"url": "http://mau.example/tin/2"}, ITEM | {"url": "http://mau.example/tin/3"}
    )
    reading = read_feed_body(body.replace('tin/2"', "tin/2"))
    assert [link.url[-1] for link in reading.links] == ["1", "3"]
    assert words(reading) == ["feed-damaged"]


@pytest.mark.parametrize("slip", ['+07:00",}', '+07:00"/* */}', '+07:00",,}'])
def test_a_slip_inside_an_item_does_not_cost_it(slip: str) -> None:
    body = json_feed(ITEM, {"id": "2", "url": "/tin/2", "x": "+07:00"})
    reading = read_feed_body(body.replace('+07:00"}', slip))
    assert [(link.url[-1], link.title) for link in reading.links] == [
        ("1", "Họp giao ban"),
        ("2", None),
    ]
    assert words(reading) == ["feed-damaged"]


def test_a_page_that_shows_a_json_feed_is_none() -> None:
    page = f"<html><body><pre>{json_feed(ITEM)}</pre></body></html>"
    assert read_feed(page.encode(), FEED, zone=ZONE, fetched_at=AT) is None


def test_a_cut_json_feed_gives_no_half_address() -> None:
    body = json_feed(ITEM, ITEM | {"url": "http://mau.example/tin/234"})
    reading = read_feed_body(body[: body.index("tin/234") + 5])
    assert [link.url for link in reading.links] == ["http://mau.example/tin/1"]
    assert words(reading) == ["feed-damaged"]


@pytest.mark.parametrize(
    "body",
    [
        json_feed(ITEM)[:60] + "[" * 100_000,
        json_feed(*[1] * 200_000),
        json_feed(ITEM, items={"url": "/1"}),
        json_feed(ITEM)[:-1] + ', "x": "' + "}, {" * 200_000,
    ],
    ids=["deep", "figures", "no list", "false starts"],
)
def test_a_hostile_json_feed_is_no_more_than_read(body: str) -> None:
    assert len(read_feed_body(body).links) <= 1
