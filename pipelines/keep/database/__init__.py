"""archive.db as a file: opening, schema, migrations, snapshots, free disk, timestamps."""
