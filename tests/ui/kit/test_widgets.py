"""Chips, pills, buttons, bars and lists: what only a widget can get wrong."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui import kit
from desktop.ui.kit import (
    Card,
    Chips,
    EmptyState,
    Flow,
    IconButton,
    ListView,
    Mark,
    Notice,
    Pill,
    PrimaryButton,
    PrivateFrame,
    ProgressCard,
    Row,
    RowDelegate,
    RowsModel,
    ScreenHeader,
    Segments,
    Shape,
    Strength,
    StrengthMeter,
    Tabs,
    Text,
    TextField,
    UndoBar,
)
from desktop.ui.kit.slowness import Slowness
from desktop.ui.theme import Mode, Role, Theme
from tests.support.accessibility import accessible_name

pytestmark = pytest.mark.usefixtures("theme")
THEMES = [("a", "Santé"), ("b", "Mobilité"), ("c", "Logement")]


def test_chips_are_taken_by_the_keyboard_and_say_so_without_colour(qtbot: QtBot) -> None:
    chips = Chips(THEMES, value={"b"})
    chips.setAccessibleName("Thèmes abordés")
    page = QWidget()
    page.setLayout(kit.column(chips))
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    chips.setFocus()
    first = chips.focusWidget()
    QTest.keyClick(first, Qt.Key.Key_Right)
    with qtbot.waitSignal(chips.value_changed) as said:
        QTest.keyClick(chips.focusWidget(), Qt.Key.Key_Space)
    assert said.args == [frozenset()]
    QTest.keyClick(chips.focusWidget(), Qt.Key.Key_Right)
    QTest.keyClick(chips.focusWidget(), Qt.Key.Key_Space)
    taken = chips.focusWidget()
    assert chips.value == {"c"}
    assert taken.property("text") == "✓ Logement"
    assert accessible_name(taken) == "Logement"
    assert taken.accessibleDescription() == "Thèmes abordés"


def test_chips_wrap_over_lines_instead_of_being_cut(qtbot: QtBot) -> None:
    flow = Flow(*(Pill(f"Thème numéro {number}") for number in range(8)))
    qtbot.addWidget(flow)
    flow.resize(260, flow.heightForWidth(260))
    flow.show()
    pills = flow.findChildren(Pill)
    assert len({pill.y() for pill in pills}) > 2
    assert max(pill.geometry().right() for pill in pills) < 260
    assert flow.heightForWidth(260) > flow.heightForWidth(4000)


def test_a_pill_is_its_word_and_its_shape_before_its_colour(qtbot: QtBot) -> None:
    pill = Pill("Frein", Role.PENDING, Shape.TRIANGLE)
    qtbot.addWidget(pill)
    assert accessible_name(pill) == "Frein"
    plain = Pill("Frein", Role.PENDING)
    qtbot.addWidget(plain)
    assert pill.sizeHint().width() > plain.sizeHint().width()


def test_shapes_can_be_told_apart_without_colour(qtbot: QtBot) -> None:
    drawn = set()
    for shape in Shape:
        pill = Pill("Mot", Role.NEUTRAL, shape)
        qtbot.addWidget(pill)
        pill.resize(80, 20)
        image = pill.grab().toImage()
        drawn.add(
            tuple(image.pixelColor(x, y).lightness() // 32 for x in range(25) for y in range(20))
        )
    assert len(drawn) == len(Shape)


def test_a_button_shows_its_key_and_answers_it(qtbot: QtBot) -> None:
    window = QWidget()
    button = PrimaryButton("Nouveau suivi", shortcut="Ctrl+N", parent=window)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    assert "Ctrl+N" in button.text()
    assert accessible_name(button) == "Nouveau suivi"
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    button.set_words("Terminer & fermer")
    assert button.text().startswith("Terminer && fermer")
    assert not button.shortcut().isEmpty()


def test_a_drawing_alone_has_words_for_those_who_do_not_see_it(qtbot: QtBot) -> None:
    button = IconButton("x", "Fermer ce message")
    qtbot.addWidget(button)
    assert accessible_name(button) == "Fermer ce message"
    assert button.toolTip() == "Fermer ce message"


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_the_focus_of_a_primary_button_can_be_seen(
    qtbot: QtBot, wear: Callable[..., Theme], mode: Mode
) -> None:
    wear(mode=mode)
    window = QWidget()
    window.resize(400, 100)
    button = PrimaryButton("Ouvrir", parent=window)
    button.move(10, 10)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    button.clearFocus()
    without = button.grab().toImage()
    button.setFocus()
    assert button.grab().toImage() != without


def test_one_segment_at_a_time(qtbot: QtBot) -> None:
    segments = Segments("Vue", [("day", "Jour"), ("week", "Semaine")], value="week")
    qtbot.addWidget(segments)
    assert segments.value == "week"
    day = segments.findChildren(QWidget)[0]
    with qtbot.waitSignal(segments.chosen) as said:
        QTest.mouseClick(day, Qt.MouseButton.LeftButton)
    assert said.args == ["day"]


def test_undo_is_offered_then_done_once(qtbot: QtBot) -> None:
    undone: list[str] = []
    bar = UndoBar()
    qtbot.addWidget(bar)
    bar.offer("Suivi supprimé", lambda: undone.append("suivi"))
    assert bar.isVisible()
    assert bar.sentence == "Suivi supprimé"
    bar.button.click()
    bar.undo()
    assert undone == ["suivi"]
    assert not bar.isVisible()


def test_after_its_delay_the_act_stands(qtbot: QtBot) -> None:
    undone: list[str] = []
    bar = UndoBar()
    qtbot.addWidget(bar)
    with qtbot.waitSignal(bar.settled):
        bar.offer("Suivi supprimé", lambda: undone.append("suivi"), delay_s=0.01)
    assert not bar.isVisible()
    bar.undo()
    assert undone == []


def test_a_second_act_settles_the_first(qtbot: QtBot) -> None:
    undone: list[str] = []
    bar = UndoBar()
    qtbot.addWidget(bar)
    bar.offer("Premier supprimé", lambda: undone.append("premier"))
    with qtbot.waitSignal(bar.settled):
        bar.offer("Second supprimé", lambda: undone.append("second"))
    bar.undo()
    assert undone == ["second"]


def test_a_notice_has_one_sentence_and_one_remedy(qtbot: QtBot) -> None:
    notice = Notice("Le disque est plein.", "Libérer de la place", role=Role.DANGER)
    qtbot.addWidget(notice)
    notice.show()
    assert accessible_name(notice) == "Le disque est plein."
    with qtbot.waitSignal(notice.remedy_asked):
        notice.remedy.click()
    notice.say("Tout est enregistré.", role=Role.OK)
    assert not notice.remedy.isVisible()


def test_names_with_markup_are_shown_as_typed(qtbot: QtBot) -> None:
    label = Text("<b>Yves</b> & fils")
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_long_text_takes_the_lines_it_needs_and_no_more(qtbot: QtBot) -> None:
    card = Card("Demande")
    label = Text("troubles du sommeil, isolement depuis la perte d’emploi " * 4)
    card.add(label)
    qtbot.addWidget(card)
    card.resize(300, 900)
    card.show()
    qtbot.waitUntil(lambda: label.height() == label.heightForWidth(label.width()))
    assert label.height() > 3 * label.fontMetrics().height()
    card.resize(700, 900)
    qtbot.waitUntil(lambda: label.height() == label.heightForWidth(label.width()))


def test_an_empty_list_says_what_to_do(qtbot: QtBot) -> None:
    empty = EmptyState("Personne n’attend sur ce lieu.", "Ajouter une personne")
    qtbot.addWidget(empty)
    with qtbot.waitSignal(empty.action_asked):
        empty.button.click()


def test_long_work_can_be_cancelled_once(qtbot: QtBot) -> None:
    card = ProgressCard("Import de dossiers")
    qtbot.addWidget(card)
    card.show_progress(1800, 5000, "1 800 lignes lues sur 5 000.")
    with qtbot.waitSignal(card.cancelled):
        card.cancel.click()
    assert not card.cancel.isEnabled()


def test_strength_is_told_in_words(qtbot: QtBot) -> None:
    meter = StrengthMeter()
    qtbot.addWidget(meter)
    meter.show_strength(Strength(9, "Solide."))
    assert meter.words == "Solide."
    assert meter.accessibleDescription() == "Solide."
    meter.grab()


def test_a_private_field_is_named_sealed_and_tinted(qtbot: QtBot) -> None:
    frame = PrivateFrame("Note clinique · chiffrée pour vous seule")
    field = TextField()
    frame.add(field)
    qtbot.addWidget(frame)
    assert accessible_name(field) == "Note clinique · chiffrée pour vous seule"
    assert field.property("sealed") is True


def test_tabs_answer_the_arrows(qtbot: QtBot) -> None:
    tabs = Tabs("Dossier")
    for key, title in (("resume", "Résumé"), ("suivis", "Suivis (5)")):
        tabs.add(key, title, Text(title))
    qtbot.addWidget(tabs)
    tabs.show()
    with qtbot.waitSignal(tabs.opened) as said:
        QTest.keyClick(tabs.bar, Qt.Key.Key_Right)
    assert said.args == ["suivis"]
    assert tabs.current == "suivis"
    tabs.open("resume")
    assert tabs.current == "resume"


def test_a_header_keeps_its_acts_on_one_line_while_there_is_room(qtbot: QtBot) -> None:
    first, second = PrimaryButton("Nouveau suivi"), PrimaryButton("Imprimer")
    header = ScreenHeader("Mardi 24 novembre", "6 rendez-vous", actions=(first, second))
    qtbot.addWidget(header)
    header.resize(1000, 80)
    header.show()
    assert first.mapTo(header, QPoint()).y() == second.mapTo(header, QPoint()).y()


def rows(*titles: str) -> list[Row]:
    return [Row(title, title, "Melle", "9 h 45", mark=Mark("Saisi", Role.OK)) for title in titles]


def test_a_list_changes_only_the_rows_that_changed(qtbot: QtBot) -> None:
    model = RowsModel()
    model.show(rows("Nadia", "Yves", "Élodie"))
    resets: list[object] = []
    changed: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.dataChanged.connect(lambda top, _bottom: changed.append(top.row()))
    wanted = [rows("Élodie")[0], Row("Yves", "Yves", "Niort"), rows("Fatou")[0]]
    model.show(wanted)
    assert list(model.rows) == wanted
    assert (resets, changed) == ([], [1])


def test_the_highlighted_person_stays_highlighted_when_the_list_changes(qtbot: QtBot) -> None:
    model = RowsModel()
    model.show(rows("Nadia", "Yves"))
    view = ListView("Rendez-vous")
    qtbot.addWidget(view)
    view.setModel(model)
    view.setCurrentIndex(model.find("Yves"))
    model.show(rows("Amina", "Nadia", "Bruno", "Yves"))
    assert view.current_key == "Yves"


def test_enter_and_a_click_open_the_row(qtbot: QtBot) -> None:
    model = RowsModel()
    model.show(rows("Nadia", "Yves"))
    view = ListView("Rendez-vous")
    qtbot.addWidget(view)
    view.setModel(model)
    view.resize(400, 300)
    view.show()
    with qtbot.waitSignal(view.highlighted):
        view.setCurrentIndex(model.index(1))
    with qtbot.waitSignal(view.opened) as said:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert said.args == ["Yves"]
    middle = view.visualRect(model.index(0)).center()
    with qtbot.waitSignal(view.opened) as said:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert said.args == ["Nadia"]


def test_the_row_that_was_opened_is_the_one_that_is_shown_as_chosen(qtbot: QtBot) -> None:
    """The keyboard comes on the first row without choosing it; Enter does."""
    model = RowsModel()
    model.show(rows("Nadia", "Yves"))
    view = ListView("Rendez-vous")
    qtbot.addWidget(view)
    view.setModel(model)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.setFocus()
    assert view.current_key == "Nadia"
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert [index.row() for index in view.selectedIndexes()] == [0]


def test_a_screen_reader_hears_the_whole_row(qtbot: QtBot) -> None:
    model = RowsModel()
    model.show(rows("Yves Morisset"))
    view = ListView("Rendez-vous du jour")
    qtbot.addWidget(view)
    view.setModel(model)
    view.show()
    interface = QAccessible.queryAccessibleInterface(view)
    assert interface.text(QAccessible.Text.Name) == "Rendez-vous du jour"
    heard = interface.child(0).text(QAccessible.Text.Name)
    assert heard == "9 h 45, Yves Morisset, Melle, Saisi"


def test_a_row_grows_with_the_text_and_knows_when_it_cuts(
    qtbot: QtBot, wear: Callable[..., Theme]
) -> None:
    model = RowsModel()
    model.show(rows("Jean-Luc Audebert de la Chapelle-Pouilloux"))
    view = ListView("Rendez-vous")
    qtbot.addWidget(view)
    view.setModel(model)
    view.show()
    delegate = view.itemDelegate()
    assert isinstance(delegate, RowDelegate)
    option = QStyleOptionViewItem()
    option.font = view.font()
    small = delegate.sizeHint(option, model.index(0)).height()
    option.rect.setRect(0, 0, 900, small)
    assert not delegate.cuts(option, model.rows[0])
    option.rect.setRect(0, 0, 260, small)
    assert delegate.cuts(option, model.rows[0])
    wear(scale=200)
    option.font = view.font()
    assert delegate.sizeHint(option, model.index(0)).height() > 1.5 * small


def test_large_letters_send_the_acts_under_the_title(
    wear: Callable[..., Theme], qtbot: QtBot
) -> None:
    wear()
    act = PrimaryButton("Nouveau suivi", shortcut="Ctrl+N")
    header = ScreenHeader("Marie-Hélène de La Rochefoucauld", search=True, actions=(act,))
    qtbot.addWidget(header)
    header.resize(1110, 120)
    header.show()
    qtbot.waitUntil(lambda: act.mapTo(header, act.rect().topLeft()).y() < header.title.height())

    wear(scale=200)
    header.resize(1110, 300)
    qtbot.waitUntil(
        lambda: act.mapTo(header, act.rect().topLeft()).y() >= header.title.geometry().bottom()
    )
    assert header.title.width() > 1000


def test_everything_the_kit_promises_is_there() -> None:
    for name in kit.__all__:
        assert getattr(kit, name) is not None
    with pytest.raises(AttributeError):
        _ = kit.Nothing  # type: ignore[attr-defined]  # on purpose


def test_a_wait_is_said_once_it_lasts_and_no_longer_than_it_lasts(qtbot: QtBot) -> None:
    words = Text("Ouverture…")
    qtbot.addWidget(words)
    slowness = Slowness(words)
    slowness.watch(is_waiting=True)
    slowness.watch(is_waiting=False)
    assert not slowness.isActive(), "what came at once is not said to be awaited"
    slowness.watch(is_waiting=True)
    assert words.isHidden()
    qtbot.waitUntil(lambda: not words.isHidden())
    slowness.watch(is_waiting=False)
    assert words.isHidden()
