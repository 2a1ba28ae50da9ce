"""The test suite itself: its paths exist, and it works where the shell ignores Ctrl-C."""

import importlib
import subprocess
import sys

import pytest

from tests import ROOT
from tests.soak.__main__ import ROWS, Row

BENCHMARKS = [path for path in (ROOT / "tests/bench").glob("*.py") if path.stem != "__init__"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_a_soak_row_names_tests_that_exist_and_counts_that_they_read(row: Row) -> None:
    read = "".join((ROOT / path).read_text(encoding="utf-8") for path in row.tests)
    assert [name for name in row.counts if f'"{name}"' not in read] == []


@pytest.mark.parametrize("module", sorted(path.stem for path in BENCHMARKS))
def test_a_benchmark_can_be_imported(module: str) -> None:
    assert importlib.import_module(f"tests.bench.{module}").main


def test_each_test_has_a_time_limit(pytestconfig: pytest.Config) -> None:
    assert 0 < float(pytestconfig.getini("timeout")) <= 600


def test_a_process_that_a_test_starts_can_be_interrupted_where_the_shell_ignores_it() -> None:
    program = (
        "import tests.conftest, subprocess, sys;"
        "subprocess.run([sys.executable, '-c', 'import signal; print(signal.getsignal(2))'])"
    )
    ignoring = ["sh", "-c", 'trap "" INT; exec "$0" "$@"', sys.executable, "-c", program]
    shown = subprocess.run(ignoring, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "default_int_handler" in shown
