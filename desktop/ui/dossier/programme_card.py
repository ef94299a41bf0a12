"""« Accompagnement »: programmes and their rhythm, the series, the renewal, the end."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QWidget

from desktop.domain.rhythm import usual_cadence
from desktop.services.programmes import BILAN_LIMIT, ProgrammeLine
from desktop.ui.dossier.acting_card import ActingCard
from desktop.ui.dossier.duration import read_duration
from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.path_words import (
    ending,
    issue,
    meetings,
    programme_about,
    programme_title,
    rhythm_mark,
    series_words,
)
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.kit import (
    Choice,
    DateField,
    Flow,
    LabeledField,
    LineField,
    Pill,
    PrimaryButton,
    Secondary,
    SecondaryButton,
    Strong,
    Text,
    TextField,
    clear_layout,
    column,
    separator,
)
from desktop.ui.kit.buttons import KitButton
from desktop.ui.text import day_long, duration
from protocol.ids import PersonId
from protocol.kinds.programmes import Cadence, ProgrammeExit, ProgrammeKind

_USUAL_MINUTES = 45


class ProgrammeCard(ActingCard):
    """Each programme with its rhythm in words, how late it is, and what can be done."""

    def __init__(
        self,
        viewmodel: DossierViewModel,
        today: Callable[[], date],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(viewmodel, "programme", parent)
        self._today = today
        self._chosen: ProgrammeLine | None = None
        self._made: list[KitButton] = []
        self.set_title(self.tr("Accompagnement"))
        self.none = Secondary(self.tr("Aucun accompagnement en cours."))
        self._lines = column(gap=10)
        self.new = SecondaryButton(self.tr("Nouvel accompagnement"), shortcut="Alt+N")
        self._opens(self.new, self.open_start)
        self._make_start()
        self._make_change()
        self._make_ending()
        for part in (self.none, self._lines, self.starting, self.changing, self.ending_form):
            self.add(part)
        self.add(Flow(self.new))
        self.body.addStretch(1)

    @property
    def stops(self) -> list[QWidget]:
        """Where the Tab key stops, in the order of reading."""
        below = [
            stop
            for form in self.forms
            for stop in (*(field.field for field in form.fields.values()), form.save, form.cancel)
        ]
        return [*self._made, *below, self.new]

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        lines = read.engagement.programmes
        if self._is_news(lines, state.now.date()):
            self._show_lines(lines)
        self.none.setVisible(not any(line.record.ended_on is None for line in lines))
        self._show_forms(state, read.sheet.person.id)

    # -- forms --------------------------------------------------------------------------------

    def open_start(self) -> None:
        """Proposes the programme of my job, at its rhythm, from today, where we last met."""
        read = self._viewmodel.state.read
        if read is None or self.starting.is_open:
            return
        kind = read.engagement.usual_kind
        self.kind.set_value(kind.value)
        self.cadence.set_value(usual_cadence(kind).value)
        self.started_on.set_value(self._today())
        self.length.set_value(duration(read.defaults.minutes or _USUAL_MINUTES))
        self.place.set_choices(self._places(read), value=read.defaults.place)
        self._open(self.starting)

    def open_change(self, line: ProgrammeLine) -> None:
        read = self._viewmodel.state.read
        if read is None:
            return
        self.new_cadence.set_value(line.record.cadence.value)
        self.new_length.set_value(duration(line.record.minutes))
        self.new_place.set_choices(self._places(read), value=line.record.place or "")
        self._open(self.changing)
        self._chosen = line
        self.changing.about = line.record.id

    def open_ending(self, line: ProgrammeLine) -> None:
        self.ended_on.set_value(self._today())
        self.issue.set_value("")
        self.bilan.set_value("")
        self._open(self.ending_form)
        self._chosen = line
        self.ending_form.about = line.record.id

    def _make_start(self) -> None:
        self.kind = Choice([(kind.value, kind.label) for kind in ProgrammeKind])
        self.cadence = Choice([(one.value, one.label) for one in Cadence])
        self.started_on = DateField(self._today)
        self.length = LineField(limit=20)
        self.place = Choice()
        self.kind.chosen.connect(self._propose_cadence)
        self.starting = InlineForm(
            self.tr("Nouvel accompagnement"),
            self.tr("Commencer l’accompagnement"),
            {
                "kind": LabeledField(self.tr("Accompagnement"), self.kind),
                "cadence": LabeledField(self.tr("Rythme"), self.cadence),
                "started_on": LabeledField(self.tr("À partir du"), self.started_on),
                "minutes": LabeledField(self.tr("Durée d’un entretien"), self.length),
                "place": LabeledField(self.tr("Lieu"), self.place),
            },
            lines=(("kind",), ("cadence",), ("started_on", "minutes"), ("place",)),
        )
        self._answer(self.starting, self._start, lambda _: self.open_start())

    def _make_change(self) -> None:
        self.new_cadence = Choice([(one.value, one.label) for one in Cadence])
        self.new_length = LineField(limit=20)
        self.new_place = Choice()
        self.changing = InlineForm(
            self.tr("Changer le rythme"),
            self.tr("Enregistrer le rythme"),
            {
                "cadence": LabeledField(self.tr("Rythme"), self.new_cadence),
                "minutes": LabeledField(self.tr("Durée d’un entretien"), self.new_length),
                "place": LabeledField(self.tr("Lieu"), self.new_place),
            },
            lines=(("cadence",), ("minutes", "place")),
        )
        self._answer(self.changing, self._change, self._again(self.open_change))

    def _make_ending(self) -> None:
        self.ended_on = DateField(self._today, past=True)
        self.issue = Choice(
            [("", self.tr("Choisir…")), *((one.value, one.label) for one in ProgrammeExit)]
        )
        self.bilan = TextField(limit=BILAN_LIMIT, lines=3)
        self.ending_form = InlineForm(
            self.tr("Terminer l’accompagnement"),
            self.tr("Terminer l’accompagnement"),
            {
                "ended_on": LabeledField(self.tr("Terminé le"), self.ended_on),
                "issue": LabeledField(self.tr("Issue"), self.issue),
                "exit_reason": LabeledField(
                    self.tr("Bilan, pour l’équipe"), self.bilan, grows=True
                ),
            },
            lines=(("ended_on", "issue"), ("exit_reason",)),
            notice=self.tr("Les rendez-vous à venir de cet accompagnement seront annulés."),
        )
        self._answer(self.ending_form, self._end, self._again(self.open_ending))

    def _again(self, act: Callable[[ProgrammeLine], None]) -> Callable[[str], None]:
        """Return what opens a form about a programme, unless it has ended meanwhile."""

        def open_again(known: str) -> None:
            read = self._viewmodel.state.read
            for line in read.engagement.programmes if read else ():
                if line.record.id == known and line.record.ended_on is None:
                    act(line)

        return open_again

    def _propose_cadence(self, kind: str) -> None:
        self.cadence.set_value(usual_cadence(ProgrammeKind(kind)).value)

    def _places(self, read: DossierReading) -> list[tuple[str, str]]:
        return [("", self.tr("À préciser")), *((place.id, place.name) for place in read.places)]

    # -- acts ---------------------------------------------------------------------------------

    def _start(self) -> None:
        person = self._viewmodel.state.person
        if person is not None:
            self._viewmodel.engagement.start(
                PersonId(person),
                ProgrammeKind(self.kind.value),
                Cadence(self.cadence.value),
                self.started_on.value,
                read_duration(self.length.value),
                self.place.value,
            )

    def _change(self) -> None:
        if self._chosen is not None:
            self._viewmodel.engagement.change(
                self._chosen,
                Cadence(self.new_cadence.value),
                read_duration(self.new_length.value),
                self.new_place.value,
            )

    def _end(self) -> None:
        if self._chosen is not None:
            self._viewmodel.engagement.end(
                self._chosen,
                self.ended_on.value,
                ProgrammeExit(self.issue.value) if self.issue.value else None,
                self.bilan.value,
            )

    def _closed(self) -> None:
        self._chosen = None
        super()._closed()

    # -- lines --------------------------------------------------------------------------------

    def _show_lines(self, lines: tuple[ProgrammeLine, ...]) -> None:
        had_keyboard = any(button.hasFocus() for button in self._made)
        clear_layout(self._lines)
        self._made = []
        for line in lines:
            acts = self._acts(line)
            self._made += acts
            self._lines.addWidget(self._block(line, acts))
        if had_keyboard:
            # What was pressed went with its answer: the keyboard stays where the work is.
            (*self._made, self.new)[0].setFocus()

    def _block(self, line: ProgrammeLine, acts: list[KitButton]) -> QWidget:
        today = self._today()
        parts: list[QWidget] = [Strong(programme_title(line))]
        if (mark := rhythm_mark(line)) is not None:
            parts.append(Flow(Pill(mark.words, mark.role, mark.shape)))
        parts.append(Secondary(programme_about(line), small=True))
        for words in (meetings(line, today), series_words(line, today)):
            if words:
                parts.append(Text(words))
        for words in (ending(line, today), issue(line)):
            if words:
                parts.append(Secondary(words))
        if acts:
            parts.append(Flow(*acts, gap=8))
        block = QWidget()
        block.setLayout(column(*parts, separator(), gap=6))
        return block

    def _acts(self, line: ProgrammeLine) -> list[KitButton]:
        if line.record.ended_on is not None:
            return []
        acts = self._viewmodel.engagement
        if not line.mine:
            return [self._act(line, self.tr("Reprendre l’accompagnement"), acts.take_over)]
        made: list[KitButton] = []
        if line.series:
            series = PrimaryButton(self.tr("Créer la série"))
            if len(line.series) == 1:
                series.set_words(
                    self.tr("Prévoir le {0}").format(day_long(line.series[0].date(), self._today()))
                )
            series.clicked.connect(lambda _=False: acts.create_series(line))
            made.append(series)
        if line.renewable_on is not None and line.renewable_on <= self._today():
            made.append(self._act(line, self.tr("Renouveler"), acts.renew))
        made.append(self._act(line, self.tr("Changer le rythme…"), self.open_change))
        made.append(self._act(line, self.tr("Terminer…"), self.open_ending))
        return made

    def _act(
        self, line: ProgrammeLine, words: str, act: Callable[[ProgrammeLine], None]
    ) -> KitButton:
        button = SecondaryButton(words)
        button.setAccessibleName(f"{words}, {line.record.programme.label}")
        button.clicked.connect(lambda _=False: act(line))
        return button
