"""Facts about a visit, as the health judge takes them: WELL is a healthy one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from pipelines.health.facts import ArticlePage, Listed, Past, Sight, Source

AT = datetime(2026, 3, 20, 3, tzinfo=UTC)
PAST = Past(read=60, refused=1, lacking=(("date", 1),), again=30, changed=1)
WELL = Sight(AT, "ok", None, None, (), (), PAST, AT - timedelta(days=1))


def source(url: str = "http://a.example/tin/", **fields: object) -> Source:
    before = tuple(
        (Listed(20, date(2026, 3, day), datetime(2026, 3, day, tzinfo=UTC)), date(2026, 3, day))
        for day in range(2, 12)
    )
    made = Source(
        url,
        "listing",
        True,
        "listing",
        7,
        listed=Listed(20, date(2026, 3, 19), AT),
        fingerprint="a",
        last_fingerprint="b",
        before=before,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # names of its own fields


def pages(
    count: int, outcome: str, *, held: bool = True, lacks: str = ""
) -> tuple[ArticlePage, ...]:
    return tuple(
        ArticlePage(f"http://a.example/{outcome}-{n}", outcome, n, held, frozenset(lacks.split()))
        for n in range(count)
    )
