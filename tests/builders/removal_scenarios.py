"""What becomes of an article on its portal, and the state that the archive should give it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.builders.edited_portal import Watching
from tests.builders.restless_portal import NOT_FOUND, Page, RestlessPortal

SOFT_404 = (
    "<html><head><title>Thông báo</title></head><body><h1>Thông báo</h1>"
    "<p>Bài viết không tồn tại hoặc đã bị xóa.</p></body></html>"
).encode()
REPAIR = (
    "<html><head><title>Bảo trì</title></head><body><h1>Website đang bảo trì</h1>"
    "<p>Hệ thống đang được nâng cấp, mời quý vị quay lại sau.</p></body></html>"
).encode()
_TITLE = re.compile(r"<title>\s*([^<]+?)\s*(?: (?:[-|–]|&#8211;) [^<]*)?<")
AT_MOST = 2  # visits after the event until the state is known

Happening = Callable[[RestlessPortal, str], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something that happens to an article, and what the archive should say two visits later.

    `states`: those that are right. `then`: what happens after that, and `at_last` the states that
    are right another two visits later. `addresses`: how many the article has then.
    """

    happens: Happening
    states: frozenset[str]
    then: Happening | None = None
    at_last: frozenset[str] = frozenset()
    visits: int = AT_MOST
    addresses: int = 1


def _of(*states: str) -> frozenset[str]:
    return frozenset(states)


def _taken_down(status: int, body: bytes = NOT_FOUND) -> Happening:
    def happens(portal: RestlessPortal, path: str) -> None:
        portal.unlisted.add(path)
        portal.answers[path] = Page(status, body)

    return happens


def _leads(status: int, target: Callable[[str], str], *, listed: bool = False) -> Happening:
    """The address of the article redirects; `listed`: listings still name it."""

    def happens(portal: RestlessPortal, path: str) -> None:
        if not listed:
            portal.unlisted.add(path)
        place = ("Location", portal.address(target(path)))
        portal.answers[path] = Page(status, b"", (place, ("Content-Type", "text/html")))

    return happens


def _new_path(path: str) -> str:
    """As another slug with the same number."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/ban-moi-{name}"


def _moved(portal: RestlessPortal, path: str) -> None:
    portal.moved[path] = _new_path(path)


def _moved_and_retitled(portal: RestlessPortal, path: str) -> None:
    _moved_with_redirect(portal, path)
    page = portal.source(path)
    assert page is not None
    title = _TITLE.findall(page.body.decode())[0]
    portal.rename(title, f"{title} (cập nhật)")


def _moved_with_redirect(portal: RestlessPortal, path: str) -> None:
    _moved(portal, path)
    _leads(301, _new_path, listed=True)(portal, path)


def _unlisted(portal: RestlessPortal, path: str) -> None:
    portal.unlisted.add(path)


def _back(portal: RestlessPortal, path: str) -> None:
    portal.unlisted.discard(path)
    portal.answers.pop(path, None)


def _failing(portal: RestlessPortal, path: str) -> None:
    portal.unlisted.add(path)
    portal.answers[path] = Page(500, b"<html><body><h1>Runtime Error</h1></body></html>")


def _all(status: int, body: bytes) -> Happening:
    def happens(portal: RestlessPortal, path: str) -> None:
        portal.everywhere = lambda path: Page(status, body)

    return happens


def _all_lead_to_another_host(portal: RestlessPortal, path: str) -> None:
    other = portal.url.replace("127.0.0.1", "localhost").rstrip("/")

    def leads(path: str) -> Page:
        return Page(301, b"", (("Location", other + path), ("Content-Type", "text/html")))

    portal.everywhere = leads


def _healed(portal: RestlessPortal, path: str) -> None:
    portal.heal()


def _home(path: str) -> str:
    return "/"


def _section(path: str) -> str:
    return path.rpartition("/")[0] + "/"


GONE = _of("gone")
THERE = _of("there")
SCENARIOS: dict[str, Scenario] = {
    "404": Scenario(_taken_down(404), GONE),
    "410": Scenario(_taken_down(410), GONE),
    "soft 404": Scenario(_taken_down(200, SOFT_404), _of("soft-404")),
    "leads home": Scenario(_leads(302, _home), _of("redirected-home")),
    "leads to a section": Scenario(_leads(301, _section), _of("redirected-home")),
    "moved, with redirect": Scenario(_moved_with_redirect, _of("moved"), addresses=2),
    "moved, without redirect": Scenario(_moved, _of("moved"), addresses=2),
    "moved and retitled": Scenario(_moved_and_retitled, _of("moved"), addresses=2),
    "forbidden": Scenario(_taken_down(403), _of("there", "unreachable"), _back, THERE),
    "a day's 404": Scenario(_taken_down(404), THERE, _back, THERE, visits=1),
    "came back": Scenario(_taken_down(404), GONE, _back, _of("returned")),
    "unlisted, online": Scenario(_unlisted, _of("unlisted")),
    "server errors": Scenario(_failing, _of("unreachable"), _back, THERE),
    "in repair": Scenario(_all(503, REPAIR), THERE, _healed, THERE),
    "in repair, status 200": Scenario(_all(200, REPAIR), THERE, _healed, THERE),
    "all not found": Scenario(_all(404, NOT_FOUND), THERE, _healed, THERE),
    "another host": Scenario(_all_lead_to_another_host, THERE, _healed, THERE),
}


def states_of(watching: Watching) -> dict[str, tuple[str, int]]:
    """The present state of each article by the path of its record, and how many addresses it has.

    Without the table of states: `gone` and `there`, by articles.removed_at.
    """
    held = watching.rows("select 1 from sqlite_master where name = 'sightings'")
    state = (
        """(select state from sightings where article = articles.id
            order by since_at desc, id desc limit 1)"""
        if held
        else "iif(removed_at is null, 'there', 'gone')"
    )
    rows = watching.rows(
        f"""select articles.url, coalesce({state}, 'there'),
            (select count(*) from pages where article = articles.id
                and kind = 'article'), removed_at
        from articles"""
    )
    return {
        "/" + url.removeprefix(watching.portal.url): (state, addresses)
        for url, state, addresses, _ in rows
    }
