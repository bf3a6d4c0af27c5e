"""How often one address or one name may ask: in memory, bounded, gone when the process ends."""

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

#: Keys remembered at once. The longest unused is forgotten first; an attacker with more addresses than this
#: wins nothing that the hash of a password does not still cost.
REMEMBERED = 20_000


class TooManyRequests(RuntimeError):
    """Ask again after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many requests; try again in {retry_after} s")
        self.retry_after = retry_after


class RateLimit:
    """A bucket of `a_minute` tokens for each key, refilled evenly."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._capacity = float(a_minute)
        self._rate = a_minute / 60.0
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> None:
        """Spend one token. Raises TooManyRequests."""
        with self._lock:
            now = self._clock()
            tokens = self._refilled(key, now)
            if tokens < 1.0:
                raise TooManyRequests(max(1, round((1.0 - tokens) / self._rate)))
            self._keep(key, tokens - 1.0, now)

    def give_back(self, key: str) -> None:
        """Return a token that turned out not to count, as after a right password."""
        with self._lock:
            now = self._clock()
            self._keep(key, min(self._capacity, self._refilled(key, now) + 1.0), now)

    def _refilled(self, key: str, now: float) -> float:
        tokens, at = self._buckets.get(key, (self._capacity, now))
        return min(self._capacity, tokens + (now - at) * self._rate)

    def _keep(self, key: str, tokens: float, now: float) -> None:
        self._buckets[key] = (tokens, now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)


def address_key(host: str | None) -> str:
    """One key for one subscriber: an IPv4 address, or the /64 that an IPv6 subscriber has to himself."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)
