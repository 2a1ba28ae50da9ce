"""Articles that go on over several pages: which pages are their parts, and their joined text."""
