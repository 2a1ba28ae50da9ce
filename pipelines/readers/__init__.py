"""Worker processes that read pages within limits of time and memory."""
