"""The records that an answer changes: captures, articles, revisions."""
