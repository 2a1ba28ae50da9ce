"""A query is stopped by what it computes, not by how long the machine keeps it waiting."""

import sqlite3
import time

import pytest

from web import limits
from web.limits import limit_work

ENDLESS = "with recursive n(n) as (select 1 union all select n + 1 from n) select count(*) from n"
SLOW = """with recursive n(n) as (select wait() union all select n + 1 from n limit 50000)
    select count(*) from n"""


def wait() -> int:
    time.sleep(0.4)
    return 1


def test_an_endless_query_is_stopped() -> None:
    db = sqlite3.connect(":memory:")
    with limit_work(db, 200), pytest.raises(sqlite3.OperationalError, match="interrupted"):
        db.execute(ENDLESS).fetchall()
    assert db.execute("select 1").fetchone() == (1,)


def test_a_query_that_only_waits_is_not_stopped() -> None:
    db = sqlite3.connect(":memory:")
    db.create_function("wait", 0, wait)
    with limit_work(db, 300):
        assert db.execute(SLOW).fetchone() == (50_000,)


def test_a_query_that_waits_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WAITING", 1)
    db = sqlite3.connect(":memory:")
    db.create_function("wait", 0, wait)
    with limit_work(db, 300), pytest.raises(sqlite3.OperationalError, match="interrupted"):
        db.execute(SLOW).fetchone()
