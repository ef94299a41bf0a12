"""The same person in two dossiers: noticed, joined with both histories, separated again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desktop.services.appointments import Plan
from desktop.services.errors import NotFound
from desktop.services.persons import NewPerson
from desktop.services.same_person import Choices
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.agenda import Motive
from protocol.kinds.people import Job
from protocol.kinds.persons import (
    CircleEnd,
    CircleRole,
    Discretion,
    IdentifierScheme,
    Person,
    SamePerson,
    SamePersonState,
)
from tests.support.laptop import Desk, bring, professional

BORN = date(1988, 5, 14)


def open_dossier(desk: Desk, birth_name: str, first_name: str, **more: object) -> PersonId:
    """Open a dossier, a minute after the one before."""
    desk.clock.advance(minutes=1)
    new = NewPerson(birth_name=birth_name, first_name=first_name, birth_date=BORN)
    return desk.persons.create(replace(new, **more)).value  # type: ignore[arg-type]  # her fields


def nadia_twice(desk: Desk) -> tuple[PersonId, PersonId]:
    """Nadia Benali, whom two colleagues have met: the older dossier first."""
    return (
        open_dossier(desk, "Benali", "Nadia", phone1="0611111111"),
        open_dossier(desk, "Ben Ali", "Nadia", request="Cherche un logement.", phone1="0622222222"),
    )


def meet(desk: Desk, person: PersonId, summary: str) -> None:
    """Record a follow-up."""
    desk.clock.advance(minutes=1)
    form = replace(desk.follow_ups.begin(person), summary=summary, next_at=None)
    # Straight into this dossier, as a colleague's laptop would have done before joining.
    desk.follow_ups.finish(form)


def compare_all(desk: Desk) -> None:
    """Do what the laptop does when it has nothing else to do."""
    while desk.duplicates.compare_waiting().value:
        pass


def join(desk: Desk, kept: PersonId, other: PersonId, *from_other: str) -> RecordId:
    """Join two dossiers."""
    return desk.same_persons.join(Choices(kept, other, frozenset(from_other))).value


def colleague(desk: Desk, name: str) -> ProfessionalId:
    """Return a new colleague."""
    who = professional(desk.workplace, desk.workplace.new_id(), name, Job.REFERENT)
    bring(desk.workplace, who)
    return ProfessionalId(who.id)


# -- noticed --------------------------------------------------------------------------------------


def test_two_dossiers_that_look_alike_are_told_once_they_are_on_one_laptop(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    open_dossier(claire, "Morisset", "Yves")
    compare_all(claire)
    (pair,) = claire.duplicates.pairs()
    assert {pair.one.id, pair.other.id} == {older, newer}
    for asked, other in ((older, newer), (newer, older)):
        (found,) = claire.duplicates.of(asked)
        assert (found.one.id, found.other.id) == (asked, other)
    assert claire.today.read().alike == (pair,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"birth_name": "Dupont", "first_name": "Jean"}, {"birth_name": "Dupond"}),
        ({"birth_name": "Dupont", "first_name": "Jean"}, {"birth_name": "Jean", "first": "Dupont"}),
        (
            {
                "birth_name": "Roux",
                "first_name": "Anne",
                "commune": "79174",
                "phone1": "0549000000",
            },
            {"birth_name": "Morel", "phone1": "0549000000"},
        ),
    ],
)
def test_spelling_order_and_marriage_do_not_hide_somebody(
    claire: Desk, one: dict[str, str], other: dict[str, str]
) -> None:
    first = other.pop("first", one["first_name"])
    open_dossier(claire, **one)
    open_dossier(claire, first_name=first, **other)
    compare_all(claire)
    assert len(claire.duplicates.pairs()) == 1


def test_a_number_that_comes_later_tells_what_names_did_not(claire: Desk) -> None:
    older = open_dossier(claire, "Roux", "Anne", birth_date=None)
    newer = open_dossier(claire, "Roux", "Anne", birth_date=None)
    compare_all(claire)
    assert claire.duplicates.pairs() == []
    for person in (older, newer):
        claire.persons.set_identifier(person, IdentifierScheme.FRANCE_TRAVAIL, "1234567 A")
    claire.duplicates.look_again([newer])
    compare_all(claire)
    assert len(claire.duplicates.pairs()) == 1


def test_a_corrected_name_takes_the_doubt_away(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    compare_all(claire)
    known = claire.persons.sheet(newer).person
    claire.persons.edit(replace(known, birth_name="Zwolinski", first_name="Eva"))
    done = claire.duplicates.compare_waiting()
    assert {item.dossier for item in done.touched} == {newer}
    assert claire.duplicates.pairs() == []
    assert claire.duplicates.of(older) == []


def test_two_persons_are_told_apart_once_and_it_can_be_taken_back(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    compare_all(claire)
    said = claire.same_persons.tell_apart(older, newer).value
    assert claire.duplicates.pairs() == []
    compare_all(claire)
    assert claire.duplicates.of(newer) == []
    (line,) = claire.same_persons.said(older)
    assert (line.state, line.other, line.other_name) == (
        SamePersonState.DISTINCT,
        newer,
        "Nadia Ben Ali",
    )
    claire.same_persons.take_back(said)
    assert len(claire.duplicates.pairs()) == 1


# -- joined ---------------------------------------------------------------------------------------


def test_what_is_proposed_is_what_is_filled_else_the_newer_and_never_the_less_careful(
    claire: Desk,
) -> None:
    older, newer = nadia_twice(claire)
    known = claire.persons.sheet(older).person
    claire.persons.edit(replace(known, discretion=Discretion.DANGER, email="n@example.org"))
    both = claire.same_persons.compare(newer, older)
    assert (both.kept.dossiers, both.other.dossiers) == ((older,), (newer,))
    differing = {line.name: line.takes_other for line in both.lines if line.differs}
    assert differing == {
        "birth_name": True,
        "discretion": False,
        "phone1": True,
        "email": False,
        "request": True,
    }


def test_joined_dossiers_are_one_person_with_both_histories(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    meet(claire, older, "Premier, chez Claire.")
    meet(claire, newer, "Deuxième, chez Mehdi.")
    claire.persons.set_identifier(older, IdentifierScheme.CAF, "0123456")
    claire.persons.set_identifier(newer, IdentifierScheme.FRANCE_TRAVAIL, "1234567A")
    start = claire.clock.moment + timedelta(hours=1)
    for at, person in enumerate((older, newer)):
        when = start + timedelta(hours=at)
        claire.appointments.plan(Plan(person, when, 45, None, Motive.FOLLOW_UP))
    compare_all(claire)

    join(claire, older, newer, "request")

    assert claire.persons.count() == 1
    assert [line.id for line in claire.persons.caseload()] == [older]
    assert [line.id for line in claire.persons.search("ben ali")] == [older]
    assert claire.persons.search("nadia")[0].next_appointment == start
    for person in (older, newer):
        sheet = claire.persons.sheet(person)
        assert sheet.dossiers == (older, newer)
        assert (sheet.person.birth_name, sheet.person.request) == ("Benali", "Cherche un logement.")
        assert {item.value for item in sheet.identifiers} == {"0123456", "1234567A"}
        assert [line.colleague.name for line in sheet.circle] == ["Claire Martin"]
        assert [line.summary for line in claire.follow_ups.timeline(person)] == [
            "Deuxième, chez Mehdi.",
            "Premier, chez Claire.",
        ]
        assert claire.follow_ups.count(person) == 2
        assert len(claire.appointments.upcoming(person)) == 2
    today = claire.today.read()
    assert {(line.person, line.name) for line in today.appointments} == {(older, "Nadia Benali")}
    assert {line.rank for line in today.appointments} == {3}, "both follow-ups came before"
    assert today.alike == ()
    assert claire.duplicates.near(NewPerson("Benali", "Nadia", birth_date=BORN))[0].line.id == older
    assert len(claire.duplicates.near(NewPerson("Benali", "Nadia", birth_date=BORN))) == 1


def test_what_is_written_after_joining_goes_to_the_dossier_that_is_kept(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    begun = claire.follow_ups.begin(newer)
    claire.follow_ups.autosave(replace(begun, summary="En cours."))
    join(claire, older, newer)
    assert [draft.person for draft in claire.follow_ups.drafts()] == [older]
    opened = claire.follow_ups.open_new(older)
    assert opened.form.summary == "En cours.", "her draft is found from either dossier"
    claire.follow_ups.finish(replace(opened.form, next_at=None))
    claire.persons.set_identifier(newer, IdentifierScheme.CAF, "0123456")
    claire.appointments.plan(Plan(newer, claire.clock.now(), 45, None, Motive.FOLLOW_UP))
    database = claire.store.database
    for table in ("follow_up", "person_identifier", "appointment"):
        assert database.rows(f'SELECT DISTINCT "person" FROM "{table}"') == [(older,)], table


def test_a_number_of_the_other_dossier_is_corrected_and_removed_where_it_is(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    claire.persons.set_identifier(newer, IdentifierScheme.CAF, "0123456")
    join(claire, older, newer)
    claire.persons.set_identifier(older, IdentifierScheme.CAF, "7654321")
    assert [item.value for item in claire.persons.sheet(older).identifiers] == ["7654321"]
    claire.persons.set_identifier(older, IdentifierScheme.CAF, "")
    assert claire.persons.sheet(older).identifiers == ()


def test_everyone_of_either_circle_reads_both_dossiers(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    roy, neveu = colleague(claire, "Catherine Roy"), colleague(claire, "Sofia Neveu")
    claire.persons.welcome(older, roy, CircleRole.PRESCRIBER)
    claire.persons.welcome(newer, neveu, CircleRole.UNIQUE_REFERENT)
    join(claire, older, newer)
    for dossier in (older, newer):
        assert {one.id for one in claire.persons.readers(dossier)} == {roy, neveu}
    circle = {line.colleague.id: line.role for line in claire.persons.sheet(older).circle}
    assert circle[roy] is CircleRole.PRESCRIBER
    assert circle[neveu] is CircleRole.UNIQUE_REFERENT
    assert claire.persons.caseload()[0].referent == "S. Neveu"
    member = next(x for x in claire.persons.sheet(older).circle if x.colleague.id == neveu)
    claire.persons.end_membership(member.id, CircleEnd.END_OF_PROGRAM)
    for dossier in (older, newer):
        assert {one.id for one in claire.persons.readers(dossier)} == {roy}


def test_of_two_referents_uniques_one_is_chosen_and_the_other_goes_on_beside(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    roy, neveu = colleague(claire, "Catherine Roy"), colleague(claire, "Sofia Neveu")
    claire.persons.welcome(older, roy, CircleRole.UNIQUE_REFERENT)
    claire.persons.welcome(newer, neveu, CircleRole.UNIQUE_REFERENT)
    both = claire.same_persons.compare(older, newer)
    assert {one.id for one in both.referents} == {roy, neveu}
    said = claire.same_persons.join(Choices(older, newer, frozenset(), roy)).value
    sheet = claire.persons.sheet(older)
    assert sheet.referent is not None
    assert sheet.referent.id == roy
    roles = {line.role for line in sheet.circle if line.colleague.id == neveu}
    assert roles == {CircleRole.CONTRIBUTOR}
    claire.same_persons.separate(said)
    again = claire.persons.sheet(newer).referent
    assert again is not None
    assert again.id == neveu


def test_a_chain_of_dossiers_is_one_person(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    third = open_dossier(claire, "Benalli", "Nadia")
    join(claire, newer, third)
    said = join(claire, older, third)
    assert {claire.persons.sheet(one).dossiers[0] for one in (older, newer, third)} == {older}
    assert {line.other for line in claire.same_persons.said(third)} == {newer, third}
    with pytest.raises(NotFound):
        claire.same_persons.compare(newer, third)
    claire.same_persons.separate(said)
    assert claire.persons.sheet(third).dossiers[0] == newer
    assert claire.persons.sheet(older).dossiers == (older,)


def test_a_laptop_with_only_one_of_the_two_shows_what_it_has(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    join(claire, older, newer)
    with claire.store.database.transaction():
        claire.store.database.execute('DELETE FROM "person" WHERE "id" = ?', (older,))
    assert claire.persons.sheet(newer).person.birth_name == "Ben Ali"
    assert [line.id for line in claire.persons.search("nadia")] == [newer]
    assert claire.persons.count() == 1
    assert claire.same_persons.said(newer) == []
    meet(claire, newer, "Tout va bien.")
    assert claire.follow_ups.count(newer) == 1


# -- separated ------------------------------------------------------------------------------------


def test_separated_dossiers_are_as_they_were(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    roy, neveu = colleague(claire, "Catherine Roy"), colleague(claire, "Sofia Neveu")
    claire.persons.welcome(older, roy, CircleRole.PRESCRIBER)
    claire.persons.welcome(newer, neveu, CircleRole.UNIQUE_REFERENT)
    meet(claire, older, "Chez Claire.")
    meet(claire, newer, "Chez Mehdi.")
    before = [claire.persons.sheet(one) for one in (older, newer)]
    said = join(claire, older, newer, "birth_name", "phone1", "request")
    assert claire.persons.sheet(older).person.birth_name == "Ben Ali"
    compare_all(claire)

    claire.same_persons.separate(said)

    for dossier, was in zip((older, newer), before, strict=True):
        sheet = claire.persons.sheet(dossier)
        assert (sheet.person, sheet.name, sheet.referent) == (was.person, was.name, was.referent)
        places = [line for line in sheet.circle if line.ended_on is None]
        assert places == list(was.circle)
    assert [line.summary for line in claire.follow_ups.timeline(older)] == ["Chez Claire."]
    assert {one.id for one in claire.persons.readers(older)} == {roy}
    assert {one.id for one in claire.persons.readers(newer)} == {neveu}
    assert claire.persons.count() == 2
    compare_all(claire)
    assert claire.duplicates.pairs() == [], "somebody has just answered"
    (line,) = claire.same_persons.said(newer)
    assert (line.state, line.other) == (SamePersonState.UNDONE, older)


def test_a_value_corrected_since_stays_when_dossiers_are_separated(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    said = join(claire, older, newer, "phone1", "request")
    known = claire.persons.sheet(older).person
    claire.persons.edit(replace(known, phone1="0633333333"))
    claire.same_persons.separate(said)
    sheet = claire.persons.sheet(older).person
    assert (sheet.phone1, sheet.request) == ("0633333333", None)


def test_dossiers_joined_twice_over_are_separated_in_one_act(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    said = join(claire, older, newer)
    twin = claire.store.records.get(SamePerson, said)
    assert twin is not None
    other_way = replace(
        twin, id=RecordId(claire.workplace.new_id()), person=older, into=newer, before=None
    )
    bring(claire.workplace, other_way)
    assert claire.persons.sheet(newer).dossiers[0] == older, "the oldest, on every laptop"
    claire.same_persons.separate(said)
    assert claire.persons.sheet(newer).dossiers[0] == newer
    with pytest.raises(NotFound):
        claire.same_persons.separate(said)


def test_separated_dossiers_can_be_joined_again(claire: Desk) -> None:
    older, newer = nadia_twice(claire)
    claire.same_persons.separate(join(claire, older, newer, "request"))
    join(claire, older, newer, "request")
    assert claire.persons.sheet(newer).person.request == "Cherche un logement."
    assert [line.state for line in claire.same_persons.said(older)] == [SamePersonState.MERGED]
    assert claire.store.records.get(Person, newer) is not None
