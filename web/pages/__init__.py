"""The pages of the archive, one module for each kind: its addresses, queries and template.

A module's `ROUTES` are pairs of a pattern of a path and the function that answers it;
web/plugins/pages.py hands them to Datasette.
"""
