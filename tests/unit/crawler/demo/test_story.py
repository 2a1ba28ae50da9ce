"""How far an archive has come with the events of the sample portals."""

from crawler.demo.story import article_addresses, seen_visits
from portals.sample import SamplePortals
from portals.sample.events import load_events


def test_a_portal_goes_on_from_what_the_archive_knows(portals: SamplePortals) -> None:
    events = load_events(portals.portals)
    articles = article_addresses(portals, events)
    songmai = [articles[one] for one in events if one.new and one.portal == "songmai"]
    others = {articles[one]: True for one in events if one.new and one.portal != "songmai"}
    first, second = songmai

    def seen(known: dict[str, bool]) -> int:
        return seen_visits(events, articles, known)["songmai"]

    assert seen({}) == 1
    assert seen({first: False, second: False}) == 2  # its listing must not lose what it named
    assert seen({first: True}) == 2
    assert seen({first: True, second: True}) == 3
    assert seen_visits(events, articles, others) == {"songmai": 1, "thachlam": 3, "anphu": 3}


def test_a_moved_article_is_known_by_its_first_address(portals: SamplePortals) -> None:
    events = load_events(portals.portals)
    (moved,) = (one for one in events if one.does == "move")
    assert article_addresses(portals, events)[moved].endswith(
        "/van-hoa-xa-hoi/nguoi-giu-lua-nghe-dan-thuyen-thung-o-mai-ha-66.html"
    )
