"""How Loa introduces itself to the hosts it visits."""

import os
from importlib.metadata import PackageNotFoundError, version

DEFAULT_CONTACT = "no contact given; the operator sets LOA_CONTACT"


def user_agent() -> str:
    """The User-Agent: our name, version and purpose, and the contact from $LOA_CONTACT.

    It must not look like a phone's: portals would answer with another theme.
    """
    try:
        release = version("loa")
    except PackageNotFoundError:
        release = "0"
    contact = " ".join(os.environ.get("LOA_CONTACT", DEFAULT_CONTACT).split())
    return f"loa/{release} (local-government news archive; {contact})"
