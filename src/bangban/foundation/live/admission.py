"""How many streams there may be, all together and from one address."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv6Address, ip_address

from bangban.foundation.live import refusals
from bangban.machinery.problems import Problem


class Admission:
    """Counts the open streams."""

    def __init__(self, total: int, per_address: int) -> None:
        self._total = total
        self._per_address = per_address
        self._open: Counter[str] = Counter()
        self.count = 0

    def enter(self, address: str) -> Problem | None:
        """Count a stream in, or say why not; each admitted stream must leave."""
        source = _source(address)
        if self.count >= self._total:
            return refusals.full()
        if self._open[source] >= self._per_address:
            return refusals.too_many_from_one_address()
        self.count += 1
        self._open[source] += 1
        return None

    def leave(self, address: str) -> None:
        """Count a stream out."""
        source = _source(address)
        self.count -= 1
        self._open[source] -= 1
        if not self._open[source]:
            del self._open[source]


def _source(address: str) -> str:
    """Take a whole /64 for one IPv6 client, because each has that many addresses."""
    if ":" not in address:
        return address
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return parsed.exploded[:19]
