"""How one answer is fetched: the download handler, its guard of addresses, and certificates."""
