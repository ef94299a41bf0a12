"""A psychologist's morning, played off-screen: real windows, real vaults, a real server.

Each step says what it saw, and fails when the screen, a file or the database says otherwise.
"""

import secrets
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.app.application import Application
from desktop.config.policy import Policy
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.sync.tally import Receipt
from desktop.ui.text import day_long
from server.config.ports import system_clock, system_random
from server.services.administration import Administration
from server.services.opening import server_of
from tools.demo.cast import CAST, Role
from tools.demo.days import DemoClock
from tools.demo.hands import Hands, NotSeen
from tools.demo.laptops import PASSPHRASE, home_of, slug, unlock
from tools.demo.leaks import holders
from tools.demo.office import DEPARTMENT, OfficeProcess
from tools.demo.road import Road
from tools.demo.stage import Stage
from tools.demo.steps import NBSP, Step, expect, number, play
from tools.demo.team import HEROINE, REFERENT

_DAY = "Rendez-vous du jour"
_SUMMARY, _NOTE = "Synthèse partagée", "Note clinique"
_FIRST = (
    "Dort mieux depuis la rentrée. Souhaite reprendre l’atelier cuisine du centre"
    " socioculturel. Accepte de poursuivre au même rythme."
)
_SECOND = (
    "Premier entretien. Parle volontiers de son dernier contrat. Accepte un suivi mensuel à"
    " Melle, vient en car le matin."
)
_BEGUN = "Vient accompagnée de sa sœur, qui attend dans le couloir"
_SIGNED = f"{HEROINE[0]}. {HEROINE.partition(' ')[2]}"
_HEADER_BYTES = 16
_PLAIN_HEADER = b"SQLite format 3\x00"


class Morning:
    """Plays the morning on a stage whose office is open."""

    def __init__(
        self, qt: QApplication, stage: Stage, office: OfficeProcess, road: Road, day: date
    ) -> None:
        self._qt = qt
        self._stage = stage
        self._office = office
        self._road = road
        self._day = day
        self._clock = DemoClock(day)
        self._application: Application | None = None
        self._hands = Hands(qt, lambda: self._application.window if self._application else None)
        self._pictures = 0
        self._receipts: list[Receipt] = []
        # Drawn anew each time: found anywhere, it comes from this morning.
        self._canary = f"CANARI-{secrets.token_hex(8).upper()}"
        self._clinical = f"Évoque pour la première fois son frère. {self._canary}"

    def play(self) -> bool:
        """Play it; return whether each step held."""
        steps = (
            Step("Le bureau répond", self._office_answers),
            Step(f"{HEROINE} déverrouille son ordinateur", self._unlock),
            Step("Aujourd’hui", self._today),
            Step("Coupure du réseau", self._cut),
            Step("Deux suivis saisis au clavier", self._write_two),
            Step("Un brouillon survit au verrouillage", self._draft),
            Step("Le réseau revient", self._return),
            Step("Verrouillage", self._lock),
            Step(f"{REFERENT} ouvre le sien", self._colleague),
            Step("La note n’a pas fui", self._no_leak),
            Step(f"{HEROINE} relit sa note", self._read_again),
        )
        try:
            held = play(steps)
            if not held and self._application is not None:
                self._shoot("arret")
            return held
        finally:
            self._close()

    # -- the steps --------------------------------------------------------------------------------

    def _office_answers(self) -> str:
        database = self._office.open_database()
        try:
            administration = Administration(
                database, server_of(database), system_clock, system_random
            )
            status = administration.status(administration.department(DEPARTMENT))
        finally:
            database.close()
        counts = status.records
        expect(status.devices == 10, "dix ordinateurs enrôlés")
        expect(counts.get("Personne", 0) >= 600, "600 personnes")
        expect(counts.get("Lieu", 0) == 12, "douze lieux")
        return (
            f"{status.devices} ordinateurs, {number(counts['Personne'])} personnes,"
            f" {number(counts['Suivi'])} suivis, {number(counts['Note clinique'])} notes scellées"
        )

    def _unlock(self) -> str:
        database = home_of(self._stage.laptops, HEROINE).database
        with database.open("rb") as file:
            expect(file.read(_HEADER_BYTES) != _PLAIN_HEADER, "une base chiffrée")
        self._start(HEROINE)
        self._shoot("verrou")
        self._hands.type("une autre phrase que la bonne")
        self._hands.press(Qt.Key.Key_Return)
        self._hands.wait(lambda: self._refusals() > 0, "le refus d’une autre phrase de passe")
        expect(self._desk_is_closed(), "un coffre resté fermé")
        self._enter(_DAY)
        size = number(database.stat().st_size // 1024)
        return f"autre phrase refusée, la bonne ouvre ({size}{NBSP}ko chiffrés)"

    def _today(self) -> str:
        hands = self._hands
        hands.wait(lambda: len(hands.rows(_DAY)) == len(CAST), f"{len(CAST)} rendez-vous")
        rows = hands.rows(_DAY)
        for role, row in zip(CAST, rows, strict=True):
            expect(f"{role.first_name} {role.birth_name}" in row, f"un rendez-vous à {role.hour}")
            expect(role.town in row, f"{role.town} à {role.hour}")
        title = day_long(self._day)
        hands.wait_for(title[:1].upper() + title[1:])
        hands.wait_for("Brouillon non terminé")
        hands.wait_for("qu’est devenu ce rendez-vous")
        self._shoot("aujourdhui")
        return f"{title}, {len(rows)} rendez-vous, {CAST[0].town} puis {CAST[-1].town}"

    def _cut(self) -> str:
        self._road.cut()
        self._hands.press(Qt.Key.Key_6, control=True)
        self._hands.click("Synchroniser maintenant")
        self._hands.wait_for("Hors connexion")
        self._shoot("hors-connexion")
        self._hands.press(Qt.Key.Key_1, control=True)
        self._hands.wait(lambda: bool(self._hands.rows(_DAY)), "la journée, hors connexion")
        return "le bureau est injoignable, la journée reste à l’écran"

    def _write_two(self) -> str:
        for at, (role, summary) in enumerate(zip(CAST, (_FIRST, _SECOND), strict=False)):
            self._begin(at)
            self._hands.type(summary)
            self._hands.tab_to(_NOTE)
            self._hands.type(self._clinical)
            self._hands.wait_for("brouillon enregistré")
            expect(self._hands.text(_SUMMARY) == summary, "la synthèse telle que tapée")
            expect(self._canary in self._hands.text(_NOTE), "la note telle que tapée")
            self._shoot(f"suivi-{slug(role.first_name)}")
            self._hands.press(Qt.Key.Key_Return, control=True)
            self._wait_for_mark(at, "Saisi")
        self._shoot("deux-saisis")
        letters = len(_FIRST) + len(_SECOND) + 2 * len(self._clinical)
        return f"{letters} lettres tapées, deux notes cliniques, «{NBSP}Saisi{NBSP}» deux fois"

    def _draft(self) -> str:
        self._begin(2)
        self._hands.type(_BEGUN)
        self._hands.press(Qt.Key.Key_L, control=True)
        self._hands.wait(self._is_locked, "le verrou")
        expect(_BEGUN not in self._hands.read(), "un verrou qui ne montre rien")
        self._enter(_DAY, is_interrupted=True)
        self._hands.wait_for("Voici le brouillon que vous aviez laissé")
        expect(self._hands.text(_SUMMARY) == _BEGUN, "le brouillon à la lettre près")
        self._shoot("brouillon")
        self._hands.press(Qt.Key.Key_Escape)
        self._hands.wait(lambda: self._has_rows(_DAY), "le retour à la journée")
        self._wait_for_mark(2, "Brouillon")
        return f"retrouvé à la lettre près ({len(_BEGUN)} lettres), sans réseau"

    def _return(self) -> str:
        self._listen()
        self._road.open()
        self._hands.press(Qt.Key.Key_6, control=True)
        self._hands.click("Synchroniser maintenant")
        self._hands.wait(lambda: bool(self._receipts), "l’accusé de réception")
        self._hands.wait_for("Tout ce que vous avez écrit est confirmé par le bureau.")
        sent = sum(receipt.sent for receipt in self._receipts)
        # For each person: the follow-up, its note, what became of the appointment, the next one.
        expect(sent == 8, f"huit changements envoyés, et non {sent}")
        octets = sum(x.traffic.sent + x.traffic.received for x in self._receipts)
        self._shoot("synchronisation")
        return f"{sent} changements envoyés et confirmés, {number(octets // 1024)}{NBSP}ko"

    def _lock(self) -> str:
        self._hands.press(Qt.Key.Key_L, control=True)
        self._hands.wait(self._is_locked, "le verrou")
        self._shoot("verrouille")
        expect(self._hands.window.windowTitle() == "Coffre", "un titre qui ne nomme personne")
        seen = self._hands.read()
        for role in CAST:
            expect(role.birth_name not in seen, "un verrou qui ne nomme personne")
        self._close()
        return "plus un nom à l’écran, le coffre est fermé"

    def _colleague(self) -> str:
        self._start(REFERENT)
        self._enter("Rendez-vous du jour", may_be_empty=True)
        self._listen()
        self._hands.press(Qt.Key.Key_6, control=True)
        self._hands.click("Synchroniser maintenant")
        self._hands.wait(lambda: bool(self._receipts), "la synchronisation")
        received = sum(receipt.received for receipt in self._receipts)
        for role, summary in zip(CAST, (_FIRST, _SECOND), strict=False):
            self._open_follow_ups(role)
            self._hands.wait_for(summary)
            self._hands.wait_for(_SIGNED)
            expect(self._canary not in self._hands.read(), "une note absente de l’écran")
            expect(not self._hands.has_button("Lire ma note"), "aucune note à ouvrir")
            self._shoot(f"{slug(REFERENT)}-{slug(role.first_name)}")
        self._close()
        return f"{received} changements reçus, les deux synthèses lues, aucune note à ouvrir"

    def _no_leak(self) -> str:
        laptop = unlock(self._stage.laptops, REFERENT, self._clock)
        try:
            store = laptop.store_text()
        finally:
            laptop.close()
        dump = self._office.dump()
        # The search itself is tried first on what must be there.
        for place, text in (("chez la référente", store), ("au bureau", dump)):
            expect(_FIRST in text, f"la synthèse partagée {place}")
            expect(self._canary not in text, f"aucune note clinique {place}")
        expect(not holders(_FIRST, [self._stage.laptops]), "des ordinateurs illisibles sans phrase")
        places = [self._stage.laptops, self._stage.office, self._stage.server_log]
        for words in (self._canary, PASSPHRASE):
            found = holders(words, places)
            expect(not found, f"rien en clair dans {[path.name for path in found]}")
        log = self._stage.server_log.read_text("utf-8")
        expect("synced" in log and _FIRST not in log, "un journal sans contenu")
        files = sum(path.is_file() for place in places for path in place.rglob("*"))
        return (
            f"cherchée dans {number(len(dump) // 1024)}{NBSP}ko de PostgreSQL, le coffre de"
            f" {REFERENT}, {number(files)} fichiers et le journal"
        )

    def _read_again(self) -> str:
        self._start(HEROINE)
        self._enter(_DAY)
        self._open_follow_ups(CAST[0])
        self._hands.wait_for(_FIRST)
        expect(self._canary not in self._hands.read(), "une note cachée tant qu’on ne l’ouvre pas")
        self._hands.click("Lire ma note")
        self._hands.wait_for(self._clinical)
        self._shoot("note-relue")
        return "sa note s’ouvre pour elle, et pour elle seule"

    # -- what the steps share ---------------------------------------------------------------------

    def _start(self, name: str) -> None:
        """Start somebody's Coffre, at its lock."""
        self._close()
        self._application = Application(
            self._qt,
            home_of(self._stage.laptops, name),
            Policy(),
            self._clock,
            SystemRandom(),
            FLOOR,
        )
        self._application.start()
        self._hands.wait(self._is_locked, "l’écran de verrouillage")
        self._activate()

    def _enter(
        self, list_name: str, *, may_be_empty: bool = False, is_interrupted: bool = False
    ) -> None:
        """Type the passphrase and wait for the day, or for the words that were interrupted."""
        self._activate()
        self._hands.press(Qt.Key.Key_A, control=True)
        self._hands.type(PASSPHRASE)
        self._hands.press(Qt.Key.Key_Return)
        self._hands.wait(lambda: not self._desk_is_closed(), "l’ouverture du coffre")
        self._activate()
        if may_be_empty:
            self._hands.wait_for("Aujourd’hui")
        elif not is_interrupted:
            self._hands.wait(lambda: self._has_rows(list_name), "la journée")

    def _begin(self, at: int) -> None:
        """Start the follow-up of the appointment at this rank, by the keyboard."""
        role = CAST[at]
        self._hands.wait(lambda: self._has_rows(_DAY), "la journée")
        self._hands.choose(_DAY, role.birth_name)
        name = f"{role.first_name} {role.birth_name}"
        # Beside the list: Ctrl+N is about the person shown there.
        self._hands.wait(lambda: name in self._hands.read().splitlines(), "la personne choisie")
        self._hands.press(Qt.Key.Key_N, control=True)
        self._hands.wait_for(f"Suivi · {name}")
        self._hands.wait(lambda: bool(self._hands.focus().accessibleName()), "la synthèse")
        self._hands.tab_to(_SUMMARY)

    def _open_follow_ups(self, role: Role) -> None:
        """Search everywhere, open the dossier, go to its follow-ups."""
        name = f"{role.first_name} {role.birth_name}"
        self._hands.press(Qt.Key.Key_K, control=True)
        self._hands.type(name)
        self._hands.wait(
            lambda: any(role.first_name in row for row in self._rows_or_none("Résultats")[:1]),
            "la personne, en tête des résultats",
        )
        self._hands.press(Qt.Key.Key_Return)
        self._hands.wait(lambda: name in self._hands.read().splitlines(), "son dossier")
        self._hands.open_tab("Suivis")

    def _listen(self) -> None:
        """Keep the receipts of the synchronisations to come."""
        self._receipts = []
        desk = self._application.desk if self._application else None
        if desk is None:
            raise NotSeen("un coffre ouvert")
        seen: set[int] = set()

        def keep(_: object) -> None:
            receipt = desk.runner.progress.receipt
            if receipt is not None and id(receipt) not in seen:
                seen.add(id(receipt))
                self._receipts.append(receipt)

        keep(None)
        self._receipts = []
        desk.runner.changed.connect(keep)

    def _refusals(self) -> int:
        return self._hands.read().count("phrase de passe n’ouvre pas")

    def _desk_is_closed(self) -> bool:
        return self._application is None or self._application.desk is None

    def _is_locked(self) -> bool:
        return self._desk_is_closed() and "Ce poste est verrouillé." in self._hands.read()

    def _wait_for_mark(self, at: int, words: str) -> None:
        """Wait until the appointment at this rank is marked so."""
        self._hands.wait(lambda: self._row_says(at, words), f"«{NBSP}{words}{NBSP}» à la ligne")

    def _row_says(self, at: int, words: str) -> bool:
        rows = self._rows_or_none(_DAY)
        return len(rows) > at and words in rows[at]

    def _has_rows(self, name: str) -> bool:
        return bool(self._rows_or_none(name))

    def _rows_or_none(self, name: str) -> list[str]:
        try:
            return self._hands.rows(name)
        except NotSeen:
            return []

    def _activate(self) -> None:
        window = self._hands.window
        window.activateWindow()
        self._hands.wait(window.isVisible, "la fenêtre")

    def _shoot(self, name: str) -> None:
        self._pictures += 1
        self._hands.shoot(self._stage.folder / f"{self._pictures:02d}-{name}.png")

    def _close(self) -> None:
        if self._application is not None:
            self._application.close()
            self._application = None
            self._qt.processEvents()
