"""The limit on a process's open files; sockets and pipes count too."""

import errno
import os
import resource

from portals.errors import LoaError

# Open for any run: the archive and its log, a WARC file, pipes to readers, the event loop.
FOR_A_RUN = 40
FOR_A_SITE = 8  # its connections, and those to the hosts of its files
FOR_A_READER = 8  # its pipes
FOR_A_BROWSER = 24
OUT_OF_FILES = (errno.EMFILE, errno.ENFILE)


class TooFewFilesError(LoaError):
    """The process may not open as many files at once as the run needs."""

    exit_code = 2


def allow_open_files(*, sites: int = 0, readers: int = 0, browser: bool = False) -> None:
    """Raise this process's limit as far as the run needs, if the system lets it.

    Raises TooFewFilesError before anything is fetched or written: a connection that fails for want
    of a file would look like a fault of the portal.
    """
    needed = FOR_A_RUN + sites * FOR_A_SITE + readers * FOR_A_READER + browser * FOR_A_BROWSER
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if allowed == resource.RLIM_INFINITY or allowed >= needed:
        return
    if most != resource.RLIM_INFINITY and most < needed:
        raise TooFewFilesError(f"this run needs {needed} open files; {_remedy(most)}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, most))


def is_out_of_files(error: BaseException) -> bool:
    """Whether this process, or the whole system, could open no more files."""
    return isinstance(error, OSError) and error.errno in OUT_OF_FILES


def no_file_left() -> OSError | None:
    """The error of opening one more file, if that is why a connection failed; else None.

    A failed look-up of a name, for one, does not say that it could not open its socket.
    """
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error if is_out_of_files(error) else None
    return None


def out_of_files(error: BaseException) -> TooFewFilesError:
    """The error to show for one for which `is_out_of_files` holds."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return TooFewFilesError(f"no more files can be opened ({error}); {_remedy(allowed)}")


def _remedy(allowed: int) -> str:
    return (
        f"the limit is {allowed}: raise it with `ulimit -n 1024`, or LimitNOFILE=1024 in a systemd "
        "unit, and run the command again"
    )
