"""Clinical notes go with whoever is erased, those that the office could not know of as well."""

from dataclasses import replace

import pytest

from desktop.sync import engine
from tests.properties.agreement import office_rows
from tests.support.fleet import Laptop
from tests.support.office import Office, office, premises
from tests.support.two_laptops import (
    claire,
    come_home,
    followed_by_both,
    is_verified,
    laptops,
    meet,
    mehdi,
    somebody,
    time_passes,
    welcome,
)

__all__ = ["claire", "laptops", "mehdi", "office", "premises"]

SECRET = "CANARI"


def notes_of(laptop: Laptop, office: Office) -> list[list[str]]:
    """Return the notes of somebody: on her laptop, and in her drawer at the office."""
    store = laptop.session.workplace.store
    here = [str(rid) for (rid,) in store.database.rows('SELECT "id" FROM "clinical_note"')]
    drawer = office_rows(office, laptop.session.workplace.me)
    return [here, [rid for kind, rid in drawer if kind == "clinical_note"]]


def assert_gone(laptop: Laptop, office: Office) -> None:
    """No note of hers is left anywhere, nothing waits, and all has been told."""
    store = laptop.session.workplace.store
    assert notes_of(laptop, office) == [[], []]
    assert SECRET not in laptop.store_text()
    assert not store.outbox.is_waiting()
    assert not store.outbox.refused()
    assert not store.state.untold_notes()
    assert not store.state.erasures()
    assert is_verified(laptop)
    assert not store.state.is_comparison_due()
    for erasure in office.erasures():
        assert laptop.session.workplace.me not in {it.professional for it in erasure.waiting}


@pytest.mark.invariant(11)
@pytest.mark.parametrize("most", [1, 1_000])
def test_a_note_on_a_meeting_that_was_still_to_be_sent_goes_with_it(
    office: Office, laptops: tuple[Laptop, Laptop], monkeypatch: pytest.MonkeyPatch, *, most: int
) -> None:
    """The meeting was refused and forgotten first, and the note on it was nobody's any more.

    In another batch than the meeting, the office takes the note: it knows no such meeting.
    """
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    meet(claire, person, "Pas encore parti", clinical=SECRET)
    office.erase(person)
    monkeypatch.setattr(engine, "MAX_OPS", most)
    come_home(claire, mehdi)
    assert_gone(claire, office)
    assert person not in claire.store_text()


@pytest.mark.invariant(11)
@pytest.mark.parametrize("is_old", [False, True])
def test_a_note_of_somebody_erased_again_after_a_restoration_does_not_come_back(
    office: Office, laptops: tuple[Laptop, Laptop], *, is_old: bool
) -> None:
    """Sent again before its author hears of the erasure; its meeting is, or is too old to be."""
    claire, mehdi = laptops
    backup = office.backup()
    person = somebody(claire)
    welcome(claire, person, mehdi)
    meet(claire, person, "Depuis la sauvegarde", clinical="" if is_old else SECRET)
    come_home(claire, mehdi)
    if is_old:
        time_passes(office, *laptops)
        (line,) = claire.desk.follow_ups.timeline(person)
        form = claire.desk.follow_ups.open(line.id).form
        claire.desk.follow_ups.finish(replace(form, clinical=SECRET))
        come_home(claire)
    office.erase(person)  # and she does not hear of it
    office.restore(backup, new_epoch=True)
    office.erase(person, again=True)
    come_home(claire, mehdi, claire)
    assert_gone(claire, office)
    assert person not in claire.store_text()
