"""Benchmarks, run by name (`make bench`), never by the tests: speed as ratios within one run."""
