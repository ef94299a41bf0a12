"""Two people write the same thing in two villages, and one of them settles it for both."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.services.conflict_sheets import ConflictSheet
from desktop.services.persons import NewPerson
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds.conflicts import ConflictState
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole, IdentifierScheme, Person, PersonIdentifier
from tests.support.fleet import Laptop, enrolled
from tests.support.office import Office
from tests.support.opened import office_words
from tests.support.two_laptops import end_place, welcome

CAF = IdentifierScheme.CAF
BASE = "Locataire du parc privé. Loyer à jour."
HIS = "Locataire du parc privé. FSL demandé en novembre."
HERS = "Locataire du parc privé. Menacée d’expulsion."


def known(laptop: Laptop, person: PersonId) -> Person:
    """Return somebody as a laptop shows her."""
    return laptop.desk.persons.sheet(person).person


def sync(*laptops: Laptop) -> None:
    """Bring laptops home, one after the other."""
    for laptop in laptops:
        laptop.sync()


@pytest.fixture
def person(claire: Laptop, mehdi: Laptop) -> PersonId:
    """Somebody whom Claire and Mehdi both follow."""
    claire.sync()
    persons = claire.desk.persons
    made = persons.create(NewPerson("Morisset", "Yves", request=BASE, phone1="0549000000")).value
    colleagues = claire.desk.directory.colleagues().values()
    (his,) = [c.id for c in colleagues if c.name == "Mehdi Belkacem"]
    persons.welcome(made, ProfessionalId(his), CircleRole.UNIQUE_REFERENT)
    sync(claire, mehdi)
    return made


def the_conflict(laptop: Laptop) -> ConflictSheet:
    """Return the only thing a laptop has to read again."""
    (line,) = laptop.desk.sync_reports.read().to_review
    return laptop.desk.conflicts.sheet(line.id)


def to_review(*laptops: Laptop) -> int:
    """Return how much is to be read again on all laptops."""
    return sum(len(laptop.desk.sync_reports.read().to_review) for laptop in laptops)


def rewrite_both(office: Office, claire: Laptop, mehdi: Laptop, person: PersonId) -> None:
    """Have both rewrite the same passage without a network, then come home."""
    office.offline()
    claire.clock.advance(minutes=10)
    claire.desk.persons.edit(replace(known(claire, person), request=HERS))
    mehdi.clock.advance(minutes=40)
    mehdi.desk.persons.edit(replace(known(mehdi, person), request=HIS))
    office.online()
    claire.clock.advance(minutes=90)
    office.clock.offset += timedelta(minutes=100)  # it is as late at the office
    mehdi.sync()
    assert claire.sync().to_review == 1, "told once, though it is made here and comes back"
    mehdi.sync()


def test_a_passage_both_rewrote_is_joined_by_one_and_settled_for_the_other(
    office: Office, claire: Laptop, mehdi: Laptop, person: PersonId
) -> None:
    rewrite_both(office, claire, mehdi, person)
    sync(claire)
    for laptop in (claire, mehdi):
        assert known(laptop, person).request == HIS

    hers, his = the_conflict(claire), the_conflict(mehdi)
    assert (hers.lost.mine, hers.lost.value) == (True, HERS)
    assert (hers.kept.author, hers.kept.value) == ("Mehdi Belkacem", HIS)
    assert (his.lost.author, his.kept.mine) == ("Claire Martin", True)
    written = hers.lost.written_at, hers.kept.written_at
    typed_at = claire.clock.now() - timedelta(minutes=90)
    assert written == (typed_at, typed_at + timedelta(minutes=30)), "typed then, not sent then"
    assert written == (his.lost.written_at, his.kept.written_at)

    joined = "Locataire du parc privé. Menacée d’expulsion, FSL demandé en novembre."
    claire.desk.conflicts.join(hers, joined)
    sync(claire, mehdi)
    for laptop in (claire, mehdi):
        assert known(laptop, person).request == joined
    assert to_review(claire, mehdi) == 0
    sync(mehdi, claire, mehdi)
    assert to_review(claire, mehdi) == 0


def test_a_telephone_that_lost_is_put_back_with_one_act_for_both(
    claire: Laptop, mehdi: Laptop, person: PersonId
) -> None:
    for laptop, phone in ((claire, "0611111111"), (mehdi, "0622222222")):
        laptop.clock.advance(minutes=5)
        laptop.desk.persons.edit(replace(known(laptop, person), phone1=phone))
    mehdi.clock.advance(minutes=5)
    mehdi.desk.persons.edit(replace(known(mehdi, person), phone1="0622222222", sex=None))
    sync(claire, mehdi, claire)
    standing = known(claire, person).phone1
    assert known(mehdi, person).phone1 == standing
    sheet = the_conflict(claire)
    assert {sheet.kept.author, sheet.lost.author} == {"Claire Martin", "Mehdi Belkacem"}
    claire.desk.conflicts.restore(sheet)
    sync(claire, mehdi)
    restored = {"0611111111", "0622222222"} - {standing}
    assert {known(laptop, person).phone1 for laptop in (claire, mehdi)} == restored
    assert to_review(claire, mehdi) == 0


def test_two_people_who_settle_it_differently_end_with_one_text_and_no_new_question(
    claire: Laptop, mehdi: Laptop, person: PersonId
) -> None:
    for laptop, phone in ((claire, "0611111111"), (mehdi, "0622222222")):
        laptop.clock.advance(minutes=5)
        laptop.desk.persons.edit(replace(known(laptop, person), phone1=phone))
    sync(claire, mehdi, claire)
    hers, his = the_conflict(claire), the_conflict(mehdi)
    claire.desk.conflicts.keep(hers)
    mehdi.desk.conflicts.restore(his)
    sync(claire, mehdi, claire, mehdi)
    assert known(claire, person).phone1 == known(mehdi, person).phone1
    assert to_review(claire, mehdi) == 0


def test_both_typing_the_same_is_nobodys_question(
    claire: Laptop, mehdi: Laptop, person: PersonId
) -> None:
    for laptop, text in ((claire, "Dort mal.  Vient en car."), (mehdi, "Dort mal. Vient en car.")):
        laptop.desk.persons.edit(
            replace(known(laptop, person), birth_date=date(1979, 3, 4), request=text)
        )
    sync(claire, mehdi, claire, mehdi)
    assert to_review(claire, mehdi) == 0
    sync(claire, mehdi)
    assert known(claire, person).birth_date == date(1979, 3, 4)
    assert known(claire, person).request == known(mehdi, person).request


def test_a_number_deleted_by_one_and_corrected_by_the_other_is_kept_until_somebody_says_so(
    claire: Laptop, mehdi: Laptop, person: PersonId
) -> None:
    claire.desk.persons.set_identifier(person, CAF, "123")
    sync(claire, mehdi)
    claire.desk.persons.set_identifier(person, CAF, "")
    mehdi.desk.persons.set_identifier(person, CAF, "456")
    sync(claire, mehdi, claire)
    for laptop in (claire, mehdi):
        (held,) = laptop.session.workplace.store.records.select(PersonIdentifier)
        assert held.value == "456"
    sheet = the_conflict(claire)
    assert sheet.is_deletion
    assert (sheet.lost.mine, sheet.kept.author) == (True, "Mehdi Belkacem")
    done = claire.desk.conflicts.restore(sheet)
    sync(claire, mehdi)
    for laptop in (claire, mehdi):
        assert laptop.session.workplace.store.records.select(PersonIdentifier) == []

    claire.desk.conflicts.take_back(done.value)
    sync(claire, mehdi)
    (held,) = mehdi.session.workplace.store.records.select(PersonIdentifier)
    assert held.value == "456"
    claire.desk.conflicts.keep(the_conflict(claire))
    sync(claire, mehdi)
    assert to_review(claire, mehdi) == 0


def test_settled_conflicts_stay_in_the_record_of_what_was_written(
    office: Office, claire: Laptop, mehdi: Laptop, person: PersonId
) -> None:
    rewrite_both(office, claire, mehdi, person)
    mehdi.desk.conflicts.keep(the_conflict(mehdi))
    sync(mehdi, claire)
    assert HERS in office_words(office, claire.session.workplace.store)
    assert HERS not in office.dump()
    assert str(ConflictState.KEPT) in office.dump()
    assert to_review(claire, mehdi) == 0


def test_what_a_colleague_has_settled_is_not_told_as_to_be_read_again(
    office: Office, claire: Laptop, mehdi: Laptop, person: PersonId
) -> None:
    rewrite_both(office, claire, mehdi, person)
    claire.sync()
    claire.desk.conflicts.keep(the_conflict(claire))
    assert claire.sync().to_review == 0
    assert mehdi.sync().to_review == 0
    latest = mehdi.session.workplace.store.journal.latest(10)
    assert [line.to_review for line in latest if line.to_review] == [1], "as it arrived, open"


@pytest.mark.parametrize("is_settled", [True, False])
def test_who_joins_a_circle_is_told_of_what_is_still_to_be_read_again_and_of_nothing_else(
    office: Office,
    claire: Laptop,
    mehdi: Laptop,
    person: PersonId,
    tmp_path: Path,
    is_settled: bool,
) -> None:
    rewrite_both(office, claire, mehdi, person)
    claire.sync()
    if is_settled:
        claire.desk.conflicts.keep(the_conflict(claire))
    nadia = enrolled(office, tmp_path / "nadia", "Nadia Roy", Job.NURSE, claire.clock)
    claire.sync()
    welcome(claire, person, nadia)
    claire.sync()
    assert nadia.sync().to_review == to_review(nadia) == int(not is_settled)
    nadia.close()


def test_what_leaves_with_a_dossier_is_not_to_be_read_again(
    office: Office, claire: Laptop, mehdi: Laptop, person: PersonId
) -> None:
    rewrite_both(office, claire, mehdi, person)
    claire.sync()
    assert to_review(mehdi) == 1
    end_place(claire, person, mehdi)
    claire.sync()
    assert mehdi.sync().to_review == to_review(mehdi) == 0
