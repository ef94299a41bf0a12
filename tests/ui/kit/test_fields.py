"""Fields take what people type and paste, keep it clean, and say in place what is wrong."""

from collections.abc import Callable
from datetime import date, time

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit import (
    Choice,
    DateField,
    LabeledField,
    LineField,
    PassphraseField,
    TextField,
    Tick,
    TimeField,
    row,
)
from desktop.ui.theme import Theme
from tests.support.accessibility import accessible_name

TODAY = date(2026, 11, 24)
pytestmark = pytest.mark.usefixtures("theme")


def pasted(text: str, html: str = "") -> QMimeData:
    data = QMimeData()
    data.setText(text)
    if html:
        data.setHtml(html)
    return data


def test_a_field_is_named_by_its_label_and_described_by_its_help(qtbot: QtBot) -> None:
    labeled = LabeledField("Lieu", LineField(), help="Où avez-vous reçu la personne ?")
    qtbot.addWidget(labeled)
    assert accessible_name(labeled.field) == "Lieu"
    assert labeled.field.accessibleDescription() == "Où avez-vous reçu la personne ?"
    assert labeled.label.buddy() is labeled.field


def test_a_problem_is_said_under_its_field_and_to_screen_readers(qtbot: QtBot) -> None:
    labeled = LabeledField("Durée", LineField(), help="En minutes.")
    qtbot.addWidget(labeled)
    labeled.show()
    labeled.show_problem("Écrivez un nombre de minutes, par exemple 40.")
    assert labeled.problem == labeled.field.accessibleDescription()
    assert labeled.field.property("problem") is True
    labeled.show_problem("")
    assert labeled.field.property("problem") is False
    assert labeled.field.accessibleDescription() == "En minutes."


def test_a_composed_field_passes_its_name_on_to_where_one_types(qtbot: QtBot) -> None:
    labeled = LabeledField("Phrase de passe", PassphraseField())
    qtbot.addWidget(labeled)
    field = labeled.field
    assert isinstance(field, PassphraseField)
    assert accessible_name(field.line) == "Phrase de passe"
    assert labeled.focusProxy() is field


def test_what_cannot_be_kept_never_stays_in_a_line(qtbot: QtBot) -> None:
    field = LineField()
    qtbot.addWidget(field)
    field.setText("Mo\x07ris\x00set")
    assert field.text() == "Morisset"
    field.set_value("  Melle ")
    assert field.value == "Melle"


def test_pasting_brings_words_and_not_their_colours(qtbot: QtBot) -> None:
    field = TextField()
    qtbot.addWidget(field)
    field.insertFromMimeData(pasted("Bonjour\x00", "<b style='color:red'>Bonjour</b>"))
    assert field.value == "Bonjour"
    assert "<b" not in field.toPlainText()


def test_an_enormous_paste_is_cut_at_the_limit_and_said(qtbot: QtBot) -> None:
    field = TextField(limit=100)
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.limit_reached) as said:
        field.insertFromMimeData(pasted("é" * 1_000_000))
    assert said.args == [100]
    assert field.value == "é" * 100


def test_typing_past_the_limit_takes_back_the_last_key_only(qtbot: QtBot) -> None:
    field = TextField(value="abcde", limit=5)
    qtbot.addWidget(field)
    field.show()
    QTest.keyClicks(field, "x")
    assert field.value == "abcde"


def test_emoji_and_right_to_left_text_survive(qtbot: QtBot) -> None:
    field = TextField()
    qtbot.addWidget(field)
    words = "عربي 👩‍👩‍👧 œ"
    field.set_value(words)
    assert field.value == words


def test_tab_leaves_a_text_field(qtbot: QtBot) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    text, line = TextField(), LineField()
    layout.addWidget(text)
    layout.addWidget(line)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert text.value == ""
    assert window.focusWidget() is line


def test_a_text_field_grows_with_what_is_written(qtbot: QtBot) -> None:
    field = TextField(lines=2, most_lines=6)
    qtbot.addWidget(field)
    field.show()
    small = field.sizeHint().height()
    field.set_value("\n".join("ligne" for _ in range(5)))
    grown = field.sizeHint().height()
    field.set_value("\n".join("ligne" for _ in range(50)))
    most = field.sizeHint().height()
    line = field.fontMetrics().lineSpacing()
    assert grown - small == 3 * line
    assert most - small == 4 * line


def test_showing_the_same_text_again_leaves_the_cursor_alone(qtbot: QtBot) -> None:
    field = TextField(value="Premier entretien")
    qtbot.addWidget(field)
    cursor = field.textCursor()
    cursor.setPosition(7)
    field.setTextCursor(cursor)
    field.set_value("Premier entretien")
    assert field.textCursor().position() == 7


def test_a_passphrase_is_hidden_until_asked_for_and_forgotten_when_cleared(qtbot: QtBot) -> None:
    field = PassphraseField()
    qtbot.addWidget(field)
    field.line.setText("sept mots")
    assert field.line.echoMode() is QLineEdit.EchoMode.Password
    field.show_button.click()
    assert field.line.echoMode() is QLineEdit.EchoMode.Normal
    assert accessible_name(field.show_button) == "Cacher la phrase de passe"
    field.clear()
    assert field.value == ""
    assert field.line.echoMode() is QLineEdit.EchoMode.Password


def test_locked_capitals_are_noticed_from_the_letters(qtbot: QtBot) -> None:
    field = PassphraseField()
    qtbot.addWidget(field)
    field.show()
    plain, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    for letter, modifiers, locked in (
        ("a", plain, False),
        ("A", shift, False),
        ("A", plain, True),
        ("É", plain, True),
        ("é", plain, False),
        ("a", shift, True),
        ("7", shift, True),  # a figure tells nothing: the hint stays as it was
    ):
        QApplication.sendEvent(field.line, key_press(letter, modifiers))
        assert field.says_capitals_are_locked is locked, letter
    QTest.keyClick(field.line, Qt.Key.Key_CapsLock)
    assert not field.says_capitals_are_locked


def key_press(letter: str, modifiers: Qt.KeyboardModifier) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, ord(letter.upper()), modifiers, letter)


def test_a_date_is_written_out_when_the_field_is_left(qtbot: QtBot) -> None:
    field = DateField(lambda: TODAY, past=True)
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.value_changed):
        QTest.keyClicks(field, "04031979")
    assert field.value == date(1979, 3, 4)
    field.editingFinished.emit()
    assert field.text() == "4 mars 1979"


def test_a_date_that_is_none_stays_as_typed_and_is_known_as_such(qtbot: QtBot) -> None:
    field = DateField(lambda: TODAY)
    qtbot.addWidget(field)
    assert field.is_understood
    QTest.keyClicks(field, "31/4")
    field.editingFinished.emit()
    assert (field.text(), field.value, field.is_understood) == ("31/4", None, False)


def test_an_hour_is_written_out_when_the_field_is_left(qtbot: QtBot) -> None:
    field = TimeField()
    qtbot.addWidget(field)
    QTest.keyClicks(field, "9h45")
    field.editingFinished.emit()
    assert field.value == time(9, 45)
    assert field.text() == "9\u00a0h\u00a045"


def test_a_choice_says_its_key_and_only_when_a_person_chose(qtbot: QtBot) -> None:
    choice = Choice([("", "Non renseigné"), ("melle", "Melle"), ("niort", "Niort")])
    qtbot.addWidget(choice)
    with qtbot.assertNotEmitted(choice.chosen):
        choice.set_value("niort")
    assert choice.value == "niort"
    with qtbot.waitSignal(choice.chosen) as said:
        QTest.keyClick(choice, Qt.Key.Key_Up)
    assert said.args == ["melle"]


def test_the_wheel_over_an_unfocused_choice_scrolls_the_page(qtbot: QtBot) -> None:
    choice = Choice([("a", "A"), ("b", "B")])
    qtbot.addWidget(choice)
    choice.show()
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    choice.clearFocus()
    QGuiApplication.sendEvent(choice, turn)
    assert choice.value == "a"
    assert not turn.isAccepted()


def test_long_words_beside_a_tick_go_on_over_several_lines(
    qtbot: QtBot, wear: Callable[..., Theme]
) -> None:
    wear(scale=200)
    tick = Tick("La personne accepte que la synthèse soit partagée avec son référent unique")
    qtbot.addWidget(tick)
    assert tick.heightForWidth(300) > 2 * tick.heightForWidth(5000)
    QTest.keyClick(tick, Qt.Key.Key_Space)
    assert tick.value


def test_fields_of_a_row_stay_level_when_one_of_them_has_a_problem(qtbot: QtBot) -> None:
    window = QWidget()
    good, wrong = LabeledField("Lieu", LineField()), LabeledField("Durée", LineField())
    wrong.show_problem("Écrivez un nombre de minutes, par exemple 40.")
    window.setLayout(row(good, wrong))
    qtbot.addWidget(window)
    window.resize(300, 400)
    window.show()
    qtbot.waitUntil(lambda: good.label.height() < 30)
    assert good.field.y() == wrong.field.y()
    assert good.field.y() < 30


def test_ctrl_z_is_the_windows_when_a_text_has_nothing_to_undo(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field = TextField(parent=window)
    heard: list[bool] = []
    QShortcut(QKeySequence("Ctrl+Z"), window).activated.connect(lambda: heard.append(True))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    field.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClicks(field, "a")
    QTest.keyClick(field, Qt.Key.Key_Z, control)
    assert (field.value, heard) == ("", [])
    QTest.keyClick(field, Qt.Key.Key_Z, control)
    assert heard == [True]
