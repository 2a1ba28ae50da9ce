"""How Loa introduces itself to the hosts it visits."""

import os
from importlib.metadata import PackageNotFoundError, version

DEFAULT_CONTACT = "no contact given; the operator sets LOA_CONTACT"


def user_agent() -> str:
    """The User-Agent: our name, version, what we do, and the operator's contact from LOA_CONTACT. Never that of a phone: the theme depends on it."""
    try:
        release = version("loa")
    except PackageNotFoundError:
        release = "0"
    contact = " ".join(os.environ.get("LOA_CONTACT", DEFAULT_CONTACT).split())
    return f"loa/{release} (local-government news archive; {contact})"
