"""Which addresses belong to the public internet. Pure: looks nothing up."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Python's registry of special addresses (as of 3.11) calls these global, but portals never use
# them: multicast, and relays into other networks.
_NO_PORTALS = (
    IPv4Network("192.0.0.0/24"),  # RFC 6890: protocol assignments
    IPv4Network("192.88.99.0/24"),  # RFC 7526: relays of 6to4
    IPv4Network("224.0.0.0/3"),  # multicast, and what lies behind it
    IPv6Network("2002::/16"),  # RFC 3056: 6to4, an IPv4 address in disguise
    IPv6Network("3fff::/20"),  # RFC 9637: documentation
)
# RFC 4291: everything ever assigned. No loopback, link-local, site-local or unique local
# address is in it.
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: how a network without IPv4 reaches an IPv4 address


def is_public(address: str) -> bool:
    """Whether a literal address is on the public internet.

    An IPv4 address inside an IPv6 one (mapped, NAT64) counts as IPv4. False for anything that
    is not a literal address: resolve a name first.
    """
    try:
        literal = ip_address(address)
    except ValueError:
        return False
    if isinstance(literal, IPv6Address):
        if literal.ipv4_mapped is not None:
            literal = literal.ipv4_mapped
        elif literal in _NAT64:
            literal = IPv4Address(int(literal) & 0xFFFFFFFF)
        elif literal not in _UNICAST:
            return False
    # An address is in no network of the other version.
    return literal.is_global and not any(literal in network for network in _NO_PORTALS)


def is_private_by_name(host: str) -> bool:
    """Whether a host is a private literal address or localhost.

    `host` has no port, an IPv6 address no brackets. False for any other name, wherever it leads.
    """
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761
        return True
    return is_literal(host) and not is_public(host)


def is_literal(host: str) -> bool:
    """Whether a host is a literal address rather than a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
