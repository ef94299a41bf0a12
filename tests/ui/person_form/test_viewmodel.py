"""What the form of a person decides, on a real store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from pytestqt.qtbot import QtBot

from desktop.domain.duplicates import Level
from desktop.services.persons import NewPerson
from desktop.ui.changes import ChangeBoard
from desktop.ui.person_form import PersonFormViewModel
from desktop.ui.person_form.typed import CommuneChoice, Typed
from protocol.ids import PersonId
from protocol.kinds.persons import DatePrecision, Discretion, Person, Sex
from tests.support.departure import leave
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk


@pytest.fixture
def model(
    desk: Desk, persons: list[PersonId], background: InlineBackground, board: ChangeBoard
) -> PersonFormViewModel:
    model = _form(desk, background, board)
    model.start_new()
    return model


@pytest.fixture
def again(
    desk: Desk, persons: list[PersonId], background: InlineBackground, board: ChangeBoard
) -> PersonFormViewModel:
    """The form of the next unlock: it knows nothing but what the store kept."""
    return _form(desk, background, board)


def _form(desk: Desk, background: InlineBackground, board: ChangeBoard) -> PersonFormViewModel:
    return PersonFormViewModel(
        background,
        desk.persons,
        desk.person_drafts,
        desk.duplicates,
        desk.directory,
        board,
        desk.clock,
    )


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


def test_typing_is_kept_within_two_seconds(
    desk: Desk, model: PersonFormViewModel, qtbot: QtBot
) -> None:
    model.type(Typed(birth_name="Aba"))
    assert desk.person_drafts.lines() == []
    model.type(Typed(birth_name="Abadie", first_name="Rose"))

    qtbot.waitUntil(lambda: bool(desk.person_drafts.lines()))

    [line] = desk.person_drafts.lines()
    assert (line.person_name, line.is_new) == ("Rose Abadie", True)
    assert model.state.saved_at == desk.clock.moment


def test_a_new_dossier_is_found_again_after_a_lock(
    desk: Desk, model: PersonFormViewModel, again: PersonFormViewModel
) -> None:
    typed = Typed(
        birth_name="Abadie",
        birth="mars",
        interpreter_needed=True,
        commune_text="Melle (79500)",
        commune=CommuneChoice("79174", "Melle", "79500"),
        request="Dormir \ud800 mieux.",
    )
    model.type(typed)
    model.flush()

    again.start_new()

    assert again.state.typed == typed
    assert again.state.found_draft == desk.clock.moment
    again.type(replace(typed, birth="mars 1979"))
    assert again.state.found_draft is None


def test_the_draft_of_a_sheet_leaves_alone_what_a_colleague_changed_meanwhile(
    desk: Desk, model: PersonFormViewModel, again: PersonFormViewModel, persons: list[PersonId]
) -> None:
    model.start_edit(persons[1])
    model.type(replace(model.state.typed, usual_name="Durand"))
    model.flush()
    known = desk.persons.sheet(persons[1]).person
    desk.persons.edit(replace(known, language="portugais"))

    again.start_edit(persons[1])
    again.save()

    person = desk.persons.sheet(persons[1]).person
    assert (person.usual_name, person.language) == ("Durand", "portugais")


def test_a_saved_sheet_leaves_no_draft(
    desk: Desk, model: PersonFormViewModel, persons: list[PersonId]
) -> None:
    model.type(Typed(birth_name="Abadie", first_name="Rose"))
    model.flush()
    [line] = desk.person_drafts.lines()

    model.save()

    assert desk.person_drafts.lines() == []
    assert desk.persons.sheet(line.person).name == "Rose Abadie"


def test_a_sheet_put_back_as_it_was_leaves_no_draft(
    desk: Desk, model: PersonFormViewModel, persons: list[PersonId]
) -> None:
    model.start_edit(persons[1])
    before = model.state.typed
    model.type(replace(before, usual_name="Durand"))
    model.flush()
    model.type(before)
    model.flush()

    assert desk.person_drafts.lines() == []


def test_a_dossier_that_power_left_half_saved_is_gone_on_with_not_opened_twice(
    desk: Desk, model: PersonFormViewModel, again: PersonFormViewModel
) -> None:
    model.type(Typed(birth_name="Abadie", first_name="Rose", language="arabe"))
    model.flush()
    [line] = desk.person_drafts.lines()
    # The power fails between the first write and the last one.
    desk.persons.create(NewPerson("Abadie", "Rose", id=line.person))
    before = desk.persons.count()

    again.start_edit(line.person)
    assert not again.state.is_new
    again.save()

    assert desk.persons.count() == before
    assert desk.persons.sheet(line.person).person.language == "arabe"
    assert desk.person_drafts.lines() == []


def test_what_is_typed_while_the_dossier_is_being_written_is_written_too(
    desk: Desk, model: PersonFormViewModel, background: InlineBackground
) -> None:
    saved: list[str] = []
    model.saved.connect(saved.append)
    model.type(Typed(birth_name="Abadie", first_name="Rose"))
    background.hold()
    model.save()
    model.type(replace(model.state.typed, language="arabe"))
    assert saved == []

    background.release()

    assert desk.persons.sheet(PersonId(saved[0])).person.language == "arabe"
    assert len(desk.persons.search("abadie")) == 1
    assert desk.person_drafts.lines() == []


def test_a_thrown_away_draft_comes_back_even_when_another_sheet_is_open(
    desk: Desk, model: PersonFormViewModel, persons: list[PersonId]
) -> None:
    undo: list[Callable[[], None]] = []
    model.undo_offered.connect(lambda _, back: undo.append(back))
    model.type(Typed(birth_name="Abadie"))
    model.flush()
    model.discard()
    assert desk.person_drafts.lines() == []
    model.start_edit(persons[1])

    undo[0]()

    assert [line.person_name for line in desk.person_drafts.lines()] == ["Abadie"]
    assert model.state.typed.birth_name == "Morisset"


def test_what_was_typed_since_an_erasure_stays_when_it_is_taken_back(
    model: PersonFormViewModel,
) -> None:
    undo: list[Callable[[], None]] = []
    model.undo_offered.connect(lambda _, back: undo.append(back))
    model.type(Typed(birth_name="Abadie", first_name="Rose"))
    model.discard()
    model.type(Typed(first_name="Rosine"))

    undo[0]()

    assert model.state.typed == Typed(birth_name="Abadie", first_name="Rosine")


def test_a_draft_that_cannot_be_kept_is_said_and_tried_again(
    desk: Desk, model: PersonFormViewModel
) -> None:
    model.type(Typed(birth_name="N" * 1_000_000))
    model.flush()
    said = model.state.problem
    assert said is not None

    model.type(Typed(birth_name="Abadie"))
    model.retry()

    assert model.state.problem is None
    assert [line.person_name for line in desk.person_drafts.lines()] == ["Abadie"]


def test_drafts_of_sheets_and_of_follow_ups_are_not_taken_for_one_another(
    desk: Desk, model: PersonFormViewModel, persons: list[PersonId]
) -> None:
    model.start_edit(persons[1])
    model.type(replace(model.state.typed, language="arabe"))
    model.flush()
    sheet = desk.follow_ups.open_new(persons[1])
    assert sheet.draft_saved_at is None
    desk.follow_ups.autosave(replace(sheet.form, summary="Il dort mieux."))

    assert len(desk.follow_ups.drafts()) == 1
    assert len(desk.person_drafts.lines()) == 1


def test_what_was_typed_on_a_sheet_whose_dossier_has_left_is_still_read(
    desk: Desk, again: PersonFormViewModel, persons: list[PersonId]
) -> None:
    again.start_edit(persons[1])
    again.type(replace(again.state.typed, request="Veut retrouver un rythme."))
    again.flush()
    leave(desk, persons[1])
    [line] = desk.person_drafts.lines()
    assert (line.person, line.person_name) == (persons[1], "")

    again.start_edit(line.person)
    assert again.state.is_gone
    assert again.state.typed.request == "Veut retrouver un rythme."
    again.save()
    assert not again.state.is_saving, "there is no sheet to write it on"
    again.discard()
    assert desk.person_drafts.lines() == []
