"""What the page of the professions shows, to whom first, and what it does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.care import CareFacts
from desktop.services.mobility import MobilitySheet
from desktop.services.record_form import Value
from desktop.ui.changes import ChangeBoard
from desktop.ui.outlets import SystemOutlets
from desktop.ui.person_records import (
    PersonRecordsView,
    PersonRecordsViewModel,
    RecordServices,
    mobility_pdf,
)
from desktop.ui.record_form.layouts import layout_of
from desktop.ui.theme import Mode, Theme
from protocol.ids import PersonId
from protocol.kinds.care import (
    CareOutcome,
    CarePlace,
    CarePurpose,
    MobilityDiagnosis,
    NeedReason,
    Transport,
)
from protocol.kinds.declare import spec_of
from protocol.kinds.follow_ups import Theme as Subject
from protocol.kinds.people import Job, StructureKind
from tests.support.accessibility import assert_accessible
from tests.support.forms import record, structure
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, bring, make_desk, seed_small
from tests.support.shown_words import shown_words

Wear = Callable[..., Theme]
TODAY = date(2026, 11, 24)


class Outlet(SystemOutlets):
    """Chooses a file, as a person would."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path | None:
        assert name == "diagnostic-mobilite.pdf", "a file's name is seen by whoever passes"
        return self.path


@pytest.fixture
def laptop(tmp_path: Path, qapp: QApplication) -> Iterator[Callable[[Job], Desk]]:
    """Makes the laptop of a profession."""
    made: list[Desk] = []

    def make(job: Job) -> Desk:
        made.append(make_desk(tmp_path / job.value, job=job))
        return made[-1]

    yield make
    for desk in made:
        desk.store.close()


def page(
    desk: Desk,
    qtbot: QtBot,
    person: PersonId,
    outlet: Outlet | None = None,
    draw: Callable[[MobilitySheet], bytes] = mobility_pdf,
) -> PersonRecordsView:
    services = RecordServices(
        desk.directory, desk.care, desk.relays, desk.mobility, desk.needs, desk.record_drafts
    )
    board = ChangeBoard()
    viewmodel = PersonRecordsViewModel(InlineBackground(), services, draw, board, desk.clock)
    viewmodel.setParent(board)
    view = PersonRecordsView(viewmodel, outlet)
    board.setParent(view)
    qtbot.addWidget(view)
    view.resize(1110, 640)
    view.open(person)
    view.show()
    for _ in range(5):  # cards that were just filled take their heights one after the other
        QApplication.processEvents()
    return view


def live(desk: Desk, person: PersonId) -> None:
    """A relay that waits, one that was answered, two diagnoses, a need, a visit."""
    cmp = structure(desk.workplace, "CMP de Niort", StructureKind.CMP)
    bring(desk.workplace, cmp)
    relays, mobility = desk.relays.form, desk.mobility.form
    record(relays, person, to="cmp", structure=cmp.id, sent_on=TODAY - timedelta(days=21))
    record(relays, person, to="plie", state="accepted", person_agreed=True, answer="Le mardi.")
    record(
        mobility, person, reviewed_on=date(2026, 6, 2), licence="code_ongoing", max_kilometres=10
    )
    record(mobility, person, licence="b", synthesis="Garage attendu.")
    desk.needs.note(person, Subject.MOBILITY, NeedReason.TOO_FAR)
    form = desk.follow_ups.begin(person)
    care = CareFacts(
        CarePurpose.CARE_VISIT,
        CarePlace.DENTIST,
        None,
        Transport.SERVICE,
        24,
        CareOutcome.DONE,
        "Trop d’attente.",
    )
    desk.follow_ups.finish(replace(form, care=care, clinical="CANARI"))


@pytest.mark.parametrize(
    ("job", "first"),
    [
        (Job.NURSE, "Soins et accompagnements"),
        (Job.MOBILITY_ADVISOR, "Diagnostic mobilité"),
        (Job.PSYCHOLOGIST, "Relais"),
        (Job.REFERENT, "Diagnostic mobilité"),
    ],
)
def test_each_profession_finds_her_own_work_first(
    laptop: Callable[[Job], Desk], qtbot: QtBot, wear: Wear, job: Job, first: str
) -> None:
    wear()
    desk = laptop(job)
    yves = seed_small(desk)[1]
    live(desk, yves)
    view = page(desk, qtbot, yves)
    cards = (view.care, view.relays, view.mobility, view.needs)
    corner = min(
        cards, key=lambda card: (card.mapTo(view, card.rect().topLeft()).x() > 300, card.y())
    )
    assert corner.heading.text() == first
    told = shown_words(view)
    for words in ("Dentiste", "CMP de Niort", "Permis B", "Trop loin", "Trop d’attente."):
        assert words in told, "everything is readable by the circle"
    assert "CANARI" not in told


def test_a_relay_tells_how_long_it_waits_and_what_was_answered(
    desk: Desk, persons: list[PersonId], qtbot: QtBot, wear: Wear
) -> None:
    wear()
    live(desk, persons[1])
    view = page(desk, qtbot, persons[1])
    answered, waiting = view.relays.lines.lines
    assert "sans réponse depuis 21 jours" in waiting.about
    assert "accord non noté" in waiting.about
    assert "accord non noté" not in answered.about
    assert "répondu le jour même" in answered.about
    assert ("Réponse reçue", "Le mardi.") in answered.texts
    asked: list[tuple[str, str]] = []
    view.open_requested.connect(lambda kind, rid: asked.append((kind, rid)))
    view.relays.lines.button(waiting.key).click()
    assert asked == [("relay", waiting.key)]


def test_two_versions_stand_side_by_side_before_and_now(
    desk: Desk, persons: list[PersonId], qtbot: QtBot, wear: Wear
) -> None:
    wear()
    live(desk, persons[1])
    view = page(desk, qtbot, persons[1])
    rows = {label: (was, now) for label, was, now in view.mobility.grid.rows}
    assert rows["Permis"] == ("Code en cours", "Permis B")
    assert rows["Distance possible"] == ("10\u00a0km aller", "10\u00a0km aller")
    assert "Véhicule" not in rows, "what was never known takes no place"
    assert "comparé à celui du 2 juin 2026" in view.mobility.about.text()
    older = view.mobility.version.itemData(1)
    view.mobility.version.chosen.emit(older)
    assert "premier diagnostic" in view.mobility.about.text()
    assert ("Permis", "", "Code en cours") in view.mobility.grid.rows


def test_a_need_is_noted_in_one_gesture_and_taken_back(
    desk: Desk, persons: list[PersonId], qtbot: QtBot, wear: Wear
) -> None:
    wear()
    view = page(desk, qtbot, persons[1])
    undo: list[Callable[[], object]] = []
    told: list[str] = []
    view.undo_offered.connect(lambda words, _: told.append(words))
    view.undo_offered.connect(lambda _, act: undo.append(act))
    assert view.needs.theme.value == "psychic_health", "what a psychologist meets most"
    view.needs.reason.set_value("full")
    view.needs.note.click()
    [line] = view.needs.lines.lines
    assert "Complet · Melle" in line.about
    undo[0]()
    assert view.needs.lines.lines == ()
    assert desk.needs.of(persons[1]) == []
    assert told == ["Besoin noté\u00a0: Santé psychique, complet"]


def test_a_need_noted_by_mistake_is_taken_away_long_after_and_brought_back(
    desk: Desk, persons: list[PersonId], qtbot: QtBot, wear: Wear
) -> None:
    wear()
    view = page(desk, qtbot, persons[1])
    undo: list[Callable[[], object]] = []
    view.undo_offered.connect(lambda _, act: undo.append(act))
    view.needs.note.click()
    [line] = view.needs.lines.lines
    view.needs.lines.button(line.key).click()
    assert desk.needs.of(persons[1]) == []
    undo[-1]()
    [again] = view.needs.lines.lines
    assert (again.title, again.about) == (line.title, line.about)


def test_two_versions_are_read_in_the_order_of_the_form(
    desk: Desk, persons: list[PersonId], qtbot: QtBot, wear: Wear
) -> None:
    wear()
    record(
        desk.mobility.form, persons[1], licence="b", ready_for_code="ready", vehicle="own",
        max_kilometres=10,
    )  # fmt: skip
    view = page(desk, qtbot, persons[1])
    labels = [label for label, _, _ in view.mobility.grid.rows]
    assert labels[:3] == ["Permis", "Code de la route", "Véhicule"]
    form = layout_of("mobility_diagnosis").names
    asked = [spec_of(MobilityDiagnosis).by_name[name].label for name in form]
    assert labels == [label for label in asked if label in labels]


def test_a_referent_is_asked_for_the_theme(
    laptop: Callable[[Job], Desk], qtbot: QtBot, wear: Wear
) -> None:
    wear()
    desk = laptop(Job.REFERENT)
    yves = seed_small(desk)[1]
    view = page(desk, qtbot, yves)
    view.needs.note.click()
    assert "thème" in view.needs.theme_field.problem
    assert desk.needs.of(yves) == []


def test_a_diagnosis_goes_on_one_sheet_of_paper_that_names_nobody_outside(
    desk: Desk, persons: list[PersonId], qtbot: QtBot, wear: Wear, tmp_path: Path
) -> None:
    wear()
    live(desk, persons[1])
    path = tmp_path / "diagnostic-mobilite.pdf"
    view = page(desk, qtbot, persons[1], Outlet(path))
    view.mobility.print.click()
    assert "enregistré en PDF" in view.mobility.said.sentence
    pdf = path.read_bytes()
    assert pdf.startswith(b"%PDF")
    assert pages_of(pdf) == 1
    assert "Morisset".encode("utf-16-be") not in pdf
    assert b"Morisset" not in pdf


def test_a_long_synthesis_makes_the_letters_smaller_never_a_second_page(
    desk: Desk, persons: list[PersonId], theme: Theme
) -> None:
    text = "Une phrase de la synthèse, écrite après l’entretien avec la personne.\n" * 57
    first = record(desk.mobility.form, persons[1], **_EVERYTHING, reviewed_on=date(2026, 1, 5))
    second = record(desk.mobility.form, persons[1], synthesis=text[:4_000], licence="b")
    for version in (first, second):
        assert pages_of(mobility_pdf(desk.mobility.sheet(persons[1], version))) == 1


def test_changing_her_mind_writes_no_file(
    desk: Desk, persons: list[PersonId], qtbot: QtBot, wear: Wear, tmp_path: Path
) -> None:
    wear()
    live(desk, persons[1])
    view = page(desk, qtbot, persons[1], Outlet(None))
    view.mobility.print.click()
    assert not view.mobility.said.isVisible()


def test_a_folder_that_refuses_is_said(
    desk: Desk, persons: list[PersonId], qtbot: QtBot, wear: Wear, tmp_path: Path
) -> None:
    wear()
    live(desk, persons[1])
    (tmp_path / "fichier").write_text("")
    view = page(desk, qtbot, persons[1], Outlet(tmp_path / "fichier" / "d.pdf"))
    view.mobility.print.click()
    assert view.notice.isVisible()
    assert view.mobility.print.isEnabled()


def test_a_draft_is_found_where_it_was_begun(
    desk: Desk, persons: list[PersonId], qtbot: QtBot, wear: Wear
) -> None:
    wear()
    form = desk.relays.form.begin(persons[1]).form
    desk.record_drafts.autosave(replace(form, values={**form.values, "to": "cmp"}))
    view = page(desk, qtbot, persons[1])
    asked: list[tuple[str, str]] = []
    view.open_requested.connect(lambda kind, rid: asked.append((kind, rid)))
    view.drafts.lines.button(form.target).click()
    assert asked == [("relay", form.target)]


def test_another_person_leaves_nothing_of_the_first_on_the_page(
    desk: Desk, persons: list[PersonId], qtbot: QtBot, wear: Wear
) -> None:
    wear()
    live(desk, persons[1])
    view = page(desk, qtbot, persons[1])
    view.open(persons[2])
    told = shown_words(view)
    for words in ("CMP de Niort", "Dentiste", "Permis B"):
        assert words not in told


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
def test_the_page_can_be_read_named_and_gone_through(
    desk: Desk, persons: list[PersonId], qtbot: QtBot, wear: Wear, mode: Mode, scale: int
) -> None:
    wear(mode=mode, scale=scale)
    live(desk, persons[1])
    view = page(desk, qtbot, persons[1])
    assert_accessible(view)


_EVERYTHING: dict[str, Value] = {
    "licence": "code_ongoing",
    "vehicle": "bike",
    "insured": False,
    "roadworthy": False,
    "transit": "weak",
    "reads_map": True,
    "buys_tickets": False,
    "max_kilometres": 10,
    "max_minutes": 30,
    "zone": "commune",
    "odd_hours": True,
    "obstacles": frozenset({"money", "language", "health", "fear", "childcare", "isolation"}),
    "monthly_budget": 40,
    "ready_for_code": "with_support",
    "answers": frozenset({"loan", "garage", "carpool", "tad", "ebike", "coaching"}),
}


def pages_of(pdf: bytes) -> int:
    return pdf.count(b"/Type /Page\n")
