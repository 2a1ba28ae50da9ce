"""Hundreds of bad inputs, served byte for byte on loopback and crawled by the real command.

Each ends in one typed outcome within limits, and its bytes are kept.
"""

import hashlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from pipelines.keep.records.captures import place_of
from pipelines.keep.warc.reader import read_record
from pipelines.readers.readers import SECOND_TRY_SECONDS
from tests.builders.archive_invariants import (
    assert_exit_code_agrees,
    assert_invariants,
    opened_read_only,
)
from tests.builders.running_processes import children_of
from tests.builders.sample_world import CONTACT, LOA
from tests.faults.bad_inputs import (
    addresses,
    attachments,
    charsets,
    compression,
    dates,
    feeds,
    framing,
    redirects,
    storage,
    structure,
    traps,
)
from tests.faults.bad_inputs.case import BadInput, answer, article_page, html_answer
from tests.faults.bad_inputs.portal import ExactPortal, Host

WHOLE = {
    "framing": framing.CASES,
    "compression": compression.CASES,
    "structure": structure.CASES,
    "charsets": charsets.CASES,
    "dates": dates.CASES,
    "attachments": attachments.CASES,
    "storage": storage.CASES,
    "feeds": feeds.cases("http://x/"),
    "redirects": redirects.cases("http://x/", "http://y/"),
}
CLASSES = list(WHOLE)
NAMES = [
    pytest.param(group, case.name, id=f"{group}: {case.name}")
    for group, cases in WHOLE.items()
    for case in cases
]
MEMORY_OF_A_READER = 512 << 10  # KiB
MEMORY_OF_THE_CRAWLER = 300 << 10
MOST_OF_A_TRAP = 200  # requests


class Memory(threading.Thread):
    """Watches a process and its children.

    `crawler` and `reader` are the most that either ever held, in KiB.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.crawler, self.reader = pid, 0, 0

    def run(self) -> None:
        """Until the process is gone."""
        while (held := peak_of(self.pid)) is not None:
            self.crawler = max(self.crawler, held)
            self.reader = max(
                self.reader, 0, *(peak_of(child) or 0 for child in children_of(self.pid))
            )
            time.sleep(0.05)


def peak_of(pid: int) -> int | None:
    """The most memory that a process has held so far, in KiB; None once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), None)


@dataclass
class Crawled:
    """What one `loa crawl` of hostile portals left behind."""

    archive: Path
    hosts: dict[str, Host]
    addresses: dict[tuple[str, str], str] = field(default_factory=dict)
    cases: dict[tuple[str, str], BadInput] = field(default_factory=dict)
    code: int = 0
    errors: str = ""
    memory: Memory | None = None

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What the archive holds."""
        with opened_read_only(self.archive) as db:
            return [dict(row) for row in db.execute(query, values)]


def crawl(folder: Path, sites: dict[str, str], archive: Path) -> tuple[int, str, Memory]:
    """Crawl site files given as text: exit code, what it said, and the memory it held."""
    (folder / "sites").mkdir(parents=True)
    for key, text in sites.items():
        (folder / "sites" / f"{key}.toml").write_text(text, encoding="utf-8")
    environment = {**os.environ, "LOA_SITES": str(folder / "sites"), "LOA_CONTACT": CONTACT}
    command = [str(LOA), "crawl", "--archive", str(archive), *sites]
    with (folder / "errors").open("w+", encoding="utf-8") as errors:
        running = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        memory = Memory(running.pid)
        memory.start()
        code = running.wait(timeout=300)
        errors.seek(0)
        return code, errors.read(), memory


def site_file(
    host: Host, hosts: list[str], listings: list[tuple[str, str]], *, max_pages: int = 1_000
) -> str:
    """A site file for a portal on loopback."""
    named = "".join(f'[[listing]]\nkind = "{kind}"\nurl = "{url}"\n' for kind, url in listings)
    others = ", ".join(f'"{name}"' for name in hosts)
    crawl = f"[crawl]\ndelay = 0\nallow_private = true\nmax_pages = {max_pages}\n"
    return f'name = "Trang tin xã Nà Lũng"\nurl = "{host.url}"\nhosts = [{others}]\n{crawl}{named}'


def map_of(urls: list[str]) -> Callable[[], bytes]:
    """A sitemap, as an answer."""
    located = "".join(f"<url><loc>{escape(url)}</loc></url>" for url in urls)
    return lambda: answer(
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{located}</urlset>'.encode(
            "utf-8", "surrogatepass"
        ),
        "Content-Type: text/xml",
    )


def serve_class(
    portal: ExactPortal, crawled: Crawled, group: str, cases: list[BadInput], host: Host
) -> str:
    """Puts the cases of a class on a host, or each on a host of its own; returns the site file."""
    listings, named, hosts, files = [("sitemap", f"{host.url}all.xml")], [], [], []
    for number, case in enumerate(cases):
        own = portal.host() if case.alone else host
        path = (
            f"/tep/{case.path}"
            if case.kind == "attachment"
            else case.path or f"/chi-tiet/{group}-{number}"
        )
        own.answers[path] = case.wire
        if case.reset:
            own.aborted.add(path)
        url = f"{own.url[:-1]}{path}"
        crawled.addresses[group, case.name], crawled.cases[group, case.name] = url, case
        if case.alone:
            hosts.append(own.url.split("/")[2])
        if case.kind == "article":
            named.append(url)
        elif case.kind == "attachment":
            files.append(path)
        else:
            listings.append((case.kind, url))
    if files:
        page = article_page(
            after="".join(
                f'<p class="dinh-kem"><a href="{path}">Tệp {path}</a></p>' for path in files
            )
        )
        host.answers["/chi-tiet/co-tep"] = lambda: html_answer(
            page.replace("</div></div>", "", 1).replace("<footer>", "</div></div><footer>", 1)
        )
        named.append(f"{host.url}chi-tiet/co-tep")
    host.answers["/all.xml"] = map_of(named)
    return site_file(host, hosts, listings)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """All classes, each a portal of its own, crawled once by one command."""
    folder = tmp_path_factory.mktemp("bad-inputs")
    with ExactPortal() as portal:
        hosts = {group: portal.host() for group in (*CLASSES, "addresses", "stranger")}
        crawled = Crawled(folder / "archive.db", hosts)
        cases = {
            **WHOLE,
            "feeds": feeds.cases(hosts["feeds"].url),
            "redirects": redirects.cases(hosts["redirects"].url, hosts["stranger"].url),
        }
        sites = {
            group: serve_class(portal, crawled, group, cases[group], hosts[group])
            for group in CLASSES
        }
        hosts["redirects"].otherwise = redirects.hops
        host = hosts["addresses"]
        host.otherwise = lambda path: html_answer(article_page(title=f"Bài ở {len(path)}"))
        host.answers["/robots.txt"] = lambda: answer(
            b"User-agent: *\nDisallow:\n", "Content-Type: text/plain"
        )
        written = [
            href.format(root=host.url, host=host.url.split("/")[2])
            for _, href, _ in addresses.PAIRS
        ]
        host.answers["/all"] = lambda: html_answer(
            "<html><body><ul>"
            + "".join(f"<li><a href={attribute(href)}>x</a></li>" for href in written)
            + "</ul></body></html>"
        )
        host.answers["/all.xml"] = map_of(
            [href for href in written if not any(sign in href for sign in "\x01\ud800")]
        )
        sites["addresses"] = site_file(
            host, [], [("html", f"{host.url}all"), ("sitemap", f"{host.url}all.xml")]
        )
        crawled.code, crawled.errors, crawled.memory = crawl(folder, sites, crawled.archive)
        yield crawled


def attribute(value: str) -> str:
    """A value of an attribute in quotes."""
    return '"' + value.replace("&", "&amp;").replace('"', "&quot;") + '"'


@pytest.mark.parametrize(("group", "name"), NAMES)
def test_a_bad_input_ends_in_one_typed_outcome_with_its_bytes_kept(
    crawled: Crawled, group: str, name: str
) -> None:
    case, url = crawled.cases[group, name], crawled.addresses[group, name]
    *before, capture = crawled.rows("select * from captures where url = ? order by id", url)
    assert len(before) == case.again
    assert capture["outcome"] in case.outcomes, capture["error"]
    if case.body is not None:
        body = case.body()
        assert capture["sha256"] == hashlib.sha256(body).hexdigest()
        kept = read_record(crawled.archive.parent / "captures", place_of(capture))
        assert kept.body == body
    issues = {
        row["kind"]
        for row in crawled.rows("select kind from issues where url = ? and closed_at is null", url)
    }
    assert issues >= set(case.issues) or capture["outcome"] == "refused-too-slow"
    if capture["outcome"] == "article-new":
        # Inputs that show one text are twins: one article with several addresses.
        (article,) = crawled.rows(
            "select articles.* from pages join articles on articles.id = pages.article"
            " where pages.url = ?",
            url,
        )
        for text in case.text:
            assert text in f"{article['title']}\n{article['lead'] or ''}\n{article['body']}"
        if group == "dates":
            assert article["published_on"] == case.published_on


@pytest.mark.parametrize(
    ("href", "asked"), [pytest.param(href, asked, id=name) for name, href, asked in addresses.PAIRS]
)
def test_an_address_is_asked_for_in_its_one_spelling_or_not_at_all(
    crawled: Crawled, href: str, asked: str | None
) -> None:
    host = crawled.hosts["addresses"]
    if asked is not None:
        assert host.asked.count(asked) == 1
        assert (
            len(crawled.rows("select 1 from captures where url = ?", f"{host.url[:-1]}{asked}"))
            == 1
        )
    else:
        assert (
            crawled.rows(
                "select url from pages where url = ?",
                href.format(root=host.url, host=host.url.split("/")[2]),
            )
            == []
        )


def test_no_address_was_asked_for_that_no_page_means(crawled: Crawled) -> None:
    right = {path for _, _, path in addresses.PAIRS if path is not None} | {
        "/robots.txt",
        "/all",
        "/all.xml",
    }
    assert set(crawled.hosts["addresses"].asked) == right


def test_the_archive_is_whole_after_all_of_them(crawled: Crawled) -> None:
    assert_invariants(crawled.archive)
    assert crawled.code == 7, crawled.errors
    assert_exit_code_agrees(crawled.archive, crawled.code)
    assert "Traceback" not in crawled.errors
    assert crawled.rows("select outcome from runs where outcome = 'failed'") == []


def test_every_byte_that_was_kept_reads_back(crawled: Crawled) -> None:
    rows = crawled.rows("select * from captures where status is not null")
    assert len(rows) > 250
    for row in rows:
        body = read_record(crawled.archive.parent / "captures", place_of(row)).body
        assert (hashlib.sha256(body).hexdigest(), len(body)) == (row["sha256"], row["bytes"])


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a name in curly quotes", ("%E2%80%98X-Frame%E2%80%99", "deny")),
        ("a name with a blank", ("Bad%20Name", "a")),
        ("a header without a colon", ("X-Archive-Unnamed", "said")),
    ],
)
def test_a_header_that_browsers_pass_over_is_kept(
    crawled: Crawled, name: str, header: tuple[str, str]
) -> None:
    (row,) = crawled.rows(
        "select * from captures where url = ?", crawled.addresses["framing", name]
    )
    assert header in read_record(crawled.archive.parent / "captures", place_of(row)).headers


def test_the_limits_of_time_and_memory_hold(crawled: Crawled) -> None:
    assert SECOND_TRY_SECONDS < 10  # of one reading: what a bomb may hold a reader
    assert crawled.memory is not None
    assert 0 < crawled.memory.crawler <= MEMORY_OF_THE_CRAWLER
    assert 0 < crawled.memory.reader <= MEMORY_OF_A_READER


def test_no_stranger_was_asked_and_nothing_was_written_elsewhere(crawled: Crawled) -> None:
    assert crawled.hosts["stranger"].asked == []
    assert "/evil.dtd" not in crawled.hosts["feeds"].asked
    folder = crawled.archive.parent
    assert {path.name for path in folder.iterdir()} <= {
        "archive.db",
        "archive.db-wal",
        "archive.db-shm",
        "archive.db-lock",
        "captures",
        "sites",
        "errors",
    }
    assert not list(folder.parent.rglob("*evil*"))
    assert all(path.suffixes[-2:] == [".warc", ".gz"] for path in (folder / "captures").iterdir())


@pytest.mark.parametrize("question", [*storage.TITLES.values()])
def test_a_title_is_found_by_its_own_words(crawled: Crawled, question: str) -> None:
    quoted = '"' + question.replace('"', '""') + '"'
    found = crawled.rows("select rowid from articles_fts where articles_fts match ?", quoted)
    assert (len(found) > 0) == any(map(str.isalnum, question))


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Twelve endless portals, crawled at once. A visit may ask far more than a trap may take."""
    folder = tmp_path_factory.mktemp("traps")
    with ExactPortal() as portal:
        hosts = {}
        for name, make in traps.TRAPS.items():
            hosts[name] = portal.host()
            hosts[name].otherwise = make
            hosts[name].answers["/robots.txt"] = lambda: answer(
                b"User-agent: *\nDisallow:\n", "Content-Type: text/plain"
            )
        sites = {
            name.replace(" ", "-"): site_file(
                host, [], [("html", host.url)], max_pages=2 * MOST_OF_A_TRAP
            )
            for name, host in hosts.items()
        }
        crawled = Crawled(folder / "archive.db", hosts)
        crawled.code, crawled.errors, crawled.memory = crawl(folder, sites, crawled.archive)
        yield crawled


@pytest.mark.parametrize("name", list(traps.TRAPS))
def test_a_trap_takes_few_requests(trapped: Crawled, name: str) -> None:
    assert 2 <= len(trapped.hosts[name].asked) <= MOST_OF_A_TRAP


def test_the_archive_is_whole_after_the_traps(trapped: Crawled) -> None:
    assert_invariants(trapped.archive)
    assert "Traceback" not in trapped.errors
