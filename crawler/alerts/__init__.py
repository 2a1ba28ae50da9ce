"""Tells what portals published, edited or removed: digests by e-mail or webhook, each thing once.

Reads archive.db, and keeps what it told and what still waits in alerts.db beside it.
"""
