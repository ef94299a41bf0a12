"""Whatever people write, share and close, whatever the road, the clocks and the disks do: all is
kept, everybody agrees, and whoever is out of a circle holds nothing of it.

Invariants 1, 2, 5–8, 13–16, 20 and 21 of the synchronisation are held here together.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from desktop.crypto.escrow import NO_ESCROW
from tests.simulation.department import LAID
from tests.simulation.life import CLIMATES, BrokenPromise, Climate, Life
from tests.simulation.town import LAPTOPS, Town

LIVES, STEPS = 200, 50


class Drawn:
    """Draws from Hypothesis, which then looks for the shortest life that ends badly."""

    def __init__(self) -> None:
        self.data: st.DataObject | None = None

    def number(self, low: int, high: int) -> int:
        """Return a number between two others, both included."""
        assert self.data is not None
        return self.data.draw(st.integers(low, high))


class Lives(RuleBasedStateMachine):
    """One life of the town; its end is ``teardown``, where promises are checked."""

    def __init__(self, town: Town, climate: Climate) -> None:
        super().__init__()
        self._town = town
        self._climate = climate
        self._draw = Drawn()
        self._lent = ExitStack()
        self._life: Life | None = None
        self._is_broken = False

    @initialize(data=st.data())
    def a_day_begins(self, data: st.DataObject) -> None:
        """Choose who is there; play the first morning."""
        self._draw.data = data
        laptops, small = self._draw.number(2, len(LAPTOPS)), self._draw.number(0, 2) == 2
        escrow = LAID if self._draw.number(0, 2) == 2 else NO_ESCROW
        life = self._town.life(laptops, small=small, escrow=escrow)
        machines = self._lent.enter_context(life)
        self._life = Life(self._town, machines, self._draw, self._climate, self._draw)
        with self._watched():
            self._life.begin()

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        """Let one thing happen."""
        self._draw.data = data
        with self._watched():
            self._living.step()

    def teardown(self) -> None:
        """Let everybody come home, and look."""
        with self._lent:
            if self._life is not None and not self._is_broken:
                with self._watched():
                    self._life.end()

    @property
    def _living(self) -> Life:
        assert self._life is not None
        return self._life

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Tell the whole life when it ends badly; nobody comes home after that."""
        self._is_broken = True
        try:
            yield
        except HypothesisException:
            raise
        except Exception as failure:
            raise BrokenPromise(self._living.trace, failure) from failure
        self._is_broken = False


class EverybodyAgrees:
    """A class a climate: the processes of a test run share classes, never the tests of a module."""

    climate = ""

    def test_and_no_word_is_lost_whatever_happens(self, town: Town) -> None:
        climate = next(known for known in CLIMATES if known.name == self.climate)
        run_state_machine_as_test(
            lambda: Lives(town, climate),  # type: ignore[arg-type]  # what makes one is as good as the class
            # The whole life is told; `python -m tests.simulation SEED STEPS` makes one shorter.
            settings=settings(
                max_examples=LIVES // len(CLIMATES),
                stateful_step_count=STEPS + 1,  # the first morning counts as one
                phases=(Phase.explicit, Phase.generate),
            ),
        )


class TestAnOrdinaryTown(EverybodyAgrees):
    """Roads that lose, cut, repeat and delay."""

    climate = "ordinary"


class TestATownOfOldDisks(EverybodyAgrees):
    """Laptops put back as they were."""

    climate = "old disks"


class TestATownOfStolenLaptops(EverybodyAgrees):
    """Laptops withdrawn, and people who come back."""

    climate = "stolen laptops"


class TestATownThatLosesItsOffice(EverybodyAgrees):
    """An office put back from a backup, or empty."""

    climate = "lost office"


class TestATownWhereEverythingHappens(EverybodyAgrees):
    """All of it in one life."""

    climate = "everything"


def test_no_climate_is_left_out() -> None:
    played = [town.climate for town in EverybodyAgrees.__subclasses__()]
    assert sorted(played) == sorted(climate.name for climate in CLIMATES)
