"""Lives drawn from seeds: the same seed, the same trace."""

from tests.simulation.chance import Seeded, choice
from tests.simulation.life import CLIMATES, Life, Trace
from tests.simulation.town import LAPTOPS, Town


class BrokenPromise(AssertionError):
    """A life that ended badly; its text is its trace."""


def run_life(town: Town, seed: int, steps: int) -> Trace:
    """Play a life; raise ``BrokenPromise`` with its trace."""
    draw = Seeded(seed)
    climate = choice(draw, CLIMATES)
    with town.life(draw.number(2, len(LAPTOPS)), small=draw.number(0, 2) == 2) as machines:
        life = Life(town, machines, draw, climate)
        life.trace.add(f"seed {seed}: {len(machines)} laptops, {climate.name}")
        try:
            life.begin()
            for _ in range(steps):
                life.step()
            life.end()
        except Exception as failure:
            lines = [*life.trace.lines, f"{type(failure).__name__}: {failure}"]
            raise BrokenPromise("\n".join(lines)) from failure
        return life.trace
