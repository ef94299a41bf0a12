"""A dossier older than any archive, at an office put back from before it: founded again, whole.

Whoever opened it brings it back with all that is hers; colleagues bring back theirs.
"""

from collections.abc import Callable

import pytest

from desktop.sync.errors import Offline
from desktop.sync.transport import HttpOffice
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds.persons import CircleEnd, CircleRole
from protocol.wire import DigestsReply
from tests.properties.agreement import office_rows
from tests.support.fleet import Laptop
from tests.support.office import Office, office, premises
from tests.support.two_laptops import (
    assert_honest,
    claire,
    come_home,
    dropped,
    end_place,
    followed_by_both,
    is_verified,
    laptops,
    meet,
    mehdi,
    set_phone,
    somebody,
    time_passes,
    welcome,
)
from tests.sync.test_pieces import attach

__all__ = ["claire", "laptops", "mehdi", "office", "premises"]

Backup = dict[str, bytes]


@pytest.fixture
def evening(office: Office, laptops: tuple[Laptop, Laptop]) -> Backup:
    """A backup of before any dossier was opened."""
    return office.backup()


def forget_all(office: Office, backup: Backup, *laptops: Laptop) -> None:
    """Months go by, something else is sent: archives are empty of it. The office is put back."""
    time_passes(office, *laptops)
    for laptop in laptops:
        somebody(laptop, "Autre")
    come_home(*laptops)
    office.restore(backup, new_epoch=True)


def assert_back(office: Office, person: PersonId, held: object, *laptops: Laptop) -> None:
    """All of them hold what the office held before, and nothing is refused."""
    assert office_rows(office, person) == held
    for laptop in laptops:
        store = laptop.session.workplace.store
        assert store.records.holds("person", person)
        assert not store.outbox.refused()
        assert is_verified(laptop)
        assert_honest(laptop)
        assert not store.state.has_office_forgotten()


@pytest.mark.invariant(20)
def test_whoever_left_and_was_welcomed_again_keeps_the_dossier_that_she_opened(
    office: Office, laptops: tuple[Laptop, Laptop], evening: Backup
) -> None:
    """Her place that had ended closed it behind her, and nobody read it any more."""
    claire, mehdi = laptops
    person = somebody(claire)
    claire.clock.advance(seconds=5)  # her own place has the smaller identifier
    welcome(claire, person, mehdi)
    come_home(claire, mehdi)
    meet(mehdi, person, "De Mehdi")
    end_place(mehdi, person, claire)
    come_home(mehdi, claire)
    mehdi.clock.advance(minutes=10)
    welcome(mehdi, person, claire)
    come_home(mehdi, claire, mehdi, claire)
    held = office_rows(office, person)
    forget_all(office, evening, claire, mehdi)
    come_home(claire)
    assert claire.session.workplace.store.records.holds("person", person), "it never leaves her"
    come_home(mehdi, claire, mehdi)
    assert_back(office, person, held, claire, mehdi)


@pytest.mark.invariant(20)
def test_of_two_places_the_one_that_ended_goes_last(
    office: Office, laptops: tuple[Laptop, Laptop], evening: Backup
) -> None:
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi, "De Claire")
    me = ProfessionalId(claire.session.workplace.me)
    (first,) = [it for it in claire.desk.persons.sheet(person).circle if it.colleague.id == me]
    assert first.role is not CircleRole.UNIQUE_REFERENT
    claire.clock.advance(seconds=5)
    claire.desk.persons.welcome(person, me, CircleRole.UNIQUE_REFERENT)
    claire.desk.persons.end_membership(first.id, CircleEnd.END_OF_PROGRAM)
    come_home(claire, mehdi)
    held = office_rows(office, person)
    forget_all(office, evening, claire, mehdi)
    come_home(claire, mehdi)
    assert_back(office, person, held, claire, mehdi)


@pytest.mark.invariant(20)
def test_what_is_typed_meanwhile_in_the_sheet_refuses_no_dossier(
    office: Office,
    laptops: tuple[Laptop, Laptop],
    evening: Backup,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The sheet had to wait, and the rest left before the dossier was there."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi, "De Claire")
    forget_all(office, evening, claire, mehdi)
    ask, typed = HttpOffice.digests, list[str]()

    def type_then_ask(*asked: object) -> DigestsReply:
        if not typed:
            typed.append("05 49 11 22 33")
            set_phone(claire, person, typed[0])
        answer: Callable[..., DigestsReply] = ask
        return answer(*asked)

    with monkeypatch.context() as patch:
        patch.setattr(HttpOffice, "digests", type_then_ask)
        come_home(claire)
    refused = claire.session.workplace.store.outbox.refused()
    assert {op.kind for op in refused} <= {"person"}, "one line, for one synchronisation"
    come_home(claire, mehdi, claire)
    held = office_rows(office, person)
    assert held["person", person]["phone1"] == typed[0]
    assert_back(office, person, held, claire, mehdi)


@pytest.mark.invariant(20)
@pytest.mark.parametrize("is_founder", [True, False])
def test_what_was_made_and_deleted_since_the_backup_does_not_come_back(
    office: Office, laptops: tuple[Laptop, Laptop], evening: Backup, *, is_founder: bool
) -> None:
    """Both were refused; what had been made left again alone."""
    claire, mehdi = laptops
    author = claire if is_founder else mehdi
    person = followed_by_both(claire, mehdi, "De Claire")
    time_passes(office, *laptops)
    document = attach(author, person)
    come_home(author, claire, mehdi)
    author.desk.documents.remove(document)
    come_home(author, claire, mehdi)
    held = office_rows(office, person)
    office.restore(evening, new_epoch=True)
    come_home(mehdi, claire, mehdi, claire)
    for laptop in laptops:
        assert not laptop.desk.documents.of(person)
    assert_back(office, person, held, claire, mehdi)


def test_a_dossier_closed_without_a_word_is_sent_once(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    """After a restoration, what is closed looks like what is not known."""
    claire, mehdi = laptops
    closed = followed_by_both(claire, mehdi, "De Claire")
    other = followed_by_both(mehdi, claire)
    backup = office.backup()
    meet(mehdi, other, "Oublié")
    come_home(mehdi, claire)
    office.restore(backup, new_epoch=True)
    come_home(claire)
    with office.database.transaction(office.department.schema) as connection:
        connection.execute(
            "UPDATE grant_ SET open = false, revoked_on = %s WHERE bucket = %s",
            (claire.clock.now().date(), closed),
        )
    sent = []
    for number in range(4):
        meet(claire, other, f"Rencontre {number}")
        sent.append(claire.sync().sent)
    assert sent[0] > 1
    assert sent[1:] == [1, 1, 1]
    assert claire.desk.persons.line(closed) is not None, "nothing is removed for all that"


@pytest.mark.invariant(1)
def test_what_a_colleague_wrote_since_is_not_put_back_as_the_dossier_is_founded_again(
    office: Office, laptops: tuple[Laptop, Laptop], evening: Backup
) -> None:
    """Sent lately, it is planned again, and refused: what stands had been written over it."""
    claire, mehdi = laptops
    person = followed_by_both(claire, mehdi)
    time_passes(office, *laptops)
    set_phone(claire, person, "05 49 00 00 01")
    come_home(claire, mehdi)
    set_phone(mehdi, person, "05 49 00 00 02")
    come_home(mehdi, claire)
    somebody(claire, "Autre")
    office.restore(evening, new_epoch=True)
    mehdi.close()  # his laptop does not come home
    come_home(claire)
    assert claire.desk.persons.sheet(person).person.phone1 == "05 49 00 00 02"
    refused = claire.session.workplace.store.outbox.refused()
    assert [op.fields["phone1"] for op in refused] == ["05 49 00 00 01"], "kept, and told"
    assert office_rows(office, person)["person", person]["phone1"] == "05 49 00 00 02"


@pytest.mark.invariant(1, 16)
@pytest.mark.parametrize("is_cut", [False, True])
def test_whoever_writes_where_the_office_gives_nothing_has_read_nothing_there(
    office: Office,
    laptops: tuple[Laptop, Laptop],
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_cut: bool,
) -> None:
    """His numbers had gone on; what a colleague wrote meanwhile was overwritten in silence."""
    claire, mehdi = laptops
    person = somebody(claire)
    claire.sync()
    backup = office.backup()
    welcome(claire, person, mehdi)
    come_home(claire, mehdi)
    forget_all(office, backup, claire, mehdi)
    set_phone(claire, person, "05 49 00 00 01")
    with monkeypatch.context() as patch:
        patch.setattr(HttpOffice, "digests", dropped)  # his place is not back yet
        with pytest.raises(Offline):
            claire.sync()
        if is_cut:  # nor has he been told so
            with pytest.raises(Offline):
                mehdi.sync()
    if not is_cut:
        come_home(mehdi)
    mehdi.clock.advance(seconds=5)
    set_phone(mehdi, person, "05 49 00 00 02")
    come_home(claire, mehdi, claire)
    for laptop in laptops:
        store = laptop.session.workplace.store
        told = store.database.rows('SELECT "lost" FROM "conflict"')
        shown = laptop.desk.persons.sheet(person).person.phone1
        assert all(number in f"{shown} {told}" for number in ("00 00 01", "00 00 02"))
        assert not store.state.closed()


@pytest.mark.invariant(11)
@pytest.mark.parametrize("is_known", [False, True])
def test_whoever_was_erased_since_the_backup_comes_back_by_no_laptop(
    office: Office, laptops: tuple[Laptop, Laptop], evening: Backup, *, is_known: bool
) -> None:
    """The office knows neither that she was erased, nor who has had her dossier since."""
    claire, mehdi = laptops
    backup = evening
    person = somebody(claire, "Canari")
    if is_known:
        come_home(claire)
        backup = office.backup()
    welcome(claire, person, mehdi)
    meet(claire, person, "De Claire")
    come_home(claire, mehdi)
    meet(mehdi, person, "Pas encore parti")
    office.erase(person)
    forget_all(office, backup, claire)  # Mehdi is away
    office.erase(person, again=True)
    come_home(mehdi, claire, mehdi, claire)
    assert "Canari" not in office.dump()
    for laptop in laptops:
        assert "Canari" not in laptop.store_text()
        assert person not in laptop.store_text()
        assert not laptop.session.workplace.store.outbox.refused()
        assert is_verified(laptop)
    (line,) = office.erasures()
    assert not line.waiting


@pytest.mark.invariant(11)
def test_whoever_is_erased_after_a_restoration_leaves_the_laptops_that_the_office_does_not_know_of(
    office: Office, laptops: tuple[Laptop, Laptop]
) -> None:
    """Mehdi was given her dossier since the backup; Claire has not come home to say so again."""
    claire, mehdi = laptops
    person = somebody(claire, "Canari")
    come_home(claire)
    backup = office.backup()
    welcome(claire, person, mehdi)
    come_home(claire, mehdi)
    office.restore(backup, new_epoch=True)
    office.erase(person)
    come_home(claire, mehdi, claire, mehdi)
    for laptop in laptops:
        assert person not in laptop.store_text()
        assert is_verified(laptop)
    (line,) = office.erasures()
    assert not line.waiting
