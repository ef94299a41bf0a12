"""What a client may ask of one process, so that a slow or hostile one does not slow the others.

Kept in the memory of the process and nowhere else: forgotten at a restart, and counted apart by
each process of a server. Nothing that is stored depends on it.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from server.config.settings import Bounds, Rate
from server.services.errors import Refusal

Seconds = Callable[[], float]
"""A clock that never goes back."""

_MOST_NAMES = 20_000
_BODY_UNIT = 64 << 10
_SOON_S = 5


class TooManyRequests(Refusal):
    """``retry_after_s``: when to come back; nothing was done, nothing is lost."""

    code = "busy"


class TokenBuckets:
    """One bucket of tokens for each name; each fills up at the same rate."""

    def __init__(self, rate: Rate, seconds: Seconds, most_names: int = _MOST_NAMES) -> None:
        self._rate = rate
        self._seconds = seconds
        self._most_names = most_names
        self._levels: dict[str, tuple[float, float]] = {}
        """Tokens left, and when they were counted."""

    def __contains__(self, name: str) -> bool:
        return name in self._levels

    def wait_s(self, name: str) -> float:
        """Return how long until this name has a token; 0 when it has one."""
        missing = 1 - self._level(name)
        return max(0.0, missing / self._rate.per_second)

    def take(self, name: str, tokens: float = 1) -> None:
        """Take tokens, down to none: what is done is not refused afterwards."""
        if name not in self._levels and len(self._levels) >= self._most_names:
            self._forget_some()
        self._levels[name] = max(0.0, self._level(name) - tokens), self._seconds()

    def _level(self, name: str) -> float:
        left, counted = self._levels.get(name, (self._rate.burst, 0.0))
        gained = (self._seconds() - counted) * self._rate.per_second
        return min(self._rate.burst, left + gained)

    def _forget_some(self) -> None:
        """Forget full buckets, which are as if never seen; failing that, the oldest half."""
        full = [name for name in self._levels if self._level(name) >= self._rate.burst]
        oldest = list(self._levels)[: self._most_names // 2]
        for name in full or oldest:
            del self._levels[name]


class Admission:
    """Says who may come in now. Asked by the loop and by the threads that serve."""

    def __init__(self, bounds: Bounds, seconds: Seconds = time.monotonic) -> None:
        self._bounds = bounds
        self._lock = threading.Lock()
        self._devices = TokenBuckets(bounds.device, seconds)
        self._strangers = TokenBuckets(bounds.stranger, seconds)
        self._failures = TokenBuckets(bounds.failure, seconds)
        self._given = TokenBuckets(bounds.given, seconds)
        self._working: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self._all_bytes = 0

    def admit_stranger(self, address: str) -> None:
        """Let a request without a signature in; raise ``TooManyRequests``."""
        with self._lock:
            _refuse_for(self._strangers.wait_s(address))
            self._strangers.take(address)

    def admit_signed(self, address: str, device: str) -> None:
        """Let a request in whose signature is yet to be verified; raise ``TooManyRequests``.

        Where signatures keep failing, laptops known by theirs still pass: they may share their
        address with whoever tries.
        """
        with self._lock:
            if device in self._devices:
                _refuse_for(self._devices.wait_s(device))
            else:
                _refuse_for(self._failures.wait_s(address))

    def note_failure(self, address: str) -> None:
        """Count a signature that did not verify."""
        with self._lock:
            self._failures.take(address)

    def admit_piece(self, device: str) -> None:
        """Let a piece of a document in; raise ``TooManyRequests``."""
        with self._lock:
            _refuse_for(self._given.wait_s(device))
            self._given.take(device)

    def note_unserved(self, device: str, body_bytes: int) -> None:
        """Count a request that was rightly signed and is not served: revoked, or played again."""
        with self._lock:
            self._devices.take(device, 1 + body_bytes // _BODY_UNIT)

    @contextmanager
    def serving(self, device: str, body_bytes: int) -> Iterator[None]:
        """Count a verified device's request while it is served; raise ``TooManyRequests``."""
        with self._lock:
            self._devices.take(device, 1 + body_bytes // _BODY_UNIT)
            if self._working[device] >= self._bounds.device_at_once:
                raise TooManyRequests(retry_after_s=_SOON_S)
            self._working[device] += 1
        try:
            yield
        finally:
            with self._lock:
                _lessen(self._working, device, 1)

    def hold(self, address: str, count: int) -> None:
        """Let bytes of a body into memory; raise ``TooManyRequests``."""
        with self._lock:
            if (
                self._all_bytes + count > self._bounds.body_bytes
                or self._bytes[address] + count > self._bounds.body_bytes_per_address
            ):
                raise TooManyRequests(retry_after_s=_SOON_S)
            self._bytes[address] += count
            self._all_bytes += count

    def release(self, address: str, count: int) -> None:
        """Note that bytes have left memory."""
        with self._lock:
            _lessen(self._bytes, address, count)
            self._all_bytes -= count


def _refuse_for(seconds: float) -> None:
    if seconds > 0:
        raise TooManyRequests(retry_after_s=int(seconds) + 1)


def _lessen(counts: Counter[str], name: str, by: int) -> None:
    counts[name] -= by
    if counts[name] <= 0:
        del counts[name]
