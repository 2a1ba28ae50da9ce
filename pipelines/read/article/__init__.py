"""An article's fields, one module a field, and whether a page of no known family is an article."""
