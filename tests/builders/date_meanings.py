"""What a date line means on a clock in Viet Nam, read there on a Sunday in 2026."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pipelines.read.dates.date_lines import read_date
from pipelines.read.dates.printed_date import PrintedDate

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FETCHED = datetime(2026, 11, 22, 3, 30, 20, tzinfo=UTC)  # a Sunday, 10:30 in Viet Nam


def read_in_viet_nam(text: str) -> PrintedDate | None:
    return read_date(text, zone=VIETNAM, fetched_at=FETCHED)


def meaning(printed: PrintedDate | None) -> str | None:
    """The date as a clock in Viet Nam shows it: "2020-07", "2020-07-08", "2020-07-08 08:33".

    Seconds are shown where they are not 0.
    """
    if printed is None:
        return None
    if printed.at is None:
        return printed.on.isoformat()[: 7 if printed.precision == "month" else 10]
    assert printed.precision == "minute"
    assert printed.at.tzinfo is UTC
    local = (printed.at + timedelta(hours=7)).replace(tzinfo=None)
    assert printed.on == local.date()
    return local.isoformat(" ").removesuffix(":00")
