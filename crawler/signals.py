"""Ctrl-C, SIGTERM and SIGHUP end every command in the same order."""

import signal
from types import FrameType

# SIGHUP comes when a terminal closes.
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def heeded_stops() -> list[signal.Signals]:
    """The signals that end a command. `nohup` has SIGHUP ignored, and it stays so."""
    return [
        number
        for number in STOPS
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN
    ]


def stop_as_ctrl_c_does() -> None:
    """Let SIGTERM and SIGHUP raise KeyboardInterrupt; a second one ends the process at once."""
    for number in heeded_stops():
        if number is not signal.SIGINT:
            signal.signal(number, _interrupt)


def restore_stops() -> None:
    """Let the next signal end the process at once. That is safe: it only leaves more to close."""
    for number in heeded_stops():
        signal.signal(number, signal.SIG_DFL)


def _interrupt(number: int, frame: FrameType | None) -> None:
    restore_stops()
    raise KeyboardInterrupt
