"""Real worker processes: a task's limit is its own CPU time, whatever else the machine does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import lxml.html
import pytest

from pipelines.readers.worker_pool import WorkerDied, WorkerPool
from tests.builders.misbehaviour import ATTRIBUTE_BOMB

LIMIT = 1.0


def burn(seconds: float) -> float:
    """Uses up CPU time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return seconds


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def parse(page: bytes) -> None:
    lxml.html.document_fromstring(page)


def end_by(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(1, seconds=LIMIT, memory=1 << 30)
    yield made
    made.close()


def death_of(pool: WorkerPool, work: object, argument: object) -> WorkerDied:
    with pytest.raises(WorkerDied) as caught:
        pool.begin(work, argument).result(timeout=60)  # type: ignore[arg-type]
    return caught.value


def test_each_task_has_the_whole_limit_for_itself(pool: WorkerPool) -> None:
    tasks = [pool.begin(burn, LIMIT / 2) for _ in range(5)]
    assert [task.result(timeout=60) for task in tasks] == [LIMIT / 2] * 5


def test_a_busy_machine_takes_nothing_from_a_task(pool: WorkerPool) -> None:
    endless = [sys.executable, "-c", "while True: pass"]
    beside = [subprocess.Popen(endless) for _ in range(3 * (os.cpu_count() or 1))]
    try:
        assert pool.begin(burn, 0.7 * LIMIT).result(timeout=60) == 0.7 * LIMIT
    finally:
        for process in beside:
            process.kill()
            process.wait()


@pytest.mark.parametrize(("work", "argument"), [(burn, 30.0), (parse, ATTRIBUTE_BOMB)])
def test_a_task_ends_with_its_cpu_time_in_python_or_in_c(
    pool: WorkerPool, work: object, argument: object
) -> None:
    death = death_of(pool, work, argument)
    assert death.took_too_long
    assert not death.is_no_fault_of_the_task


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_a_clock_that_is_set_while_a_task_runs_changes_no_limit(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    wall_clock = time.time
    endless = pool.begin(burn, 30.0)
    monkeypatch.setattr(time, "time", lambda: wall_clock() + jump)
    with pytest.raises(WorkerDied):
        endless.result(timeout=60)


def test_a_worker_that_waits_for_ever_is_ended_and_the_task_is_not_blamed() -> None:
    pool = WorkerPool(1, seconds=LIMIT, memory=1 << 30, wall=0.5)
    try:
        death = death_of(pool, sleep, 600.0)
        assert death.is_no_fault_of_the_task
        assert not death.took_too_long
    finally:
        pool.close()


@pytest.mark.parametrize(("number", "blamed"), [(signal.SIGKILL, False), (signal.SIGSEGV, True)])
def test_a_worker_killed_for_lack_of_memory_says_nothing_of_its_task(
    pool: WorkerPool, number: signal.Signals, blamed: bool
) -> None:
    assert death_of(pool, end_by, number).is_no_fault_of_the_task != blamed


def test_preparing_a_worker_takes_nothing_from_the_limit() -> None:
    pool = WorkerPool(1, seconds=LIMIT, memory=1 << 30, before=burn)
    try:
        assert pool.begin(burn, 0.7 * LIMIT).result(timeout=60) == 0.7 * LIMIT
    finally:
        pool.close()
