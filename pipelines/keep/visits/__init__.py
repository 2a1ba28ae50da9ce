"""Runs and visits: their rows, their judgement, and when the next one is due."""
