"""The follow-up editor under the hands: keys, pasted text, drafts, absences, large type."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.config.clock import paris
from desktop.services.appointments import Plan
from desktop.ui.follow_up.durations import read_minutes
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.main_window import MainWindow, Section, SyncState
from desktop.ui.text import day_of_year
from desktop.ui.theme import Mode, Theme
from protocol.kinds.agenda import AppointmentStatus, Motive
from protocol.kinds.follow_ups import Theme as Subject
from protocol.kinds.persons import CircleRole
from tests.support.accessibility import assert_accessible
from tests.ui.follow_up.editor import Editor


@pytest.fixture(scope="module")
def theme(qapp: QApplication) -> Theme:
    theme = Theme(qapp, mode=Mode.LIGHT, scale=100)
    theme.install()
    return theme


@pytest.fixture
def view(editor: Editor, qtbot: QtBot, theme: Theme) -> Iterator[FollowUpView]:
    view = FollowUpView(editor.model)
    window = MainWindow(theme, (Section("follow_up", "Suivi", lambda: view, 1, "sun"),))
    window.show_sync(SyncState("Hors connexion"))
    window.open("follow_up")
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield view
    window.hide()
    window.deleteLater()
    # Outside an event loop nothing else would ever destroy it.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_an_ordinary_follow_up_takes_its_text_and_two_keys(
    view: FollowUpView, editor: Editor, qtbot: QtBot
) -> None:
    heard: list[str] = []
    editor.model.finished.connect(heard.append)
    assert view.shared.summary.text.hasFocus()
    QTest.keyClicks(view.shared.summary.text, "Accepte un suivi mensuel.")
    QTest.keyClick(view.shared.summary.text, Qt.Key.Key_Tab)
    QTest.keyClicks(_focused(), "Pour moi.")
    assert view.note.text.hasFocus()
    QTest.keyClick(_focused(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: heard == [editor.person])
    [line] = editor.desk.follow_ups.timeline(editor.person)
    assert line.summary == "Accepte un suivi mensuel."
    assert editor.desk.follow_ups.note(line.id) == "Pour moi."


def test_the_tab_key_goes_through_the_themes_and_out_of_them(view: FollowUpView) -> None:
    view.facts.medium.setFocus()
    stops: list[QWidget | None] = []
    for _ in view.facts.themes.findChildren(QPushButton):
        QTest.keyClick(view.window(), Qt.Key.Key_Tab)
        stops.append(QApplication.focusWidget())
    QTest.keyClick(view.window(), Qt.Key.Key_Tab)
    assert len(stops) == len(set(stops))
    assert QApplication.focusWidget() is view.facts.more_themes


def test_one_can_write_as_soon_as_the_editor_is_there(view: FollowUpView, editor: Editor) -> None:
    editor.background.hold()
    editor.model.open_new(editor.person)
    assert not view.shared.summary.text.isVisible()
    editor.background.release()
    assert view.shared.summary.text.hasFocus()


def test_the_facts_come_from_the_appointment(view: FollowUpView) -> None:
    assert view.facts.place.currentText() == "Melle"
    assert view.facts.start.text() == "9\u00a0h\u00a045"
    assert view.facts.length.text() == "45\u00a0min"
    assert view.facts.presence.currentText() == "Honoré"
    assert view.next_steps.day.text() == "22 décembre 2026"
    assert view.next_steps.hour.text() == "9\u00a0h\u00a045"
    assert "Yves Morisset" in view.header.title.text()
    assert "Yves" not in view.window().windowTitle()


def test_showing_the_form_is_not_typing_in_it(view: FollowUpView, editor: Editor) -> None:
    assert not editor.model.is_dirty
    editor.model.leave()
    assert editor.desk.follow_ups.drafts() == []


def test_each_tier_names_its_readers_before_a_word_is_kept(
    view: FollowUpView, editor: Editor
) -> None:
    assert "personne d’autre ne la lit" in view.shared.summary.label.text()
    [roy] = [c for c in editor.desk.directory.colleagues().values() if c.name == "Catherine Roy"]
    done = editor.desk.persons.welcome(editor.person, roy.id, CircleRole.CONTRIBUTOR)  # type: ignore[arg-type]  # an id
    editor.board.announce(done.touched)
    assert "(C. Roy)" in view.shared.summary.label.text()
    assert "chiffrée pour vous seule" in view.note.label.text()
    assert view.note.text.accessibleName() == view.note.label.text()
    assert "remis à Yves Morisset" in view.person_card.for_person.label.text()


def test_escape_keeps_the_draft_and_closes(
    view: FollowUpView, editor: Editor, qtbot: QtBot
) -> None:
    closed: list[bool] = []
    editor.model.closed.connect(lambda: closed.append(True))
    QTest.keyClicks(view.shared.summary.text, "À suivre")
    QTest.keyClick(view.shared.summary.text, Qt.Key.Key_Escape)
    assert closed == [True]
    [draft] = editor.desk.follow_ups.drafts()
    assert draft.person == editor.person


def test_leaving_a_field_keeps_what_it_holds(
    view: FollowUpView, editor: Editor, qtbot: QtBot
) -> None:
    QTest.keyClicks(view.shared.summary.text, "À suivre")
    assert editor.desk.follow_ups.drafts() == []
    view.note.text.setFocus()
    assert len(editor.desk.follow_ups.drafts()) == 1
    assert "brouillon enregistré à 9\u00a0h\u00a040, sur ce poste" in view.header.subtitle.text()


def test_hiding_the_page_keeps_what_it_holds(
    view: FollowUpView, editor: Editor, qtbot: QtBot
) -> None:
    QTest.keyClicks(view.shared.summary.text, "À suivre")
    view.window().hide()
    assert len(editor.desk.follow_ups.drafts()) == 1


def test_a_draft_found_can_be_thrown_away_and_brought_back(
    view: FollowUpView, editor: Editor, qtbot: QtBot
) -> None:
    offered: list[tuple[str, Callable[[], object]]] = []
    view.undo_offered.connect(lambda words, undo: offered.append((words, undo)))
    assert not view.draft_notice.isVisible()
    editor.type(summary="Avant la panne")
    editor.model.flush()
    editor.model.open_new(editor.person, editor.appointment)
    assert view.draft_notice.isVisible()
    assert "enregistré à 9\u00a0h\u00a040" in view.draft_notice.sentence
    QTest.mouseClick(view.draft_notice.throw_away, Qt.MouseButton.LeftButton)
    assert view.shared.summary.text.value == ""
    [(words, undo)] = offered
    assert words == "Brouillon jeté"
    undo()
    assert view.shared.summary.text.value == "Avant la panne"


def test_a_date_that_cannot_be_read_is_told_under_its_field_which_takes_the_keyboard(
    view: FollowUpView, editor: Editor, qtbot: QtBot
) -> None:
    day = view.next_steps.day
    day.setFocus()
    day.selectAll()
    QTest.keyClicks(day, "32 brumaire")
    view.shared.summary.setFocus()
    QTest.mouseClick(view.finish_button, Qt.MouseButton.LeftButton)
    assert "illisible" in view.next_steps.fields["next_at"].problem
    assert day.hasFocus()
    day.selectAll()
    QTest.keyClicks(day, "5/1/2027")
    assert view.next_steps.fields["next_at"].problem == ""
    assert editor.model.form.next_at is not None
    assert editor.model.form.next_at.astimezone().date().isoformat() == "2027-01-05"


def test_emptying_the_date_plans_nothing(view: FollowUpView, editor: Editor, qtbot: QtBot) -> None:
    day = view.next_steps.day
    day.setFocus()
    day.selectAll()
    QTest.keyClick(day, Qt.Key.Key_Delete)
    assert editor.model.form.next_at is None
    editor.model.finish()
    assert len(editor.desk.appointments.of_person(editor.person)) == 1


def test_a_day_alone_means_the_hour_of_this_meeting(
    view: FollowUpView, editor: Editor, qtbot: QtBot
) -> None:
    starts_at = editor.model.form.starts_at
    for field in (view.next_steps.hour, view.next_steps.day):
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(view.next_steps.day, "8/12/2026")
    QTest.keyClick(view.next_steps.day, Qt.Key.Key_Tab)
    assert editor.model.form.next_at == starts_at + timedelta(days=14)
    assert view.next_steps.hour.text() == "9\u00a0h\u00a045"
    said = [label.text() for label in view.next_steps.findChildren(QLabel)]
    assert any("mardi 8 décembre à 9\u00a0h\u00a045" in words for words in said)


def test_an_absence_folds_what_makes_no_sense_and_loses_nothing(
    view: FollowUpView, editor: Editor, qtbot: QtBot
) -> None:
    QTest.keyClicks(view.person_card.person_words.text, "Je veux travailler")
    no_show = view.facts.presence.findData(AppointmentStatus.NO_SHOW.value)
    view.facts.presence.setCurrentIndex(no_show)
    view.facts.presence.activated.emit(no_show)
    assert not view.person_card.isVisible()
    assert not view.facts.fields["themes"].isVisible()
    assert "parole de la personne" in view.folded_words.text()
    QTest.mouseClick(view.unfold, Qt.MouseButton.LeftButton)
    assert view.person_card.person_words.text.isVisible()
    assert view.person_card.person_words.text.value == "Je veux travailler"


def test_a_book_pasted_is_kept_up_to_the_limit_with_a_sentence(
    view: FollowUpView, editor: Editor
) -> None:
    pasted = QMimeData()
    pasted.setText("é" * 1_000_000)
    view.shared.summary.text.insertFromMimeData(pasted)
    assert len(editor.model.form.summary) == 60_000
    assert "presse-papiers" in view.shared.summary.problem
    editor.model.flush()
    assert editor.model.state.failure is None


@pytest.mark.parametrize("hostile", ["😀\u200d👩", "\u202eعربى", "a\x00b\ud83d"])
def test_strange_letters_are_kept_as_far_as_they_can_be(
    view: FollowUpView, editor: Editor, hostile: str
) -> None:
    pasted = QMimeData()
    pasted.setText(hostile.encode("utf-16", "surrogatepass").decode("utf-16", "ignore"))
    view.note.text.insertFromMimeData(pasted)
    editor.model.flush()
    shown = editor.again().form.clinical
    assert shown == "".join(c for c in hostile if c != "\x00" and not "\ud800" <= c <= "\udfff")


def test_a_theme_out_of_sight_is_one_key_away(
    view: FollowUpView, editor: Editor, qtbot: QtBot
) -> None:
    assert Subject.JUSTICE.value not in view.facts.themes._chips
    view.facts.more_themes.click()
    chip = view.facts.themes._chips[Subject.JUSTICE.value]
    QTest.keyClick(chip, Qt.Key.Key_Space)
    assert editor.model.form.themes == frozenset({Subject.JUSTICE})


def test_a_referent_has_no_clinical_note(editor: Editor, view: FollowUpView) -> None:
    assert view.note.isVisible()
    me = editor.desk.directory.me()
    database = editor.desk.store.database
    database.execute('UPDATE "professional" SET "job" = ? WHERE "id" = ?', ("referent", me.id))
    editor.model.open_new(editor.person, editor.appointment)
    assert not view.note.isVisible()


def test_the_team_column_tells_what_a_colleague_has_just_finished(
    view: FollowUpView, editor: Editor
) -> None:
    other = editor.again()
    other.open_new(editor.person)
    other.finish()
    done = editor.desk.follow_ups.timeline(editor.person)
    assert done
    editor.board.announce(
        editor.desk.follow_ups.finish(editor.desk.follow_ups.begin(editor.person)).touched
    )
    assert len(editor.model.state.said) == len(done) + 1


def test_nothing_open_says_what_to_do(view: FollowUpView, editor: Editor) -> None:
    editor.model.finish()
    assert view.nothing.isVisible()
    assert not view.finish_button.isEnabled()


@pytest.mark.parametrize("scale", [100, 200])
def test_the_editor_can_be_read_and_walked_through(
    view: FollowUpView, editor: Editor, theme: Theme, qapp: QApplication, scale: int
) -> None:
    theme.choose_scale(scale)
    editor.type(summary="Accepte un suivi mensuel.")
    for _ in range(5):
        qapp.processEvents()
    try:
        assert_accessible(view.window())
    finally:
        theme.choose_scale(100)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("40", 40), ("40 min", 40), ("1 h", 60), ("1h15", 75), ("1\u00a0h\u00a015", 75), ("", None),
     ("long", None), ("٤٠", None)],
)  # fmt: skip
def test_a_duration_is_read_as_people_write_it(typed: str, minutes: int | None) -> None:
    assert read_minutes(typed) == minutes


def _focused() -> QPlainTextEdit:
    focused = QApplication.focusWidget()
    assert isinstance(focused, QPlainTextEdit)
    return focused


def finished_once(view: FollowUpView, editor: Editor) -> None:
    """Finish Yves’ follow-up, and open it again to correct it."""
    target = editor.model.form.target
    editor.type(summary="Vient en bus.")
    editor.model.finish()
    editor.model.open(target)
    assert view.finish_button.isVisible()


def test_correcting_a_follow_up_says_that_it_is_a_correction(
    view: FollowUpView, editor: Editor, qtbot: QtBot
) -> None:
    told: list[tuple[str, bool]] = []
    editor.model.met.connect(lambda target, is_new: told.append((target, is_new)))
    finished_once(view, editor)
    day = day_of_year(paris(editor.model.form.starts_at).date())
    assert view.header.title.text() == f"Correction du suivi du {day}"
    assert view.header.subtitle.text().startswith("Yves Morisset · ")
    assert view.finish_button.accessibleName() == "Enregistrer la correction"
    assert view.stays.isVisible()
    assert "reste lisible par l’équipe" in view.stays.text()
    assert "note scellée, elle, est remplacée" in view.stays.text()
    assert "Rien encore" not in " ".join(x.text() for x in view.said.findChildren(QLabel))
    assert_accessible(view.window())

    editor.type(summary="Vient en voiture.")
    editor.model.finish()
    assert [is_new for _target, is_new in told] == [True, False]
    editor.model.open_new(editor.person)
    assert view.header.title.text() == "Suivi · Yves Morisset"
    assert view.finish_button.accessibleName() == "Terminer le suivi"
    assert not view.stays.isVisible()


def test_a_correction_that_changed_nothing_announces_none(
    view: FollowUpView, editor: Editor
) -> None:
    finished_once(view, editor)
    told: list[object] = []
    editor.model.met.connect(lambda *one: told.append(one))
    editor.model.finish()
    assert told == []
    assert editor.model.state.form is None


def test_a_next_meeting_on_a_day_she_already_comes_is_told_as_in_the_agenda(
    view: FollowUpView, editor: Editor
) -> None:
    first = editor.model.form.next_at
    assert first is not None
    assert "a déjà rendez-vous" not in view.next_steps.warnings.sentence
    evening = paris(first).replace(hour=18, minute=0)
    editor.desk.appointments.plan(Plan(editor.person, evening, 45, None, Motive.PSY_CONSULTATION))
    type_next(view, str(paris(first).hour) + " h 05")
    assert view.next_steps.warnings.isVisible()
    assert "Yves Morisset a déjà rendez-vous ce jour-là à 18\u00a0h\u00a000." in (
        view.next_steps.warnings.sentence
    )
    assert_accessible(view.window())
    view.next_steps.day.setFocus()
    view.next_steps.day.selectAll()
    QTest.keyClick(view.next_steps.day, Qt.Key.Key_Delete)
    assert not view.next_steps.warnings.isVisible()
    editor.model.finish()
    assert editor.model.state.form is None, "it stops nothing"


def type_next(view: FollowUpView, hour: str) -> None:
    view.next_steps.hour.setFocus()
    view.next_steps.hour.selectAll()
    QTest.keyClicks(view.next_steps.hour, hour)
