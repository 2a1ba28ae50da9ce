"""Pages that need scripts, filled by a Chromium that opens no connection of its own."""
