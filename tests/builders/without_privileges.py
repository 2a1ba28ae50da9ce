"""Commands without root's power to ignore file permissions.

In a container the tests often run as root, who may write in any folder.
"""

import ctypes

PR_CAPBSET_DROP = 24  # https://man7.org/linux/man-pages/man2/PR_CAPBSET_DROP.2const.html
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER = 1, 2, 3


def drop_privileges() -> None:
    """For `preexec_fn`: the program that is started next has to keep to the permissions."""
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER):
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # fails for all but root
