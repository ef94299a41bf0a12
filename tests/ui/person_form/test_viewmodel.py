"""What the form of a person decides, on a real store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from desktop.domain.duplicates import Level
from desktop.ui.changes import ChangeBoard
from desktop.ui.person_form import PersonFormViewModel
from desktop.ui.person_form.typed import CommuneChoice, Typed
from protocol.ids import PersonId
from protocol.kinds.persons import DatePrecision, Discretion, Person, Sex
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, seed_small


@pytest.fixture
def persons(desk: Desk) -> list[PersonId]:
    return seed_small(desk)


@pytest.fixture
def model(
    desk: Desk, persons: list[PersonId], background: InlineBackground, board: ChangeBoard
) -> PersonFormViewModel:
    model = PersonFormViewModel(
        background, desk.persons, desk.duplicates, desk.directory, board, desk.clock
    )
    model.start_new()
    return model


def test_a_dossier_is_opened_with_all_that_was_typed(
    desk: Desk, model: PersonFormViewModel, board: ChangeBoard
) -> None:
    saved: list[str] = []
    touched: list[object] = []
    model.saved.connect(saved.append)
    board.changed.connect(touched.append)

    model.type(
        Typed(
            birth_name="  Abadie ",
            first_name="Rose",
            sex="f",
            birth="mars 1979",
            phone1="06.12.34.56.78",
            email="rose@exemple.fr",
            discretion=Discretion.DANGER.value,
            safe_contact_note="Par sa sœur.",
            commune_text="Melle (79500)",
            commune=CommuneChoice("79174", "Melle", "79500"),
            request="Dormir mieux.",
        )
    )
    model.save()

    [rid] = saved
    person = desk.persons.sheet(PersonId(rid)).person
    assert (person.birth_name, person.first_name, person.sex) == ("Abadie", "Rose", Sex.FEMALE)
    assert (person.birth_date, person.birth_date_precision) == (
        date(1979, 3, 1),
        DatePrecision.MONTH,
    )
    assert person.phone1 == "0612345678"
    assert person.discretion is Discretion.DANGER
    assert (person.commune, person.postal_code) == ("79174", "79500")
    assert person.request == "Dormir mieux."
    assert desk.persons.sheet(PersonId(rid)).mine
    assert touched
    assert model.state.typed == Typed()


def test_each_field_says_what_it_did_not_understand(desk: Desk, model: PersonFormViewModel) -> None:
    before = desk.persons.count()
    model.type(
        Typed(birth="31/2/1979", phone1="bonjour", email="rose", commune_text="Chauray sur mer")
    )

    model.save()

    problems = model.state.field_problems
    assert set(problems) == {"birth_name", "first_name", "birth", "phone1", "email", "commune"}
    assert problems["birth"] == "Ce jour n’existe pas."
    assert desk.persons.count() == before


def test_a_corrected_field_stops_complaining(model: PersonFormViewModel) -> None:
    model.type(Typed(birth="demain"))
    model.save()
    assert "birth" in model.state.field_problems

    model.type(replace(model.state.typed, birth="1979"))

    assert "birth" not in model.state.field_problems
    assert "birth_name" in model.state.field_problems


def test_a_postal_code_never_tells_a_commune(model: PersonFormViewModel) -> None:
    model.suggest_communes("79500")
    assert len({choice.code for choice in model.state.communes}) > 1
    model.type(Typed(birth_name="Abadie", first_name="Rose", commune_text="79500"))

    model.save()

    assert model.state.field_problems == {"commune": "Choisissez la commune dans la liste."}


def test_a_commune_typed_in_full_is_as_good_as_chosen(
    desk: Desk, model: PersonFormViewModel
) -> None:
    model.suggest_communes("chef boutonne")
    model.type(Typed(birth_name="Abadie", first_name="Rose", commune_text="chef-boutonne"))

    model.save()

    [rose] = desk.persons.search("abadie rose")
    assert rose.commune_name == "Chef-Boutonne"


def test_somebody_already_here_is_told_while_typing(
    desk: Desk, model: PersonFormViewModel, persons: list[PersonId], qtbot: QtBot
) -> None:
    model.type(Typed(birth_name="Moricet"))
    model.type(Typed(birth_name="Morisset", first_name="Yves", phone1="06 12 34 56 01"))

    qtbot.waitUntil(lambda: bool(model.state.near))

    [near] = model.state.near
    assert near.line.id == persons[1]
    assert near.likeness.level >= Level.LIKELY


def test_a_sheet_is_never_its_own_duplicate(
    desk: Desk, model: PersonFormViewModel, persons: list[PersonId], qtbot: QtBot
) -> None:
    model.start_edit(persons[1])
    model.type(replace(model.state.typed, language="français"))
    qtbot.wait(400)

    assert model.state.near == ()


def test_correcting_a_sheet_writes_only_what_was_touched(
    desk: Desk, model: PersonFormViewModel, persons: list[PersonId]
) -> None:
    model.start_edit(persons[1])
    # Meanwhile a colleague's change arrives.
    known = desk.persons.sheet(persons[1]).person
    desk.persons.edit(replace(known, language="portugais"))

    model.type(replace(model.state.typed, usual_name="Durand"))
    model.save()

    person = desk.persons.sheet(persons[1]).person
    assert (person.usual_name, person.language) == ("Durand", "portugais")
    assert person.phone1 == known.phone1


def test_an_old_number_we_would_refuse_today_does_not_block_the_sheet(
    desk: Desk, model: PersonFormViewModel, persons: list[PersonId]
) -> None:
    known = desk.persons.sheet(persons[1]).person
    desk.persons.edit(replace(known, phone1="poste 12"))
    model.start_edit(persons[1])

    model.type(replace(model.state.typed, usual_name="Durand"))
    model.save()

    person = desk.persons.sheet(persons[1]).person
    assert (person.usual_name, person.phone1) == ("Durand", "poste 12")


def test_leaving_keeps_what_was_typed_for_each_sheet(
    model: PersonFormViewModel, persons: list[PersonId]
) -> None:
    model.type(Typed(birth_name="Abadie"))

    model.start_edit(persons[1])
    model.type(replace(model.state.typed, language="arabe"))
    model.start_new()
    assert model.state.typed == Typed(birth_name="Abadie")

    model.start_edit(persons[1])
    assert model.state.typed.language == "arabe"
    assert model.state.typed.birth_name == "Morisset"


def test_what_was_erased_can_be_taken_back(model: PersonFormViewModel) -> None:
    undo: list[Callable[[], None]] = []
    model.undo_offered.connect(lambda _, back: undo.append(back))
    model.type(Typed(birth_name="Abadie"))

    model.discard()
    assert not model.has_changes

    undo[0]()
    assert model.state.typed.birth_name == "Abadie"


def test_a_sheet_that_left_the_laptop_is_said_and_what_was_typed_stays(
    desk: Desk, model: PersonFormViewModel, persons: list[PersonId]
) -> None:
    model.start_edit(persons[1])
    model.type(replace(model.state.typed, language="arabe"))
    with desk.workplace.work() as work:
        work.delete(Person, persons[1])

    model.save()

    assert model.state.problem is not None
    assert model.state.typed.language == "arabe"
    assert not model.state.is_saving


def test_absurd_text_is_refused_by_its_field(model: PersonFormViewModel) -> None:
    model.type(Typed(birth_name="N" * 100_000, first_name="😀"))

    model.save()

    assert set(model.state.field_problems) == {"birth_name"}
    assert "N" * 50 not in repr(model.state)
