"""Citations of articles in the formats of reference managers: a record in, text out.

These modules are pure. `web/pages/articles/cited.py` makes the records.
"""
