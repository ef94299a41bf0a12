"""« Équipe autour de la personne »: who reads her dossier, welcoming somebody, ending a place."""

from itertools import pairwise

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.services.circles import HANDOVER_OVERLAP, CircleLine
from desktop.ui.dossier.acting_card import ActingCard
from desktop.ui.dossier.circle_keys_part import CircleKeysPart
from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.dossier.words import place_in_circle
from desktop.ui.kit import (
    Choice,
    Flow,
    LabeledField,
    LinkButton,
    Secondary,
    SecondaryButton,
    Strong,
    clear_layout,
    column,
)
from desktop.ui.text import day_with_year, translate
from protocol.ids import RecordId
from protocol.kinds.persons import CircleEnd, CircleRole

_WELCOMED = (
    CircleRole.UNIQUE_REFERENT,
    CircleRole.PROGRAM_REFERENT,
    CircleRole.CONTRIBUTOR,
    CircleRole.PRESCRIBER,
)


class CircleCard(ActingCard):
    """Being here opens the dossier; leaving closes it, thirty days later after a handover."""

    def __init__(self, viewmodel: DossierViewModel, parent: QWidget | None = None) -> None:
        super().__init__(viewmodel, "circle", parent)
        self._ending: CircleLine | None = None
        self._ends: list[QWidget] = []
        self.set_title(self.tr("Équipe autour de la personne"))
        self._lines = column(gap=8)
        self.new = SecondaryButton(self.tr("Ajouter un·e collègue"), shortcut="Ctrl+Shift+A")
        self._opens(self.new, self.open_welcome)
        self.colleague = Choice()
        self.role = Choice([(role.value, role.label) for role in _WELCOMED])
        self.welcome = InlineForm(
            self.tr("Ajouter un·e collègue"),
            self.tr("Ajouter à l’équipe"),
            {
                "colleague": LabeledField(self.tr("Collègue"), self.colleague),
                "role": LabeledField(self.tr("Rôle"), self.role),
            },
            notice=self.tr("Dès la prochaine synchronisation, cette personne lira le dossier."),
        )
        self.reason = Choice(
            [(end.value, end.label) for end in CircleEnd if end is not CircleEnd.SEPARATED]
        )
        self.ending = InlineForm(
            self.tr("Mettre fin à une place dans l’équipe"),
            self.tr("Mettre fin"),
            {"reason": LabeledField(self.tr("Motif de fin"), self.reason)},
            notice=" ",
        )
        self.keys = CircleKeysPart(viewmodel)
        for part in (self._lines, self.ending, self.keys, self.welcome, Flow(self.new)):
            self.add(part)
        self.body.addStretch(1)
        self._connect()

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        today = state.now.date()
        lines = tuple((line, place_in_circle(line, today)) for line in read.sheet.circle)
        if self._is_news(*lines):
            self._show_lines(lines, read.me)
        self.keys.show_keys(read.keys)
        self._show_forms(state, read.sheet.person.id)

    def open_welcome(self) -> None:
        read = self._viewmodel.state.read
        if read is None:
            return
        present = {x.colleague.id for x in read.sheet.circle if x.ended_on is None}
        choices = [("", self.tr("Choisir…"))]
        choices += [
            (c.id, f"{c.name} · {c.job.label}") for c in read.colleagues if c.id not in present
        ]
        self.colleague.set_choices(choices)
        self.role.set_value(CircleRole.CONTRIBUTOR.value)
        self._open(self.welcome)

    def open_ending(self, line: CircleLine) -> None:
        self.welcome.close_form()
        self._ending = line
        self.reason.set_value(CircleEnd.HANDOVER.value)
        self._say_what_follows()
        self._open(self.ending)
        self.ending.about = line.id

    def _open_admitting(self) -> None:
        form, colleague = self.keys.admitting, self.keys.colleague
        self._open(form)
        form.about = colleague.id if colleague else ""
        form.save.setFocus()

    def _end_again(self, place: str) -> None:
        read = self._viewmodel.state.read
        for line in read.sheet.circle if read else ():
            if line.id == place and line.ended_on is None:
                self.open_ending(line)

    def _connect(self) -> None:
        self._answer(self.ending, self._end, self._end_again)
        self._answer(self.welcome, self._welcome, lambda _: self.open_welcome())
        self.reason.currentIndexChanged.connect(self._say_what_follows)
        self._answer(self.keys.admitting, self.keys.admit, self.keys.ask_again)
        self.keys.asked.connect(self._open_admitting)
        self.keys.rebuilt.connect(self._order_stops)

    def _welcome(self) -> None:
        self._viewmodel.welcome(self.colleague.value, CircleRole(self.role.value))

    def _end(self) -> None:
        if self._ending is not None:
            reason = CircleEnd(self.reason.value)
            self._viewmodel.end_membership(RecordId(self._ending.id), reason)

    def _say_what_follows(self) -> None:
        if self._ending is None:
            return
        name = self._ending.colleague.name
        if self.reason.value == CircleEnd.HANDOVER.value:
            until = self._viewmodel.state.now.date() + HANDOVER_OVERLAP
            words = self.tr("{0} lira encore le dossier 30 jours, jusqu’au {1}.").format(
                name, day_with_year(until)
            )
        else:
            words = self.tr("{0} ne lira plus le dossier dès la prochaine synchronisation.").format(
                name
            )
        self.ending.notice.setText(words)

    def _closed(self) -> None:
        self._ending = None
        super()._closed()

    def _put_aside(self) -> None:
        self._ending = None
        super()._put_aside()

    def _show_lines(self, lines: tuple[tuple[CircleLine, str], ...], me: str) -> None:
        clear_layout(self._lines)
        self._ends.clear()
        for line, words in lines:
            self._lines.addWidget(self._line(line, words, me))
        self._order_stops()

    def _order_stops(self) -> None:
        """Lines come and go: the Tab key meets them before what stands below."""
        asked = self.keys.admitting
        stops = [
            *self._ends,
            *(self.reason, self.ending.save, self.ending.cancel),
            *(*self.keys.links, asked.save, asked.cancel),
            *(self.colleague, self.role, self.welcome.save, self.welcome.cancel),
            self.new,
        ]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _line(self, line: CircleLine, words: str, me: str) -> QWidget:
        name = line.colleague.name
        if line.colleague.id == me:
            name = translate("Dossier", "{0} (vous)").format(name)
        told = QWidget()
        about = f"{line.colleague.job.label} · {words}"
        told.setLayout(column(Strong(name), Secondary(about, small=True), gap=2))
        shown = QWidget()
        layout = QHBoxLayout(shown)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(told, 1)
        if line.ended_on is None:
            end = LinkButton(self.tr("Mettre fin…"))
            end.setAccessibleName(self.tr("Mettre fin à la place de {0}").format(name))
            end.clicked.connect(lambda _=False: self.open_ending(line))
            layout.addWidget(end)
            self._ends.append(end)
        return shown
