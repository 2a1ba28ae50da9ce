"""Answers questions from the archive. Only reads; each query is bounded by an index and a limit."""
