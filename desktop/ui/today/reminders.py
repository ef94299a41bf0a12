"""« À relire » and « À ne pas oublier »: what waits for whoever opens the day, a line each."""

from datetime import date
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QWidget

from desktop.config.clock import paris
from desktop.services.appointments import AppointmentLine
from desktop.services.duplicates import LikelyPair
from desktop.services.follow_ups import DraftLine
from desktop.services.person_drafts import PersonDraftLine
from desktop.services.record_drafts import RecordDraftLine
from desktop.services.relays import RelayLine
from desktop.services.today import Today
from desktop.ui.gone import gone_name
from desktop.ui.kit import Card, Secondary, SecondaryButton, Text, column, row, separator
from desktop.ui.text import clock, day_long, translate
from desktop.ui.today.engagement_reminders import Reminder, engagement_reminders, more
from desktop.ui.today.model import shown_name
from desktop.ui.today.qualify_bar import QualifyBar
from protocol.kinds.agenda import AppointmentStatus

_SHOWN = 5


class Reminders(Card):
    """Keeps its lines while what they say stays the same, so the keyboard does not get lost."""

    draft_asked = Signal(str)
    sheet_asked = Signal(str)
    record_asked = Signal(str, str)
    """A kind of record, and the record or what will be one."""
    sync_asked = Signal()
    review_asked = Signal()
    """What two people wrote unknown to each other."""
    compare_asked = Signal(str, str)
    """Two dossiers that may be one person's."""
    qualified = Signal(str, str)
    slot_taken = Signal(str)
    """A programme whose proposed slot is taken."""
    step_done = Signal(str)
    recall_asked = Signal(str)
    """Somebody who did not come."""
    path_asked = Signal(str, str)
    """Somebody, and the programme of hers that is to be decided upon."""
    slot_asked = Signal(str, str)
    """A permanence of mine, and when its free slot starts."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self._nothing = Secondary(self.tr("Rien n’attend : tout est saisi."))
        self.add(self._nothing)
        self._lines: dict[Reminder, _Line] = {}
        self.body.addStretch(1)

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        return tuple(self._lines)

    def show_lines(self, wanted: list[Reminder]) -> None:
        self._nothing.setVisible(not wanted)
        had_focus = self._has_focus_inside()
        for reminder in [held for held in self._lines if held not in wanted]:
            line = self._lines.pop(reminder)
            self.body.removeWidget(line)
            line.setParent(None)
            line.deleteLater()
        ordered: dict[Reminder, _Line] = {}
        for at, reminder in enumerate(wanted):
            ordered[reminder] = self._lines.get(reminder) or self._line(reminder)
            self.body.insertWidget(at, ordered[reminder])
            ordered[reminder].rule.setVisible(at < len(wanted) - 1)
        self._lines = ordered
        _chain(list(ordered.values()))
        if had_focus and ordered and not self._has_focus_inside():
            next(iter(ordered.values())).setFocus()

    def _line(self, reminder: Reminder) -> "_Line":
        line = _Line()
        words = Text(reminder.words)
        if reminder.status is not None:
            # The day has gone by: « À venir » ticked would answer the question wrongly.
            is_known = reminder.status is not AppointmentStatus.PLANNED
            bar = QualifyBar(reminder.words, reminder.status if is_known else None)
            bar.chosen.connect(lambda code: self.qualified.emit(reminder.key, code))
            words.setBuddy(bar)
            layout = column(words, bar, line.rule, gap=6)
            line.setFocusProxy(bar)
        else:
            head = row(words, gap=12)
            head.setStretch(0, 1)
            if reminder.button:
                button = SecondaryButton(reminder.button)
                button.setAccessibleName(f"{reminder.button}, {reminder.words}")
                button.clicked.connect(lambda _=False: self._ask(reminder.key))
                head.addWidget(button)
                line.setFocusProxy(button)
            layout = column(gap=6)
            layout.addLayout(head)
            layout.addWidget(line.rule)
        line.setLayout(layout)
        return line

    def _has_focus_inside(self) -> bool:
        focused: QWidget | None = QApplication.focusWidget()
        return focused is not None and any(
            line.isAncestorOf(focused) for line in self._lines.values()
        )

    def _ask(self, key: str) -> None:
        kind, _, target = key.partition(" ")
        told = {
            "draft": self.draft_asked,
            "sheet": self.sheet_asked,
            "record": self.record_asked,
            "alike": self.compare_asked,
            "late": self.slot_taken,
            "step": self.step_done,
            "recall": self.recall_asked,
            "path": self.path_asked,
            "slot": self.slot_asked,
        }
        if kind in told:
            told[kind].emit(*target.split())
        elif kind == "review":
            self.review_asked.emit()
        else:
            self.sync_asked.emit()


class _Line(QWidget):
    """One thing that waits, and the rule under it: the last one has none."""

    def __init__(self) -> None:
        super().__init__()
        self.rule = separator()


def to_reread(today: Today) -> list[Reminder]:
    """Return what came from elsewhere and contradicts: in sight before anything else of the day."""
    lines = []
    if today.to_review:
        words = translate("Today", "%n modification(s) croisée(s) à relire", "", today.to_review)
        lines.append(Reminder("review", words, translate("Today", "Comparer")))
    if today.refused:
        words = translate(
            "Today",
            "%n modification(s) que le bureau n’a pas prise(s), gardée(s) sur ce poste",
            "",
            today.refused,
        )
        lines.append(Reminder("refused", words, translate("Today", "Voir")))
    return lines + _alike(today.alike)


def reminders_of(today: Today) -> list[Reminder]:
    """Return what is worth a line, drafts first: they hold words that nobody has yet."""
    drafts = [_draft(draft, today.day) for draft in today.drafts]
    drafts += [_sheet(draft) for draft in today.sheets]
    drafts += [_form(draft) for draft in today.forms]
    lines = drafts[:_SHOWN] + more("drafts", len(drafts), _SHOWN)
    lines += [_open(line, today.day) for line in today.left_open[:_SHOWN]]
    lines += more("left_open", len(today.left_open), _SHOWN)
    lines += [_relay(line) for line in today.unanswered[:_SHOWN]]
    lines += more("unanswered", len(today.unanswered), _SHOWN)
    return lines + engagement_reminders(today)


def _draft(draft: DraftLine, today: date) -> Reminder:
    day = day_long(paris(draft.starts_at).date(), today)
    name = draft.person_name or gone_name()
    about = ", ".join(part for part in (name, day, draft.place_name) if part)
    words = translate("Today", "Brouillon non terminé : {0}").format(about)
    return Reminder(f"draft {draft.target}", words, translate("Today", "Reprendre"))


def _sheet(draft: PersonDraftLine) -> Reminder:
    if draft.is_new and not draft.person_name:
        words = translate("Today", "Nouveau dossier non enregistré, encore sans nom")
    elif draft.is_new:
        words = translate("Today", "Nouveau dossier non enregistré : {0}")
    else:
        words = translate("Today", "Fiche modifiée, non enregistrée : {0}")
    words = words.format(draft.person_name or gone_name())
    return Reminder(f"sheet {draft.person}", words, translate("Today", "Reprendre"))


def _form(draft: RecordDraftLine) -> Reminder:
    words = translate("Today", "Brouillon non terminé\u00a0: {0}, {1}")
    words = words.format(draft.label, draft.person_name or gone_name())
    return Reminder(f"record {draft.kind} {draft.target}", words, translate("Today", "Reprendre"))


def _relay(line: RelayLine) -> Reminder:
    words = translate(
        "Today", "{0}, relais vers {1}\u00a0: sans réponse depuis %n jour(s)", "", line.days
    )
    words = words.format(line.person_name, line.structure_name or line.to.label)
    return Reminder(f"record relay {line.id}", words, translate("Today", "Ouvrir"))


def _open(line: AppointmentLine, today: date) -> Reminder:
    local = paris(line.starts_at)
    words = translate("Today", "{0}, {1} à {2} : qu’est devenu ce rendez-vous ?").format(
        shown_name(line), day_long(local.date(), today), clock(local)
    )
    return Reminder(line.id, words, status=line.status)


def _alike(pairs: tuple[LikelyPair, ...]) -> list[Reminder]:
    """One line, however many pairs: the next one is there once this one is answered."""
    if not pairs:
        return []
    (one, other), names = (pairs[0].one, pairs[0].other), pairs[0].names
    words = translate("Today", "{0} et {1} : peut-être la même personne")
    if names[0] == names[1]:
        words = translate("Today", "{0} : deux dossiers, peut-être la même personne")
    words = words.format(*names)
    if len(pairs) > 1:
        others = translate("Today", "et %n autre(s) cas semblable(s)", "", len(pairs) - 1)
        words = f"{words} ({others})"
    return [Reminder(f"alike {one.id} {other.id}", words, translate("Today", "Vérifier"))]


def _chain(lines: list[QWidget]) -> None:
    """Has the Tab key follow the lines as they are read, whatever order they were made in."""
    stops = [line.focusProxy() for line in lines]
    known = [stop for stop in stops if stop is not None]
    for before, after in pairwise(known):
        QWidget.setTabOrder(before, after)
