"""Worker processes that read, with limits of time and memory."""
