"""The two pages of a paper key: take it down, then type it back."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.ui.keys.paper import FILE_NAME, paint_paper, paper_pdf
from desktop.ui.keys.paper_key import PaperKey
from desktop.ui.keys.words_grid import ShownWords, WordsField
from desktop.ui.kit import Flow, LinkButton, Notice, Secondary, SecondaryButton, Text, column
from desktop.ui.outlets import Outlets, SystemOutlets, print_sheet
from desktop.ui.theme import Role


class PaperPage(QWidget):
    """Shows the words and takes them to paper."""

    def __init__(
        self,
        paper: PaperKey,
        today: Callable[[], date],
        outlets: Outlets | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._paper = paper
        self._today = today
        self._outlets = outlets or SystemOutlets()
        self.words = ShownWords()
        self.print_button = SecondaryButton(
            self.tr("Imprimer…"), shortcut="Ctrl+P", icon_name="printer"
        )
        self.save_button = SecondaryButton(
            self.tr("Enregistrer en PDF…"), shortcut="Ctrl+S", icon_name="download"
        )
        self.notice = Notice()
        self.setLayout(
            column(
                Text(
                    self.tr(
                        "Si vous oubliez votre phrase de passe, ces vingt-quatre mots sont le seul "
                        "moyen d’ouvrir votre coffre. Personne au Département ne les a."
                    )
                ),
                Text(
                    self.tr(
                        "Imprimez-les ou recopiez-les, et rangez le papier sous clé, loin de "
                        "l’ordinateur\u00a0: qui le trouve peut ouvrir le coffre."
                    )
                ),
                self.words,
                Flow(self.print_button, self.save_button, gap=8),
                Secondary(
                    self.tr(
                        "Une imprimante partagée garde parfois une copie\u00a0: préférez la plus "
                        "proche de vous."
                    ),
                    small=True,
                ),
                self.notice,
                gap=16,
            )
        )
        self.print_button.clicked.connect(self.print_paper)
        self.save_button.clicked.connect(self.save_paper)
        paper.changed.connect(self.render_paper)
        self.setFocusProxy(self.print_button)
        self.render_paper()

    def render_paper(self) -> None:
        state = self._paper.state
        self.words.show_words(state.words)
        for button in (self.print_button, self.save_button):
            button.setEnabled(bool(state.words) and not state.is_busy)
        said = state.problem.whole if state.problem else state.note
        self.notice.say(said, role=Role.PENDING if state.problem else Role.OK)
        self.notice.setVisible(bool(said))

    def save_paper(self) -> None:
        path = self._outlets.ask_path(self, FILE_NAME, "PDF (*.pdf)")
        if path is not None:
            self._paper.save(path, paper_pdf(self._paper.state.words, self._today()))

    def print_paper(self) -> None:
        print_sheet(
            self._outlets,
            self,
            lambda printer: paint_paper(printer, self._paper.state.words, self._today()),
            printed=self._paper.note_printed,
            failed=self._paper.note_unprinted,
        )


class RetypePage(QWidget):
    """Has the words typed back from the paper, and points at the wrong one."""

    submitted = Signal()
    lost = Signal()

    def __init__(self, paper: PaperKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paper = paper
        self.words = WordsField()
        self.notice = Notice(role=Role.PENDING)
        self.lost_button = LinkButton(self.tr("Je n’ai plus ce papier\u00a0: en faire un autre"))
        self.setLayout(
            column(
                Text(
                    self.tr(
                        "Le papier devant vous, tapez les mots dans l’ordre. Espace passe au "
                        "suivant\u00a0; les quatre premières lettres suffisent."
                    )
                ),
                self.words,
                self.notice,
                self.lost_button,
                gap=16,
            )
        )
        self.words.value_changed.connect(paper.type)
        self.words.submitted.connect(self.submitted)
        self.lost_button.clicked.connect(self.lost)
        paper.changed.connect(self.render_paper)
        self.setFocusProxy(self.words)
        self.render_paper()

    def render_paper(self) -> None:
        state = self._paper.state
        if state.typed != self.words.value:
            self.words.set_value(state.typed)
        self.words.setEnabled(not state.is_busy)
        self.notice.say(state.problem.whole if state.problem else "", role=Role.PENDING)
        self.notice.setVisible(state.problem is not None)
        self.lost_button.setVisible(not state.words)
        self.words.point_at(state.wrong)
