"""« Emporter tout le coffre »: one encrypted file, under a passphrase of its own."""

from PySide6.QtWidgets import QWidget

from desktop.ui.backups.export_viewmodel import ExportViewModel
from desktop.ui.keys.passphrase_form import PassphraseForm
from desktop.ui.kit import (
    GRID,
    Card,
    Flow,
    Notice,
    PrimaryButton,
    Secondary,
    SecondaryButton,
    column,
)
from desktop.ui.outlets import Outlets, SystemOutlets
from desktop.ui.theme import Role


class ExportCard(Card):
    """Unfolds in place."""

    def __init__(
        self,
        viewmodel: ExportViewModel,
        outlets: Outlets | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self.set_title(self.tr("Emporter tout le coffre"))
        self._viewmodel = viewmodel
        self._outlets = outlets or SystemOutlets()
        self.begin = SecondaryButton(self.tr("Exporter…"), icon_name="download")
        self.form = PassphraseForm(viewmodel.choice)
        self.cancel = SecondaryButton(self.tr("Annuler"))
        self.write = PrimaryButton(self.tr("Choisir où l’enregistrer…"))
        self.notice = Notice()
        self._panel = QWidget()
        self._panel.setLayout(
            column(
                Secondary(
                    self.tr(
                        "Une phrase de passe pour ce fichier seulement, forte\u00a0: il quitte cet "
                        "ordinateur. Votre clé de secours papier l’ouvrira aussi."
                    )
                ),
                self.form,
                Flow(self.cancel, self.write, gap=GRID, at_right=True),
                gap=12,
            )
        )
        self.add(
            Secondary(
                self.tr(
                    "Un seul fichier chiffré, à ranger en lieu sûr, pour retrouver votre coffre "
                    "sur un autre ordinateur. Ce qui sera effacé ensuite y restera\u00a0: "
                    "détruisez-le dès qu’il ne sert plus."
                )
            )
        )
        self.add(Flow(self.begin))
        self.add(self._panel)
        self.add(self.notice)
        self.begin.clicked.connect(viewmodel.unfold)
        self.cancel.clicked.connect(viewmodel.fold)
        self.write.clicked.connect(self._choose)
        self.form.submitted.connect(self._choose)
        viewmodel.changed.connect(self._render)
        viewmodel.choice.changed.connect(self._render)
        self._render()

    def _choose(self) -> None:
        if not self._viewmodel.choice.state.is_ready:
            return
        kinds = self.tr("Coffre exporté (*.coffre)")
        path = self._outlets.ask_path(self, self._viewmodel.file_name, kinds)
        if path is not None:
            self._viewmodel.export(path)

    def _render(self) -> None:
        state = self._viewmodel.state
        self.begin.setVisible(not state.is_unfolded)
        self._panel.setVisible(state.is_unfolded)
        is_ready = self._viewmodel.choice.state.is_ready and not state.is_writing
        self.write.setEnabled(is_ready)
        self.cancel.setEnabled(not state.is_writing)
        self.write.set_words(
            self.tr("Export en cours…")
            if state.is_writing
            else self.tr("Choisir où l’enregistrer…")
        )
        said = state.problem.whole if state.problem else state.note
        self.notice.say(said, role=Role.PENDING if state.problem else Role.OK)
        self.notice.setVisible(bool(said))
