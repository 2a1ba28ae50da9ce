"""What was asked and what came: captures, their bytes and originals, and attached files."""
