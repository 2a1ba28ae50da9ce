"""Images and services without a container engine: a Containerfile and a compose file, line by line.

A fresh root takes the place of the image named by FROM, and systemd-nspawn that of the engine. What
the two files may say is what stands here; anything else fails.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

from datasette.utils import parse_metadata

from tests.builders.fresh_root import PATH, FreshRoot, entered, leader_of, told
from tests.builders.running_processes import children_of

IMAGE = "python:3.11-slim-bookworm"  # its Python is Debian 12's 3.11 here


@dataclass
class Image:
    """A root, and what a Containerfile says of its containers."""

    root: FreshRoot
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": PATH.removeprefix("PATH=")}
    )
    user: str = "root"
    folder: str = "/"
    volumes: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def options(self) -> list[str]:
        """What a command in this image needs of systemd-nspawn."""
        variables = (f"--setenv={name}={value}" for name, value in self.environment.items())
        return [*variables, f"--user={self.user}", f"--chdir={self.folder}"]


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """The instructions of a Containerfile, such as ("RUN", "true")."""
    lines = re.sub(r"^#.*\n", "", text, flags=re.M).replace("\\\n", " ").splitlines()
    for line in filter(None, map(str.strip, lines)):
        name, _, rest = line.partition(" ")
        yield name, rest.strip()


def build(context: Path, base: Path, folder: Path) -> Image:
    """What the Containerfile of a folder makes of a base."""
    image = Image(FreshRoot(base, folder))
    steps = iter(instructions((context / "Containerfile").read_text(encoding="utf-8")))
    assert next(steps) == ("FROM", IMAGE)
    packages = "apt-get -q update && apt-get -qy --no-install-recommends install python3-venv"
    image.root.run(["sh", "-c", f"export DEBIAN_FRONTEND=noninteractive; {packages}"])
    for name, rest in steps:
        STEPS[name](image, rest, context)
    return image


def _run(image: Image, rest: str, context: Path) -> None:
    image.root.run(["sh", "-c", rest], *image.options())


def _copy(image: Image, rest: str, context: Path) -> None:
    *sources, target = rest.split()
    into = image.root.folder / target.lstrip("/")
    for source in (context / name for name in sources):
        if source.is_dir():
            shutil.copytree(source, into, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            into.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, into)


def _environment(image: Image, rest: str, context: Path) -> None:
    for word in shlex.split(rest):
        name, _, value = word.partition("=")
        image.environment[name] = Template(value).substitute(image.environment)


def _folder(image: Image, rest: str, context: Path) -> None:
    image.folder = rest
    (image.root.folder / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)


def _user(image: Image, rest: str, context: Path) -> None:
    image.user = rest


def _volume(image: Image, rest: str, context: Path) -> None:
    image.volumes += json.loads(rest)


def _command(image: Image, rest: str, context: Path) -> None:
    image.command = json.loads(rest)


def _health(image: Image, rest: str, context: Path) -> None:
    image.health = json.loads(rest.partition("CMD ")[2])


def _port(image: Image, rest: str, context: Path) -> None:
    assert rest.isdigit()  # it tells people, and does nothing


STEPS = {
    "RUN": _run,
    "COPY": _copy,
    "ENV": _environment,
    "WORKDIR": _folder,
    "USER": _user,
    "VOLUME": _volume,
    "EXPOSE": _port,
    "HEALTHCHECK": _health,
    "CMD": _command,
}


class Project:
    """The services of a compose file, in one network of their own without a way out."""

    def __init__(self, text: str, image: Image, folder: Path) -> None:
        settings = {"LOA_CONTACT": "archive@example.org"}
        filled = re.sub(r"\$\{(\w+):-([\w/]*)\}", lambda one: settings.get(one[1], one[2]), text)
        described = parse_metadata(filled)
        assert set(described) == {"x-loa", "services", "volumes"}
        self.services: dict[str, dict[str, Any]] = described["services"]
        self.image = image
        self.volumes = {name: folder / name for name in described["volumes"]}
        self.network = f"loa-soak-{os.getpid()}"
        self._fill_volumes()

    def _fill_volumes(self) -> None:
        """New volumes hold what the image has in their places, as engines do it."""
        for service in self.services.values():
            for name, inside in (one.split(":") for one in service["volumes"]):
                assert inside in self.image.volumes
                if not self.volumes[name].exists():
                    held = self.image.root.folder / inside.lstrip("/")
                    subprocess.run(["cp", "-a", held, self.volumes[name]], check=True)

    @contextmanager
    def up(self) -> Iterator[None]:
        """The network."""
        subprocess.run(["ip", "netns", "add", self.network], check=True)
        try:
            inside = ["ip", "-n", self.network, "link", "set", "lo", "up"]
            subprocess.run(inside, check=True)
            yield
        finally:
            subprocess.run(["ip", "netns", "delete", self.network], check=True)

    def in_network(self, words: Sequence[str]) -> list[str]:
        """A command of this machine, in the network of the services."""
        return ["ip", "netns", "exec", self.network, *words]

    def container(self, name: str, words: Sequence[str] = ()) -> list[str]:
        """The command of a new container of a service, with `words` in the place of its own."""
        known = {"build", "image", "restart", "ports", "healthcheck", "mem_limit"}
        service = {key: value for key, value in self.services[name].items() if key not in known}
        variables: Mapping[str, str] = service.pop("environment")
        assert service.pop("cap_drop") == ["ALL"]
        assert service.pop("security_opt") == ["no-new-privileges:true"]
        assert service.pop("init") is service.pop("read_only") is True
        command = words or service.pop("command", self.image.command)
        volumes = (one.split(":") for one in service.pop("volumes"))
        temporary = service.pop("tmpfs")
        assert set(service) <= {"command"}
        return self.image.root.command(
            command,
            *self.image.options(),
            *(f"--setenv={key}={value}" for key, value in variables.items()),
            *(f"--bind={self.volumes[volume]}:{inside}" for volume, inside in volumes),
            *(f"--tmpfs={inside}:mode=1777" for inside in temporary),
            f"--network-namespace-path=/run/netns/{self.network}",
            "--as-pid2",  # an init that ends orphans
            "--read-only",
            "--drop-capability=all",
            "--no-new-privileges=yes",
            f"--machine={self.network}-{name}",
            "--pipe",
        )

    def run(self, name: str, words: Sequence[str], *, codes: Sequence[int] = (0,)) -> str:
        """Run a command to its end in a new container of a service; what it said."""
        return told(*self.container(name, words), codes=codes)

    @contextmanager
    def started(self, name: str) -> Iterator["subprocess.Popen[str]"]:
        """A new container of a service; with the block it gets SIGTERM, as from an engine."""
        with subprocess.Popen(
            self.container(name), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        ) as running:
            try:
                yield running
            finally:
                if running.poll() is None:
                    (process,) = children_of(leader_of(running.pid))  # below the init
                    os.kill(process, signal.SIGTERM)
                running.wait(timeout=60)

    def check_health(self, running: "subprocess.Popen[str]") -> None:
        """Run the image's health check in a running container. It must find it well."""
        variables = (f"{name}={value}" for name, value in self.image.environment.items())
        told(*entered(leader_of(running.pid), self.image.health, *variables))
