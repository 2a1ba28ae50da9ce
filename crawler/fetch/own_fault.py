"""The root of the faults that are ours to raise: a connection or an answer that we gave up."""


class OwnFault(Exception):
    """`word` is the fixed word that captures.error begins with; `str()` is one line for a person."""

    word: str
