"""A fresh Debian in a folder of its own: made by debootstrap, entered and booted by systemd-nspawn.

It gets this machine's own settings for package sources, because they say how to reach any.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.builders.running_processes import children_of

NEEDED = ("debootstrap", "systemd-nspawn", "nsenter")
RELEASE = "bookworm"
SOURCES = ("etc/apt/sources.list", "etc/apt/sources.list.d", "etc/apt/auth.conf.d")
LONGEST = 1200  # seconds for one command
SLOWEST = 60  # seconds until a container has its first process


def why_not() -> str | None:
    """Why no fresh root can be made here; None if one can."""
    if os.geteuid() != 0:
        return "only root can make and enter a fresh root"
    missing = [name for name in NEEDED if shutil.which(name) is None]
    return f"{', '.join(missing)}: not installed" if missing else None


def make_base(folder: Path) -> Path:
    """A minimal Debian with this machine's package sources; about a minute.

    LOA_FRESH_ROOT names one that was made before, to save that minute.
    """
    if made := os.environ.get("LOA_FRESH_ROOT"):
        return Path(made)
    mirror = told("apt-get", "indextargets", "--format", "$(SITE)").split()[0]
    told("debootstrap", "--variant=minbase", RELEASE, str(folder), mirror)
    for name in SOURCES:
        source, target = Path("/", name), folder / name
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        elif source.exists():
            shutil.copy(source, target)
        else:
            target.unlink(missing_ok=True)
    return folder


class FreshRoot:
    """A copy of a base, in which commands run as in a container."""

    def __init__(self, base: Path, folder: Path) -> None:
        self.folder = folder
        subprocess.run(["cp", "-a", "--reflink=auto", base, folder], check=True)

    def command(self, words: Sequence[str], *options: str) -> list[str]:
        """The command that runs `words` in this root."""
        return [*NSPAWN, f"--directory={self.folder}", *options, "--", *words]

    def run(self, words: Sequence[str], *options: str) -> str:
        """Run a command to its end; what it said. It must end well."""
        return told(*self.command(words, "--pipe", "--as-pid2", *options, *package_settings()))

    @contextmanager
    def booted(self, *options: str) -> Iterator["BootedRoot"]:
        """The root with its own systemd and an empty network."""
        command = self.command([], "--boot", "--private-network", *options)[:-1]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as own:
            try:
                yield BootedRoot(leader_of(own.pid))
            finally:
                own.terminate()
                own.wait(timeout=120)


class BootedRoot:
    """A root whose systemd runs."""

    def __init__(self, leader: int) -> None:
        self._leader = leader
        deadline = time.monotonic() + SLOWEST
        while self._state() not in ("running", "degraded"):
            assert time.monotonic() < deadline, self._state()
            time.sleep(0.2)

    def _state(self) -> str:
        return self.run(["systemctl", "is-system-running"], codes=range(256)).strip()

    def run(self, words: Sequence[str], *, codes: Sequence[int] = (0,)) -> str:
        """Run a command as root to its end; what it said."""
        return told(*entered(self._leader, words), codes=codes)

    def start(self, words: Sequence[str], *, folder: str) -> "subprocess.Popen[str]":
        """Start a command that goes on, and whose output can be read."""
        command = entered(self._leader, words, folder=folder)
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def entered(leader: int, words: Sequence[str], *variables: str, folder: str = "/") -> list[str]:
    """The command that runs `words` as root in the container whose first process is `leader`."""
    enter = ["nsenter", f"--target={leader}", "--all", "--root"]
    return [*enter, "/usr/bin/env", "-i", f"--chdir={folder}", PATH, *variables, *words]


AUTHORITIES = "/run/authorities.crt"
NSPAWN = ("systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--timezone=off")
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def package_settings() -> list[str]:
    """Options that let pip in a root reach what it reaches here: proxies, indexes, authorities.

    Folders of this machine are left out: hashes decide what is installed, not where it came from.
    """
    listed = told(sys.executable, "-m", "pip", "config", "list")
    settings = {name: value for name, value in os.environ.items() if "_proxy" in name.lower()}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        settings[f"PIP_{name.rpartition('.')[2].replace('-', '_').upper()}"] = value.strip("'\"")
    options = []
    for name, value in settings.items():
        if name == "PIP_CERT":
            options += [f"--bind-ro={value}:{AUTHORITIES}", f"--setenv={name}={AUTHORITIES}"]
        elif "/" not in value or "https://" in value or "http://" in value:
            options.append(f"--setenv={name}={value}")
    return options


def indented_blocks(page: str, section: str) -> list[str]:
    """The commands of a section of a page, in order."""
    text = page.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return [line[4:] for line in text.splitlines() if line.startswith("    ")]


def leader_of(nspawn: int) -> int:
    """The first process of the container of a systemd-nspawn, as this machine numbers it."""
    deadline = time.monotonic() + SLOWEST
    while time.monotonic() < deadline:
        for child in children_of(nspawn):
            with suppress(OSError):  # a helper of systemd-nspawn that has ended
                numbers = re.findall(r"^NSpid:.*", Path(f"/proc/{child}/status").read_text(), re.M)
                if numbers[0].split()[2:] == ["1"]:
                    return child
        time.sleep(0.05)
    raise AssertionError(f"systemd-nspawn {nspawn} started nothing")


def told(*command: str, codes: Sequence[int] = (0,)) -> str:
    """Run a command to its end; what it said. Its exit code must be one of these."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST,
    )
    assert done.returncode in codes, f"{shlex.join(command)}\n{done.stdout[-3000:]}"
    return done.stdout
