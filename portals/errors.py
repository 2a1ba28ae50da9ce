"""The base class of every error that Loa raises on purpose, and the errors of this package.

Each error says in one line what happened, to which file, site or URL, and what to do about it. The
commands print only that line.
"""


class LoaError(Exception):
    """Something a person can fix. `str(error)` is one line: the thing, the fault, the remedy.

    `loa` ends with `exit_code`.
    """

    exit_code = 1


class PortalFileError(LoaError):
    """The TOML file of a site or a platform has a mistake."""

    exit_code = 3


class UnknownSiteError(LoaError):
    """No site file and no archived site has this key."""

    exit_code = 3
