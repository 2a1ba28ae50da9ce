"""What was asked and what came: captures, their bytes and originals, files and pictures."""
