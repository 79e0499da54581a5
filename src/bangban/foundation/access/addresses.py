"""Network addresses as limits count them: one IPv6 customer has a whole /64."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from django.db.models import Q

NETWORK = 19  # characters of the first four groups, written out


def written(address: str) -> str:
    """Return the one spelling that is stored; what is no address stays as it is, cut to a hundred characters."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return parsed.exploded


def same_source(address: str) -> Q:
    """Return the filter for lines from where this address comes."""
    stored = written(address)
    return Q(address__startswith=stored[:NETWORK]) if stored.count(":") == 7 else Q(address=stored)
