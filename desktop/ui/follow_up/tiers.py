"""The texts, each in the tier it belongs to, each naming its readers before a word is kept."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from desktop.services.follow_up_form import FollowUpForm
from desktop.ui.follow_up import words
from desktop.ui.follow_up.pen import Pen
from desktop.ui.follow_up.state import EditorState
from desktop.ui.kit import Card, LabeledField, PrivateFrame, Text, TextField
from desktop.ui.kit.text_field import cursor_at_end
from protocol.limits import LONG_TEXT


class TierText(LabeledField):
    """A text and its readers; beyond its limit it says so under itself."""

    def __init__(
        self,
        pen: Pen,
        change: Callable[[FollowUpForm, str], FollowUpForm],
        *,
        lines: int,
        parent: QWidget | None = None,
    ) -> None:
        self.text = TextField(lines=lines, limit=LONG_TEXT)
        super().__init__(" ", self.text, parent=parent)
        self._pen = pen
        self._change = change
        self._is_full = False
        self.text.value_changed.connect(self._typed)
        self.text.limit_reached.connect(self._say_full)

    def show_text(self, text: str) -> None:
        """Shows a text that did not come from this field."""
        self._is_full = False
        self.text.set_value(text)
        cursor_at_end(self.text)

    def show_reason(self, sentence: str) -> None:
        """Shows what is wrong, unless the field is saying that it is full."""
        if sentence or not self._is_full:
            self.show_problem(sentence)

    def _typed(self) -> None:
        text = self.text.value
        if self._is_full and len(text) < LONG_TEXT:
            self._is_full = False
            self.show_problem("")
        self._pen.edit(lambda form: self._change(form, text))

    def _say_full(self, limit: int) -> None:
        self._is_full = True
        self.show_problem(words.limit_reached(limit))


class SharedCard(Card):
    """« Synthèse partagée »: what the circle of the person reads."""

    def __init__(self, pen: Pen, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.summary = TierText(pen, lambda form, text: replace(form, summary=text), lines=4)
        self._help = Text(kind="small")
        self.add(self.summary)
        self.add(self._help)

    def show_state(self, state: EditorState) -> None:
        self.summary.set_label(words.shared_label(state.readers, is_gone=state.is_gone))
        later = words.shared_help(state.readers, is_gone=state.is_gone)
        self._help.setText(later)
        self._help.setVisible(bool(later))


class NoteFrame(PrivateFrame):
    """What is sealed for its author: violet, an edge, a lock, and the words that say so."""

    def __init__(self, pen: Pen, parent: QWidget | None = None) -> None:
        super().__init__(" ", parent)
        self._pen = pen
        self.text = TextField(lines=5, limit=LONG_TEXT)
        self._problem = Text(kind="problem")
        self._problem.hide()
        self.add(self.text)
        self.body.addWidget(self._problem)
        self.text.value_changed.connect(self._typed)
        self.text.limit_reached.connect(lambda limit: self.show_problem(words.limit_reached(limit)))

    @property
    def problem(self) -> str:
        return self._problem.text()

    def show_text(self, text: str) -> None:
        self.text.set_value(text)
        cursor_at_end(self.text)

    def show_state(self, state: EditorState) -> None:
        named = words.note_label(state.job)
        self.label.setText(named)
        self.setAccessibleName(named)
        self.text.setAccessibleName(named)
        self.setVisible(state.takes_notes)

    def show_problem(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        self.text.setAccessibleDescription(sentence)

    def _typed(self) -> None:
        text = self.text.value
        if self.problem and len(text) < LONG_TEXT:
            self.show_problem("")
        self._pen.edit(lambda form: replace(form, clinical=text))


class PersonCard(Card):
    """What is handed to the person, and what she said in her own words."""

    def __init__(self, pen: Pen, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.for_person = TierText(pen, lambda form, text: replace(form, for_person=text), lines=2)
        self.person_words = TierText(
            pen, lambda form, text: replace(form, person_words=text), lines=2
        )
        self.add(self.for_person)
        self.add(self.person_words)

    def show_state(self, state: EditorState) -> None:
        self.for_person.set_label(words.for_person_label(state.person_name, is_gone=state.is_gone))
        self.person_words.set_label(words.person_words_label(is_gone=state.is_gone))
