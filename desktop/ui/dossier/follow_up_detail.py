"""One follow-up in full: themes, words for the team, words of the person, and my own note."""

from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services.handouts import GivenLine
from desktop.services.timeline import TimelineLine
from desktop.ui.dossier.history import History
from desktop.ui.dossier.viewmodel import OpenHistory, OpenNote
from desktop.ui.dossier.words import corrected, follow_up_about, follow_up_title, sheet_given
from desktop.ui.kit import (
    Card,
    Flow,
    LinkButton,
    Pill,
    PrivateFrame,
    Secondary,
    SecondaryButton,
    Text,
    TextField,
)
from desktop.ui.text import capitalised
from protocol.kinds.agenda import AppointmentStatus


class FollowUpDetail(Card):
    """A note stays sealed until its author asks to read it."""

    correct_asked = Signal(str)
    handout_asked = Signal(str)
    note_asked = Signal(str)
    note_hidden = Signal()
    history_asked = Signal(str)
    history_hidden = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._line: TimelineLine | None = None
        self._about = Secondary()
        self.corrected = Text()
        self.see_history = LinkButton(self.tr("Voir ce qui a changé"))
        self.see_history.clicked.connect(self._toggle_history)
        self.history = History()
        self._themes = Flow()
        self._texts: dict[str, tuple[Text, Text]] = {}
        self.correct = SecondaryButton(self.tr("Corriger ce suivi"), shortcut="Ctrl+E")
        self.correct.clicked.connect(self._ask_to_correct)
        self.handout = SecondaryButton(
            self.tr("Feuille à remettre"), shortcut="Ctrl+Shift+P", icon_name="file-text"
        )
        self.handout.clicked.connect(self._ask_for_handout)
        self.given = Text()
        self.given.setAccessibleName(self.tr("Remis à la personne"))
        self.read_note = SecondaryButton(self.tr("Lire ma note"), shortcut="Ctrl+Shift+L")
        self.read_note.clicked.connect(self._toggle_note)
        self.note = TextField(lines=3)
        self.note.setReadOnly(True)
        self.sealed = PrivateFrame(
            self.tr("Note clinique · chiffrée pour vous seule, illisible par vos collègues")
        )
        self.note.setAccessibleName(self.tr("Ma note clinique"))
        self.sealed.add(self.note)
        self.sealed.body.addWidget(Flow(self.read_note))
        self._lay_out()

    @property
    def line(self) -> TimelineLine | None:
        return self._line

    def show_line(
        self,
        line: TimelineLine,
        note: OpenNote | None,
        history: OpenHistory | None,
        now: datetime,
    ) -> None:
        if line != self._line:
            self._line = line
            self._show_words(line, now)
        self._show_history(line, history, now)
        shown = note is not None and note.follow_up == line.id
        self.sealed.setVisible(line.has_note)
        self.note.setVisible(shown)
        self.note.set_value(note.text if shown and note is not None else "")
        self.read_note.set_words(self.tr("Cacher ma note") if shown else self.tr("Lire ma note"))

    def show_given(self, given: list[GivenLine], now: datetime) -> None:
        """Tells which sheets the person took away from this meeting."""
        self.given.setText("\n".join(sheet_given(line, now) for line in given))
        self.given.setVisible(bool(given))

    def _show_history(self, line: TimelineLine, history: OpenHistory | None, now: datetime) -> None:
        is_open = history is not None and history.follow_up == line.id
        self.history.setVisible(is_open)
        if history is not None and is_open:
            self.history.show_lines(history.lines, now)
            # Cards come and go: the Tab key meets them before what stands below.
            for before, after in pairwise([self.see_history, *self.history.stops]):
                QWidget.setTabOrder(before, after)
        self.see_history.set_words(
            self.tr("Cacher ce qui a changé") if is_open else self.tr("Voir ce qui a changé")
        )

    def _show_words(self, line: TimelineLine, now: datetime) -> None:
        self.set_title(capitalised(follow_up_title(line, now)))
        self._about.setText(follow_up_about(line))
        self.corrected.setText(corrected(line, now))
        for part in (self.corrected, self.see_history):
            part.setVisible(line.corrected is not None)
        self._themes.clear()
        for theme in line.themes:
            self._themes.add(Pill(theme.label))
        self._themes.setVisible(bool(line.themes))
        for name, (label, words) in self._texts.items():
            value = str(getattr(line, name))
            words.setText(value)
            for part in (label, words):
                part.setVisible(bool(value))
        self.correct.setVisible(line.mine)
        self.handout.setVisible(line.presence is AppointmentStatus.ATTENDED)

    def _lay_out(self) -> None:
        self.body.setSpacing(12)
        self.add(self._about)
        self.add(self.corrected)
        self.add(Flow(self.see_history))
        self.add(self.history)
        self.add(self._themes)
        for name, title in (
            ("summary", self.tr("Synthèse partagée")),
            ("person_words", self.tr("Parole de la personne")),
            ("for_person", self.tr("Pour la personne")),
            ("next_step", self.tr("Étape pour l’équipe")),
            ("orientation", self.tr("Orientation proposée")),
        ):
            label, words = Text(title, kind="field"), Text()
            words.setAccessibleName(title)
            self._texts[name] = (label, words)
            group = QVBoxLayout()
            group.setSpacing(4)
            group.addWidget(label)
            group.addWidget(words)
            self.add(group)
        self.add(self.sealed)
        self.add(self.given)
        self.add(Flow(self.correct, self.handout, gap=8))
        self.body.addStretch(1)

    def _ask_to_correct(self) -> None:
        if self._line is not None:
            self.correct_asked.emit(self._line.id)

    def _ask_for_handout(self) -> None:
        if self._line is not None:
            self.handout_asked.emit(self._line.id)

    def _toggle_history(self) -> None:
        if self._line is None:
            return
        if self.history.isHidden():
            self.history_asked.emit(self._line.id)
        else:
            self.history_hidden.emit()

    def _toggle_note(self) -> None:
        if self._line is None:
            return
        if self.note.isHidden():
            self.note_asked.emit(self._line.id)
        else:
            self.note_hidden.emit()
