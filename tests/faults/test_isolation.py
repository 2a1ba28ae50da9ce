"""F12: one portal that is down, broken or hostile changes no record of the others."""

import os
from pathlib import Path
from typing import Any

from tests.builders.archive_invariants import assert_exit_code_agrees, assert_invariants
from tests.builders.hostile_web import SECTION, Host, HostileWeb, article_path
from tests.builders.misbehaviour import ANSWERS, body, hang, redirect, status
from tests.builders.sample_world import HostileWorld

PORTALS = int(os.environ.get("LOA_PORTALS", "6"))
RUNS = int(os.environ.get("LOA_RUNS", "5"))
HELD = """select site, url, title, lead, body, author, published_on, published_at,
        published_evidence, removed_at is null as there, section,
        (select count(*) from revisions where article = articles.id) as versions
    from articles where site <> 'xau' order by url"""
KNOWN = (
    "select site, url, kind, state, reason, depth, failures from pages where site "
    "<> 'xau' order by url"
)
CHALLENGE = b"<script>document.cookie='D1N=1';window.location.reload(true);</script>"


def misbehave(web: HostileWeb, host: Host, run: int) -> None:
    """What is wrong with the bad host in this run: each kind in its turn."""
    host.answers, host.everywhere, host.robots = {}, None, "User-agent: *\nDisallow:\n"
    if run % 5 == 1:
        web.down(host.name)
    if run % 5 == 2:
        web.up(host.name)
        for n, answer in enumerate(ANSWERS.values()):
            host.answers[article_path(n)] = answer
        host.robots = "User-agent: *\nCrawl-delay: 0.01\n"
    if run % 5 == 3:
        host.everywhere = body(CHALLENGE)
    if run % 5 == 4:
        host.everywhere = (status(500), hang, redirect("{path}?x=1"), status(404))[run // 5 % 4]


def test_one_bad_portal_changes_no_row_of_the_others(tmp_path: Path) -> None:
    with HostileWeb() as web:
        good = [web.add(f"tot-{n}", 12 + n) for n in range(PORTALS - 1)]
        bad = web.add("xau", len(ANSWERS) + 5)
        beside, control = (
            HostileWorld(tmp_path / name, web, {"timeout": 2.0, "max_pages": 80})
            for name in ("beside", "control")
        )
        for run in range(RUNS):
            misbehave(web, bad, run)
            for n, host in enumerate(good):
                if (run + n) % 2:
                    host.articles += 1
                host.edits[(run + n) % host.articles] = f"Sửa lần {run}."
                host.answers = {article_path(run): status(404)} if n == run % len(good) else {}
            running = [
                beside.start_later(run, "crawl", *web.hosts),
                control.start_later(run, "crawl", *(host.name for host in good)),
            ]
            for process, world in zip(running, (beside, control), strict=True):
                _, told = process.communicate(timeout=300)
                assert "Traceback" not in told
                assert_invariants(world.archive)
                last = world.value("select max(id) from runs") - (
                    PORTALS if world is beside else PORTALS - 1
                )
                assert_exit_code_agrees(world.archive, process.returncode, after_run=last)
            for query in (HELD, KNOWN):
                assert beside.rows(query) == control.rows(query), f"run {run}"
        assert {row["site"] for row in beside.rows(HELD)} == {host.name for host in good}
        bad.answers, bad.everywhere = {}, None
        if (RUNS - 1) % 5 == 1:
            web.up("xau")
        _, told = beside.start_later(RUNS, "crawl", "xau").communicate(timeout=300)
        assert recovered(beside, bad), told


def recovered(world: HostileWorld, host: Host) -> bool:
    """Whether the last visit of a host could ask for all its listings again."""
    listings = {
        host.url,
        *(f"{host.url}chuyen-muc/muc-{n}/" for n in range(-(-host.articles // SECTION))),
    }
    held: list[dict[str, Any]] = world.rows(
        "select url from pages where site = ? and kind = 'listing' and state = 'held'", host.name
    )
    return (
        listings <= {row["url"] for row in held}
        and world.value(
            "select outcome from runs where site = ? order by id desc limit 1", host.name
        )
        == "ok"
    )
