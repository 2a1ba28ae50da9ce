"""`loa alert`: who is told what, once, in which form, and what it says of what went wrong."""

import hashlib
import hmac
import re
import sqlite3
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import lxml.html
import pytest
from aiosmtpd.smtp import AuthResult
from cryptography.hazmat.primitives.serialization import Encoding

from crawler.alerts.digest import MOST_SHOWN
from crawler.alerts.outbox import Outbox, outbox_path
from crawler.alerts.webhook_body import BATCH
from crawler.terminal.escaping import DANGEROUS
from pipelines.keep.announcements.scope import Scope
from pipelines.keep.announcements.told import announcements_after
from pipelines.keep.database.archive import read_archive
from pipelines.outcomes import ArticleState
from tests.builders.alert_receivers import HookReceiver, MailReceiver, Taken
from tests.builders.alert_world import START, AlertWorld
from tests.builders.certificates import certificate
from tests.builders.hostile_archive import hostile_archive
from tests.builders.hostile_texts import FOR_BROWSERS, MARK

if TYPE_CHECKING:
    from tests.builders.full_archive import FullArchive

FACE = "http://kho.example/loa/"
HEADERS = (
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
)
ELEMENTS = {
    *("html", "head", "meta", "title", "body", "p", "h2", "div", "a", "del", "ins"),
}
HOSTILE = (
    "Tin\r\nBcc: ke@xau.example\r\n\r\n<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)><a href="http://xau.example/">bấm</a>',
    "=?utf-8?q?Subject=3A_xau?= \N{RIGHT-TO-LEFT OVERRIDE}gnp.exe\N{ZERO WIDTH SPACE}",
    "{{ 7 * 7 }} {% raw %} %(n)s &lt;b&gt; </div></body> javascript:alert(1)",
    "Họp về thu hồi đất và giải phóng mặt bằng " * 20,
)


@pytest.fixture
def world(tmp_path: Path) -> AlertWorld:
    return AlertWorld(tmp_path / "world")


@pytest.fixture
def mail() -> Iterator[MailReceiver]:
    with MailReceiver() as receiver:
        yield receiver


@pytest.fixture
def hook() -> Iterator[HookReceiver]:
    with HookReceiver() as receiver:
        yield receiver


def smtp(mail: MailReceiver) -> str:
    return f"""
        address = "{FACE}"
        [smtp]
        host = "127.0.0.1"
        port = {mail.port}
        security = "none"
        sender = "Kho tin xã <loa@kho.example>"
        """


def by_mail(name: str, *to: str, more: str = "") -> str:
    return f'[[alert]]\nname = "{name}"\n{more}\n[alert.email]\nto = {list(to)}\n'


def by_hook(name: str, hook: HookReceiver, more: str = "", secrets: str = "") -> str:
    return f'[[alert]]\nname = "{name}"\n{more}\n[alert.webhook]\nurl = "{hook.url}"\n{secrets}\n'


def titles(hook: HookReceiver) -> list[tuple[str, str]]:
    """What a webhook was told, the oldest first."""
    return [
        (one["kind"], one["title"])
        for taken in hook.script.taken
        for one in reversed(taken.json["things"])
    ]


def assert_harmless(taken: Taken, hosts: set[str]) -> None:
    """An e-mail has our headers and mark-up alone, and leads only to these hosts."""
    letter = taken.mail
    assert sorted(letter.keys()) == sorted(HEADERS)
    assert max(map(len, taken.body.split(b"\r\n"))) <= 998
    assert re.search(rb"[^\x09\x0d\x0a\x20-\x7e]|\r(?!\n)|(?<!\r)\n", taken.body) is None
    assert DANGEROUS.search(letter["Subject"]) is None
    shown = letter.get_body(("html",))
    assert shown is not None
    tree = lxml.html.document_fromstring(shown.get_content())
    assert {element.tag for element in tree.iter()} <= ELEMENTS
    given = {name for element in tree.iter() for name in element.attrib}
    assert given <= {"lang", "charset", "name", "content", "style", "href"}
    styles = {element.attrib.get("style", "") for element in tree.iter()}
    assert not any("url" in style or "expression" in style for style in styles)
    links = [urlsplit(element.attrib["href"]) for element in tree.iter("a")]
    assert {(link.scheme, link.hostname) for link in links} <= {("http", host) for host in hosts}


def test_new_articles_edits_and_removals_are_told_once_by_mail_and_webhook(
    world: AlertWorld, mail: MailReceiver, hook: HookReceiver
) -> None:
    (world.folder / "secret").write_text("bí mật\n", encoding="utf-8")
    (world.folder / "secret").chmod(0o600)
    unsubscribe = 'unsubscribe = "mailto:loa@kho.example"\n'
    world.write(
        smtp(mail)
        + by_mail("tin-moi", "a@doc.example", "Bạn <b@doc.example>")
        + unsubscribe
        + by_hook("hook", hook, secrets='secret_file = "secret"')
    )
    (old,) = world.publish(["Tin đã có"])
    assert world.run().code == 0
    world.later(hours=1)
    moved, gone = world.publish(["Tin chuyển", "Tin gỡ"], section="Thông báo")
    world.edit(old, "Tin đã có", "Bài số 1: cầu mới dài 120 mét.")
    world.later(hours=1)
    world.remove(gone)
    world.remove(moved, ArticleState.MOVED, "http://xa.example/tin-moi.html")
    shown = world.run("--dry-run")
    assert shown.output.startswith("tin-moi: 2 new, 1 edited, 2 removed\n")
    assert not mail.script.taken
    told = world.run()
    assert (told.code, told.output.count(": told\n")) == (0, 3)
    assert [world.run().output for _ in range(2)] == ["nothing to tell\n"] * 2
    assert [one.recipient for one in mail.script.taken] == ["a@doc.example", "b@doc.example"]
    letter = mail.script.taken[0].mail
    assert letter["Subject"] == (
        "[Loa] tin-moi: 2 tin mới, 1 tin bị sửa, 2 tin bị gỡ hoặc chuyển địa chỉ"
    )
    assert (letter["From"], letter["To"]) == ("Kho tin xã <loa@kho.example>", "a@doc.example")
    assert letter["Date"].datetime == world.now
    assert (letter["List-Id"], letter["List-Unsubscribe"]) == (
        "<tin-moi.loa.kho.example>",
        "<mailto:loa@kho.example>",
    )
    assert letter["Auto-Submitted"] == "auto-generated"
    text = letter.get_body(("plain",))
    assert text is not None
    shown_text = text.get_content()
    assert "cầu mới dài [-12-] {+120+} mét." in shown_text
    assert "Nay ở địa chỉ: http://xa.example/tin-moi.html" in shown_text
    key = world.value("select key from articles where id = ?", old)
    assert f"Trong kho: {FACE}a/{key}" in shown_text
    (posted,) = hook.script.taken
    secret = "bí mật".encode()
    signed = hmac.new(secret, posted.body, hashlib.sha256).hexdigest()
    assert hook.heads[0]["X-Hub-Signature"] == f"sha256={signed}"
    assert posted.json["counts"] == {"new": 2, "edited": 1, "removed": 2}
    edit = next(one for one in posted.json["things"] if one["kind"] == "edited")
    assert {"side": "added", "text": "120"} in edit["difference"]["text"][-1]
    assert edit["page"] == f"{FACE}a/{key}"
    assert edit["id"].startswith(f"tag:loa,2026:xa/{key}/edited/")


def test_an_alert_tells_only_what_it_asks_for_and_nothing_of_the_past(
    world: AlertWorld, hook: HookReceiver
) -> None:
    asked = {
        "words": """search = '"thu hồi" -thuế'""",
        "portal": 'sites = ["huyen"]\nkinds = ["new"]',
        "sections": 'sections = ["Thông báo", "Đấu giá"]\nsites = ["xa", "huyen"]',
        "edits": 'kinds = ["edited"]',
    }
    world.write("".join(by_hook(name, hook, more) for name, more in asked.items()))
    old = world.publish(["Thu hồi đất cũ", "Tin cũ"], section="Thông báo")
    assert world.run().code == 0
    assert hook.script.taken == []
    world.later(hours=1)
    world.publish(["Thu hồi đất ở bản", "Thu hồi nợ thuế"])
    world.publish(["Họp chợ"], site="huyen")
    world.publish(["Đấu giá đất"], site="huyen", section="Đấu giá")
    world.edit(old[1], "Tin cũ", "Bài đã sửa.")
    assert world.run().code == 0
    told = {
        one.json["alert"]: [thing["title"] for thing in one.json["things"]]
        for one in hook.script.taken
    }
    assert told == {
        "words": ["Thu hồi đất ở bản"],
        "portal": ["Đấu giá đất", "Họp chợ"],
        "sections": ["Tin cũ", "Đấu giá đất"],
        "edits": ["Tin cũ"],
    }
    world.write(by_hook("words", hook, 'search = "chợ"') + by_hook("late", hook))
    hook.script.taken.clear()
    world.later(days=1)
    world.publish(["Chợ phiên"])
    world.later(days=1)
    assert world.run("--past", "999999").code == 2  # no calendar goes so far back
    begun = world.run("--past", "1")
    assert begun.output.splitlines()[:3] == [
        "words: 1 new",
        "late: begins now",
        "late: 1 new",
    ]
    assert titles(hook) == [("new", "Chợ phiên")] * 2  # a new question tells nothing of the past


def test_a_backlog_is_told_whole_by_webhook_and_counted_in_a_mail(
    world: AlertWorld, mail: MailReceiver, hook: HookReceiver
) -> None:
    world.write(
        smtp(mail) + by_mail("mail", "a@doc.example", more='search = "Tin"') + by_hook("hook", hook)
    )
    assert world.run().code == 0
    world.publish([f"Tin số {number}." for number in range(2_050)], site="huyen")
    assert world.run().code == 0
    batches = [one.json for one in hook.script.taken]
    assert [one["batch"] for one in batches] == list(range(1, -(-2_050 // BATCH) + 1))
    assert len({one["digest"] for one in batches}) == 1
    assert len({taken.key for taken in hook.script.taken}) == len(batches)
    assert sorted(title for _, title in titles(hook)) == sorted(
        f"Tin số {number}." for number in range(2_050)
    )
    (letter,) = mail.script.taken
    text = letter.mail.get_body(("plain",))
    assert text is not None
    shown = text.get_content()
    assert re.findall(r"Tin số (\d+)\.", shown) == [
        str(number) for number in range(2_049, 2_049 - MOST_SHOWN, -1)
    ]
    assert "Còn 2.000 tin cũ hơn không hiện ở đây." in shown
    assert f"{FACE}search?q=Tin&order=newest" in shown


def test_nothing_that_a_portal_writes_becomes_a_header_mark_up_or_a_link_elsewhere(
    world: AlertWorld, mail: MailReceiver, hook: HookReceiver
) -> None:
    world.write(smtp(mail) + by_mail("mail", "a@doc.example") + by_hook("hook", hook))
    world.run()
    world.later(hours=1)
    for title in HOSTILE:
        (row,) = world.publish([title], section=title, body=title)
        world.later(hours=1)
        world.edit(row, f"{title} sửa", f"{title} <b onclick=x>sửa</b>")
        world.remove(row, ArticleState.MOVED, "javascript:alert(1)")
        assert world.run().code == 0
        world.later(hours=1)
    world.archive_write("update articles set url = 'http://xau.example/' || id where id = 1")
    world.archive_write("update sightings set to_url = 'http://xa.example@xau.example/'")
    world.edit(1, "Lại sửa", HOSTILE[1])
    assert world.run().code == 0
    assert len(mail.script.taken) == len(HOSTILE) + 1
    for taken in mail.script.taken:
        assert_harmless(taken, {"kho.example", "xa.example"})
    for posted in hook.script.taken:
        for thing in posted.json["things"]:
            assert thing.get("moved_to") is None
            assert thing["url"] is None or thing["url"].startswith("http://xa.example/")


def test_an_archive_of_hostile_texts_makes_harmless_mails(
    world: AlertWorld, mail: MailReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.alerts.mail.MOST_SHOWN", 10_000)
    world.archive.unlink()
    hostile_archive(world.archive, FOR_BROWSERS)
    world.now = START.replace(day=30)
    world.write(smtp(mail) + by_mail("mail", "a@doc.example"))
    assert world.run("--past", "400").code == 0
    (taken,) = mail.script.taken
    assert_harmless(taken, {"kho.example", "example.org"})
    shown = taken.mail.get_body(("html",))
    assert shown is not None
    text = "".join(map(str, lxml.html.document_fromstring(shown.get_content()).itertext()))
    assert text.count(MARK) > len(FOR_BROWSERS)  # they are there, as text


def test_what_loa_saw_at_real_portals_is_told_whole_with_the_names_that_feeds_have(
    full_archive: "FullArchive", tmp_path: Path, mail: MailReceiver, hook: HookReceiver
) -> None:
    world = AlertWorld(tmp_path / "world")
    with closing(sqlite3.connect(full_archive.path)) as db:
        world.archive.unlink()
        db.execute("vacuum into ?", (str(world.archive),))
    world.now = full_archive.now
    world.write(smtp(mail) + by_mail("mail", "a@doc.example") + by_hook("hook", hook))
    assert world.run("--past", "4000").code == 0
    with read_archive(full_archive.path) as db:
        every = announcements_after(db, Scope(), 0, most=10_000).announcements
    told = {thing["id"]: thing for one in hook.script.taken for thing in one.json["things"]}
    assert sorted(told) == sorted(one.id for one in every)
    edits = [told[one.id] for one in every if one.kind == "edited"]
    assert edits
    assert all(edit["difference"] for edit in edits)
    (taken,) = mail.script.taken
    sites = {urlsplit(row[0]).hostname or "" for row in full_archive.rows("select url from sites")}
    assert_harmless(taken, {"kho.example", *sites})


def test_what_is_refused_for_good_is_said_until_somebody_acts(
    world: AlertWorld, mail: MailReceiver, hook: HookReceiver
) -> None:
    text = smtp(mail) + by_mail("mail", "a@doc.example", "b@doc.example") + by_hook("hook", hook)
    world.write(text)
    world.run()
    world.publish(["Tin"])
    mail.script.faults += ["rcpt 550", "take"]
    hook.script.faults.append("410")
    refused = world.run()
    assert refused.code == 14
    assert "mail to a@doc.example: 1 thing: refused: 550 no such mailbox" in refused.output
    assert "hook to webhook: 1 thing: refused: answered 410" in refused.output
    assert [one.recipient for one in mail.script.taken] == ["b@doc.example"]
    world.later(days=3)
    again = world.run("--quiet")
    assert (again.code, again.output.count("refused")) == (14, 2)
    assert world.run("--status").output.count("refused") == 2
    assert (mail.script.reached, hook.script.reached) == (2, 1)  # nobody was asked again
    world.write(text.replace("'a@doc.example', ", ""))
    done = world.run("--retry")
    assert done.code == 0
    assert "mail to a@doc.example: 1 thing: withdrawn" in done.output
    assert titles(hook) == [("new", "Tin")]
    assert world.run().output == "nothing to tell\n"


def test_what_waits_is_tried_later_and_later_in_order_and_said_after_a_day(
    world: AlertWorld, hook: HookReceiver
) -> None:
    world.write(by_hook("hook", hook))
    world.run()
    world.publish(["Một"])
    hook.script.faults += ["503 later", *["500"] * 9]
    waits = world.run()
    assert waits.code == 0
    assert "not told (answered 503); again from 2026-03-02T06:10Z" in waits.output
    world.later(minutes=5)
    world.publish(["Hai"])
    assert world.run().code == 0
    assert hook.script.reached == 1  # it asked for ten minutes
    world.now = START
    tried, said = [], []
    for hour in range(1, 49):
        world.later(hours=1)
        before = hook.script.reached
        ran = world.run("--quiet")
        if hook.script.reached > before:
            tried.append(hour)
        if ran.code == 14:
            said.append(hour)
            assert re.search("hook to webhook: 1 thing: waits since .*: answered 500\n", ran.output)
        else:
            assert ran == (0, "")
    assert tried == [1, 2, 3, 4, 7, 13, 19, 25, 31, 37]
    assert said == list(range(24, 37))
    assert titles(hook) == [("new", "Một"), ("new", "Hai")]


def test_an_address_that_no_host_can_have_holds_up_nobody_else(
    world: AlertWorld, hook: HookReceiver
) -> None:
    bad = by_hook("bad", hook).replace(hook.url, "http://xn--/")
    world.write(bad + by_hook("good", hook))
    world.run()
    world.publish(["Tin"])
    assert "bad to webhook: 1 thing: not told (xn--: IDNAError)" in world.run().output
    assert titles(hook) == [("new", "Tin")]


def test_a_clock_that_was_set_back_keeps_no_digest_for_years(
    world: AlertWorld, mail: MailReceiver, hook: HookReceiver
) -> None:
    world.write(smtp(mail) + by_mail("mail", "a@doc.example") + by_hook("hook", hook))
    world.run()
    world.later(days=1500)
    world.publish(["Tin"])
    mail.script.faults.append("rcpt 450")
    hook.script.faults.append("500")
    assert world.run().output.count("not told") == 2
    world.now = START
    done = world.run()
    assert (done.code, done.output.count(": told")) == (0, 2)
    assert (len(mail.script.taken), titles(hook)) == (1, [("new", "Tin")])


def test_a_message_that_a_server_cannot_bear_holds_up_nobody_else(
    world: AlertWorld, mail: MailReceiver
) -> None:
    world.write(smtp(mail) + by_mail("mail", "a@doc.example", "b@doc.example"))
    world.run()
    world.publish(["Tin"])
    mail.script.faults += ["data hang up", "take", "data hang up", "data hang up"]
    assert world.run().output.count("not told") == 1
    assert mail.script.reached == 1  # the second would have met the same fault
    world.later(hours=1)
    again = world.run()
    assert "mail to b@doc.example: 1 thing: told\nmail to a@doc.example: 1 thing: not told" in (
        again.output
    )


def test_a_password_goes_only_to_a_server_whose_certificate_is_good(
    world: AlertWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = certificate("root.example", authority=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate("localhost", root).secret(tmp_path / "server.pem"))
    (tmp_path / "root.pem").write_bytes(root.own.public_bytes(Encoding.PEM))
    met: list[bytes] = []

    def authenticate(*given: Any) -> AuthResult:
        login = given[4]
        met.append(login.password)
        return AuthResult(success=login.password == b"geheim", handled=False)

    monkeypatch.setenv("LOA_SMTP_PASSWORD", "geheim")
    with MailReceiver(
        tls_context=context, require_starttls=True, authenticator=authenticate, auth_required=True
    ) as mail:
        world.write(
            smtp(mail).replace("127.0.0.1", "localhost").replace('"none"', '"starttls"')
            + 'user = "loa"\npassword_env = "LOA_SMTP_PASSWORD"\n'
            + by_mail("mail", "a@doc.example")
        )
        world.run()
        world.publish(["Tin"])
        refused = world.run()
        assert re.search("not told .*certificate verify failed", refused.output)
        assert (met, mail.script.reached) == ([], 0)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
        monkeypatch.setenv("LOA_SMTP_PASSWORD", "g3heim")
        wrong = world.run("--retry")
        assert re.search(r"not told \(.*refused user and password \(535\)", wrong.output)
        monkeypatch.setenv("LOA_SMTP_PASSWORD", "geheim")
        assert "told" in world.run("--retry").output
    assert (set(met[:-1]), met[-1]) == ({b"g3heim"}, b"geheim")
    assert len(mail.script.taken) == 1
    kept = b"".join(one.read_bytes() for one in world.folder.iterdir() if one.is_file())
    for secret in (b"geheim", b"g3heim", b64encode(b"\0loa\0geheim")):
        assert secret not in kept + (refused.output + wrong.output).encode()


def test_one_process_tells_at_a_time_and_another_archive_repeats_nothing(
    world: AlertWorld, hook: HookReceiver, tmp_path: Path
) -> None:
    world.write(by_hook("hook", hook))
    world.run()
    world.publish(["Một", "Hai"])
    with sqlite3.connect(world.archive) as db:  # while another process reads
        assert world.run().code == 0
        db.execute("select 1")
    with Outbox.for_writing(outbox_path(world.archive)):
        busy = world.run()
        assert "is telling; this one told nothing" in busy.output
        assert world.run("--quiet").code == 10
    rebuilt = AlertWorld(tmp_path / "rebuilt")
    rebuilt.now = world.now
    rebuilt.publish(["Một", "Hai"])
    outbox_path(world.archive).rename(outbox_path(rebuilt.archive))
    rebuilt.write(world.file.read_text())
    rebuilt.later(minutes=5)
    rebuilt.publish(["Ba"])
    assert rebuilt.run().code == 0
    assert titles(hook) == [("new", "Một"), ("new", "Hai"), ("new", "Ba")]
    assert outbox_path(rebuilt.archive).stat().st_mode & 0o777 == 0o600
