"""Takes rows out of an archive, whole, as files for other programs."""
