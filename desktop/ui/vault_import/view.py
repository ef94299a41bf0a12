"""One calm window: which file, what it holds, and a passphrase for this laptop."""

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.config.clock import paris
from desktop.services.vault_file import Manifest
from desktop.ui.calm_window import CalmWindow
from desktop.ui.keys.passphrase_form import PassphraseForm
from desktop.ui.kit import (
    Heading,
    LabeledField,
    Level,
    Notice,
    PassphraseField,
    PrimaryButton,
    Secondary,
    SecondaryButton,
    Text,
    TextField,
    column,
    row,
)
from desktop.ui.outlets import SystemOutlets
from desktop.ui.text import day_with_year, number, translate
from desktop.ui.theme import Role
from desktop.ui.vault_import.viewmodel import VaultImportViewModel

_WIDTH_PX = 640
_MOST_TYPED = 4_096


class Chooser(Protocol):
    """Asks which file; None when the person changes her mind."""

    def ask_file(self, parent: QWidget, kinds: str) -> Path | None: ...


class VaultImportView(CalmWindow):
    """Renders a `VaultImportViewModel`."""

    left = Signal()
    """She goes back to the first run."""

    def __init__(
        self,
        viewmodel: VaultImportViewModel,
        chooser: Chooser | None = None,
        parent: QWidget | None = None,
    ) -> None:
        foot = translate("VaultImport", "Coffre · premier démarrage · chiffré sur ce poste")
        super().__init__(_WIDTH_PX, foot, parent)
        self.setWindowTitle("Coffre")
        self._viewmodel = viewmodel
        self._chooser = chooser or SystemOutlets()
        self._make()
        self._lay_out()
        self._connect()
        self._render()

    def _make(self) -> None:
        self.choose = SecondaryButton(self.tr("Choisir le fichier…"), icon_name="file-text")
        self.file_name = Text()
        self.phrase = PassphraseField()
        self.words = TextField(limit=_MOST_TYPED)
        self.look = PrimaryButton(self.tr("Regarder ce qu’il contient"), shortcut="Ctrl+Return")
        self.holds = Text()
        self.form = PassphraseForm(self._viewmodel.choice)
        self.take = PrimaryButton(self.tr("Reprendre ce coffre ici"), shortcut="Ctrl+Return")
        self.back = SecondaryButton(self.tr("Revenir"), shortcut="Esc")
        self.notice = Notice(role=Role.PENDING)
        self._file = QWidget()
        self._file.setLayout(
            column(
                LabeledField(self.tr("Phrase de passe du fichier"), self.phrase),
                LabeledField(
                    self.tr("Ou votre clé de secours"),
                    self.words,
                    help=self.tr("Les vingt-quatre mots du papier."),
                ),
                gap=12,
            )
        )
        self._new = QWidget()
        self._new.setLayout(
            column(
                self.holds,
                Secondary(
                    self.tr(
                        "Choisissez la phrase de passe de cet ordinateur. À la première "
                        "synchronisation, il se présentera comme un nouvel ordinateur à vous."
                    )
                ),
                self.form,
                gap=12,
            )
        )

    def _lay_out(self) -> None:
        self.body.addWidget(Heading(self.tr("Reprendre un coffre exporté"), Level.TITLE))
        self.body.addSpacing(8)
        self.body.addWidget(
            Secondary(
                self.tr(
                    "Le fichier vient de «\u00a0Sauvegardes\u00a0», sur un autre ordinateur. Rien "
                    "n’est repris avant que vous ayez vu ce qu’il contient."
                )
            )
        )
        chosen = row(self.choose)
        chosen.addWidget(self.file_name, 1)
        self.body.addLayout(chosen)
        self.body.addWidget(self._file)
        self.body.addWidget(self._new)
        self.body.addWidget(self.notice)
        self.body.addSpacing(8)
        acts = row(self.back)
        acts.addStretch(1)
        acts.addWidget(self.look)
        acts.addWidget(self.take)
        self.body.addLayout(acts)

    def _connect(self) -> None:
        self._viewmodel.changed.connect(self._render)
        self._viewmodel.choice.changed.connect(self._render)
        self.choose.clicked.connect(self._choose)
        self.phrase.submitted.connect(self._look)
        self.look.clicked.connect(self._look)
        self.take.clicked.connect(self._viewmodel.take)
        self.form.submitted.connect(self._viewmodel.take)
        self.back.clicked.connect(self._leave)

    def _choose(self) -> None:
        path = self._chooser.ask_file(self, self.tr("Coffre exporté (*.coffre)"))
        if path is not None:
            self._viewmodel.choose(path)
            self.phrase.setFocus()

    def _look(self) -> None:
        self._viewmodel.look(self.phrase.value, self.words.value)

    def _leave(self) -> None:
        self._viewmodel.leave()
        self.left.emit()

    def _render(self) -> None:
        state = self._viewmodel.state
        manifest, busy = state.manifest, state.is_busy
        self.file_name.setText(state.path.name if state.path else "")
        self._file.setVisible(state.path is not None and manifest is None)
        self.look.setVisible(state.path is not None and manifest is None)
        self._new.setVisible(manifest is not None)
        self.take.setVisible(manifest is not None)
        self.choose.setEnabled(not busy)
        self.look.setEnabled(not busy)
        self.look.set_words(
            self.tr("Lecture du fichier…") if busy else self.tr("Regarder ce qu’il contient")
        )
        self.take.setEnabled(self._viewmodel.choice.state.is_ready and not busy)
        self.back.setEnabled(not busy)
        if manifest is not None:
            self.phrase.clear()
            self.words.set_value("")
            self.holds.setText(_told(manifest))
        self.notice.say(state.problem.whole if state.problem else "", role=Role.PENDING)
        self.notice.setVisible(state.problem is not None)


def _told(manifest: Manifest) -> str:
    day = day_with_year(paris(manifest.made_at).date())
    kinds = ("person", "follow_up", "clinical_note")
    people, meetings, notes = (manifest.counts.get(kind, 0) for kind in kinds)
    return translate("VaultImport", "Exporté le {0}\u00a0: {1}, {2}, {3}.").format(
        day,
        _counted(translate("VaultImport", "%n personne(s)", "", people), people),
        _counted(translate("VaultImport", "%n suivi(s)", "", meetings), meetings),
        _counted(translate("VaultImport", "%n note(s)", "", notes), notes),
    )


def _counted(words: str, count: int) -> str:
    """« 1 203 suivis »."""
    return words.replace(str(count), number(count), 1)
