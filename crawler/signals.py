"""Ctrl-C, SIGTERM and SIGHUP end every command in the same order."""

import signal
from types import FrameType

# SIGHUP comes when a terminal closes.
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop_signals() -> list[signal.Signals]:
    """The signals that end a command. Under `nohup`, SIGHUP stays ignored."""
    return [
        number
        for number in STOPS
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN
    ]


def stop_as_ctrl_c_does() -> None:
    """Let SIGTERM and SIGHUP raise KeyboardInterrupt; a second one ends the process at once."""
    for number in stop_signals():
        if number is not signal.SIGINT:
            signal.signal(number, _interrupt)


def end_at_next_signal() -> None:
    """Let the next signal end the process at once. That is safe: only more is left to close."""
    for number in stop_signals():
        signal.signal(number, signal.SIG_DFL)


def _interrupt(number: int, frame: FrameType | None) -> None:
    end_at_next_signal()
    raise KeyboardInterrupt
