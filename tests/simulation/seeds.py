"""Lives drawn from seeds: the same seed, the same trace; what ends badly is made shorter."""

from collections.abc import Iterable, Sequence

from desktop.crypto.escrow import NO_ESCROW
from tests.simulation.chance import Seeded, choice, happens
from tests.simulation.department import LAID
from tests.simulation.life import CLIMATES, BrokenPromise, Life, Trace
from tests.simulation.town import LAPTOPS, Town

_A_KEY_IN = 3
"""One life in three has a key of the Département."""


def run_life(town: Town, seed: int, steps: Sequence[int]) -> Trace:
    """Play these steps of a life; raise ``BrokenPromise`` with its trace."""
    draw, asked = Seeded(seed), Seeded(seed, "/asked")
    climate = choice(draw, CLIMATES)
    laptops, small = draw.number(2, len(LAPTOPS)), draw.number(0, 2) == 2
    escrow = LAID if happens(draw, _A_KEY_IN) else NO_ESCROW
    with town.life(laptops, small=small, escrow=escrow) as machines:
        life = Life(town, machines, draw, climate, asked)
        with_a_key = ", the Département’s key" if escrow is LAID else ""
        life.trace.add(f"seed {seed}: {len(machines)} laptops, {climate.name}{with_a_key}")
        try:
            life.begin()
            for step in steps:
                draw.turn_to(step)
                asked.turn_to(step)
                life.step()
            life.end()
        except Exception as failure:
            raise BrokenPromise(life.trace, failure) from failure
        return life.trace


def shortest(town: Town, seed: int, steps: Sequence[int]) -> BrokenPromise | None:
    """Return a life of this seed that ends badly with as few of these steps as was found."""
    kept, broken = list(steps), _broken(town, seed, steps)
    size = max(1, len(kept) // 2)
    while broken is not None and size:
        start, is_shorter = 0, False
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            found = _broken(town, seed, fewer)
            if found is None:
                start += size
            else:
                kept, broken, is_shorter = fewer, found, True
        size = size if is_shorter and size > 1 else size // 2
    return broken


def _broken(town: Town, seed: int, steps: Sequence[int]) -> BrokenPromise | None:
    try:
        run_life(town, seed, steps)
    except BrokenPromise as broken:
        return broken
    return None


def first_broken(town: Town, seeds: Iterable[int], steps: int) -> int | None:
    """Return the first of these seeds whose life ends badly."""
    for seed in seeds:
        if _broken(town, seed, range(1, steps + 1)) is not None:
            return seed
    return None
