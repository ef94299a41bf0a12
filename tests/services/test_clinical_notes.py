"""Clinical notes: for their author, on her laptop, and for nobody else."""

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.crypto.errors import CryptoError
from desktop.crypto.identity import Identity
from desktop.services.clinical_notes import ClinicalNotes
from desktop.services.persons import NewPerson
from protocol.ids import FollowUpId, ProfessionalId
from protocol.kinds import ClinicalNote
from tests.support.laptop import Desk, SeededRandom, bring, make_desk


def finished(desk: Desk, text: str) -> FollowUpId:
    """Record a meeting with somebody new, and a note on it."""
    person = desk.persons.create(NewPerson("Morisset", "Yves")).value
    form = desk.follow_ups.begin(person)
    return desk.follow_ups.finish(replace(form, clinical=text, next_at=None)).value


def write(desk: Desk, follow_up: FollowUpId, text: str) -> None:
    """Rewrite the note."""
    with desk.workplace.work() as work:
        desk.notes.write(work, follow_up, text)


def sealed(desk: Desk) -> list[ClinicalNote]:
    """Return the notes as they are stored."""
    return desk.store.records.select(ClinicalNote)


def test_a_follow_up_without_a_note_has_none(claire: Desk) -> None:
    assert claire.notes.of(finished(claire, "")) == ""
    assert sealed(claire) == []


def test_a_note_that_did_not_change_is_not_sealed_again(claire: Desk) -> None:
    follow_up = finished(claire, "Ce qu’il m’a confié.")
    before = sealed(claire)
    write(claire, follow_up, "Ce qu’il m’a confié.")
    assert sealed(claire) == before


@pytest.mark.parametrize("emptied", ["", "  \n\t"])
def test_an_emptied_note_leaves_no_envelope(claire: Desk, emptied: str) -> None:
    follow_up = finished(claire, "À oublier.")
    write(claire, follow_up, emptied)
    assert sealed(claire) == []
    assert claire.notes.of(follow_up) == ""


def test_what_surrounds_a_note_is_kept_as_it_was_typed(claire: Desk) -> None:
    text = "  – d’abord\n\n– ensuite  \n"
    assert claire.notes.of(finished(claire, text)) == text


def test_a_colleagues_note_is_not_taken_for_mine(claire: Desk, tmp_path: Path) -> None:
    follow_up = finished(claire, "À moi.")
    (note,) = sealed(claire)
    other = ProfessionalId(claire.workplace.new_id())
    foreign = replace(note, id=claire.workplace.new_id(), created_by=other)  # type: ignore[arg-type]  # an id
    bring(claire.workplace, foreign)
    assert claire.notes.of(follow_up) == "À moi."
    write(claire, follow_up, "Corrigée.")
    assert foreign in sealed(claire)


def test_an_envelope_moved_to_another_note_does_not_open(claire: Desk) -> None:
    follow_up = finished(claire, "À moi.")
    (note,) = sealed(claire)
    with claire.store.database.transaction():
        claire.store.database.execute(
            'UPDATE "clinical_note" SET "id" = ?', (claire.workplace.new_id(),)
        )
    assert sealed(claire)[0].body == note.body
    with pytest.raises(CryptoError):
        claire.notes.of(follow_up)


def test_another_identity_on_the_same_laptop_reads_nothing(claire: Desk) -> None:
    follow_up = finished(claire, "À moi.")
    stranger = replace(claire.workplace, identity=Identity.generate(SeededRandom(9)))
    with pytest.raises(CryptoError):
        ClinicalNotes(stranger).of(follow_up)


def test_the_size_of_a_note_tells_little_about_it(claire: Desk, tmp_path: Path) -> None:
    other = make_desk(tmp_path / "other", seed=2)
    finished(claire, "Oui.")
    finished(other, "Oui, longuement, et bien plus que la fois d’avant.")
    assert len(sealed(claire)[0].body) == len(sealed(other)[0].body)
    other.store.close()
