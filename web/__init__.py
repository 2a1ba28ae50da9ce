"""The face of the archive: Datasette's descriptions, plugins, templates and style. Reads only."""
