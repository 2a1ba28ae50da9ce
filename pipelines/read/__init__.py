"""Reading: bytes of one capture in, plain data out. No database, no network, no clock: the fetch time comes with the capture."""
