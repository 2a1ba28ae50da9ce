"""`loa add`: one portal, or all of a list."""
