"""What people see on a terminal: escaped text, and progress."""
