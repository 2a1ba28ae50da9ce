"""Dates: printed for people, written for machines, and the day of an event."""
