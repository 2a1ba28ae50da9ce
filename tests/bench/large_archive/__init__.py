"""Archives of as many invented articles as a measurement wants, for `make bench`."""
