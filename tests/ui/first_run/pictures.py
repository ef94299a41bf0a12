"""Draws the first run, the lock, the settings and the search, so that people can look at them.

    python -m tests.ui.first_run.pictures OUT_DIR

Names are invented.
"""

import errno
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication, QWidget

from desktop.config.preferences import Preferences, PreferencesFile
from desktop.services.errors import DamagedStore, WrongPassphrase
from desktop.services.vault_access import Missing
from desktop.services.vault_file import Manifest
from desktop.sync.errors import Offline, OfflineReason
from desktop.ui.errors import sentence
from desktop.ui.first_run import FirstRunView, FirstRunViewModel
from desktop.ui.first_run.identity import Way
from desktop.ui.first_run.ports import PairingStep, Progress, Stage, Standing, Welcome
from desktop.ui.first_run.viewmodel import Step
from desktop.ui.keys.ports import Level, Rating
from desktop.ui.lock import LockView, LockViewModel
from desktop.ui.lock.repair import Phase, RepairState
from desktop.ui.search import Command, SearchPalette, SearchViewModel
from desktop.ui.settings import SettingsView, SettingsViewModel
from desktop.ui.settings.viewmodel import Panel
from desktop.ui.theme import Mode, Theme
from desktop.ui.vault_import import VaultImportView, VaultImportViewModel
from desktop.ui.withdrawn import WithdrawnView
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, make_desk, seed_small

_IDENTITY = Step.IDENTITY
_WAYS = (Way.CHOICE, Way.PAIRING, Way.FIRST_SHARE, Way.LOST)
_TODAY = date(2026, 11, 24)
_PHRASE = "cabane lueur moissonner tilleul encrier vague sonnette"
_WORDS = (
    *("abaisser", "dominer", "fragile", "girafe", "ivoire", "losange", "muscle", "neutre"),
    *("olivier", "panorama", "quartz", "rocher", "sablier", "tirelire", "univers", "vigneron"),
    *("voyage", "zoologie", "acier", "bitume", "cigale", "dragon", "exotique", "fusion"),
)


_MISSING = Missing(
    datetime(2026, 11, 24, 7, 50, tzinfo=UTC), 3, {"follow_up": 12, "draft": 1}, False, False
)


class Nobody:
    """Answers every port at once: pictures need no vault."""

    def rate(self, passphrase: str) -> Rating:
        strong = len(passphrase) > 40
        return Rating(Level.STRONG if strong else Level.FAIR, 84 if strong else 52)

    def propose(self) -> str:
        return _PHRASE

    def repair(self, passphrase: str, progress: object) -> Missing:
        return _MISSING

    def find_office(self, typed: str) -> str:
        if "hors" in typed:
            raise Offline(OfflineReason.NO_ROUTE)
        return "https://coffre.deux-sevres.exemple.fr"

    def check_invitation(self, typed: str) -> str:
        return typed

    def look(self, joining: object) -> Standing:
        return Standing()

    def pairing_step(self) -> PairingStep:
        return PairingStep()

    def agree_pairing(self) -> PairingStep:
        return PairingStep()

    def find_by_paper(self, words: str) -> None: ...

    def check_share(self, words: str) -> None: ...

    def find_by_shares(self, one: str, other: str) -> None: ...

    def create(self, passphrase: str, joining: object) -> tuple[str, ...]:
        return _WORDS

    def renew_paper(self) -> tuple[str, ...]:
        return _WORDS

    def confirm(self, words: str) -> None: ...

    def enrol(self, joining: object, tell: Callable[[Progress], None]) -> Welcome:
        tell(Progress(Stage.RECORDS, 1200, 4000))
        return Welcome("Claire Martin", "psychologue", "Deux-Sèvres")

    def open(self, passphrase: str) -> None:
        raise WrongPassphrase

    def offers_code(self) -> bool:
        return False

    def open_with_code(self, code: str) -> None: ...

    def open_with_paper(self, words: str, new_passphrase: str) -> None: ...

    def change_passphrase(self, current: str, new: str) -> None: ...

    def new_paper_key(self, passphrase: str) -> tuple[str, ...]:
        return _WORDS

    def confirm_paper_key(self, words: str) -> None: ...


class _Known(Nobody):
    """Somebody who has a laptop already."""

    def look(self, joining: object) -> Standing:
        return Standing(is_known=True, has_shares=True)

    def pairing_step(self) -> PairingStep:
        return PairingStep(_WORDS[:4])


class _Bringing(Nobody):
    """An exported vault that is read at once."""

    def look(self, path: Path, passphrase: str, words: str) -> Manifest:  # type: ignore[override]  # another port
        return Manifest(_MISSING.at, 1, 18_400_000, {"person": 174, "follow_up": 1_203})

    def take(self, passphrase: str) -> None: ...

    def forget(self) -> None: ...


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise SystemExit("A window application is needed.")
    with TemporaryDirectory() as folder:
        desk = make_desk(Path(folder))
        seed_small(desk)
        for mode in (Mode.LIGHT, Mode.DARK):
            for scale in (100, 200):
                theme = Theme(app, mode=mode, scale=scale)
                theme.install()
                for name, make in _windows(theme, desk, Path(folder)).items():
                    _draw(app, make(), out / f"{name}-{mode}-{scale}.png")
        desk.store.close()


def _draw(app: QApplication, window: QWidget, target: Path) -> None:
    if not isinstance(window, SearchPalette):
        window.resize(1366, 768)
    window.show()
    for _ in range(8):
        app.processEvents()
    window.grab().save(str(target))
    window.close()
    window.deleteLater()
    app.processEvents()


def _windows(theme: Theme, desk: Desk, folder: Path) -> dict[str, Callable[[], QWidget]]:
    return {
        "lock": lambda: _lock(0),
        "lock-refused": lambda: _lock(5),
        "lock-paper": _lock_paper,
        **{f"repair-{phase}": partial(_repair, phase) for phase in Phase},
        "repair-refused": lambda: _repair(Phase.READY, wrong=True),
        "withdrawn": lambda: _withdrawn(None),
        "withdrawn-gone": lambda: _withdrawn("gone"),
        "withdrawn-kept": lambda: _withdrawn("kept"),
        "vault-import": lambda: _vault_import(is_read=False),
        "vault-import-read": lambda: _vault_import(is_read=True),
        **{f"first-{step}": partial(_first_run, step) for step in Step if step is not _IDENTITY},
        **{f"first-identity-{way.name.lower()}": partial(_identity, way) for way in _WAYS},
        "first-offline": lambda: _first_run(Step.OFFICE, address="hors"),
        "settings": lambda: _settings(theme, folder, Panel.NONE),
        "settings-phrase": lambda: _settings(theme, folder, Panel.PHRASE),
        "settings-paper": lambda: _settings(theme, folder, Panel.PAPER),
        "search": lambda: _search(desk, "mor"),
        "search-place": lambda: _search(desk, "melle"),
        "search-empty": lambda: _search(desk, ""),
    }


def _lock(wrong: int) -> QWidget:
    model = LockViewModel(InlineBackground(), Nobody(), lambda: 100.0)
    view = LockView(model, "1.0")
    view.field.line.setText("trois moineaux gris")
    for _ in range(wrong):
        model.open("non")
    return _held(view, model)


def _lock_paper() -> QWidget:
    model = LockViewModel(InlineBackground(), Nobody())
    view = LockView(model, "1.0")
    model.show_paper()
    return _held(view, model)


def _repair(phase: Phase, *, wrong: bool = False) -> QWidget:
    model = LockViewModel(InlineBackground(), Nobody())
    view = LockView(model, "1.0")
    model.tell(DamagedStore())
    model.show_repair()
    repairing = model.repairing
    repairing._show(RepairState(phase, 312, 1_000))
    if wrong:
        repairing._failed(WrongPassphrase())
    elif phase is Phase.DONE:
        repairing._repaired(_MISSING)
    return _held(view, model)


def _withdrawn(told: str | None) -> QWidget:
    view = WithdrawnView()
    if told == "gone":
        view.tell_gone(43)
    elif told == "kept":
        view.tell_kept(sentence(OSError(errno.EACCES, "")).whole)
    return view


def _vault_import(*, is_read: bool) -> QWidget:
    model = VaultImportViewModel(InlineBackground(), _Bringing())
    view = VaultImportView(model)
    model.choose(Path("coffre-claire-martin-2026-11-24.coffre"))
    if is_read:
        model.look("une phrase", "")
        model.choice.propose()
    return _held(view, model)


def _first_run(step: Step, address: str = "coffre.deux-sevres.exemple.fr") -> QWidget:
    background = InlineBackground()
    model = FirstRunViewModel(background, Nobody())
    view = FirstRunView(model, lambda: _TODAY)
    model.type_address(address)
    model.type_invitation("79-ABCDE-FGHJK-MNPQR-STVWX")
    if address == "hors":
        model.go_on()
        return _held(view, model)
    while model.state.step is not step:
        if model.state.step is Step.PHRASE:
            model.choice.propose()
            model.choice.type_again(_PHRASE)
        if model.state.step is Step.RETYPE:
            model.paper.type(_WORDS)
            if step is Step.ENROLMENT:
                model.paper.type((*_WORDS[:6], "gorille", *_WORDS[7:]))
                background.hold()
                model._enrol()
                model._progressed(Progress(Stage.RECORDS, 1200, 4000))
                return _held(view, model)
        model.go_on()
    if step is Step.PHRASE:
        model.choice.propose()
        model.choice.type_again("cabane lueur x")
    if step is Step.RETYPE:
        model.paper.type((*_WORDS[:6], "gorille", *_WORDS[7:]))
        model.go_on()
    return _held(view, model)


def _identity(way: Way) -> QWidget:
    model = FirstRunViewModel(InlineBackground(), _Known())
    view = FirstRunView(model, lambda: _TODAY)
    model.type_address("coffre.deux-sevres.exemple.fr")
    model.type_invitation("79-ABCDE-FGHJK-MNPQR-STVWX")
    model.go_on()
    model.go_on()
    model.identity.choose(way)
    return _held(view, model)


def _settings(theme: Theme, folder: Path, panel: Panel) -> QWidget:
    keeper = PreferencesFile(folder / "preferences.json")
    preferences = Preferences(text_percent=theme.scale)
    model = SettingsViewModel(InlineBackground(), keeper, Nobody(), preferences)
    view = SettingsView(model, theme, lambda: _TODAY, "1.0")
    if panel is Panel.PAPER:
        model.unfold(Panel.PAPER_ASKED)
        model.ask_paper("oui")
    elif panel is not Panel.NONE:
        model.unfold(panel)
    return _held(view, model)


def _search(desk: Desk, typed: str) -> QWidget:
    commands = (
        Command("today", "Aujourd’hui", "Ctrl+1"),
        Command("persons", "Personnes", "Ctrl+2"),
        Command("new", "Nouveau suivi", "Ctrl+N"),
        Command("lock", "Verrouiller", "Ctrl+L"),
    )
    model = SearchViewModel(InlineBackground(), desk.persons, desk.directory, commands)
    palette = SearchPalette(model)
    palette.show()
    model.type(typed)
    for hit in model.state.hits:
        if hit.title == "Melle":
            model.choose(hit)
    return _held(palette, model)


def _held(view: QWidget, model: object) -> QWidget:
    view.setProperty("model", model)
    return view


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/pictures"))
