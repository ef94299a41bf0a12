"""Each place where somebody can type is known to survive a lock, or says why it need not."""

from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QTextEdit,
    QWidget,
)

from desktop.app.coming_back import ComingBack
from desktop.app.workspace import DOSSIER
from desktop.ui.dossier import DossierView
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.kit import Chips, Choice, PassphraseField
from desktop.ui.kit.typed import FormPage, SmallForm
from desktop.ui.person_form import PersonFormView
from desktop.ui.record_form.view import RecordFormView
from tests.app.conftest import Opened

TYPED_IN = (
    *(QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox),
    *(QCheckBox, QRadioButton, Chips),
)
WITH_A_DRAFT = (FollowUpView, PersonFormView, RecordFormView)
"""Kept letter by letter, as a draft of their own."""
ACTS_AT_ONCE = {
    "AgendaView": "which days are looked at",
    "MeetingCard": "what became of an appointment is written as it is chosen",
    "OpeningsCard": "how the next export is made",
    "MobilityCard": "which version is looked at",
    "PersonsView": "a search",
    "HandoutView": "what the next sheet shows: nothing is typed, and it is looked at first",
    "SettingsView": "a preference is written as it is chosen",
    "StepRow": "a step is ticked off at once",
    "WorkshopsCard": "a presence is written as it is chosen",
}
ELSEWHERE = {
    "SamePersonView": "the answers come back with the two dossiers, as a place of their own",
    "ReviewCard": "the text of two people joined has a draft",
    "WordsField": "the words of the paper key are never written anywhere",
    "SharesView": "nothing of a key is written before it is done; two colleagues are chosen again",
    "CodeCard": "nothing of a code is written before it is chosen; it is chosen again",
    "InvitationField": "an invitation serves once and is written nowhere; it is typed again",
    "ColumnsPage": "the file is read again: nothing of it stays after a lock",
}


class BoxOfTomorrow(QWidget):
    """A card of a later version, in any page."""


BoxOfTomorrow.__module__ = "desktop.ui.tomorrow"


def made(opened: Opened) -> dict[str, QWidget]:
    """Every page of the window, made, on somebody's dossier where there is one."""
    window = opened.desk.window
    for key in list(window._sections):
        window.page(key)
    opened.desk.workspace.open_person(opened.persons[1])
    dossier = window.page(DOSSIER)
    assert isinstance(dossier, DossierView)
    opened.until(lambda: dossier.kept is not None)
    return window.made()


def typed_in(page: QWidget) -> list[QWidget]:
    """The fields of a page; a list of choices has no field of its own inside."""
    found = [one for one in page.findChildren(QWidget) if isinstance(one, TYPED_IN)]
    return [one for one in found if not is_inside(one) and not is_read_only(one)]


def is_inside(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QComboBox | QAbstractSpinBox):
            return True
        above = above.parentWidget()
    return False


def is_read_only(widget: QWidget) -> bool:
    return isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit) and widget.isReadOnly()


def around(widget: QWidget) -> list[QWidget]:
    """The widget and what it is in, from the inside out."""
    whole, above = [widget], widget.parentWidget()
    while above is not None:
        whole.append(above)
        above = above.parentWidget()
    return whole


def keeper_of(field: QWidget) -> str:
    """What keeps what is typed in a field; nothing when nobody thought of it."""
    whole = around(field)
    forms = [one for one in whole if isinstance(one, SmallForm)]
    if forms:
        return "form" if field in forms[0].typed_fields().values() else ""
    if any(isinstance(one, WITH_A_DRAFT) for one in whole):
        return "draft"
    if any(isinstance(one, PassphraseField) for one in whole):
        return "a passphrase is never written anywhere"
    # A whole page is excused of its own fields only, and not of those of a card put in it later.
    screen = next((name for one in whole[1:] if (name := screen_of(one))), "")
    return screen if screen in ACTS_AT_ONCE or screen in ELSEWHERE else ""


def screen_of(widget: QWidget) -> str:
    """The name of what a screen is made of, for a widget that is not of the kit."""
    module = type(widget).__module__
    is_ours = module.startswith("desktop.ui.") and not module.startswith("desktop.ui.kit")
    return type(widget).__name__ if is_ours else ""


def test_whatever_can_be_typed_in_survives_a_lock_or_says_why_not(opened: Opened) -> None:
    opened.unlock()
    pages = made(opened)
    forgotten = [
        f"{key}: {type(field).__name__} « {field.accessibleName()} »"
        f" in {' < '.join(type(one).__name__ for one in around(field)[:6])}"
        for key, page in pages.items()
        for field in typed_in(page)
        if not keeper_of(field)
    ]
    assert forgotten == []


def test_a_form_nobody_thought_of_is_found(opened: Opened) -> None:
    """The control of the test above."""
    opened.unlock()
    pages = made(opened)
    for page in pages.values():
        lost = QLineEdit(BoxOfTomorrow(page))
        assert lost in typed_in(page)
        assert keeper_of(lost) in ("", "draft")


def test_each_small_form_is_told_by_its_page_with_every_field(opened: Opened) -> None:
    opened.unlock()
    told = set()
    for key, page in made(opened).items():
        forms = [one for one in (page, *page.findChildren(QWidget)) if isinstance(one, SmallForm)]
        names = [form.form_name for form in forms]
        assert len(set(names)) == len(names), f"{key}: two forms of one name"
        assert isinstance(page, FormPage) or not forms, f"{key}: {names} are told by no page"
        for form in forms:
            fill(form)
            words = form.words()
            assert {name: text for name, text in words.fields.items() if not text} == {}
            wipe(form)
            form.write(words)
            assert form.words().fields == words.fields, form.form_name
            told.add(form.form_name)
    assert len(told) >= 18


def fill(form: SmallForm) -> None:
    """Write something in every field."""
    for field in form.typed_fields().values():
        if isinstance(field, QLineEdit):
            field.setText("12")
        elif isinstance(field, QPlainTextEdit):
            field.setPlainText("Va mieux.\nDort.")
        elif isinstance(field, Choice):
            if field.count() < 2:
                field.set_choices([("", "—"), ("one", "Un"), ("other", "Autre")])
            field.setCurrentIndex(field.count() - 1)
        elif isinstance(field, Chips):
            field.set_value(list(field._chips)[1:3])
        else:
            assert isinstance(field, QCheckBox), type(field)
            field.setChecked(True)


def wipe(form: SmallForm) -> None:
    for field in form.typed_fields().values():
        if isinstance(field, QLineEdit | QPlainTextEdit):
            field.clear()
        elif isinstance(field, Choice):
            field.setCurrentIndex(0)
        elif isinstance(field, Chips):
            field.set_value(())
        elif isinstance(field, QCheckBox):
            field.setChecked(False)


def test_every_page_with_a_draft_is_a_place_to_come_back_to(opened: Opened) -> None:
    opened.unlock()
    pages, back = made(opened), opened.desk.coming_back
    assert isinstance(back, ComingBack)
    with_draft = {key for key, page in pages.items() if isinstance(page, WITH_A_DRAFT)}
    assert with_draft <= {place.page for place in back._places}
    assert len(with_draft) == len(WITH_A_DRAFT)
