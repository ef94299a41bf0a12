"""The pages of the first run that are its own; the paper's are shared with the settings."""

from PySide6.QtWidgets import QProgressBar, QWidget

from desktop.ui.first_run.ports import Progress, Stage
from desktop.ui.first_run.viewmodel import FirstRunViewModel, Step
from desktop.ui.keys.invitation_field import InvitationField
from desktop.ui.keys.passphrase_form import PassphraseForm
from desktop.ui.kit import LabeledField, LineField, Secondary, Text, column
from desktop.ui.text import number

_ADDRESS_LIMIT = 300


class OfficePage(QWidget):
    """Where the office is."""

    def __init__(self, viewmodel: FirstRunViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self.field = LineField(limit=_ADDRESS_LIMIT, hint=self.tr("coffre.exemple.fr"))
        labeled = LabeledField(
            self.tr("Adresse du serveur"),
            self.field,
            help=self.tr("Elle vous a été donnée avec votre invitation."),
        )
        self.setLayout(
            column(
                Text(
                    self.tr(
                        "Bienvenue. En cinq questions, ce poste devient votre bureau. Il faut le "
                        "réseau cette fois-ci seulement\u00a0: ensuite, Coffre marche partout."
                    )
                ),
                labeled,
                gap=16,
            )
        )
        self.field.value_changed.connect(viewmodel.type_address)
        self.field.returnPressed.connect(viewmodel.go_on)
        viewmodel.changed.connect(self.render_state)
        self.setFocusProxy(self.field)
        self.render_state()

    def render_state(self) -> None:
        self.field.set_value(self._viewmodel.state.address)
        self.field.setReadOnly(self._viewmodel.is_busy)


class InvitationPage(QWidget):
    """By what right."""

    def __init__(self, viewmodel: FirstRunViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        labeled = InvitationField()
        self.field = labeled.line
        self._found = Secondary()
        self.setLayout(column(self._found, labeled, gap=16))
        self.field.value_changed.connect(viewmodel.type_invitation)
        self.field.returnPressed.connect(viewmodel.go_on)
        viewmodel.changed.connect(self.render_state)
        self.setFocusProxy(self.field)
        self.render_state()

    def render_state(self) -> None:
        state = self._viewmodel.state
        self.field.set_value(state.invitation)
        self.field.setReadOnly(self._viewmodel.is_busy)
        self._found.setText(self.tr("Le serveur {0} a répondu.").format(state.found))
        self._found.setVisible(bool(state.found))


class PassphrasePage(QWidget):
    """What will open the vault every day."""

    def __init__(self, viewmodel: FirstRunViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = PassphraseForm(viewmodel.choice)
        self.setLayout(
            column(
                Text(
                    self.tr(
                        "Elle ouvre ce poste et ne le quitte jamais\u00a0: personne ne peut la "
                        "retrouver pour vous. Plusieurs mots valent mieux qu’un mot compliqué."
                    )
                ),
                self.form,
                gap=16,
            )
        )
        self.form.submitted.connect(viewmodel.go_on)
        self.setFocusProxy(self.form)


class EnrolmentPage(QWidget):
    """The laptop and the office make acquaintance."""

    def __init__(self, viewmodel: FirstRunViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self.words = Text()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Inscription de ce poste"))
        self.setLayout(column(self.words, self.bar, gap=12))
        viewmodel.changed.connect(self.render_state)
        self.render_state()

    def render_state(self) -> None:
        state = self._viewmodel.state
        if state.step is not Step.ENROLMENT:
            return
        progress = state.progress
        self.bar.setVisible(state.is_busy)
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        words = self._stage_words(progress)
        self.words.setText(words if state.is_busy else self.tr("L’inscription n’a pas abouti."))
        self.bar.setAccessibleDescription(words)

    def _stage_words(self, progress: Progress) -> str:
        if progress.stage is Stage.KEYS:
            return self.tr("Préparation de vos clés, sur ce poste…")
        if progress.stage is Stage.OFFICE:
            return self.tr("Présentation au serveur du Département…")
        if not progress.total:
            return self.tr("Arrivée de vos dossiers…")
        return self.tr("Arrivée de vos dossiers\u00a0: {0} sur {1}").format(
            number(progress.done), number(progress.total)
        )


class DonePage(QWidget):
    """All is in place."""

    def __init__(self, viewmodel: FirstRunViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._who = Secondary()
        self.setLayout(
            column(
                self._who,
                Text(
                    self.tr(
                        "Ce poste est inscrit. Il marche désormais sans réseau, et s’accorde avec "
                        "le serveur dès qu’il le retrouve."
                    )
                ),
                Text(self.tr("Avant de partir\u00a0: le papier de la clé de secours, sous clé.")),
                gap=12,
            )
        )
        viewmodel.changed.connect(self.render_state)
        self.render_state()

    def render_state(self) -> None:
        welcome = self._viewmodel.state.welcome
        if welcome is not None:
            self._who.setText(
                self.tr("{0} · {1} · {2}").format(welcome.name, welcome.job, welcome.department)
            )
