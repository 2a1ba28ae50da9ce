"""`python -m tests.builders.loa_on_another_day DAYS COMMAND...`: `loa` so many days from now.

The clock is an argument of the commands; nothing else changes.
"""

import sys
from datetime import datetime, timedelta

from crawler.cli import main
from crawler.clock import wall_clock

if __name__ == "__main__":
    days = timedelta(days=float(sys.argv.pop(1)))

    def clock() -> datetime:
        return wall_clock() + days

    main(clock)
