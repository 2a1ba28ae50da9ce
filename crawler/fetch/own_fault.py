"""OwnFault: the root of the errors we raise when we give up a connection or an answer."""


class OwnFault(Exception):
    """`word` is the fixed word that captures.error begins with. `str()` is one line for people."""

    word: str
