"""archive.db as a file: opening, schema, snapshots, room on the disk, timestamps."""
