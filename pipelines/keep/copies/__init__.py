"""Copies: which articles say what others said before, and who said it first."""
