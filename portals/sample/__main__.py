"""`python -m portals.sample [--ports A B C]`: serves the sample portals until Ctrl-C."""

import argparse
import sys
import threading

from portals.errors import LoaError
from portals.sample import SamplePortals


def main() -> int:
    """Serves until Ctrl-C; gives the exit code."""
    told = "Serve three small sample portals on 127.0.0.1 until Ctrl-C."
    parser = argparse.ArgumentParser(prog="python -m portals.sample", description=told)
    names, told = ("SONGMAI", "THACHLAM", "ANPHU"), "their ports; 0 is any free one"
    parser.add_argument("--ports", nargs=3, type=int, default=(0, 0, 0), metavar=names, help=told)
    try:
        with SamplePortals(ports=tuple(parser.parse_args().ports)) as portals:
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
