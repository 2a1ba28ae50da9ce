"""Fills pages that need scripts, with a Chromium that opens no connection of its own."""
