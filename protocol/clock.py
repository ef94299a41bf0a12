"""The hybrid logical clock: it shows times and breaks ties, and never orders anything else.

A value is one integer: 48 bits of milliseconds since 1970, then a 16-bit counter. Each machine's
values strictly increase, also when its wall clock jumps backwards (protocol.md, "Clocks").
"""

from typing import NewType

Hlc = NewType("Hlc", int)

_COUNTER_BITS = 16
MAX_FUTURE_MS = 5 * 60 * 1000
"""An operation further in the future than this is restamped by the server, never refused."""


def tick(last: Hlc, wall_ms: int) -> Hlc:
    """Return the next value after ``last`` on a machine whose wall clock shows ``wall_ms``."""
    return Hlc(max(last + 1, wall_ms << _COUNTER_BITS))


def observe(last: Hlc, seen: Hlc, wall_ms: int) -> Hlc:
    """Return ``last`` advanced past a value ``seen`` from another machine.

    A value more than ``MAX_FUTURE_MS`` ahead of our wall clock is ignored, so that one laptop set
    to 2036 cannot drag the others along.
    """
    if millis(seen) > wall_ms + MAX_FUTURE_MS:
        return last
    return Hlc(max(last, seen))


def millis(value: Hlc) -> int:
    """Return the wall-clock part, in milliseconds since 1970."""
    return value >> _COUNTER_BITS


def from_millis(unix_ms: int) -> Hlc:
    """Return the first value of that millisecond."""
    return Hlc(unix_ms << _COUNTER_BITS)


def restamp(value: Hlc, server_ms: int) -> Hlc:
    """Return ``value``, or the server's now when it lies too far in the future."""
    return from_millis(server_ms) if millis(value) > server_ms + MAX_FUTURE_MS else value
