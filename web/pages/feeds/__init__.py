"""Feeds: what is new, edited or removed, for programs that follow it. See docs/feeds.md."""
