"""« Dossiers de la même personne »: what was joined, or told apart, and how to come back on it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.config.clock import paris
from desktop.services.same_person import SaidLine
from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.kit import Card, LinkButton, Secondary, Strong, clear_layout, column
from desktop.ui.text import day_with_year, translate
from protocol.ids import RecordId
from protocol.kinds.persons import SamePersonState


class JoinedCard(Card):
    """Shown only where something was said: most people have one dossier."""

    compare_asked = Signal(str, str)

    def __init__(self, viewmodel: DossierViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._viewmodel = viewmodel
        self._separating: SaidLine | None = None
        self._shown: tuple[SaidLine, ...] = ()
        self.acts: list[LinkButton] = []
        """One for each line, from top to bottom."""
        self.set_title(self.tr("Dossiers de la même personne"))
        self._lines = column(gap=8)
        self.form = InlineForm(
            self.tr("Séparer à nouveau les deux dossiers"),
            self.tr("Séparer à nouveau"),
            {},
            notice=" ",
        )
        self.form.submitted.connect(self._separate)
        viewmodel.saved.connect(self._saved)
        self.add(self._lines)
        self.add(self.form)
        self.hide()

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        self.setVisible(bool(read.said))
        self.form.belong_to(read.sheet.person.id, lambda known: self._separate_again(read, known))
        if read.said != self._shown:
            self._shown = read.said
            self._show_lines(read)

    def open_separating(self, line: SaidLine) -> None:
        self._separating = line
        self.form.notice.setText(
            self.tr(
                "Le dossier de {0} sera de nouveau à part, et chacun des deux reprendra sa fiche,"
                " ses suivis et son équipe. Les places ajoutées aux équipes en réunissant les"
                " dossiers prennent fin. Ce qui a été écrit depuis reste dans ce dossier-ci."
            ).format(line.other_name)
        )
        self.form.open_form()
        self.form.about = line.id
        self.form.save.setFocus()

    def _separate_again(self, read: DossierReading, said: str) -> None:
        for line in read.said:
            if line.id == said and line.state is SamePersonState.MERGED:
                self.open_separating(line)

    def _separate(self) -> None:
        if self._separating is not None:
            self._viewmodel.separate(RecordId(self._separating.id))

    def _saved(self, what: str) -> None:
        if what == "same_person" and self.form.is_open:
            self.form.close_form()
            self._take_keyboard()

    def _take_keyboard(self) -> None:
        """What was pressed is gone: not to whatever Qt finds next, which may end a place."""
        if self.acts:
            self.acts[0].setFocus()

    def _show_lines(self, read: DossierReading) -> None:
        had_keyboard = any(act.hasFocus() for act in self.acts)
        clear_layout(self._lines)
        self.acts.clear()
        for line in read.said:
            self._lines.addWidget(self._line(line, read.sheet.person.id))
        if had_keyboard:
            self._take_keyboard()

    def _line(self, line: SaidLine, person: str) -> QWidget:
        when = day_with_year(paris(line.said_at).date())
        if line.state is SamePersonState.MERGED:
            about = translate("Dossier", "Réuni le {0} par {1}").format(when, line.by.name)
            act = LinkButton(self.tr("Séparer à nouveau…"))
            act.clicked.connect(lambda _=False: self.open_separating(line))
        else:
            about = translate("Dossier", "Deux personnes différentes")
            if line.state is SamePersonState.UNDONE:
                about = translate("Dossier", "Dossiers séparés à nouveau")
            act = LinkButton(self.tr("Comparer"))
            act.clicked.connect(lambda _=False: self.compare_asked.emit(person, line.other))
        act.setAccessibleName(f"{act.text()} {line.other_name}")
        self.acts.append(act)
        told = QWidget()
        told.setLayout(column(Strong(line.other_name), Secondary(about, small=True), gap=2))
        shown = QWidget()
        layout = QHBoxLayout(shown)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(told, 1)
        layout.addWidget(act)
        return shown
