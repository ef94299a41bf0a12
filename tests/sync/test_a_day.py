"""What a day's work costs on a telephone's network: bytes that passed, and how often they went."""

from random import Random
from typing import Any

import pytest

from desktop.sync.channel import Channel
from protocol.ids import PersonId
from tests.support.fleet import Laptop
from tests.support.office import office, premises
from tests.support.two_laptops import (
    claire,
    come_home,
    followed_by_both,
    is_verified,
    laptops,
    meet,
    mehdi,
)

__all__ = ["claire", "laptops", "mehdi", "office", "premises"]

MEETINGS = 10
MOST_BYTES, MOST_EXCHANGES = 100_000, 2
_LETTERS = 1_300


@pytest.fixture
def exchanges(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the bytes both ways of each exchange with the office, as they come."""
    real, seen = Channel.exchange, list[int]()

    def exchange(channel: Channel, *given: Any, **more: Any) -> Any:  # handed on, whatever they are
        reply = real(channel, *given, **more)
        seen.append(0 if reply is None else reply.sent + reply.received)
        return reply

    monkeypatch.setattr(Channel, "exchange", exchange)
    return seen


def follow_ups_of_a_day(laptop: Laptop, people: list[PersonId], seed: int) -> None:
    """Write a page in each dossier, and as much for oneself: no two begin alike."""
    chance = Random(seed)
    for person in people:
        shared, own = ("".join(chance.choices("aeinorstulm ", k=_LETTERS)) for _ in range(2))
        meet(laptop, person, summary=shared, clinical=own)


@pytest.mark.invariant(25)
def test_ten_follow_ups_and_as_many_of_a_colleague_cost_little_and_go_at_once(
    laptops: tuple[Laptop, Laptop], exchanges: list[int]
) -> None:
    claire, mehdi = laptops
    people = [followed_by_both(claire, mehdi) for _ in range(MEETINGS)]
    come_home(claire)
    follow_ups_of_a_day(mehdi, people, 1)
    come_home(mehdi)
    follow_ups_of_a_day(claire, people, 2)
    exchanges.clear()
    receipt = claire.sync()
    assert (receipt.sent, receipt.received) == (2 * MEETINGS, MEETINGS)
    assert len(exchanges) <= MOST_EXCHANGES
    assert sum(exchanges) <= MOST_BYTES
    assert receipt.traffic.sent + receipt.traffic.received == sum(exchanges), "told as it was"
    assert is_verified(claire)
