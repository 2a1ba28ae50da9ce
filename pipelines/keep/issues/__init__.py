"""Issues that wait for a person, and what a person accepted."""
