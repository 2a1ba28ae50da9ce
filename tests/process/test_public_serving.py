"""`loa serve --public`: what strangers can see, what they cannot do, and how snapshots change."""

import asyncio
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from pipelines.keep.database.snapshot import take_snapshot
from tests.bench.large_archive.build import build
from tests.builders.running_processes import children_of, proc_text
from tests.builders.sample_world import until
from tests.builders.served_archive import KEY, ServedArchive, fill_archive, free_port
from tests.builders.slow_clients import ABUSES, Answer, Clients, beside
from web.serving.public import TABLES

ARTICLES = int(os.environ.get("LOA_PUBLIC_ARTICLES", "0"))  # 0: the five of the small archive
SWAPS = int(os.environ.get("LOA_SWAPS", "3"))
ROUNDS = int(os.environ.get("LOA_ABUSES", "1"))
SLOW = int(os.environ.get("LOA_SLOW_CLIENTS", "6"))
CLIENTS = 20  # who ask together for 50 pages a second
MEMORY_KIB = 512 * 1024
INTERNAL = (
    *("versions", "versions.json", "plugins.json", "settings.json", "config", "config.json"),
    *("threads.json", "actor.json", "databases", "databases.json", "metadata.json", "auth-token"),
    *("logout", "permissions", "messages", "allow-debug", "patterns", "static/app.css"),
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret-folder") / "kho.db"
    if ARTICLES:
        build(ARTICLES, path)
    else:
        fill_archive(path)
    return path


@pytest.fixture(scope="module")
def public(archive: Path) -> Iterator[ServedArchive]:
    with ServedArchive(archive, "--public") as served:
        yield served


def clients(served: ServedArchive) -> Clients:
    assert served.client.base_url.port is not None
    return Clients(served.client.base_url.port)


def hidden_tables(archive: Path) -> list[str]:
    with closing(sqlite3.connect(archive)) as db:
        names = db.execute("select name from sqlite_master where type in ('table', 'view')")
        return sorted({name for (name,) in names} - TABLES)


def peak_kib(process: int) -> int:
    """The most memory that a process and those that it started held."""
    held = 0
    for one in (process, *children_of(process)):
        found = re.search(r"VmHWM:\s*(\d+)", proc_text(Path(f"/proc/{one}/status")))
        held += int(found[1]) if found else 0
    return held


def test_the_server_tells_nothing_of_itself(public: ServedArchive) -> None:
    paths = [f"/-/{name}" for name in INTERNAL]
    paths += ["/_internal", "/_internal/databases.json", "/_memory", "/_memory.json?sql=select+1"]
    paths += ["/:memory:", "/archive.db", "/kho", "/kho.db", "/kho.public/articles"]
    assert {path: public.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)


def test_the_crawlers_tables_are_not_there(public: ServedArchive, archive: Path) -> None:
    hidden = hidden_tables(archive)
    assert {"pages", "hosts", "articles_fts", "sketches"} <= set(hidden)
    for table in hidden:
        for end in ("", ".json", ".csv", "/1", "/1.json"):
            assert public.get(f"/archive/{table}{end}").status_code == 404, table
    listed = public.get("/archive.json").json()
    assert {one["name"] for one in (*listed["tables"], *listed["views"])} <= TABLES
    named = re.compile(rf'"(?:{"|".join(hidden)})"')
    through = {"_through": '{"table": "pages", "column": "site", "value": "x"}'}
    for path in ("/archive.json", "/archive/sites.json", f"/archive/sites/{KEY}.json"):
        assert not named.search(public.get(path, _extras="foreign_key_tables").text), path
    assert public.get("/archive/sites.json", **through).status_code in (403, 404)


def test_only_an_owner_may_compare_texts_with_a_long_pattern(
    public: ServedArchive, served: ServedArchive
) -> None:
    for end in ("json", "csv"):
        for filter_ in ("body__contains", "body__glob"):
            asked = {filter_: "a" * 400}
            assert public.get(f"/archive/articles.{end}", **asked).status_code == 400
            assert served.get(f"/archive/articles.{end}", **asked).status_code == 200
    assert public.get("/archive/articles.json", body__contains="a" * 200).status_code == 200


def test_errors_tell_nothing_of_the_machine(public: ServedArchive, archive: Path) -> None:
    wrong = [
        *("/none", "/none.json", "/archive/none", "/archive/none.json", "/archive/articles/none"),
        *("/archive/articles?_sort=none", "/archive/articles.json?_sort=none"),
        *("/archive/articles.json?_next=z,z", "/archive/articles.json?_facet=none"),
        *("/archive/articles?_through=none", "/archive/articles?_through={}", "/archive?sql=x"),
        *("/archive/articles?_where=x", "/archive/articles.none", "/a/none", "/capture/99999999"),
        *("/capture/1/record", "/capture/1/bytes", "/attachment/1/file", "/image/99/file"),
        *("/archive/search.json?q=%22", "/%ff", "/static/../../etc/passwd", "/static/none"),
        *("/archive/articles.json?id__in=[[[", "/archive/articles?_size=-1"),
        *("/archive/articles.json?body__like=" + "%25" * 2000, "/archive/articles?_col=none"),
    ]
    folders = [archive.parent.name, "site-packages", "/web/", "Traceback", "kho.public"]
    for path in wrong:
        answer = public.get(path)
        assert answer.status_code < 500, path
        told = answer.text + str(answer.headers)
        assert [one for one in folders if one in told] == [], path
    assert "Traceback" not in "".join(public.log)


def test_redirects_stay_on_the_site(public: ServedArchive) -> None:
    forms = (
        *("//x.example/", "/\\x.example/", "/%5Cx.example/", "/%2Fx.example/", "/%2F%2Fx.example/"),
        *("///x.example//", "/\\/x.example/", "/%5C%5Cx.example/", "/.//x.example/"),
        *("/;//x.example/", "/https:x.example/", "/archive/..//x.example/"),
    )  # fmt: skip
    for form in forms:
        url = f"http://127.0.0.1:{public.client.base_url.port}"
        with httpx.Client() as client:
            answer = client.get(httpx.URL(url).copy_with(raw_path=form.encode()))
        leads = answer.headers.get("location", "/")
        assert re.match(r"/(?![/\\])", leads), (form, leads)


def test_a_reader_who_has_a_page_gets_304_until_the_snapshot_changes(
    tmp_path: Path, archive: Path
) -> None:
    shown = tmp_path / "shown.db"
    take_snapshot(archive, shown)
    options = ("--public", "--snapshot", str(shown), "--refresh", "0")
    with ServedArchive(archive, *options) as served:
        paths = ("/", "/archive/articles", "/archive/articles.json", "/status", "/search?q=xa")
        for path in paths:
            first = served.get(path)
            tag = first.headers["etag"]
            again = served.client.get(path, headers={"if-none-match": tag})
            assert (again.status_code, again.content) == (304, b""), path
            assert again.headers["content-security-policy"]
            english = {"if-none-match": tag, "cookie": "loa_language=en"}
            assert served.client.get(path, headers=english).status_code == 200
            head = served.client.head(path)
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["etag"] == tag
            assert "Cookie" in first.headers["vary"]
        for path in ("/none", "/-/versions.json", "/archive/pages", "/feeds/none.atom"):
            anything = served.client.get(path, headers={"if-none-match": "*"})
            assert anything.status_code == 404, path
        posted = served.client.post("/", headers={"if-none-match": served.get("/").headers["etag"]})
        assert posted.status_code == 405
        style = re.search(r'href="(/static/loa\.css\?v=\w+)"', served.get("/").text)
        assert style is not None
        assert "immutable" in served.get(style[1]).headers["cache-control"]
        tag = served.get("/").headers["etag"]
        with sqlite3.connect(archive) as db:
            db.execute("update sites set first_seen_at = '2020-01-01T00:00:00Z'")
        db.close()
        take_snapshot(archive, shown)
        until(lambda: served.client.get("/", headers={"if-none-match": tag}).status_code == 200)


def test_answers_are_compressed_but_not_what_is_packed_already(public: ServedArchive) -> None:
    page = public.get("/archive/articles")
    assert page.headers["content-encoding"] == "gzip"
    plain = public.client.get("/archive/articles", headers={"accept-encoding": "identity"})
    assert plain.text == page.text


def test_an_owners_pages_are_never_kept(served: ServedArchive) -> None:
    for path in ("/", "/archive/articles", "/archive/articles.json", "/none"):
        answer = served.get(path)
        assert "no-cache" in answer.headers["cache-control"]
        assert "etag" not in answer.headers


def test_abuse_and_slow_clients_hold_nobody_up(public: ServedArchive) -> None:
    """`LOA_PUBLIC_SECONDS`: how long a light page may take beside them."""
    longest = float(os.environ.get("LOA_PUBLIC_SECONDS", "60"))
    there = clients(public)
    abused: list[Answer] = []
    light: list[Answer] = []

    async def abuse(path: str) -> None:
        for _ in range(ROUNDS):
            abused.append(await there.get(path))

    async def read() -> None:
        while len(abused) < ROUNDS * len(ABUSES):
            light.append(await there.get("/"))
            await asyncio.sleep(0.1)

    async def everybody() -> None:
        slow = [there.send_slowly(600) for _ in range(SLOW)]
        slow += [there.read_slowly("/archive/articles.json?_size=100", 600) for _ in range(SLOW)]
        await beside(lambda: asyncio.gather(read(), *map(abuse, ABUSES)), [*slow])

    asyncio.run(everybody())
    assert {one.status for one in light} == {200}
    assert {one.status for one in abused} <= {200, 400, 403, 404, 503}
    for one in abused:
        # A download is a stream of rows, bounded by its own limits; a page is made at once.
        assert one.length <= 5_000_000 or "content-length" not in one.headers
        assert one.status != 503 or "retry-after" in one.headers
    slowest, memory = max(one.seconds for one in light), peak_kib(public.process.pid)
    print(f"measured: a light page at most {slowest:.2f} s, {memory >> 10} MiB,", end=" ")
    print(f"{len(abused)} abuses, at most {max(one.seconds for one in abused):.1f} s")
    assert slowest <= longest
    assert memory <= MEMORY_KIB
    assert "Traceback" not in "".join(public.log)


@pytest.mark.skipif(SLOW < 20, reason="takes the time that slow clients have: make soak")
def test_slow_clients_are_cut_off(public: ServedArchive) -> None:
    there = clients(public)

    async def cut_off() -> list[bool]:
        slow = [there.send_slowly(60) for _ in range(SLOW)]
        slow += [there.read_slowly("/archive/articles.json?_size=100", 60) for _ in range(SLOW)]
        return await asyncio.gather(*slow)

    assert asyncio.run(cut_off()) == [True] * 2 * SLOW


def test_a_swap_loses_no_request_and_mixes_nothing(tmp_path: Path, archive: Path) -> None:
    """Each snapshot says its number in the name of the site and in each title."""
    work, shown = tmp_path / "work.db", tmp_path / "shown.db"
    take_snapshot(archive, work)
    number(work, 0)
    take_snapshot(work, shown)
    seen: list[tuple[int, set[bytes]]] = []
    options = ("--public", "--snapshot", str(shown), "--refresh", "0")
    with ServedArchive(archive, *options) as served:
        there = clients(served)
        paths = ["/"] * 8 + ["/archive/articles?_size=5", "/archive/articles.json"]

        async def ask(path: str) -> None:
            answer = await there.get(path)
            seen.append((answer.status, set(re.findall(rb"EDITION(\d+)", answer.body))))

        async def swap(edition: int) -> None:
            before = len(seen)
            await asyncio.to_thread(number, work, edition)
            await asyncio.to_thread(take_snapshot, work, shown)
            async with asyncio.timeout(60):
                while str(edition).encode() not in set().union(*(one for _, one in seen[before:])):
                    await asyncio.sleep(0.05)

        async def client(swaps: asyncio.Task[None]) -> None:
            loop = asyncio.get_running_loop()
            while not swaps.done():
                due = loop.time() + CLIENTS / 50
                await ask(paths[len(seen) % 10])
                await asyncio.sleep(due - loop.time())

        async def load() -> None:
            began = asyncio.get_running_loop().time()
            swaps = asyncio.create_task(all_swaps())
            await asyncio.gather(swaps, *(client(swaps) for _ in range(CLIENTS)))
            rate = len(seen) / (asyncio.get_running_loop().time() - began)
            print(f"measured: {len(seen)} requests, {rate:.0f} a second, during {SWAPS} swaps")

        async def all_swaps() -> None:
            for edition in range(1, SWAPS + 1):
                await swap(edition)

        asyncio.run(load())
        assert {status for status, _ in seen} == {200}
        assert {len(editions) for _, editions in seen} == {1}
        until(lambda: opened(served, shown) == {shown.stat().st_ino})


def number(path: Path, edition: int) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("update sites set name = ?", [f"EDITION{edition}"])
        db.execute("update articles set title = ?", [f"EDITION{edition}"])


def opened(served: ServedArchive, file: Path) -> set[int]:
    """The files of that name, replaced ones too, that the server holds open."""
    folder = Path(f"/proc/{served.process.pid}/fd")
    return {
        one.stat().st_ino
        for one in folder.iterdir()
        if one.is_symlink() and os.readlink(one).startswith(str(file))
    }


def test_a_bad_file_is_refused_and_the_old_one_stays(tmp_path: Path, archive: Path) -> None:
    shown, bad = tmp_path / "shown.db", tmp_path / "bad.db"
    take_snapshot(archive, shown)
    whole = shown.read_bytes()
    made_at, sent_at = 1_700_000_000, 1_700_000_060
    os.utime(shown, (made_at, made_at))
    options = ("--public", "--snapshot", str(shown), "--refresh", "0")
    with ServedArchive(archive, *options) as served:
        for written in (whole[: len(whole) // 2], whole[:4096] + bytes(len(whole) - 4096), b"no"):
            served.log.clear()
            bad.write_bytes(written)
            os.utime(bad, (sent_at, sent_at))
            bad.rename(shown)
            until(lambda: any("refused" in line for line in served.log))
            assert served.get("/").status_code == 200
            assert served.get("/archive/articles.json").json()["rows"]
            told = parsedate_to_datetime(served.get("/feeds/new.atom").headers["last-modified"])
            assert told.timestamp() == made_at  # of what is shown, not of the file refused
        # Copied into the place of the file itself: nothing is answered until it is whole.
        fill_archive(tmp_path / "other.db")
        take_snapshot(tmp_path / "other.db", bad)
        bad.rename(shown)
        until(lambda: any("a new snapshot is shown" in line for line in served.log))
        shutil.copyfile(archive.with_name("kho.db"), tmp_path / "next.db")
        take_snapshot(tmp_path / "next.db", bad)
        shown.write_bytes(bad.read_bytes()[:8192])
        assert served.get("/archive/articles.json").status_code == 503
        shown.write_bytes(bad.read_bytes())
        until(lambda: served.get("/archive/articles.json").status_code == 200)


def test_a_snapshot_is_made_anew_when_the_archive_changed(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    fill_archive(archive)
    with ServedArchive(archive, "--public", "--refresh", "0.02") as served:
        with closing(sqlite3.connect(archive)) as db, db:
            db.execute("update sites set name = 'Tên mới'")
        until(lambda: "Tên mới" in served.get("/archive/sites").text)
    shown = tmp_path / "archive.public.db"
    with ServedArchive(archive, "--public", "--refresh", "0.02") as served:
        shown.unlink()
        assert served.get("/").status_code == 200
        until(shown.exists)
        shown.unlink()  # that it was made from this very archive does not matter
        until(shown.exists)
    assert {one.name for one in tmp_path.glob("*.db*")} >= {"archive.db", "archive.public.db"}


def test_what_cannot_be_shown_is_refused_at_the_start(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    fill_archive(archive)
    serve = [sys.executable, "-m", "crawler", "serve", "--archive", str(archive), "--public"]
    for options, code, told in (
        (["--refresh", "0", "--snapshot", str(tmp_path / "none.db")], 4, "`loa snapshot"),
        (["--snapshot", str(archive)], 12, "is the archive itself"),
    ):
        done = subprocess.run(
            [*serve, "--port", str(free_port()), *options],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == code, done.stderr
        assert told in done.stderr
        assert len(done.stderr.splitlines()) == 1
