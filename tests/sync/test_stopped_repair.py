"""Somebody presses « Annuler » while what differs is read again: it stops, and is owed."""

from dataclasses import dataclass, field

import pytest

from desktop.sync.errors import Cancelled
from desktop.sync.tally import Step
from desktop.sync.transport import Cancellation, HttpOffice
from protocol import wire
from tests.support.fleet import Laptop
from tests.support.office import office, premises
from tests.support.two_laptops import assert_honest, claire, is_verified, meet, outcomes, somebody

__all__ = ["claire", "office", "premises"]

DOSSIERS = 6


@dataclass
class Stop:
    """Somebody presses « Annuler » while a question of the repair is on its way."""

    while_asked: str
    is_within: bool
    """Whether the question itself is given up, else answered first."""
    questions: list[str] = field(default_factory=list)

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Hear each question of a repair."""
        digests, reread = HttpOffice.digests, HttpOffice.reread

        def compare(
            road: HttpOffice, request: wire.DigestsRequest, cancelled: Cancellation | None = None
        ) -> wire.DigestsReply:
            self.questions.append("digests")
            return digests(road, request, cancelled if self.is_within else None)

        def read(
            road: HttpOffice, request: wire.RereadRequest, cancelled: Cancellation | None = None
        ) -> wire.RereadReply:
            self.questions.append("reread")
            return reread(road, request, cancelled if self.is_within else None)

        patch.setattr(HttpOffice, "digests", compare)
        patch.setattr(HttpOffice, "reread", read)

    def is_asked(self) -> bool:
        """Tell whether it was pressed."""
        return self.while_asked in self.questions


@pytest.fixture
def damaged(claire: Laptop) -> Laptop:
    """Claire's laptop, whose disk has changed the words of each of her dossiers."""
    for number in range(DOSSIERS):
        meet(claire, somebody(claire, f"Nom{number}"), summary="Des mots")
    claire.sync()
    database = claire.session.workplace.store.database
    with database.transaction():
        database.execute('UPDATE "follow_up" SET "summary" = \'0Des maux\'')
    return claire


def damage_left(laptop: Laptop) -> int:
    """Return how many follow-ups are still as the disk made them."""
    database = laptop.session.workplace.store.database
    return len(database.rows('SELECT 1 FROM "follow_up" WHERE "summary" = \'0Des maux\''))


@pytest.mark.parametrize("question", ["digests", "reread"])
@pytest.mark.parametrize("is_within", [False, True])
@pytest.mark.invariant(19)
def test_a_repair_stops_when_asked_and_is_begun_again(
    damaged: Laptop, monkeypatch: pytest.MonkeyPatch, question: str, is_within: bool
) -> None:
    stop, steps = Stop(question, is_within), list[Step]()
    with monkeypatch.context() as patch:
        stop.watch(patch)
        with pytest.raises(Cancelled):
            damaged.sync(steps.append, stop.is_asked, verify=True)
    assert stop.questions.count(question) == 1, "nothing is asked after it"
    assert outcomes(damaged)[0] == "Cancelled"
    mended = int(question == "reread" and not is_within)
    assert damage_left(damaged) == DOSSIERS - mended, "what was received is kept"
    read = {touch.kind for step in steps for touch in step.touched}
    assert read == ({"follow_up"} if mended else set()), "open screens hear of it"
    assert damaged.session.workplace.store.state.is_comparison_due()

    damaged.sync()
    assert damage_left(damaged) == 0
    assert is_verified(damaged)
    assert_honest(damaged)
    assert not damaged.session.workplace.store.state.is_comparison_due()
