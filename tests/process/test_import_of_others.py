"""`loa import` takes files of other tools for what they say, and never for more."""

from pathlib import Path

import pytest

from tests.builders import foreign_warc as foreign
from tests.builders.foreign_warc import digest, page, record, response, revisit, url, warc
from tests.builders.rebuilt_archive import contents, imported, rebuilt
from tests.builders.sample_world import Workplace

DAY_1, DAY_2, DAY_3 = "2026-03-09T01:00:00Z", "2026-03-16T01:00:00Z", "2026-03-23T01:00:00Z"


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path / "place")


def take(place: Workplace, *files: Path) -> str:
    """Imports files; returns what the import says at its end."""
    done = imported(place, *files)
    # If a portal sends one page from many addresses, the import says so.
    assert done.exit_code == (7 if "texts-shared" in done.output else 0), done.output
    return str(place.rows("select detail from runs order by id desc limit 1")[0]["detail"])


def outcomes(place: Workplace, address: str) -> list[str]:
    rows = place.rows("select outcome from captures where url = ? order by fetched_at", address)
    return [row["outcome"] for row in rows]


def texts(place: Workplace, address: str) -> list[str]:
    """The first sentence of each revision that an address showed."""
    rows = place.rows(
        """select revisions.body from captures join revisions on revisions.id = captures.revision
        where captures.url = ? group by revisions.id order by min(fetched_at)""",
        address,
    )
    return [row["body"].partition(".")[0] for row in rows]


FIRST = foreign.PARAGRAPHS[0].rstrip(".")


def test_a_cut_capture_never_shortens_a_record(place: Workplace) -> None:
    names = ("marked", "short", "unended", "altered")
    whole = {name: page(f"Sửa đường vào bản số {at}") for at, name in enumerate(names)}
    chunks = b"%x\r\n" % 500 + whole["unended"][:500] + b"\r\n"
    alone, late = page("Chỉ có phần đầu"), page("Phần đầu trước, cả bài sau")
    block = foreign.answer(page("Bài chia làm hai đoạn"))
    of_two = {"WARC_Segment_Number": "2", "WARC_Segment_Total_Length": str(len(block))}
    file = warc(
        place.folder / "cut.warc.gz",
        [
            *(response(url(name), DAY_1, body) for name, body in whole.items()),
            response(url("alone"), DAY_1, alone[:500], WARC_Truncated="disconnect"),
            response(url("late"), DAY_1, late[:500], WARC_Truncated="time"),
            record("response", url("two"), DAY_1, block[:500], WARC_Segment_Number="1"),
            response(url("marked"), DAY_2, whole["marked"][:500], WARC_Truncated="length"),
            record("continuation", url("two"), DAY_1, block[500:], **of_two),
            response(
                url("short"), DAY_2, whole["short"][:500], foreign.TYPE, "Content-Length: 9999"
            ),
            response(url("unended"), DAY_2, chunks, foreign.TYPE, "Transfer-Encoding: chunked"),
            response(
                *(url("altered"), DAY_2, page("Sửa đường", first="Tin bị cắt.")),
                WARC_Payload_Digest=foreign.digest(whole["altered"]),
            ),
            response(url("late"), DAY_3, late),
        ],
    )
    detail = take(place, file)
    assert "captures whose body is cut or altered, from which nothing was read: 6" in detail
    for name in names:
        assert outcomes(place, url(name)) == ["article-new", "failed"]
        assert texts(place, url(name)) == [FIRST]
    assert outcomes(place, url("alone")) == ["failed"]
    assert outcomes(place, url("late")) == ["failed", "article-new"]
    assert outcomes(place, url("two")) == ["article-new"]
    assert {row["body"].count("\n\n") for row in place.rows("select body from articles")} == {2}
    (issue,) = place.rows("select * from issues where kind = 'capture-cut'")
    assert "cut or altered: 6;" in issue["detail"]
    assert f"the newest: {url('altered')}: digest: " in issue["detail"]
    assert issue["url"] == url("altered")
    assert place.value("select fetched_at from captures where id = ?", issue["capture"])[:10] == (
        "2026-03-16"
    )
    assert issue["closed_at"] is None

    again = [response(url(name), DAY_3, body) for name, body in (whole | {"alone": alone}).items()]
    assert "altered" not in take(place, warc(place.folder / "whole.warc.gz", again))
    assert place.value("select closed_at from issues where kind = 'capture-cut'") is not None
    assert place.value("select count(*) from revisions where seq > 1") == 0
    place.check()


A, B = page("Thu tiền điện", first="Bản cũ."), page("Thu tiền điện", first="Bản mới.")
THEN = {"WARC_Refers_To_Date": DAY_1}
NUMBER = "<urn:uuid:0b8e0f0a-0000-4000-8000-{:012}>"
SENT = foreign.answer(b"")  # an HTTP head alone
CHUNKED = b"%x\r\n" % len(A) + A + b"\r\n0\r\n\r\n"


def ways(where: str) -> dict[str, dict[str, str]]:
    """By address: how a revisit on the third day says that the address sent A again, not B."""
    named = {
        "sha1": {"WARC_Payload_Digest": digest(A)},
        "sha1-hex": {"WARC_Payload_Digest": digest(A, spelling="hex")},
        "sha256": {"WARC_Payload_Digest": digest(A, "sha256", "hex")},
        "sha-256": {"WARC_Payload_Digest": digest(A, "sha256").replace("sha256", "sha-256")},
        "md5": {"WARC_Payload_Digest": digest(A, "md5", "hex")},
        "as-in-cdx": {"WARC_Payload_Digest": digest(A).removeprefix("sha1:")},
        "date": {**THEN, "WARC_Refers_To_Target_URI": url(f"{where}-date")},
        "both": {
            **THEN,
            "WARC_Refers_To_Target_URI": f"<{url(f'{where}-both')}>",
            "WARC_Payload_Digest": digest(A),
        },
        "wget": {  # 1.21 writes the block digest of nothing
            "WARC_Refers_To": f"<urn:{where}-wget>",
            "WARC_Truncated": "length",
            "WARC_Payload_Digest": digest(A),
            "WARC_Block_Digest": digest(b""),
        },
        "number": {"WARC_Refers_To": f"<urn:{where}-number>"},
        "chunks": {"WARC_Payload_Digest": digest(CHUNKED)},
    }
    return {f"{where}-{name}": fields for name, fields in named.items()}


def first_and_second(where: str) -> list[bytes]:
    """What each address sent on two days: A, and then B."""
    found = []
    for name in ways(where):
        named = {"WARC_Record_ID": f"<urn:{name}>"}
        block = foreign.answer(A)
        if name.endswith("chunks"):
            block = foreign.answer(CHUNKED, foreign.TYPE, "Transfer-Encoding: chunked")
            named["WARC_Payload_Digest"] = digest(CHUNKED)
        found.append(record("response", url(name), DAY_1, block, **named))
        found.append(response(url(name), DAY_2, B))
    return found


def third(where: str) -> list[bytes]:
    """The revisits of the third day, with a head of their own or none, in either version."""
    forms = ((SENT, "1.0"), (b"", "1.1"))
    return [
        revisit(url(name), DAY_3, forms[at % 2][0], version=forms[at % 2][1], **fields)
        for at, (name, fields) in enumerate(ways(where).items())
    ]


def assert_brought_back(place: Workplace, where: str) -> None:
    for name in ways(where):
        assert texts(place, url(name)) == ["Bản cũ", "Bản mới", "Bản cũ"], name
        assert place.rows(
            "select status, media_type from captures where url = ? and fetched_at > ?",
            *(url(name), DAY_3[:10]),
        ) == [{"status": 200, "media_type": "text/html"}]


BODIES = {name: page(f"Tin về việc số {n}") for n, name in enumerate("abc")}
PLAIN = url("c").replace("https:", "http:")
OF_ANOTHER_ADDRESS = [
    *(response(url(name), DAY_1.replace("Z", ".250Z"), body) for name, body in BODIES.items()),
    # A date without a fraction means its second.
    revisit(url("a2"), DAY_2, SENT, WARC_Refers_To_Target_URI=url("a"), **THEN),
    response(url("b0"), DAY_1, BODIES["b"], WARC_Payload_Digest=digest(BODIES["b"])),
    revisit(url("b2"), DAY_2, WARC_Payload_Digest=digest(BODIES["b"])),
    revisit(PLAIN, DAY_2, SENT, WARC_Payload_Digest=digest(BODIES["c"], "md5", "hex")),
]
UNKNOWN = digest(b"another body")
OF_NOTHING = [
    response(url("lost"), DAY_1, A, WARC_Record_ID=NUMBER.format(1)),
    response(url("lost"), DAY_2, B),
    revisit(url("lost"), DAY_3, SENT, WARC_Payload_Digest=UNKNOWN),
    revisit(url("lost"), DAY_3, SENT),
    revisit(url("lost"), DAY_3, SENT, WARC_Refers_To=NUMBER.format(2)),
    revisit(url("lost"), DAY_3, SENT, WARC_Refers_To_Target_URI=url("lost")),
    revisit(
        *(url("lost"), DAY_3, SENT),
        WARC_Refers_To_Target_URI=url("lost"),
        WARC_Payload_Digest=UNKNOWN,
        WARC_Refers_To=NUMBER.format(1),
        **THEN,
    ),
    revisit(url("nowhere"), DAY_3, SENT, WARC_Payload_Digest=UNKNOWN),
    revisit(
        *(url("nowhere"), DAY_3, SENT),
        WARC_Refers_To_Target_URI=url("lost"),
        WARC_Refers_To_Date="9999-12-31T23:59:59Z",
    ),
]
# Two answers of one second: only a digest tells which one is meant.
IN_A_SECOND = [
    response(url("twice"), DAY_1, A),
    response(url("twice"), DAY_1, B),
    revisit(url("twice"), DAY_2, SENT, WARC_Refers_To_Target_URI=url("twice"), **THEN),
    revisit(url("twice"), DAY_2, SENT, WARC_Payload_Digest=digest(A)),
    revisit(
        *(url("twice"), DAY_3, SENT),
        WARC_Refers_To_Target_URI=url("twice"),
        WARC_Payload_Digest=digest(B, "md5"),
        **THEN,
    ),
]
SAYS_304 = foreign.answer(b"", 'ETag: "1"', head="HTTP/1.1 304 Not Modified")
BEFORE = {"WARC_Refers_To_Target_URI": url("back"), **THEN}
NOT_MODIFIED = [
    *(response(url(name), DAY_1, A) for name in ("plain", "same", "back")),
    response(url("back"), DAY_2, B),
    record("response", url("plain"), DAY_3, SAYS_304),
    revisit(url("same"), DAY_3, SAYS_304, profile="server-not-modified", version="1.1"),
    revisit(url("back"), DAY_3, profile="server-not-modified", **BEFORE),
    record("response", url("never"), DAY_3, SAYS_304),
    revisit(url("never"), DAY_3, SAYS_304, profile="server-not-modified"),
]
ELSEWHERE = foreign.answer(b"", f"Location: {url('plain')}", head="HTTP/1.1 301 Moved Permanently")
WITHOUT_A_BODY = [
    response(url("gone"), DAY_1, A),
    revisit(url("moved"), DAY_2, ELSEWHERE, WARC_Payload_Digest=UNKNOWN),
    revisit(
        *(url("gone"), DAY_2, foreign.answer(b"", head="HTTP/1.1 410 Gone")),
        WARC_Payload_Digest=digest(b""),
    ),
]
WHOLE = {"WARC_Payload_Digest": digest(B)}
OF_A_PART = [
    response(url("part"), DAY_1, A),
    response(url("part"), DAY_2, B[:500], WARC_Truncated="length", **WHOLE),
    revisit(url("part"), DAY_3, SENT, **WHOLE),
]


ELSE = page("Không phải trang", first="Phần khác.")
OK = foreign.answer(ELSE)


def exchange(name: str, request: str, answer: bytes) -> list[bytes]:
    """An answer, and then its request, as browsers' archives have them."""
    number = f"<urn:of-{name}-{request.split()[0]}>"
    asked = f"{request} HTTP/1.1\r\nHost: suoirut.example\r\n\r\n".encode()
    return [
        record("response", url(name), DAY_2, answer, WARC_Record_ID=number),
        record("request", url(name), DAY_2, asked, WARC_Concurrent_To=number),
    ]


EMPTY = foreign.answer(b"", foreign.TYPE, "Content-Length: 720")
RANGE = foreign.answer(
    ELSE[:300], foreign.TYPE, f"Content-Range: bytes 0-299/{len(ELSE)}", head="HTTP/1.1 206 Partial"
)
NO_PAGES = [
    *(response(url(name), DAY_1, A) for name in ("head", "post", "range", "tunnel", "two")),
    *exchange("head", "HEAD /tin/head.html", EMPTY),
    *exchange("head", "HEAD /tin/head.html", foreign.answer(b"", head="HTTP/1.1 404 Not Found")),
    *exchange("post", "POST /tin/post.html", OK),
    *exchange("range", "GET /tin/range.html", RANGE),
    record(
        *("response", url("tunnel"), DAY_2),
        foreign.answer(b"", head="HTTP/1.1 200 Connection Established"),
    ),
    record("response", "suoirut.example:443", DAY_2, foreign.answer(b"")),
    record(
        "response", "dns:suoirut.example", DAY_2, b"20260316\nsuoirut.example. 60 IN A 192.0.2.7"
    ),
    record("response", "ftp://suoirut.example/tin.html", DAY_2, ELSE),
    record("response", "whois://whois.example/suoirut.example", DAY_2, b"domain: suoirut.example"),
    record("response", url("range"), DAY_2, b":status: 200\r\n\r\n" + ELSE),
    record("conversion", url("post"), DAY_2, ELSE, Content_Type="text/html"),
    record("metadata", url("post"), DAY_2, ELSE, Content_Type="text/html"),
    record("resource", "urn:view:" + url("post"), DAY_2, ELSE, Content_Type="text/html"),
    # But these are pages.
    record("resource", url("file"), DAY_2, ELSE, Content_Type="text/html"),
    *exchange("two", "GET /tin/two.html", foreign.answer(B, head="HTTP/2 200")),
]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workplace, str]:
    """An archive of odd records from three files, and what the import said."""
    place = Workplace(tmp_path_factory.mktemp("odd"))
    records = [*OF_ANOTHER_ADDRESS, *OF_NOTHING, *NOT_MODIFIED, *WITHOUT_A_BODY, *OF_A_PART]
    records += [*NO_PAGES, *IN_A_SECOND, *first_and_second("later"), *first_and_second("archive")]
    odd = warc(place.folder / "odd.warc.gz", records)
    # Its first date is the earliest, so it is read before the file that holds its originals.
    early = [record("warcinfo", None, "2026-03-08T01:00:00Z"), *third("later")]
    before = warc(place.folder / "before.warc.gz", early)
    plain = place.folder / "plain.warc"  # where only digests prove where a record ends
    plain.write_bytes(b"".join([*first_and_second("plain"), *third("plain")]))
    detail = take(place, odd, before, plain)
    place.check()
    return place, detail


@pytest.mark.parametrize("where", ["plain", "later"])
def test_a_revisit_brings_back_what_it_repeats(odd: tuple[Workplace, str], where: str) -> None:
    assert_brought_back(odd[0], where)


def test_a_rebuilt_archive_is_the_same_and_knows_what_a_revisit_repeats(
    odd: tuple[Workplace, str],
) -> None:
    place, _ = odd
    new = Workplace(rebuilt(place).parent)
    assert contents(new.archive) == contents(place.archive)
    assert "not taken" not in take(new, warc(place.folder / "after.warc.gz", third("archive")))
    assert_brought_back(new, "archive")
    new.check()


def test_a_revisit_of_another_address_has_a_capture_of_its_own(odd: tuple[Workplace, str]) -> None:
    place, _ = odd
    assert texts(place, url("a2")) == texts(place, url("b2")) == [FIRST]
    for address in (url("a2"), url("b2"), PLAIN):
        assert outcomes(place, address)[0].startswith("article-")
        assert place.value("select bytes from captures where url = ?", address) > 600


def test_a_revisit_of_what_nobody_has_changes_nothing_and_is_told(
    odd: tuple[Workplace, str],
) -> None:
    place, detail = odd
    assert "9 revisit: no file so far holds the body" in detail  # with one that says 304
    assert texts(place, url("lost")) == ["Bản cũ", "Bản mới"]
    (article,) = place.rows("select * from articles where url = ?", url("lost"))
    assert (article["last_seen_at"][:10], article["removed_at"]) == (DAY_2[:10], None)
    assert outcomes(place, url("nowhere")) == []
    assert texts(place, url("twice")) == ["Bản cũ", "Bản mới", "Bản cũ", "Bản mới"]


def test_an_answer_not_modified_is_what_came_before_or_what_it_names(
    odd: tuple[Workplace, str],
) -> None:
    place, detail = odd
    assert "1 response: no file so far" in detail
    assert outcomes(place, url("plain")) == ["article-new", "not-modified"]
    assert outcomes(place, url("same")) == ["article-new", "not-modified"]
    assert texts(place, url("back")) == ["Bản cũ", "Bản mới", "Bản cũ"]
    assert outcomes(place, url("never")) == []


def test_a_revisit_without_a_body_needs_no_original(odd: tuple[Workplace, str]) -> None:
    place, _ = odd
    assert outcomes(place, url("moved")) == ["redirect"]
    assert outcomes(place, url("gone")) == ["article-new", "gone"]


def test_a_revisit_of_a_cut_answer_is_cut_too(odd: tuple[Workplace, str]) -> None:
    place, _ = odd
    assert outcomes(place, url("part")) == ["article-new", "failed", "failed"]
    assert texts(place, url("part")) == ["Bản cũ"]


def test_only_a_whole_answer_to_get_is_a_page(odd: tuple[Workplace, str]) -> None:
    place, detail = odd
    for name in ("head", "post", "range", "tunnel"):
        assert outcomes(place, url(name)) == ["article-new"], name
        assert texts(place, url(name)) == ["Bản cũ"]
    assert texts(place, url("two")) == ["Bản cũ", "Bản mới"]
    assert texts(place, url("file")) == ["Phần khác"]
    removed = place.rows("select url from articles where removed_at is not null")
    assert [row["url"] for row in removed] in ([], [url("gone")])
    for told in (
        "2 response: answer HEAD, not GET",
        "1 response: answer POST, not GET",
        "1 response: hold a range of bytes (206)",
        "1 response: answer CONNECT, not GET",
        "4 response: their address is not on the web",
        "1 response: without an HTTP answer",
        "1 conversion: made by another tool",
        "1 resource: their address is not on the web",
    ):
        assert told in detail
