"""The text of attached files, one module a format."""
