"""Runs `loa crawl --due` on time: by our own service, systemd or cron."""
