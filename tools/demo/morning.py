"""A psychologist's morning, played off-screen: real windows, real vaults, a real server.

Each step says what it saw, and fails when the screen, a file or the database says otherwise.
"""

import secrets

from PySide6.QtCore import Qt

from desktop.ui.text import day_long
from server.config.ports import system_clock, system_random
from server.services.administration import Administration
from server.services.opening import server_of
from tools.demo.cast import CAST, Role
from tools.demo.laptops import PASSPHRASE, home_of, slug
from tools.demo.leaks import holders
from tools.demo.office import DEPARTMENT
from tools.demo.player import DAY, Player
from tools.demo.steps import NBSP, Step, expect, number
from tools.demo.team import HEROINE, REFERENT

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
_RECORDED = (
    *(
        "Permanence",
        "Absence",
        "Relance",
        "Attente",
        "Étape",
        "Atelier",
        "Inscription à un atelier",
    ),
    *("Relais", "Diagnostic mobilité", "Besoin sans réponse", "Remis à la personne", "Trajet"),
)
"""Labels of what is recorded beside the follow-ups."""
_HEADER_BYTES = 16
_PLAIN_HEADER = b"SQLite format 3\x00"


class Morning:
    """The psychologist's part, and what her colleague reads of it."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._hands = player.hands
        self._stage = player.stage
        self._office = player.office
        self._road = player.road
        # Drawn anew each time: found anywhere, it comes from this morning.
        self._canary = f"CANARI-{secrets.token_hex(8).upper()}"
        self._clinical = f"Évoque pour la première fois son frère. {self._canary}"

    def steps(self) -> tuple[Step, ...]:
        """Return what is played, in order."""
        return (
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
        for kind in _RECORDED:
            expect(counts.get(kind, 0) > 0, f"au moins un enregistrement «{NBSP}{kind}{NBSP}»")
        return (
            f"{status.devices} ordinateurs, {number(counts['Personne'])} personnes,"
            f" {number(counts['Suivi'])} suivis, {number(counts['Note clinique'])} notes scellées,"
            f" {number(counts['Permanence'])} permanences, {number(counts['Étape'])} étapes,"
            f" {number(counts['Atelier'])} ateliers"
        )

    def _unlock(self) -> str:
        database = home_of(self._stage.laptops, HEROINE).database
        with database.open("rb") as file:
            expect(file.read(_HEADER_BYTES) != _PLAIN_HEADER, "une base chiffrée")
        self._player.start(HEROINE)
        self._player.shoot("verrou")
        self._hands.type("une autre phrase que la bonne")
        self._hands.press(Qt.Key.Key_Return)
        self._hands.wait(
            lambda: self._player.refusals() > 0, "le refus d’une autre phrase de passe"
        )
        expect(self._player.desk_is_closed(), "un coffre resté fermé")
        self._player.enter()
        size = number(database.stat().st_size // 1024)
        return f"autre phrase refusée, la bonne ouvre ({size}{NBSP}ko chiffrés)"

    def _today(self) -> str:
        hands = self._hands
        hands.wait(lambda: len(hands.rows(DAY)) == len(CAST), f"{len(CAST)} rendez-vous")
        rows = hands.rows(DAY)
        for role, row in zip(CAST, rows, strict=True):
            expect(f"{role.first_name} {role.birth_name}" in row, f"un rendez-vous à {role.hour}")
            expect(role.town in row, f"{role.town} à {role.hour}")
        title = day_long(self._player.day)
        hands.wait_for(title[:1].upper() + title[1:])
        hands.wait_for("Brouillon non terminé")
        hands.wait_for("qu’est devenu ce rendez-vous")
        self._player.shoot("aujourdhui")
        return f"{title}, {len(rows)} rendez-vous, {CAST[0].town} puis {CAST[-1].town}"

    def _cut(self) -> str:
        self._road.cut()
        self._hands.press(Qt.Key.Key_6, control=True)
        self._hands.click("Synchroniser maintenant")
        self._hands.wait_for("Hors connexion")
        self._player.shoot("hors-connexion")
        self._hands.press(Qt.Key.Key_1, control=True)
        self._hands.wait(lambda: bool(self._hands.rows(DAY)), "la journée, hors connexion")
        return "le bureau est injoignable, la journée reste à l’écran"

    def _write_two(self) -> str:
        for role, summary in zip(CAST, (_FIRST, _SECOND), strict=False):
            self._player.begin(_name(role))
            self._hands.tab_to(_SUMMARY)
            self._hands.type(summary)
            self._hands.tab_to(_NOTE)
            self._hands.type(self._clinical)
            self._hands.wait_for("brouillon enregistré")
            expect(self._hands.text(_SUMMARY) == summary, "la synthèse telle que tapée")
            expect(self._canary in self._hands.text(_NOTE), "la note telle que tapée")
            self._player.shoot(f"suivi-{slug(role.first_name)}")
            self._hands.press(Qt.Key.Key_Return, control=True)
            self._player.wait_for_mark(_name(role), "Saisi")
        self._player.shoot("deux-saisis")
        letters = len(_FIRST) + len(_SECOND) + 2 * len(self._clinical)
        return f"{letters} lettres tapées, deux notes cliniques, «{NBSP}Saisi{NBSP}» deux fois"

    def _draft(self) -> str:
        self._player.begin(_name(CAST[2]))
        self._hands.tab_to(_SUMMARY)
        self._hands.type(_BEGUN)
        self._hands.press(Qt.Key.Key_L, control=True)
        self._hands.wait(self._player.is_locked, "le verrou")
        expect(_BEGUN not in self._hands.read(), "un verrou qui ne montre rien")
        self._player.enter(is_interrupted=True)
        self._hands.wait_for(f"Suivi · {_name(CAST[2])}")
        expect(self._hands.text(_SUMMARY) == _BEGUN, "le brouillon à la lettre près")
        self._player.shoot("brouillon")
        self._hands.press(Qt.Key.Key_Escape)
        self._hands.wait(lambda: self._player.has_rows(DAY), "le retour à la journée")
        self._player.wait_for_mark(_name(CAST[2]), "Brouillon")
        return f"retrouvé à la lettre près ({len(_BEGUN)} lettres), sans réseau"

    def _return(self) -> str:
        self._road.open()
        sent, _ = self._player.synchronise()
        # For each person: the follow-up, its note, what became of the appointment, the next one.
        expect(sent == 8, f"huit changements envoyés, et non {sent}")
        octets = sum(x.traffic.sent + x.traffic.received for x in self._player.receipts)
        self._player.shoot("synchronisation")
        return f"{sent} changements envoyés et confirmés, {number(octets // 1024)}{NBSP}ko"

    def _lock(self) -> str:
        self._hands.press(Qt.Key.Key_L, control=True)
        self._hands.wait(self._player.is_locked, "le verrou")
        self._player.shoot("verrouille")
        expect(self._hands.window.windowTitle() == "Coffre", "un titre qui ne nomme personne")
        seen = self._hands.read()
        for role in CAST:
            expect(role.birth_name not in seen, "un verrou qui ne nomme personne")
        self._player.close()
        return "plus un nom à l’écran, le coffre est fermé"

    def _colleague(self) -> str:
        self._player.start(REFERENT)
        self._player.enter()
        _, received = self._player.synchronise()
        for role, summary in zip(CAST, (_FIRST, _SECOND), strict=False):
            self._player.open_dossier(_name(role), "Suivis")
            self._hands.wait_for(summary)
            self._hands.wait_for(_SIGNED)
            expect(self._canary not in self._hands.read(), "une note absente de l’écran")
            expect(not self._hands.has_button("Lire ma note"), "aucune note à ouvrir")
            self._player.shoot(f"{slug(REFERENT)}-{slug(role.first_name)}")
        self._player.close()
        return f"{received} changements reçus, les deux synthèses lues, aucune note à ouvrir"

    def _no_leak(self) -> str:
        store = self._player.look(REFERENT, lambda laptop: laptop.store_text())
        dump = self._office.dump()
        # The search itself is tried first on what must be there: to the office it is sealed.
        for place, text in (("chez la référente", store), ("au bureau", dump)):
            expect((_FIRST in text) == (text is store), f"la synthèse partagée {place}")
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
        self._player.start(HEROINE)
        self._player.enter()
        self._player.open_dossier(_name(CAST[0]), "Suivis")
        self._hands.wait_for(_FIRST)
        expect(self._canary not in self._hands.read(), "une note cachée tant qu’on ne l’ouvre pas")
        self._hands.click("Lire ma note")
        self._hands.wait_for(self._clinical)
        self._player.shoot("note-relue")
        return "sa note s’ouvre pour elle, et pour elle seule"


def _name(role: Role) -> str:
    return f"{role.first_name} {role.birth_name}"
