"""Commands that a machine runs by itself, `schedule` and `alert`, and units of systemd."""
