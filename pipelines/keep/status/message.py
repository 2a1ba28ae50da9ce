"""A message with places for values, so that a page can translate it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """English words with places such as %(days)s, and what stands there; `str` puts it together.

    A value that is a message itself is translated too.
    """

    text: str
    values: Mapping[str, "str | int | float | Message"] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % {name: str(value) for name, value in self.values.items()}
