"""Keeps the readers busy: later pages are being read while an earlier one is stored."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TypeVar

Begun = TypeVar("Begun")


def read_ahead(begun: Iterable[Begun], many: int) -> Iterator[Begun]:
    """What has begun, in order, each once `many` more have begun or no more come."""
    ahead: deque[Begun] = deque()
    for one in begun:
        ahead.append(one)
        if len(ahead) > many:
            yield ahead.popleft()
    while ahead:
        yield ahead.popleft()
