"""Every known address: what to ask next, when to ask again, under which conditions."""
