"""Commands that show articles or write them to files: one module each."""
