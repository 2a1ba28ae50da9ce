"""The language of questions to the archive: what was asked, and how texts answer it. Pure."""
