"""What people see on a terminal: safe text and progress."""
