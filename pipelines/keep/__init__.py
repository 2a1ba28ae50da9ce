"""Keeps captures: WARC files for the bytes, archive.db for everything else. One process writes.

An address waits in `frontier` until a visit requests it. The bytes of its answer go to `warc`.
`records` then compares the reading with what the archive holds, and stores the difference; what
nobody understood becomes one of the `issues`. `visits` judges a visit and plans the next one,
`upkeep` checks the whole archive, and `database` opens it for all of them.
"""
