"""Issues that need a person, and those that a person accepted."""
