"""Tells quiet from broken: pure functions over what visits saw. No database, network or clock."""
