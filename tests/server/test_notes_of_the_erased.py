"""A laptop says which of its notes went with somebody erased, where the office could not know."""

import pytest

from protocol.kinds.people import Job
from tests.server.samples import follow_up, member, note, person
from tests.server.test_admin import Terminal, terminal
from tests.server.test_erasure import ERASED, erase, told
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, Refused, enrol, fresh_id

__all__ = ["terminal"]

SEALED = "1Q0FOQVJJU0NFTExF"


def note_on(author: RawDevice, meeting: str) -> Op:
    """Return the creation of a note on a meeting."""
    made = note(author, body=SEALED)
    return Op(made.kind, made.rid, {**made.fields, "follow_up": meeting})


def tell(device: RawDevice, *notes: Op) -> list[tuple[str, str, int, str]]:
    """Say that these went; return what the device is told to remove."""
    request = device.request(erased_notes=[it.rid for it in notes], cursor=device.cursor)
    return told(device.ask(request))


@pytest.fixture
def dossier(claire: RawDevice, mehdi: RawDevice) -> Op:
    """Return a dossier that Claire and Mehdi both have."""
    made = person(claire, birth_name="CANARI")
    places = [member(claire, made.rid, one.professional) for one in (claire, mehdi)]
    claire.push(made, *places)
    return made


@pytest.mark.invariant(11)
def test_a_note_on_a_meeting_that_never_came_is_erased_when_its_author_says_so(
    claire: RawDevice, office: Office, terminal: Terminal, dossier: Op
) -> None:
    lost = note_on(claire, fresh_id())
    claire.push(lost)
    claire.push(Op(lost.kind, lost.rid, {"body": SEALED + "Q0FO"}, base=10**9))
    number = erase(office, dossier)
    office.administration.erasure.rewrite(office.department)
    other = enrol(office, "Claire Morin", Job.PSYCHOLOGIST)
    assert ("clinical_note", lost.rid, number, "erased") in tell(claire, lost)
    assert SEALED not in office.dump()
    (line,) = office.erasures()
    assert line.erasure.rewritten_at is None, "its bytes are in the tables' files again"
    assert ("clinical_note", lost.rid, number, "erased") in told(other.pull()[0])
    back = other.push(lost)
    assert [result.detail for result in back.results] == [ERASED]
    assert SEALED not in office.dump()
    assert "Toutes les empreintes sont justes" in terminal.types("verifier")
    assert tell(claire, lost) == tell(claire)


def test_no_other_note_goes_whatever_a_laptop_says(
    claire: RawDevice, mehdi: RawDevice, office: Office, dossier: Op
) -> None:
    """Neither a colleague's, nor one on a meeting that is known, nor one on none."""
    unknown = fresh_id()
    living = person(claire, birth_name="Autre")
    met = follow_up(claire, living.rid)
    claire.push(living, member(claire, living.rid, claire.professional), met)
    theirs, on_known, on_none = note_on(mehdi, unknown), note_on(claire, met.rid), note(claire)
    mehdi.push(theirs)
    claire.push(on_known, on_none)
    erase(office, dossier)
    before = office.dump().count('"body"')
    gone = tell(claire, theirs, on_known, on_none)
    assert [kind for kind, *_ in gone] == ["person"]
    assert office.dump().count('"body"') == before


def test_nothing_goes_where_nobody_is_erased(claire: RawDevice, office: Office) -> None:
    kept = note_on(claire, fresh_id())
    claire.push(kept)
    assert tell(claire, kept) == []
    assert kept.fields["body"] in office.dump()


def test_a_note_in_the_batch_of_a_meeting_that_comes_too_late_is_refused_with_it(
    mehdi: RawDevice, office: Office, dossier: Op
) -> None:
    met = follow_up(mehdi, dossier.rid)
    erase(office, dossier)
    answer = mehdi.push(met, note_on(mehdi, met.rid), note_on(mehdi, fresh_id()))
    assert [(result.index, result.detail) for result in answer.results] == [
        (0, ERASED),
        (1, ERASED),
    ]


@pytest.mark.parametrize("given", [["x"], [""], [fresh_id()] * 1_001], ids=["word", "none", "many"])
def test_what_is_no_list_of_notes_is_refused(claire: RawDevice, given: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        claire.ask(claire.request(erased_notes=given))
    assert (refused.value.status, refused.value.code) == (400, "malformed")
