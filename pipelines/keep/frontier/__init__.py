"""All known addresses: what to request next, when to request it again, with which conditions."""
