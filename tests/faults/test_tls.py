"""S16: a certificate is verified first.

A bad one is accepted only where the site file names it, and every capture says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.builders.archive_invariants import assert_invariants
from tests.builders.certificates import Certificate, certificate
from tests.builders.guarded_web import ARTICLE, PUBLIC, GuardedWorld, Page, Portal

BAD = {  # what is wrong with the certificate of each host, in the words that a person reads
    "expired": "expired",
    "early": "not yet valid",
    "selfsigned": "self-signed",
    "wronghost": "of another host",
    "stranger": "of an unknown authority",
    "chainless": "of an unknown authority",
    "lapsed": "expired, of another host",
}


@dataclass
class Secure:
    """Portals of https, one for each certificate, crawled by one command."""

    world: GuardedWorld
    portals: dict[str, Portal]
    certificates: dict[str, Certificate]
    trust: dict[str, str]
    output: str


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    folder = tmp_path_factory.mktemp("tls")
    root = certificate("Root", authority=True)
    between = certificate("Between", root, authority=True)
    stranger = certificate("Stranger", authority=True)
    made = {
        "good": certificate("good.example", root),
        "chained": Certificate(
            (leaf := certificate("chained.example", between)).own, leaf.key, (between.own,)
        ),
        "expired": certificate("expired.example", root, days=(-90, -1)),
        "early": certificate("early.example", root, days=(1, 90)),
        "selfsigned": certificate("selfsigned.example"),
        "wronghost": certificate("elsewhere.example", root),
        "stranger": certificate("stranger.example", stranger),
        "chainless": certificate("chainless.example", between),
        "lapsed": certificate("elsewhere.example", root, days=(-90, -1)),
    }
    world = GuardedWorld(folder)
    (folder / "trusted.pem").write_bytes(root.own.public_bytes(Encoding.PEM))
    portals = {name: Portal(one.secret(folder / f"{name}.pem")) for name, one in made.items()}
    for name, portal in portals.items():
        portal.__enter__()
        host = f"{name}.example"
        world.names[host] = [[PUBLIC]]
        world.site(name, f"https://{host}:{portal.port}/")
        fill(portal, host)
    trust = {"SSL_CERT_FILE": str(folder / "trusted.pem")}
    done = world.loa("crawl", **trust)
    yield Secure(world, portals, made, trust, done.stderr)
    for portal in portals.values():
        portal.__exit__(None, None, None)


def fill(portal: Portal, host: str) -> None:
    """A front page and two articles."""
    entries = "".join(
        f'<h3><a href="/tin/bai-viet-so-{n}">Họp dân bàn việc số {n}</a></h3>' for n in range(2)
    )
    portal.pages[host, "/"] = Page(
        f"<html><head><title>Cổng</title></head><body><main>{entries}</main></body></html>"
    )
    for n in range(2):
        portal.pages[host, f"/tin/bai-viet-so-{n}"] = Page(ARTICLE.format(n=n, more=""))


@pytest.mark.parametrize("name", ["good", "chained"])
def test_a_good_certificate_is_verified_and_each_capture_says_so(secure: Secure, name: str) -> None:
    assert secure.world.rows(
        "select distinct tls from captures where site = ? and status is not null", name
    ) == [{"tls": "verified"}]
    assert secure.world.value("select count(*) from articles where site = ?", name) == 2


@pytest.mark.parametrize("name", BAD)
def test_a_certificate_that_is_not_good_is_a_typed_outcome_and_nothing_is_asked(
    secure: Secure, name: str
) -> None:
    assert secure.portals[name].asked == []
    (row,) = secure.world.rows(
        "select url, status, outcome, error, tls from captures where site = ?", name
    )
    assert row["url"].endswith("/robots.txt")
    assert (row["status"], row["outcome"], row["tls"]) == (None, "bad-certificate", None)
    assert f" is {BAD[name]};" in row["error"]
    assert secure.world.value("select outcome from runs where site = ?", name) == "unreachable"


@pytest.mark.parametrize("name", BAD)
def test_an_issue_gives_the_lines_that_would_take_the_certificate(
    secure: Secure, name: str
) -> None:
    details = [
        row["detail"]
        for row in secure.world.rows(
            "select detail from issues where site = ? and closed_at is null", name
        )
    ]
    assert any(
        f'sha256 = "{secure.certificates[name].fingerprint}"' in detail
        and "[[tls_exception]]" in detail
        for detail in details
    )


def test_the_exit_code_and_the_output_tell(secure: Secure) -> None:
    assert "certificate of expired.example" in secure.output
    assert_invariants(secure.world.archive)


@pytest.fixture(scope="module")
def excepted(secure: Secure) -> Secure:
    """The same portals, crawled into a new archive by site files with the lines of the refusal."""
    for name in (*BAD, "good"):
        path = secure.world.sites / f"{name}.toml"
        host = f"{name}.example:{secure.portals[name].port}"
        lines = (
            f'[[tls_exception]]\nhost = "{host}"\nsha256 = '
            f'"{secure.certificates[name].fingerprint}"\nwhy = "told the office"\n'
        )
        if name != "good":
            (error,) = secure.world.rows("select error from captures where site = ?", name)
            told = re.search(
                r"site file: (\[\[tls_exception\]\]) (host = \S+) (sha256 = \S+)", error["error"]
            )
            assert told is not None
            lines = "\n".join(told.groups()) + "\n"
        path.write_text(path.read_text(encoding="utf-8") + lines, encoding="utf-8")
    # One portal has changed its certificate since.
    (secure.world.sites / "early.toml").write_text(
        (secure.world.sites / "early.toml")
        .read_text("utf-8")
        .replace(
            secure.certificates["early"].fingerprint, secure.certificates["expired"].fingerprint
        ),
        "utf-8",
    )
    archive = secure.world.folder / "excepted.db"
    secure.world.loa("crawl", "--archive", str(archive), **secure.trust)
    secure.world.archive = archive
    return secure


@pytest.mark.parametrize("name", sorted(BAD.keys() - {"early"}))
def test_a_certificate_that_the_site_file_names_is_taken_and_each_capture_says_why(
    excepted: Secure, name: str
) -> None:
    assert excepted.world.value("select count(*) from articles where site = ?", name) == 2
    assert excepted.world.rows("select distinct tls from captures where site = ?", name) == [
        {"tls": f"exception: {BAD[name]}"}
    ]
    tls = (
        "select distinct captures.tls from revisions join captures on captures.id = "
        "revisions.capture where captures.site = ?"
    )
    assert excepted.world.rows(tls, name) == [{"tls": f"exception: {BAD[name]}"}]


def test_an_exception_for_one_certificate_takes_no_other(excepted: Secure) -> None:
    assert excepted.portals["early"].asked == []
    assert (
        excepted.world.value("select outcome from captures where site = 'early'")
        == "bad-certificate"
    )


def test_a_certificate_is_verified_before_any_exception_counts(excepted: Secure) -> None:
    assert excepted.world.rows("select distinct tls from captures where site = 'good'") == [
        {"tls": "verified"}
    ]
