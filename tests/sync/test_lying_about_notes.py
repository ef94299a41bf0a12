"""An office that lies about clinical notes: what does not open is told, and nothing is lost."""

from base64 import b64decode, b64encode
from dataclasses import replace

import pytest

from desktop.crypto.sealing import Place, seal
from desktop.domain.closed_texts import unvouched
from desktop.services.errors import CryptoError
from desktop.ui.errors import sentence
from protocol.ids import FollowUpId
from protocol.kinds import ClinicalNote, FollowUp
from protocol.values import to_wire
from tests.support.laptop import Desk, SeededRandom
from tests.sync.test_lying_office import meet, still_works, sync
from tests.sync.told_office import ToldOffice, page


def note_of(desk: Desk, met: FollowUp) -> ClinicalNote:
    """Return the sealed note of a follow-up."""
    (note,) = desk.store.records.select(ClinicalNote, '"follow_up" = ?', (met.id,))
    return note


def swapped(desk: Desk, told: ToldOffice) -> tuple[FollowUp, FollowUp]:
    """Return two follow-ups whose sealed notes the office has exchanged."""
    one, other = meet(desk, "Note de Fatou"), meet(desk, "Note d’Awa", name="Sow")
    sync(desk, told)
    first, second = note_of(desk, one), note_of(desk, other)
    told.tell(
        page(
            ("clinical_note", desk.workplace.me, first.id, {"body": "1" + second.body}),
            ("clinical_note", desk.workplace.me, second.id, {"body": "1" + first.body}),
            whole=False,
            cursor=9,
        )
    )
    sync(desk, told)
    return one, other


def broken_bodies(desk: Desk, met: FollowUp) -> list[str]:
    """Return bodies that are no seal of this note's."""
    sealed = b64decode(note_of(desk, met).body)
    return [
        "1",
        "1!!!",
        "1é",
        "1" + b64encode(sealed[:50]).decode(),
        "1" + b64encode(sealed[:-1] + bytes([sealed[-1] ^ 1])).decode(),
        "1" + b64encode(b"\x01" + sealed[1:]).decode(),
        "1" + b64encode(sealed[:8] + bytes([sealed[8] + 1]) + sealed[9:]).decode(),
    ]


def test_a_note_put_in_the_place_of_another_is_refused_in_one_sentence(
    claire: Desk, told: ToldOffice
) -> None:
    for met in swapped(claire, told):
        for read in (claire.follow_ups.note, claire.follow_ups.open):
            with pytest.raises(CryptoError) as refused:
                read(FollowUpId(met.id))
            assert "imprévu" not in sentence(refused.value).text
        claire.follow_ups.timeline(met.person)
    still_works(claire)


@pytest.mark.parametrize("which", range(7))
def test_a_note_that_is_no_seal_is_refused_in_one_sentence(
    claire: Desk, told: ToldOffice, which: int
) -> None:
    met = meet(claire, "Ma note")
    sync(claire, told)
    body = broken_bodies(claire, met)[which]
    note = note_of(claire, met)
    told.tell(
        page(("clinical_note", claire.workplace.me, note.id, {"body": body}), whole=False, cursor=9)
    )
    sync(claire, told)
    with pytest.raises(CryptoError) as refused:
        claire.follow_ups.note(FollowUpId(met.id))
    assert "imprévu" not in sentence(refused.value).text


def test_what_was_being_typed_is_kept_beside_a_note_that_no_longer_opens(
    claire: Desk, told: ToldOffice
) -> None:
    """The editor is open when the exchanged notes arrive: finishing loses neither."""
    one, other = meet(claire, "Note de Fatou"), meet(claire, "Note d’Awa", name="Sow")
    sync(claire, told)
    form = claire.follow_ups.open(FollowUpId(one.id)).form
    first, second = note_of(claire, one), note_of(claire, other)
    told.tell(
        page(
            ("clinical_note", claire.workplace.me, first.id, {"body": "1" + second.body}),
            whole=False,
            cursor=9,
        )
    )
    sync(claire, told)
    claire.clock.advance(minutes=1)
    claire.follow_ups.autosave(replace(form, clinical="Note de Fatou, et la suite"))
    claire.follow_ups.finish(replace(form, clinical="Note de Fatou, et la suite"))
    kept = claire.store.records.select(ClinicalNote, '"follow_up" = ?', (one.id,))
    assert first.id in {note.id for note in kept}
    assert len(kept) == 2

    # The office tells the truth again: both are read.
    told.tell(
        page(
            ("clinical_note", claire.workplace.me, first.id, {"body": "1" + first.body}),
            whole=False,
            cursor=20,
        )
    )
    sync(claire, told)
    assert claire.follow_ups.note(FollowUpId(one.id)) == (
        "Note de Fatou\n\nNote de Fatou, et la suite"
    )


def test_emptying_a_note_does_not_remove_one_that_does_not_open(
    claire: Desk, told: ToldOffice
) -> None:
    met = meet(claire, "Ma note")
    sync(claire, told)
    form = claire.follow_ups.open(FollowUpId(met.id)).form
    note = note_of(claire, met)
    body = broken_bodies(claire, met)[4]
    told.tell(
        page(("clinical_note", claire.workplace.me, note.id, {"body": body}), whole=False, cursor=9)
    )
    sync(claire, told)
    claire.follow_ups.finish(replace(form, clinical=""))
    assert note_of(claire, met).id == note.id


def test_a_note_is_not_moved_under_another_follow_up(claire: Desk, told: ToldOffice) -> None:
    """The seal opens, and would be read as if it spoke of somebody else."""
    one, other = meet(claire, "Note de Fatou"), meet(claire, "", name="Sow")
    sync(claire, told)
    note = note_of(claire, one)
    moved = {**to_wire(note), "follow_up": other.id}
    for whole, data in ((False, {"follow_up": other.id}), (True, moved)):
        told.tell(page(("clinical_note", claire.workplace.me, note.id, data), whole=whole))
        sync(claire, told)
        assert claire.follow_ups.note(FollowUpId(other.id)) == ""
        assert claire.follow_ups.note(FollowUpId(one.id)) == "Note de Fatou"


def test_words_that_the_office_sealed_for_me_are_told_as_such_and_never_become_mine(
    claire: Desk, told: ToldOffice
) -> None:
    """Whoever knows a public key can seal for it."""
    met = meet(claire, "Ma note")
    sync(claire, told)
    note, workplace = note_of(claire, met), claire.workplace
    place = Place(workplace.department, "clinical_note", note.id, "body", workplace.me)
    public = workplace.identity.public.encryption
    forged = seal("Forgé".encode(), public, place, revision=2, random=SeededRandom(7))
    body = {"body": "1" + b64encode(forged).decode()}
    told.tell(page(("clinical_note", workplace.me, note.id, body), whole=False, cursor=9))
    sync(claire, told)
    follow_up = FollowUpId(met.id)
    assert claire.follow_ups.note(follow_up) == unvouched("Forgé")
    form = claire.follow_ups.open(follow_up).form
    claire.follow_ups.finish(replace(form, clinical=f"{form.clinical} Relu."))
    assert claire.follow_ups.note(follow_up) == unvouched("Forgé Relu.")
