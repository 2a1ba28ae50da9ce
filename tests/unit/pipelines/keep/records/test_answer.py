"""What one answer leaves: its capture, the address's state, discoveries, and issues."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pipelines.keep.database.archive import Archive
from pipelines.keep.frontier.pages import begin_visit
from pipelines.keep.records.sites import keep_site
from pipelines.outcomes import IssueKind, Refusal
from pipelines.read.reading import Document, Link, Note, Reading
from portals.site import UNDETERMINED, Site, site_for_address
from tests.builders.archived_answers import AT, SITE, URL, Keeper, article, dated, read_as

DAY = timedelta(days=1)
HOME = "http://lungvai.example/"


@pytest.fixture
def keeper(archive: Archive) -> Keeper:
    return Keeper(archive)


@pytest.mark.parametrize(
    ("status", "reading", "outcome", "state", "after"),
    [
        (200, read_as(article(published=dated())), "article-new", "held", DAY),
        (203, read_as(article(published=dated())), "article-new", "held", DAY),
        (300, Reading("listing", "nukeviet"), "listing", "held", None),
        (
            200,
            Reading("refused", refusal=Refusal.NOT_AN_ARTICLE, detail="d"),
            "refused-not-an-article",
            "refused",
            None,
        ),
        (
            200,
            Reading("refused", refusal=Refusal.CHALLENGE, detail="d"),
            "refused-challenge",
            "failing",
            timedelta(minutes=15),
        ),
        (404, None, "gone", "gone", DAY),
        (410, None, "gone", "gone", DAY),
        *(
            (status, None, "client-error", "failing", timedelta(minutes=15))
            for status in (204, 300, 400, 401, 402, 403, 406, 407, 418, 423, 444, 451, 498, 499)
        ),
        (429, None, "server-error", "failing", timedelta(minutes=15)),
        (500, None, "server-error", "failing", timedelta(minutes=15)),
        (503, None, "server-error", "failing", timedelta(minutes=15)),
        (520, None, "server-error", "failing", timedelta(minutes=15)),
        (999, None, "server-error", "failing", timedelta(minutes=15)),
        (None, None, "failed", "failing", timedelta(minutes=15)),
    ],
)
def test_every_answer_has_one_outcome_and_leaves_its_address_in_one_state(
    keeper: Keeper,
    status: int | None,
    reading: Reading | None,
    outcome: str,
    state: str,
    after: timedelta | None,
) -> None:
    assert keeper.keep(reading, status=status).outcome == outcome
    assert keeper.one("select outcome from captures") == {"outcome": outcome}
    due = None if after is None else f"{AT + after:%Y-%m-%dT%H:%M:%S}.000Z"
    assert keeper.one("select state, next_due_at, last_fetched_at from pages") == {
        "state": state,
        "next_due_at": due,
        "last_fetched_at": "2026-03-02T01:00:00.000Z",
    }


def test_a_capture_points_to_its_bytes_and_one_without_an_answer_to_none(keeper: Keeper) -> None:
    keeper.keep(
        None, status=500, body=b"down", headers=(("Content-Type", "text/html; charset=utf-8"),)
    )
    keeper.keep(None, AT + DAY, status=None)
    whole, failed = keeper.rows("select * from captures order by id")
    assert (whole["bytes"], whole["media_type"], whole["warc_file"]) == (
        4,
        "text/html",
        "run-1.warc.gz",
    )
    assert (failed["status"], failed["warc_file"], failed["error"]) == (
        None,
        None,
        "TimeoutError: too late",
    )


@pytest.mark.parametrize(
    ("location", "outcome", "remembered"),
    [
        (
            "/tin-tuc/hop-dan-moi-7.html",
            "redirect",
            "http://lungvai.example/tin-tuc/hop-dan-moi-7.html",
        ),
        ("http://elsewhere.example/tin", "redirect-offsite", None),
        (URL, "redirect-loop", None),
        ("javascript:alert(1)", "redirect-loop", None),
        ("/", "gone", None),  # the soft 404 of many portals
    ],
)
def test_a_redirect_is_an_outcome_of_its_own(
    keeper: Keeper, location: str, outcome: str, remembered: str | None
) -> None:
    assert keeper.keep(None, status=302, headers=(("Location", location),)).outcome == outcome
    others = [row["url"] for row in keeper.rows("select url from pages where url <> ?", URL)]
    assert others == ([remembered] if remembered else [])


def test_a_file_behind_redirects_belongs_to_the_link_that_led_there(keeper: Keeper) -> None:
    link, stub, file = (f"{HOME}tep/{name}" for name in ("5", "tai-ve", "ke-hoach.pdf"))
    keeper.keep(read_as(article(files=[link])))
    keeper.keep(None, url=link, kind="attachment", status=302, headers=(("Location", stub),))
    keeper.keep(Reading("redirect", target=file), url=stub, kind="attachment")
    document = Document("application/pdf", "Kế hoạch")
    keeper.keep(Reading("attachment", document=document), url=file, kind="attachment")
    assert keeper.one("select url, text, capture from attachments") == {
        "url": link,
        "text": "Kế hoạch",
        "capture": 4,
    }


def test_a_choice_of_pages_with_a_location_is_a_redirect(keeper: Keeper) -> None:
    target = "http://lungvai.example/tin-tuc/hop-dan-moi-7.html"
    kept = keeper.keep(None, status=300, headers=(("Location", target),))
    assert (kept.outcome, kept.detail) == ("redirect", f"{URL}: redirects to {target}")


def test_a_page_that_leads_on_is_taken_like_a_redirect_by_a_header(keeper: Keeper) -> None:
    def led(target: str) -> str:
        return keeper.keep(Reading("redirect", target=target)).outcome

    assert led("http://elsewhere.example/tin") == "redirect-offsite"
    assert led(URL) == "redirect-loop"
    assert led("http://lungvai.example/") == "gone"
    assert keeper.rows("select url from pages where url <> ?", URL) == []
    target = "http://lungvai.example/tin-tuc/hop-dan-moi-7.html"
    assert led(target) == "redirect"
    state = "select state, kind, etag from pages where url = ?"
    assert keeper.one(state, target) == {"state": "waiting", "kind": "article", "etag": None}
    keeper.keep(read_as(article(url=target)), AT + DAY, url=target)
    assert keeper.one(state, URL)["state"] == "refused"  # it is settled


def test_a_chain_of_redirects_to_a_known_list_is_settled_whatever_was_asked_first(
    keeper: Keeper,
) -> None:
    inner, home = f"{HOME}vao", f"{HOME}trang-chu"

    def visit(at: datetime) -> None:
        for url, target in ((HOME, inner), (inner, home)):
            headers = (("Location", target),)
            keeper.keep(None, at, url=url, kind="listing", status=302, headers=headers)
        keeper.keep(Reading("listing", "nukeviet"), at, url=home, kind="listing")

    for visits in range(2):
        visit(AT + visits * DAY)
        rows = keeper.rows("select state from pages order by id")
        assert [row["state"] for row in rows] == ["refused", "refused", "held"]
        with keeper.archive.transaction() as db:
            begin_visit(db, SITE.key, at=AT + (visits + 1) * DAY)


def test_a_held_article_outlives_a_refresh_to_a_log_in(keeper: Keeper) -> None:
    keeper.keep(read_as(article()))
    keeper.keep(Reading("redirect", target="http://lungvai.example/dang-nhap"), AT + DAY)
    assert keeper.one("select state, reason from pages where url = ?", URL) == {
        "state": "failing",
        "reason": "redirect",
    }
    assert keeper.one("select url, removed_at from articles") == {"url": URL, "removed_at": None}


def test_what_a_page_names_is_remembered_in_the_same_transaction(keeper: Keeper) -> None:
    links = (
        Link("http://lungvai.example/tin-tuc/tin-1.html", "article", "Tin một"),
        Link("http://lungvai.example/kinh-te/", "listing"),
    )
    keeper.keep(Reading("listing", "nukeviet", links=links), url=HOME, kind="listing")
    rows = keeper.rows(
        "select url, kind, state, depth, title, found_on from pages where url <> ? order by id",
        HOME,
    )
    home = keeper.one("select id from pages where url = ?", HOME)["id"]
    assert [tuple(row.values()) for row in rows] == [
        (links[0].url, "article", "waiting", 1, "Tin một", home),
        (links[1].url, "listing", "waiting", 1, None, home),
    ]


def test_files_of_other_hosts_are_kept_as_links_and_not_asked_for(keeper: Keeper) -> None:
    files = ("http://lungvai.example/a.pdf", "http://cdn.example/b.pdf")
    keeper.keep(read_as(article(files=files)))
    assert [
        row["url"] for row in keeper.rows("select url from pages where kind = 'attachment'")
    ] == [files[0]]
    assert [row["url"] for row in keeper.rows("select url from attachments order by id")] == list(
        files
    )


def test_what_was_not_understood_is_an_issue_until_it_is(keeper: Keeper) -> None:
    puzzled = Reading(
        "article",
        "nukeviet",
        article=article(),
        notes=(
            Note(IssueKind.BODY_GUESSED, "no rule finds the body"),
            Note(IssueKind.BODY_GUESSED, "said twice"),
        ),
    )
    keeper.keep(puzzled)
    keeper.keep(puzzled, AT + DAY)
    assert [(row["kind"], row["closed_at"]) for row in keeper.rows("select * from issues")] == [
        ("body-guessed", None)
    ]
    keeper.keep(None, AT + 2 * DAY, status=500)  # says nothing about it
    assert keeper.one("select closed_at from issues")["closed_at"] is None
    keeper.keep(read_as(article(published=dated())), AT + 3 * DAY)
    assert keeper.one("select closed_at from issues")["closed_at"] == "2026-03-05T01:00:00.000Z"


def test_a_family_seen_on_the_pages_is_remembered_with_the_site(archive: Archive) -> None:
    keeper = Keeper(archive, Site(name="Xã", url=HOME, key="lungvai"))
    keeper.keep(Reading("article", "generic", article=article()))
    assert keeper.one("select platform from sites")["platform"] is None
    keeper.keep(Reading("listing", "wordpress"), AT + DAY, url=HOME)
    keeper.keep(Reading("article", "nukeviet", article=article()), AT + 2 * DAY)
    assert keeper.one("select platform from sites")["platform"] == "wordpress"


def test_one_article_with_pasted_markup_says_nothing_of_a_site_whose_other_pages_bear_no_sign(
    archive: Archive,
) -> None:
    keeper = Keeper(archive, Site(name="Xã", url=HOME, key="lungvai"))
    keeper.keep(Reading("listing", "generic"), url=HOME)
    pages = [(n, article(f"Bài {n}", url=f"{HOME}tin/{n}.html")) for n in range(5)]
    for n, one in pages:
        keeper.keep(
            Reading("article", "wordpress" if n == 0 else "generic", article=one),
            AT + n * DAY,
            url=one.url,
        )
    assert keeper.one("select platform from sites")["platform"] is None
    for n, one in pages:  # the portal moves to that family
        keeper.keep(Reading("article", "wordpress", article=one), AT + (9 + n) * DAY, url=one.url)
    assert keeper.one("select platform from sites")["platform"] == "wordpress"


def test_an_import_takes_nothing_from_what_a_sites_file_said(keeper: Keeper) -> None:
    with keeper.archive.transaction() as db:
        keep_site(db, replace(SITE, timezone="Asia/Vientiane"), "file", AT)
        keep_site(
            db,
            Site(name="lungvai.example", url=HOME, language=UNDETERMINED, key="lungvai"),
            "import",
            AT,
        )
    told = {
        "name": SITE.name,
        "origin": "file",
        "platform": "nukeviet",
        "language": "vi",
        "timezone": "Asia/Vientiane",
    }
    assert keeper.one("select name, origin, platform, language, timezone from sites") == told


def test_no_language_is_known_of_a_site_that_nobody_described(archive: Archive) -> None:
    with archive.transaction() as db:
        for origin in ("address", "import"):
            keep_site(db, site_for_address(HOME), origin, AT)
    assert archive.connection.execute("select language from sites").fetchone()["language"] == "und"


def test_a_validator_is_kept_only_with_the_text_that_it_is_of(keeper: Keeper) -> None:
    keeper.keep(
        read_as(article()),
        headers=(("ETag", '"one"'), ("Last-Modified", "Mon, 02 Mar 2026 01:00:00 GMT")),
    )
    assert keeper.one("select etag, last_modified from pages") == {
        "etag": '"one"',
        "last_modified": "Mon, 02 Mar 2026 01:00:00 GMT",
    }
    keeper.keep(None, AT + DAY, status=304)
    assert keeper.one("select etag from pages") == {"etag": '"one"'}
    keeper.keep(None, AT + 2 * DAY, status=500, headers=(("ETag", '"error"'),))
    assert keeper.one("select etag, last_modified from pages") == {
        "etag": None,
        "last_modified": None,
    }


def test_an_old_capture_says_nothing_of_how_an_address_stands_now(keeper: Keeper) -> None:
    keeper.keep(read_as(article()))
    before = keeper.rows("select * from pages")
    keeper.keep(None, AT - DAY, status=410)
    assert keeper.rows("select * from pages") == before
    assert keeper.one("select removed_at from articles")["removed_at"] is None


@pytest.mark.parametrize(
    ("families", "remembered"),
    [
        (("sharepoint", "sharepoint-lacviet"), "sharepoint-lacviet"),
        (("sharepoint-lacviet", "sharepoint"), "sharepoint-lacviet"),
        (("nukeviet", "wordpress"), "nukeviet"),
        (("generic", "nukeviet"), "nukeviet"),
    ],
)
def test_a_broad_family_yields_to_a_narrower_one(
    archive: Archive, families: tuple[str, ...], remembered: str
) -> None:
    keeper = Keeper(archive, replace(SITE, platform=None))
    for number, family in enumerate(families):
        keeper.keep(Reading("listing", family), AT + number * DAY, url=HOME, kind="listing")
    assert keeper.one("select platform from sites") == {"platform": remembered}
