"""What the kernel says of running processes; one that has ended meanwhile says nothing."""

from pathlib import Path


def proc_text(path: Path) -> str:
    """The text of a file below /proc, empty where its process or thread has ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def children_of(process: int) -> list[int]:
    """The processes that a process's threads have started and that are still there."""
    try:
        threads = list(Path(f"/proc/{process}/task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for thread in threads for child in proc_text(thread / "children").split()]


def readers_below(process: int) -> list[int]:
    """The reading processes that a process has started."""
    return [
        child
        for child in children_of(process)
        if "spawn_main" in proc_text(Path(f"/proc/{child}/cmdline"))
    ]
