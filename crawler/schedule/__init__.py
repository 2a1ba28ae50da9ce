"""Runs `loa crawl --due` in time: a service of our own, systemd, cron."""
