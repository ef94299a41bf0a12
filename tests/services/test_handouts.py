"""What a person takes home: what is on it, what never is, and the trace it leaves."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from desktop.config.clock import paris
from desktop.services.appointments import Plan
from desktop.services.errors import NotFound
from desktop.services.handouts import HandoutSheet
from desktop.services.same_person import Choices
from protocol.ids import FollowUpId, PersonId, PlaceId, ProfessionalId, RecordId
from protocol.kinds.agenda import Appointment, Motive, Visibility
from protocol.kinds.care import Handout
from protocol.kinds.follow_ups import StepOwner
from protocol.kinds.people import Professional, Structure, StructureKind
from protocol.kinds.persons import Discretion, Person
from protocol.kinds.places import Place
from protocol.kinds.programmes import Step, StepState
from tests.support.laptop import CHEF_BOUTONNE, Desk, bring, professional, seed_small

NEXT = timedelta(days=28)


@pytest.fixture
def desk(claire: Desk) -> Desk:
    return claire


@pytest.fixture
def yves(desk: Desk) -> PersonId:
    yves = seed_small(desk)[1]
    desk.clock.advance(hours=1)  # he has just been seen
    return yves


def test_it_says_what_was_said_when_to_come_back_and_whom_to_call(
    desk: Desk, yves: PersonId
) -> None:
    _with_phone(desk)
    made = _met(desk, yves, for_person="Pensez au courrier de la CAF.\n\nLe 3114 répond la nuit.")
    _plan(desk, yves)
    sheet = desk.handouts.prepare(made)
    assert sheet.said == "Pensez au courrier de la CAF.\n\nLe 3114 répond la nuit."
    assert sheet.met_on == date(2026, 11, 24)
    assert sheet.meeting is not None
    assert sheet.meeting.starts_at == paris(desk.clock.moment + NEXT)
    assert sheet.meeting.commune_name == "Chef-Boutonne"
    assert (sheet.meeting.address, sheet.meeting.room) == ("2 rue du Marché", "salle 2")
    assert (sheet.contact.name, sheet.contact.phone) == ("Claire Martin", "0549270000")
    assert sheet.contact.job == "Psychologue clinicienne"
    assert sheet.is_away  # he lives in Melle
    assert sheet.meeting.around is not None
    assert sheet.meeting.around.name == "Chef-Boutonne"
    assert "Valdelaume" in {town.name for town in sheet.meeting.around.towns}


def test_my_own_next_appointment_goes_before_a_colleagues_and_hidden_ones_stay_hidden(
    desk: Desk, yves: PersonId
) -> None:
    made = _met(desk, yves)
    assert desk.handouts.prepare(made).meeting is None
    roy = next(x for x in desk.directory.colleagues().values() if x.name == "Catherine Roy")
    soon = desk.clock.moment + timedelta(days=2)
    bring(desk.workplace, _appointment(desk, yves, roy.id, soon))
    hers = desk.handouts.prepare(made).meeting
    assert hers is not None
    assert hers.colleague == "Catherine Roy"
    _plan(desk, yves)
    mine = desk.handouts.prepare(made).meeting
    assert mine is not None
    assert mine.colleague == "Claire Martin"
    [planned] = [x for x in desk.appointments.upcoming(yves) if x.professional == desk.workplace.me]
    bring(desk.workplace, replace(planned, visibility=Visibility.HIDDEN))
    shown = desk.handouts.prepare(made).meeting
    assert shown is not None
    assert shown.colleague == "Catherine Roy"


def test_steps_say_who_does_them_and_what_is_for_the_team_waits_for_a_word(
    desk: Desk, yves: PersonId
) -> None:
    made = _met(desk, yves, next_step="Revoir le CER avec la référente")
    bring(
        desk.workplace,
        _step(desk, yves, "Noter les bonnes nuits", StepOwner.PERSON, due=date(2026, 12, 1)),
        _step(desk, yves, "Appeler la CAF", StepOwner.PROFESSIONAL),
        _step(desk, yves, "Déjà fait", StepOwner.PERSON, state=StepState.DONE),
    )
    steps = desk.handouts.prepare(made).steps
    told = {step.text: (step.owner, step.is_proposed) for step in steps}
    assert told == {
        "Noter les bonnes nuits": (StepOwner.PERSON, True),
        "Appeler la CAF": (StepOwner.PROFESSIONAL, True),
        "Revoir le CER avec la référente": (StepOwner.BOTH, False),
    }


def test_a_sensitive_structure_is_never_on_it_whoever_wrote_its_name(
    desk: Desk, yves: PersonId
) -> None:
    csapa = _structure(desk, "Centre Thélème", sensitive=True)
    mairie = _structure(desk, "Mairie de Melle", sensitive=False)
    bring(desk.workplace, csapa, mairie)
    _with_phone(desk, structure=csapa.id)
    bring(desk.workplace, _step(desk, yves, "Appeler le CENTRE THELEME", StepOwner.PERSON))
    made = _met(
        desk,
        yves,
        for_person="Voir la mairie de Melle.\nLe centre Thélème vous attend mardi.\nÀ bientôt.",
    )
    _plan(desk, yves, place_name="Salle du Centre Thélème")
    sheet = desk.handouts.prepare(made)
    assert sheet.said == "Voir la mairie de Melle.\nÀ bientôt."
    assert sheet.steps == ()
    assert sheet.withheld == 2
    assert sheet.contact.structure == ""
    assert sheet.meeting is not None
    assert sheet.meeting.place_name == ""
    assert sheet.meeting.address == "2 rue du Marché"
    assert "thélème" not in _words(sheet).casefold()


@pytest.mark.parametrize("discretion", [Discretion.DISCREET, Discretion.DANGER])
def test_a_person_who_must_stay_discreet_takes_home_no_job_and_no_service(
    desk: Desk, yves: PersonId, discretion: Discretion
) -> None:
    mairie = _structure(desk, "Département", sensitive=False)
    bring(desk.workplace, mairie)
    _with_phone(desk, structure=mairie.id)
    made = _met(desk, yves)
    assert desk.handouts.prepare(made).contact.structure == "Département"
    person = desk.store.records.get(Person, yves)
    assert person is not None
    desk.persons.edit(replace(person, discretion=discretion))
    contact = desk.handouts.prepare(made).contact
    assert (contact.job, contact.structure) == ("", "")
    assert contact.phone == "0549270000"


def test_her_language_is_suggested_when_its_sentences_are_known(desk: Desk, yves: PersonId) -> None:
    made = _met(desk, yves)
    person = desk.store.records.get(Person, yves)
    assert person is not None
    for written, code in (("Portugais", "pt"), ("arabe, un peu français", "ar"), ("Lingala", "")):
        desk.persons.edit(replace(person, language=written))
        assert desk.handouts.prepare(made).language == code


def test_giving_it_leaves_a_trace_in_the_dossier_and_to_be_sent(desk: Desk, yves: PersonId) -> None:
    made = _met(desk, yves)
    sheet = desk.handouts.prepare(made)
    pending = desk.store.outbox.pending_count()
    done = desk.handouts.given(sheet, printed=True, language="pt")
    assert {(x.kind, x.dossier) for x in done.touched} == {("handout", yves)}
    assert desk.store.outbox.pending_count() == pending + 1
    [line] = desk.handouts.of(yves)
    assert (line.follow_up, line.mine, line.printed, line.language) == (made, True, True, "pt")
    assert line.given_at == desk.clock.moment


def test_sheets_of_two_dossiers_that_are_one_person_are_told_together(
    desk: Desk, yves: PersonId
) -> None:
    nadia = seed_small(desk)[0]
    first, second = _met(desk, yves), _met(desk, nadia)
    for made in (first, second):
        desk.handouts.given(desk.handouts.prepare(made), printed=True, language="")
    desk.same_persons.join(Choices(yves, nadia, frozenset()))
    assert {line.follow_up for line in desk.handouts.of(yves)} == {first, second}
    written = desk.store.records.select(Handout)
    assert {record.person for record in written} == {yves, nadia}  # each beside its follow-up


def test_a_follow_up_that_left_the_laptop_has_no_sheet(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.handouts.prepare(FollowUpId("0190f5a0-0000-7000-8000-000000000000"))


# -- builders ------------------------------------------------------------------------------------


def _met(desk: Desk, person: PersonId, **texts: str) -> FollowUpId:
    form = replace(desk.follow_ups.begin(person), next_at=None)
    return desk.follow_ups.finish(replace(form, **texts)).value  # type: ignore[arg-type]  # texts


def _plan(desk: Desk, person: PersonId, place_name: str = "Maison des services") -> None:
    workplace = desk.workplace
    place = Place(
        id=RecordId(workplace.new_id()),
        created_at=desk.clock.moment,
        created_by=workplace.me,
        name=place_name,
        commune=CHEF_BOUTONNE,
        address="2 rue du Marché",
        room="salle 2",
    )
    bring(workplace, place)
    moment = desk.clock.moment + NEXT
    plan = Plan(person, moment, 45, PlaceId(place.id), Motive.PSY_CONSULTATION)
    desk.appointments.plan(plan)


def _appointment(desk: Desk, person: PersonId, who: str, at: datetime) -> Appointment:
    return Appointment(
        id=RecordId(desk.workplace.new_id()),
        created_at=desk.clock.moment,
        created_by=ProfessionalId(who),
        person=person,
        professional=ProfessionalId(who),
        starts_at=at,
    )


def _step(
    desk: Desk,
    person: PersonId,
    text: str,
    owner: StepOwner,
    due: date | None = None,
    state: StepState = StepState.PLANNED,
) -> Step:
    return Step(
        id=RecordId(desk.workplace.new_id()),
        created_at=desk.clock.moment,
        created_by=desk.workplace.me,
        person=person,
        professional=desk.workplace.me,
        text=text,
        owner=owner,
        due_on=due,
        state=state,
    )


def _structure(desk: Desk, name: str, *, sensitive: bool) -> Structure:
    return Structure(
        id=RecordId(desk.workplace.new_id()),
        created_at=desk.clock.moment,
        created_by=desk.workplace.me,
        name=name,
        category=StructureKind.ASSOCIATION,
        sensitive=sensitive,
    )


def _with_phone(desk: Desk, structure: RecordId | None = None) -> None:
    me = desk.directory.me()
    known: Professional = professional(desk.workplace, me.id, me.name, me.job)
    bring(desk.workplace, replace(known, phone="0549270000", structure=structure))  # type: ignore[arg-type]  # an id


def _words(sheet: HandoutSheet) -> str:
    told = (sheet.said, sheet.contact, sheet.meeting, *(step.text for step in sheet.steps))
    return repr(told)
