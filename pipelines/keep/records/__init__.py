"""What an answer changes: captures, articles, revisions."""
