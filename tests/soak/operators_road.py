"""The operator's road: the commands of docs/operate.md in a fresh Debian, as they stand there."""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import ROOT
from tests.builders.fresh_root import BootedRoot, FreshRoot, indented_blocks, make_base, why_not

PAGE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
SERVE_PAGE = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")
PORTS = (18401, 18402, 18403)
AT_HOME = {
    f"https://{name}.example.gov.vn/": f"http://127.0.0.1:{port}/"
    for name, port in zip(("one", "two", "three"), PORTS, strict=True)
}
PUBLIC = "news.example.org"
# What a Debian server has and the minimal one lacks.
SERVER = ("ca-certificates", "dbus", "systemd-sysv")
READ = f"""
import http.client, ssl, sys
connection = http.client.HTTPSConnection("127.0.0.1", context=ssl._create_unverified_context())
connection.request("GET", sys.argv[1], headers={{"Host": "{PUBLIC}"}})
answer = connection.getresponse()
print(answer.status, flush=True)
sys.stdout.buffer.write(answer.read())
"""

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@pytest.fixture
def server(tmp_path: Path) -> FreshRoot:
    """A small Debian server without Loa."""
    root = FreshRoot(make_base(tmp_path / "base"), tmp_path / "server")
    script = f"apt-get -q update && apt-get -qy --no-install-recommends install {' '.join(SERVER)}"
    root.run(["sh", "-c", f"export DEBIAN_FRONTEND=noninteractive; {script}"])
    return root


def script_of(*sections: str) -> str:
    """The commands of these sections as one script, which stops at the first failure."""
    text = "set -eux\n"
    for section in sections:
        text += "\n".join(indented_blocks(PAGE, section)) + f"\necho '=' {section}: $SECONDS\n"
    for address, sample in AT_HOME.items():
        text = text.replace(address, sample)
    assert "example.gov.vn" not in text
    return text.replace("REPOSITORY", "file:///mnt")


def report(told: str) -> None:
    """Print how long the sections took."""
    for section, seconds in re.findall(r"^= (.+): (\d+)$", told, re.M):
        print(f"measured: {section}: by {int(seconds) / 60:.1f} minutes")


def write_proxy(server: FreshRoot) -> None:
    """What the page leaves to the operator: the file for nginx, and a certificate."""
    file = re.findall(r"^    server \{\n(?:.*\n)+?    \}$", SERVE_PAGE, re.M)
    (server.folder / "etc/nginx/sites-available/loa").write_text(file[0], encoding="utf-8")
    parts = ("req -x509 -newkey rsa:2048 -nodes -days 2", f"-subj /CN={PUBLIC}")
    files = (f"-keyout /etc/ssl/private/{PUBLIC}.key", f"-out /etc/ssl/certs/{PUBLIC}.pem")
    server.run(["sh", "-c", " ".join(("openssl", *parts, *files))])


@contextmanager
def portals(running: BootedRoot) -> Iterator[None]:
    """Three sample portals on that machine."""
    words = ["/opt/loa/.venv/bin/python", "-m", "portals.sample", "--ports", *map(str, PORTS)]
    with running.start(words, folder="/opt/loa") as samples:
        assert samples.stdout is not None
        try:
            for _ in PORTS:
                assert "127.0.0.1" in samples.stdout.readline()
            yield
        finally:
            samples.terminate()


def served(running: BootedRoot, path: str) -> str:
    """What a reader gets from nginx; the server may still be starting."""
    for _ in range(120):
        answer = running.run(["python3", "-c", READ, f"/loa{path}"], codes=(0, 1))
        if answer.startswith("200"):
            return answer
        time.sleep(0.5)
    raise AssertionError(answer)


def test_from_an_empty_machine_to_a_public_archive_of_three_portals(
    server: FreshRoot, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    subprocess.run(["git", "clone", "--quiet", "--bare", ROOT, repository], check=True)
    shared = f"--bind-ro={repository}:/mnt"
    script = "export DEBIAN_FRONTEND=noninteractive\n" + script_of("Install")
    report(server.run(["bash", "-c", script], shared))
    write_proxy(server)
    with server.booted(shared) as running, portals(running):
        script = script_of("Add your portals", "Let it run", "Serve it")
        report(running.run(["bash", "-c", script]))
        found = served(running, "/archive/articles.json?_shape=array&_size=max&_col=key")
        assert found.count('"key"') > 3 * 20
        assert "Tin mới nhất" in served(running, "/")
        running.run(["systemctl", "start", "loa.service"])
        script = script_of("Back up", "Update Loa")
        report(running.run(["bash", "-lc", script]))
    with server.booted() as running:  # it was off, and all comes back by itself
        again = served(running, "/archive/articles.json?_shape=array&_size=max&_col=key")
        assert again == found
        timers = running.run(["systemctl", "list-timers", "loa.timer"])
        assert "loa.service" in timers
        failed = running.run(["systemctl", "list-units", "--failed", "--plain", "loa*", "nginx*"])
        assert "0 loaded units" in failed
