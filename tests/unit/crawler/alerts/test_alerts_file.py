"""alerts.toml: a mistake is said with file, key and remedy, and no secret is ever shown."""

import re
from pathlib import Path

import pytest

from crawler.alerts.alerts_file import load_alerts
from crawler.alerts.delivery import Receivers
from crawler.commands.service.alert import EXAMPLE
from portals.errors import PortalFileError
from tests import ROOT

GOOD = """
address = "https://kho.example/loa"
language = "vi"
[smtp]
host = "mail.example"
user = "loa"
password_env = "LOA_SMTP_PASSWORD"
sender = "Kho tin <loa@kho.example>"
[[alert]]
name = "dat-dai"
search = "đất đai"
kinds = ["new"]
[alert.email]
to = ["a@doc.example"]
unsubscribe = "https://kho.example/thoi"
[[alert]]
name = "hook"
[alert.webhook]
url = "https://hook.example/abc"
token_file = "token"
"""
# What is changed in GOOD, and what is then said.
WRONG = (
    ('language = "vi"', 'colour = "red"', "colour: unknown key; allowed here: address, alert"),
    ('language = "vi"', 'language = "de"', "language: should be one of 'vi', 'en', not 'de'"),
    ('language = "vi"', 'path = "x"', "path: unknown key; remove it"),
    (
        "https://kho.example/loa",
        "ftp://kho.example",
        "address: 'ftp://kho.example' is not an address",
    ),
    ("kho.example/loa", "kho.example/?q=1", "address: .* should have neither a query nor"),
    ("Kho tin <loa@kho.example>", "loa", "smtp.sender: 'loa' is not an e-mail address"),
    ('host = "mail', 'security = "none"\nhost = "mail', "smtp.security: sends the password openly"),
    ('user = "loa"', "", "smtp.user: is missing; a password needs it"),
    ('password_env = "LOA_SMTP_PASSWORD"', "", "smtp.password: is missing; give one of password_"),
    ('user = "loa"', 'user = "loa"\npassword_file = "p"', "smtp.password: is given twice"),
    ('user = "loa"', 'user = "loa"\npassword = "geheim"', "smtp.password: unknown key"),
    ('user = "loa"', 'user = "loa"\nport = 70000', "smtp.port: 70000 is not a port"),
    (
        '"LOA_SMTP_PASSWORD"',
        '"LOA_SMTP"',
        "LOA_SMTP does not look like a secret; call it LOA_SMTP_S",
    ),
    ('name = "hook"', 'name = "dat-dai"', r"alert\[1\].name: 'dat-dai' is taken"),
    ('name = "hook"', 'name = "Tin mới"', r"alert\[1\].name: 'Tin mới' is not a name"),
    ('search = "đất đai"', 'search = "đất before:mai"', "search: 'before:mai' cannot be used"),
    ('search = "đất đai"', 'search = "..."', "search: asks for nothing; leave it out for every"),
    (
        'kinds = ["new"]',
        'kinds = ["old"]',
        r"kinds\[0\]: should be one of 'new', 'edited', 'removed'",
    ),
    ('kinds = ["new"]', "kinds = []", "kinds: is empty; name some of new, edited, removed"),
    (
        "a@doc.example",
        "a..b@doc.example",
        r"email.to\[0\]: 'a..b@doc.example' is not an e-mail addr",
    ),
    ("a@doc.example", "a.@doc.example", r"email.to\[0\]: .* is not an e-mail address"),
    ('to = ["a@doc.example"]', "to = []", "email.to: is empty; name an e-mail address"),
    ("a@doc.example", "a@doc.example\\r\\nBcc: b@x.example", r"email.to\[0\]: .* is not an e-mail"),
    (
        "https://kho.example/thoi",
        "javascript:alert(1)",
        "unsubscribe: .* should begin with mailto:",
    ),
    (
        'url = "https://hook.example/abc"',
        "",
        r"webhook.url: is missing; give one of url_env and url_f",
    ),
    (
        "https://hook.example/abc",
        "hook.example/abc",
        "webhook.url: should be an http or https address",
    ),
    (
        'token_file = "token"',
        'token_file = "t"\nheader = "Host"',
        "is a header that Loa writes itself",
    ),
    ("[alert.webhook]", "[alert.hook]", "hook: unknown key"),
    ("[[alert]]", "[alert]", "is not valid TOML|alert: should be a list"),
)


def write(folder: Path, text: str) -> Path:
    (folder / "token").write_text("t0ken\n", encoding="utf-8")
    (folder / "token").chmod(0o600)
    path = folder / "alerts.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("old", "new", "said"), WRONG, ids=[said for *_, said in WRONG])
def test_a_mistake_is_said_with_its_key_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(PortalFileError, match=said) as wrong:
        load_alerts(path)
    assert str(wrong.value).startswith(f"{path}: ")
    assert "geheim" not in str(wrong.value)
    assert "hook.example/abc" not in str(wrong.value)  # an address may be a secret


def test_the_example_and_the_guide_load_as_they_stand(tmp_path: Path) -> None:
    (guide,) = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/alerts.md").read_text("utf-8"), re.S)
    for text in (GOOD, EXAMPLE.read_text("utf-8"), guide):
        alerts = load_alerts(write(tmp_path, text))
        assert len(alerts.alert) == 2
        assert (alerts.face or "").endswith("/")
        assert alerts.smtp is not None
        assert alerts.smtp.at[1] == 587


def test_a_secret_comes_from_the_environment_or_a_file_that_others_cannot_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts = load_alerts(write(tmp_path, GOOD))
    with pytest.raises(PortalFileError, match=r"\$LOA_SMTP_PASSWORD is not set; export it"):
        Receivers.of(alerts)
    monkeypatch.setenv("LOA_SMTP_PASSWORD", "geheim")
    found = Receivers.of(alerts)
    assert found.password == "geheim"
    assert found.webhooks["hook"].headers == {"Authorization": "Bearer t0ken"}
    assert not re.search("geheim|t0ken|abc", repr(found))
    for mode in (0o640, 0o604, 0o622):
        (tmp_path / "token").chmod(mode)
        with pytest.raises(PortalFileError, match=f"mode {mode:o}.*chmod 600"):
            Receivers.of(alerts)
    (tmp_path / "token").chmod(0o600)
    (tmp_path / "token").write_text("t0ken\nX-Other: 1\n", encoding="utf-8")
    with pytest.raises(PortalFileError, match="holds more than one line") as wrong:
        Receivers.of(alerts)
    assert "t0ken" not in str(wrong.value)
    (tmp_path / "token").write_text("tøken", encoding="utf-8")
    with pytest.raises(PortalFileError, match="no header can hold it") as wrong:
        Receivers.of(alerts)
    assert "tøken" not in str(wrong.value)
    (tmp_path / "token").unlink()
    with pytest.raises(PortalFileError, match=r"webhook\.token_file: .*No such file"):
        Receivers.of(alerts)
