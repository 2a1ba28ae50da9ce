"""Facts about a visit, as the health judge takes them: WELL is a healthy one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from pipelines.health.facts import ArticlePage, Listed, Past, Source, VisitFacts
from pipelines.outcomes import Outcome, RunOutcome

AT = datetime(2026, 3, 20, 3, tzinfo=UTC)
PAST = Past(read=60, refused=1, lacking=(("date", 1),), again=30, changed=1)
WELL = VisitFacts(AT, RunOutcome.OK, None, None, (), (), PAST, AT - timedelta(days=1))


def source(url: str = "http://a.example/tin/", **fields: object) -> Source:
    before = tuple(
        (Listed(20, date(2026, 3, day), datetime(2026, 3, day, tzinfo=UTC)), date(2026, 3, day))
        for day in range(2, 12)
    )
    made = Source(
        url,
        "listing",
        True,
        Outcome.LISTING,
        7,
        listed=Listed(20, date(2026, 3, 19), AT),
        before=before,
    )
    told = Outcome(str(fields.pop("outcome", made.outcome)))
    return replace(made, outcome=told, **fields)  # type: ignore[arg-type]  # its own fields


def pages(
    count: int, outcome: Outcome, *, held: bool = True, lacks: str = ""
) -> tuple[ArticlePage, ...]:
    return tuple(
        ArticlePage(f"http://a.example/{outcome}-{n}", outcome, n, held, frozenset(lacks.split()))
        for n in range(count)
    )
