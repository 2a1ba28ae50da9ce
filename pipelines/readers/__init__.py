"""Worker processes that read: each with a time and a memory limit, killed and replaced when it passes one."""
