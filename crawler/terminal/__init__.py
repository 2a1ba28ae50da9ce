"""Terminal output: escaped text, and progress."""
