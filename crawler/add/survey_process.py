"""Surveys one portal in a process of its own: `python -m crawler.add.survey_process`.

It reads what to do from a line of standard input, and writes what it found as a line of JSON. It
keeps nothing. When standard input ends, so does the process: a parent that is killed leaves no
survey behind.
"""

import json
import os
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.add.causes import Cause
from crawler.add.site_file import site_toml
from crawler.add.survey import PortalNotSeenError, survey_portal
from crawler.signals import stop_as_ctrl_c_does
from portals.errors import LoaError


def main() -> None:
    """Survey what standard input names."""
    stop_as_ctrl_c_does()
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    print(json.dumps(surveyed(asked)), flush=True)


def surveyed(asked: dict[str, Any]) -> dict[str, Any]:
    """The site file of a portal as `text`, with what to say of it; else the `cause` of a failure,
    and what happened, in words, as `told`.
    """
    try:
        found = survey_portal(
            asked["url"],
            asked["key"],
            Path(asked["archive"]),
            proxy=asked["proxy"],
            delay=asked["delay"],
        )
    except PortalNotSeenError as error:
        return {"cause": error.cause, "told": str(error)}
    except LoaError as error:
        return {"cause": Cause.OTHER, "told": str(error)}
    return {
        "text": site_toml(found, datetime.now(UTC).date()),
        "name": found.site.name,
        "platform": found.site.platform,
        "articles": len(found.articles),
        "requests": found.asked,
    }


def _end_with_the_parent() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
