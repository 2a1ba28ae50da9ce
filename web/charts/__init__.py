"""Charts as plain values: what a template draws as SVG or as a table, without any script.

Pure functions. Each chart has a title, a sentence that says what it shows, and its numbers.
"""
