"""Plays steps in real windows: starts laptops, types passphrases, synchronises, keeps pictures."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.app.application import Application
from desktop.config.policy import Policy
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.sync.tally import Receipt
from tools.demo.days import DemoClock
from tools.demo.hands import Hands, NotSeen
from tools.demo.laptops import PASSPHRASE, Laptop, home_of, unlock
from tools.demo.office import OfficeProcess
from tools.demo.road import Road
from tools.demo.stage import Stage
from tools.demo.steps import Step, play

T = TypeVar("T")

DAY = "Rendez-vous du jour"
SYNCED = "Tout ce que vous avez écrit est confirmé par le bureau."


class Player:
    """Knows the stage, and the one Coffre that is open on it."""

    def __init__(
        self, qt: QApplication, stage: Stage, office: OfficeProcess, road: Road, day: date
    ) -> None:
        self.stage = stage
        self.office = office
        self.road = road
        self.day = day
        self.clock = DemoClock(day)
        self.hands = Hands(qt, lambda: self._application.window if self._application else None)
        self.receipts: list[Receipt] = []
        self._qt = qt
        self._application: Application | None = None
        self._pictures = 0

    def play(self, steps: Sequence[Step]) -> bool:
        """Play them; return whether each held."""
        try:
            held = play(steps)
            if not held and self._application is not None:
                self.shoot("arret")
            return held
        finally:
            self.close()

    def start(self, name: str) -> None:
        """Start somebody's Coffre, at its lock."""
        self.close()
        self._application = Application(
            self._qt,
            home_of(self.stage.laptops, name),
            Policy(),
            self.clock,
            SystemRandom(),
            FLOOR,
        )
        self._application.start()
        self.hands.wait(self.is_locked, "l’écran de verrouillage")
        self._activate()

    def enter(self, *, is_interrupted: bool = False) -> None:
        """Type the passphrase and wait for the day, or for the words that were interrupted."""
        self._activate()
        self.hands.press(Qt.Key.Key_A, control=True)
        self.hands.type(PASSPHRASE)
        self.hands.press(Qt.Key.Key_Return)
        self.hands.wait(lambda: not self.desk_is_closed(), "l’ouverture du coffre")
        self._activate()
        if not is_interrupted:
            self.hands.wait(lambda: self.has_rows(DAY), "la journée")

    def begin(self, name: str) -> None:
        """Start the follow-up of somebody expected today, by the keyboard."""
        hands = self.hands
        hands.wait(lambda: self.has_rows(DAY), "la journée")
        hands.choose(DAY, name)
        # Beside the list: Ctrl+N is about the person shown there.
        hands.wait(lambda: name in hands.read().splitlines(), "la personne choisie")
        hands.press(Qt.Key.Key_N, control=True)
        hands.wait_for(f"Suivi · {name}")
        hands.wait(lambda: bool(hands.focus().accessibleName()), "le premier champ")

    def open_dossier(self, name: str, tab: str) -> None:
        """Search everywhere, open the dossier, go to one of its pages."""
        hands, first_name = self.hands, name.partition(" ")[0]
        hands.press(Qt.Key.Key_K, control=True)
        hands.type(name)
        hands.wait(
            lambda: any(first_name in row for row in self._rows_or_none("Résultats")[:1]),
            "la personne, en tête des résultats",
        )
        hands.press(Qt.Key.Key_Return)
        hands.wait(lambda: name in hands.read().splitlines(), "son dossier")
        hands.open_tab(tab)

    def synchronise(self) -> tuple[int, int]:
        """Synchronise by hand; return how many changes were sent, and how many received."""
        self.listen()
        self.hands.press(Qt.Key.Key_6, control=True)
        self.hands.click("Synchroniser maintenant")
        self.hands.wait(lambda: bool(self.receipts), "la synchronisation")
        self.hands.wait_for(SYNCED)
        sent = sum(receipt.sent for receipt in self.receipts)
        return sent, sum(receipt.received for receipt in self.receipts)

    def look(self, name: str, ask: Callable[[Laptop], T]) -> T:
        """Ask somebody's closed laptop something, through its own services."""
        laptop = unlock(self.stage.laptops, name, self.clock)
        try:
            return ask(laptop)
        finally:
            laptop.close()

    def listen(self) -> None:
        """Keep the receipts of the synchronisations to come."""
        self.receipts = []
        desk = self._application.desk if self._application else None
        if desk is None:
            raise NotSeen("un coffre ouvert")
        seen: set[int] = set()

        def keep(_: object) -> None:
            receipt = desk.runner.progress.receipt
            if receipt is not None and id(receipt) not in seen:
                seen.add(id(receipt))
                self.receipts.append(receipt)

        keep(None)
        self.receipts = []
        desk.runner.changed.connect(keep)

    def refusals(self) -> int:
        """Count what the lock says of wrong phrases."""
        return self.hands.read().count("phrase de passe n’ouvre pas")

    def desk_is_closed(self) -> bool:
        """Tell whether nothing is unlocked."""
        return self._application is None or self._application.desk is None

    def is_locked(self) -> bool:
        """Tell whether the lock is in sight."""
        return self.desk_is_closed() and "Ce poste est verrouillé." in self.hands.read()

    def wait_for_mark(self, name: str, words: str) -> None:
        """Wait until somebody's appointment is marked so."""
        self.hands.wait(
            lambda: any(name in row and words in row for row in self._rows_or_none(DAY)),
            f"«\u00a0{words}\u00a0» à la ligne",
        )

    def has_rows(self, name: str) -> bool:
        """Tell whether a list is in sight, and not empty."""
        return bool(self._rows_or_none(name))

    def _rows_or_none(self, name: str) -> list[str]:
        try:
            return self.hands.rows(name)
        except NotSeen:
            return []

    def _activate(self) -> None:
        window = self.hands.window
        window.activateWindow()
        self.hands.wait(window.isVisible, "la fenêtre")

    def shoot(self, name: str) -> None:
        """Keep a picture of what is in sight."""
        self._pictures += 1
        self.hands.shoot(self.stage.folder / f"{self._pictures:02d}-{name}.png")

    def close(self) -> None:
        """Close the Coffre that is open, if any."""
        if self._application is not None:
            self._application.close()
            self._application = None
            self._qt.processEvents()
