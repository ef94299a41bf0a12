"""Lays the import out, one page a step, and renders its state."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.errors import sentence
from desktop.ui.import_caseload import words
from desktop.ui.import_caseload.columns_page import ColumnsPage
from desktop.ui.import_caseload.preview_page import CommuneName, PreviewPage
from desktop.ui.import_caseload.state import ImportState, Said, Step
from desktop.ui.import_caseload.viewmodel import ImportViewModel
from desktop.ui.kit import (
    Card,
    EmptyState,
    Figure,
    Flow,
    Notice,
    PrimaryButton,
    ProgressCard,
    ScreenHeader,
    Secondary,
    SecondaryButton,
)
from desktop.ui.kit.escape import takes_escape
from desktop.ui.text import number
from desktop.ui.theme import Role

AskPath = Callable[[QWidget], str]
"""Asks for a file; an empty path means that nobody chose."""


class ImportView(QWidget):
    """Choose, match, preview, import. Esc leaves, and calls off what is under way."""

    closed = Signal()
    finished = Signal()

    def __init__(
        self,
        viewmodel: ImportViewModel,
        commune_name: CommuneName,
        *,
        ask_open: AskPath | None = None,
        ask_save: AskPath | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`commune_name` gives the name of an INSEE code; it must not ask the store."""
        super().__init__(parent)
        self.viewmodel = viewmodel
        self.first_stop: QWidget | None = None
        self._ask_open = ask_open or _ask_open
        self._ask_save = ask_save or _ask_save
        self.close_button = SecondaryButton(self.tr("Fermer"))
        self.header = ScreenHeader(
            self.tr("Importer une file active"), actions=(self.close_button,)
        )
        self.notice = Notice()
        self.choose = EmptyState(
            self.tr(
                "Choisissez le fichier de vos dossiers\u00a0: CSV, ODS ou XLSX, jusqu’à 20 000 "
                "lignes. Vous verrez tout avant que quoi que ce soit soit importé."
            ),
            self.tr("Choisir un fichier…"),
            shortcut="Ctrl+O",
        )
        self.veil = EmptyState(
            self.tr(
                "Un import montre les noms du fichier en entier. Quittez le mode discret (F8) "
                "quand personne d’autre ne voit l’écran\u00a0: l’import est resté où vous l’avez "
                "laissé."
            )
        )
        self.veil.hide()
        self.columns = ColumnsPage(viewmodel)
        self.progress = ProgressPage()
        self.preview = PreviewPage(viewmodel, commune_name)
        self.done = DonePage()
        self.pages = QStackedWidget()
        for page in (self.choose, self.columns, self.progress, self.preview, self.done):
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.notice)
        layout.addWidget(self.veil, 1)
        layout.addWidget(self.pages, 1)
        self._listen()
        self._render()

    def show_discreet(self, discreet: bool) -> None:
        """Covers the lines of the file, whose names could not be compared as initials."""
        self.veil.setVisible(discreet)
        self.pages.setVisible(not discreet)

    def event(self, event: QEvent) -> bool:
        # The window's Esc would leave a page that may be writing.
        return takes_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.viewmodel.leave()
        else:
            super().keyPressEvent(event)

    def _listen(self) -> None:
        self.viewmodel.changed.connect(self._render)
        self.viewmodel.closed.connect(self.closed)
        self.viewmodel.finished.connect(self.finished)
        self.close_button.clicked.connect(self.viewmodel.leave)
        self.choose.action_asked.connect(self._choose_file)
        self.columns.another_file.connect(self._choose_file)
        self.progress.card.cancelled.connect(self.viewmodel.cancel)
        self.preview.export_asked.connect(self._export)
        self.done.export_asked.connect(self._export)
        self.done.another_asked.connect(self.viewmodel.restart)
        self.done.ended.connect(self.viewmodel.leave)

    def _render(self) -> None:
        state = self.viewmodel.state
        self.header.set_subtitle(state.file_name)
        self.close_button.setEnabled(not state.is_busy)
        self._render_notice(state)
        page = self._page_of(state.step)
        if page is self.columns:
            self.columns.show_state(state)
        elif page is self.preview:
            self.preview.show_state(state)
        elif page is self.progress:
            self.progress.show_state(state)
        elif page is self.done:
            self.done.show_state(state)
        if self.pages.currentWidget() is not page or self.first_stop is None:
            self.pages.setCurrentWidget(page)
            stop = self._first_stop(page)
            self.first_stop = stop
            stop.setFocus()

    def _page_of(self, step: Step) -> QWidget:
        return {
            Step.CHOOSE: self.choose,
            Step.COLUMNS: self.columns,
            Step.PREVIEW: self.preview,
            Step.DONE: self.done,
        }.get(step, self.progress)

    def _first_stop(self, page: QWidget) -> QWidget:
        """The act of each page, so that Enter goes on and Tab goes through it."""
        stops: dict[QWidget, QWidget] = {
            self.choose: self.choose.button,
            self.columns: self.columns.go_on,
            self.progress: self.progress.card.cancel,
            self.preview: self.preview.write,
            self.done: self.done.end,
        }
        return stops[page]

    def _render_notice(self, state: ImportState) -> None:
        if state.failure is not None:
            self.notice.say(sentence(state.failure).whole, role=Role.DANGER)
        else:
            self.notice.say(self._said(state.said), role=Role.NEUTRAL)
        self.notice.setVisible(bool(self.notice.sentence))

    def _said(self, said: Said) -> str:
        return {
            Said.NOTHING: "",
            Said.CANCELLED: self.tr("Arrêté à votre demande\u00a0: rien n’a été importé."),
            Said.CHANGED: self.tr(
                "Des dossiers sont arrivés ou partis entre-temps\u00a0: rien n’a été importé, "
                "regardez l’aperçu à nouveau."
            ),
            Said.EXPORTED: self.tr(
                "Les lignes refusées sont dans le fichier. Il contient des noms\u00a0: "
                "supprimez-le quand vous l’aurez corrigé et importé."
            ),
        }[said]

    def _choose_file(self) -> None:
        if path := self._ask_open(self):
            self.viewmodel.choose(path)

    def _export(self) -> None:
        if path := self._ask_save(self):
            self.viewmodel.export_refused(path)


class ProgressPage(QWidget):
    """What is under way, how far, and the way out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = ProgressCard(self.tr("Import"))
        self._step: Step | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.card)
        layout.addStretch(1)

    def show_state(self, state: ImportState) -> None:
        if state.step is not self._step:
            self._step = state.step
            self.card.cancel.setEnabled(True)
        self.card.cancel.setVisible(state.step is not Step.READING)
        titles = {
            Step.READING: self.tr("Lecture du fichier"),
            Step.PLANNING: self.tr("Comparaison avec vos dossiers"),
            Step.WRITING: self.tr("Ouverture des dossiers"),
        }
        self.card.set_title(titles.get(state.step, ""))
        said = ""
        if state.total:
            said = self.tr("{0} sur {1}").format(number(state.done), number(state.total))
        if state.step is Step.WRITING:
            kept = self.tr("Si vous annulez, aucun dossier n’est ouvert.")
            said = f"{said} · {kept}" if said else kept
        self.card.show_progress(state.done, state.total, said)


class DonePage(QWidget):
    """What was done, and what is left to correct."""

    export_asked = Signal()
    another_asked = Signal()
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = Card(self.tr("Import terminé"))
        self._said = Secondary()
        self.figures = {
            "created": Figure(self.tr("Ouverts")),
            "present": Figure(self.tr("Déjà là")),
            "left": Figure(self.tr("Laissées de côté")),
            "refused": Figure(self.tr("Refusées")),
        }
        self.end = PrimaryButton(self.tr("Terminer"), shortcut="Ctrl+Return")
        self.another = SecondaryButton(self.tr("Importer un autre fichier"))
        self.export = SecondaryButton(self.tr("Exporter les lignes refusées…"))
        self.end.clicked.connect(self.ended)
        self.another.clicked.connect(self.another_asked)
        self.export.clicked.connect(self.export_asked)
        self.card.add(self._said)
        self.card.add(Flow(*self.figures.values(), gap=40))
        self.card.add(Flow(self.end, self.another, self.export, gap=12))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.card)
        layout.addStretch(1)

    def show_state(self, state: ImportState) -> None:
        result = state.result
        if result is None:
            return
        self._said.setText(words.done(result))
        for key, value in (
            ("created", result.created),
            ("present", result.present),
            ("left", result.left_aside + result.repeated),
            ("refused", result.refused),
        ):
            self.figures[key].set_value(number(value))
        self.export.setVisible(result.refused > 0)


def _ask_open(parent: QWidget) -> str:
    path, _ = QFileDialog.getOpenFileName(
        parent,
        parent.tr("Choisir le fichier de vos dossiers"),
        "",
        parent.tr("Tableaux (*.csv *.ods *.xlsx *.txt *.tsv);;Tous les fichiers (*)"),
    )
    return path


def _ask_save(parent: QWidget) -> str:
    path, _ = QFileDialog.getSaveFileName(
        parent,
        parent.tr("Enregistrer les lignes refusées"),
        "lignes-refusees.csv",
        parent.tr("CSV (*.csv)"),
    )
    return path
