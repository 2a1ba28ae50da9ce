"""Passwords and tokens: from an environment variable, or from a file that others cannot read."""

import os
import re
import stat
from pathlib import Path

from portals.errors import PortalFileError

LARGEST = 10_000  # bytes
SECRET = re.compile("PASSWORD|SECRET|TOKEN")


def is_secret(variable: str) -> bool:
    """Whether a variable looks like one that holds a secret, so that nobody may copy its value."""
    return SECRET.search(variable) is not None


def secret_of(env: str | None, file: str | None, beside: Path, key: str) -> str | None:
    """What a variable or a file holds, without the line end; None if neither is named.

    A relative file is beside `beside`, the file that names it under `key`. Raises PortalFileError,
    which never shows the secret.
    """
    if env is not None:
        if not (value := os.environ.get(env, "").strip()):
            raise PortalFileError(
                f"{beside}: {key}_env: ${env} is not set; export it, or use a file"
            )
    elif file is not None:
        value = _kept_in(beside.absolute().parent / Path(file).expanduser(), beside, f"{key}_file")
    else:
        return None
    if not value.isprintable():
        raise PortalFileError(f"{beside}: {key}: holds more than one line, or a control character")
    return value


def _kept_in(path: Path, beside: Path, key: str) -> str:
    try:
        with path.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                wrong = f"others may read or change it (mode {stat.S_IMODE(mode):o})"
                raise PortalFileError(f"{beside}: {key}: {path}: {wrong}; chmod 600 {path}")
            content = opened.read(LARGEST + 1)
    except OSError as error:
        wrong = f"cannot be read ({error.strerror})"
        raise PortalFileError(f"{beside}: {key}: {path}: {wrong}; check its name") from error
    try:
        text = content.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise PortalFileError(f"{beside}: {key}: {path}: is not UTF-8; save it as such") from error
    if not text or len(content) > LARGEST:
        raise PortalFileError(f"{beside}: {key}: {path}: is empty or too long for a secret")
    return text
