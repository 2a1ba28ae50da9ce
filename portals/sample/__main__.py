"""`python -m portals.sample [--ports A B C]`: serves the sample portals until Ctrl-C."""

import argparse
import sys
import threading

from portals.errors import LoaError
from portals.sample import SamplePortals


def main() -> int:
    """Serves until Ctrl-C; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m portals.sample",
        description="Serve three small sample portals on 127.0.0.1 until Ctrl-C.",
    )
    parser.add_argument(
        "--ports",
        nargs=3,
        type=int,
        default=(0, 0, 0),
        metavar=("SONGMAI", "THACHLAM", "ANPHU"),
        help="their ports; 0 is any free one",
    )
    ports = parser.parse_args().ports
    try:
        with SamplePortals(ports=tuple(ports)) as portals:
            for key, url in portals.urls.items():
                print(f"{key:10}{url}", flush=True)
            threading.Event().wait()
        return 0
    except KeyboardInterrupt:
        return 0
    except LoaError as error:
        print(error, file=sys.stderr)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
