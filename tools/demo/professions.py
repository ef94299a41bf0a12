"""The nurse, the mobility advisor and the référente: each her own act, off the network.

Then what the circle may read is read at a colleague's, and what it may not is looked for.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtCore import Qt

from protocol.ids import PersonId
from tools.demo.laptops import Laptop, slug
from tools.demo.leaks import holders
from tools.demo.player import Player
from tools.demo.steps import NBSP, Step, expect, number
from tools.demo.team import HEROINE, REFERENT

NURSE, NURSES_COLLEAGUE = "Sylvie Poupard", "Isabelle Fouchier"
ADVISOR = "Thomas Girard"
_SUMMARY, _NOTE = "Synthèse partagée", "Note de santé"
_RECORDS, _PATH, _FOLLOW_UPS = "Soins, relais, mobilité", "Parcours", "Suivis"
_CARE = "Soins faits, prochain rendez-vous pris sur place."
_OBSTACLE = "Salle d’attente difficile, attendu dehors."
_MOBILITY = "Permis obtenu. Peut chercher jusqu’à Niort si les horaires suivent le car."
_MAY_KEEP = "La personne m’a dit"
_STEP = "Apporter la promesse d’embauche au prochain rendez-vous"


class Professions:
    """What follows the psychologist's morning."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._hands = player.hands
        self._canary = f"CANARI-{secrets.token_hex(8).upper()}"
        self._reason = f"Bilan demandé par le médecin. {self._canary}"
        self._patient = self._driver = self._worker = ""

    def steps(self) -> tuple[Step, ...]:
        """Return what is played, in order."""
        return (
            Step(f"{NURSE} note un accompagnement, hors connexion", self._accompany),
            Step(f"{NURSES_COLLEAGUE} en lit les faits, pas le motif", self._read_care),
            Step(f"{ADVISOR} fait un diagnostic mobilité, hors connexion", self._diagnose),
            Step(f"{REFERENT} renouvelle un ASPIR, hors connexion", self._renew),
            Step("Une feuille à remettre", self._hand_out),
            Step(f"{HEROINE} lit ce que l’équipe a convenu", self._read_by_heroine),
            Step("Le motif de soins n’a pas fui", self._no_leak),
        )

    # -- the nurse ------------------------------------------------------------------------------

    def _accompany(self) -> str:
        player, hands = self._player, self._hands
        self._patient = self._expected_by(NURSE, NURSES_COLLEAGUE)
        player.road.cut()
        player.start(NURSE)
        player.enter()
        player.begin(self._patient)
        hands.tab_to("Où")
        hands.press(Qt.Key.Key_D)  # Dentiste
        hands.tab_to("Transport")
        hands.press(Qt.Key.Key_V)  # Véhicule du service
        hands.fill("Kilomètres", "24")
        hands.tab_to("Résultat")
        hands.press(Qt.Key.Key_F)  # Fait
        hands.fill("Obstacle", _OBSTACLE)
        hands.fill(_SUMMARY, _CARE)
        hands.fill(_NOTE, self._reason)
        hands.wait_for("brouillon enregistré")
        player.shoot(f"soins-{slug(NURSE)}")
        hands.press(Qt.Key.Key_Return, control=True)
        player.wait_for_mark(self._patient, "Saisi")
        player.road.open()
        sent, _ = player.synchronise()
        # The follow-up, its facts, its note, what became of the appointment.
        expect(sent >= 4, f"quatre changements au moins, et non {sent}")
        player.close()
        return f"lieu, 24{NBSP}km, résultat, obstacle\u00a0; {sent} changements confirmés ensuite"

    def _read_care(self) -> str:
        player, hands = self._player, self._hands
        player.start(NURSES_COLLEAGUE)
        player.enter()
        _, received = player.synchronise()
        player.open_dossier(self._patient, _RECORDS)
        for words in ("Dentiste", f"24{NBSP}km", _OBSTACLE):
            hands.wait_for(words)
        expect(self._canary not in hands.read(), "un motif absent de l’écran")
        player.shoot(f"soins-{slug(NURSES_COLLEAGUE)}")
        hands.open_tab(_FOLLOW_UPS)
        hands.wait_for(_CARE)
        expect(self._canary not in hands.read(), "un motif absent de l’écran")
        player.close()
        return f"{received} changements reçus, le lieu, les kilomètres et l’obstacle lus"

    # -- the mobility advisor -------------------------------------------------------------------

    def _diagnose(self) -> str:
        player, hands = self._player, self._hands
        self._driver = self._expected_by(ADVISOR, HEROINE)
        player.road.cut()
        player.start(ADVISOR)
        player.enter()
        player.open_dossier(self._driver, _RECORDS)
        hands.wait(lambda: hands.has_button("Réactualiser"), "le premier diagnostic")
        hands.press(Qt.Key.Key_D, alt=True)
        hands.wait_for(f"· {self._driver}")
        hands.tab_to("Permis")
        hands.press(Qt.Key.Key_P)  # Permis B
        hands.fill("Distance possible", "45")
        hands.fill("Synthèse", _MOBILITY)
        player.shoot(f"mobilite-{slug(ADVISOR)}")
        hands.press(Qt.Key.Key_Return, control=True)
        hands.wait_for(f"45{NBSP}km aller")
        hands.wait_for(_MOBILITY)
        hands.tab_to("Raison")
        hands.press(Qt.Key.Key_T)  # Trop loin
        hands.press(Qt.Key.Key_B, alt=True)
        hands.wait_for("Trop loin ·")
        player.shoot("mobilite-versions")
        player.road.open()
        sent, _ = player.synchronise()
        expect(sent == 2, f"le diagnostic et le besoin envoyés, et non {sent}")
        player.close()
        return "deux versions côte à côte, un besoin sans réponse noté\u00a0; envoyés ensuite"

    # -- the référente --------------------------------------------------------------------------

    def _renew(self) -> str:
        player, hands = self._player, self._hands
        ending = player.look(
            REFERENT, lambda x: x.session.services.engagements.programmes.watch().ending
        )
        self._worker = self._known_to(HEROINE, [(line.person, line.name) for line in ending])
        player.road.cut()
        player.start(REFERENT)
        player.enter()
        player.open_dossier(self._worker, _PATH)
        hands.wait_for("1er renouvellement possible")
        hands.click("Renouveler")
        hands.wait_for("2e renouvellement possible")
        hands.press(Qt.Key.Key_E, alt=True)
        hands.fill("Étape", _STEP)
        due = player.day + timedelta(days=14)
        hands.fill("Pour le", f"{due:%d/%m/%Y}")
        hands.press(Qt.Key.Key_Return)
        hands.wait_for("Étape ajoutée.")
        hands.wait(lambda: _STEP in hands.read().splitlines(), "l’étape convenue")
        player.shoot(f"parcours-{slug(REFERENT)}")
        return f"trois mois de plus, une étape «{NBSP}vous{NBSP}» pour le {due:%d/%m}"

    def _hand_out(self) -> str:
        player, hands = self._player, self._hands
        path = player.stage.folder / "feuille-a-remettre.pdf"
        path.unlink(missing_ok=True)
        hands.open_tab(_FOLLOW_UPS)
        hands.wait(lambda: hands.has_button("Feuille à remettre"), "la feuille du dernier suivi")
        hands.press(Qt.Key.Key_P, control=True, shift=True)
        hands.wait_for(f"Feuille à remettre · {self._worker}")
        hands.wait(lambda: bool(hands.described("Aperçu de la feuille")), "l’aperçu de la feuille")
        if hands.has_button(_MAY_KEEP):  # of somebody whom a paper may put in danger: it is asked
            hands.click(_MAY_KEEP)
        hands.wait_for_button("Enregistrer en PDF")
        paper = hands.described("Aperçu de la feuille")
        expect(_STEP in paper, "l’étape sur l’aperçu")
        for word in self._worker.split():
            expect(word not in paper, "une feuille qui ne nomme pas la personne")
        player.shoot("feuille")
        hands.save_as(path)
        hands.press(Qt.Key.Key_S, control=True)
        hands.wait(path.exists, "le fichier PDF")
        hands.wait(lambda: path.read_bytes().rstrip().endswith(b"%%EOF"), "un PDF complet")
        player.road.open()
        sent, _ = player.synchronise()
        # The renewal, the step, the trace of the sheet.
        expect(sent == 3, f"trois changements envoyés, et non {sent}")
        player.close()
        return f"PDF de {number(path.stat().st_size // 1024)}{NBSP}ko sans aucun nom, remise notée"

    # -- what the circle reads ------------------------------------------------------------------

    def _read_by_heroine(self) -> str:
        player, hands = self._player, self._hands
        player.start(HEROINE)
        player.enter()
        _, received = player.synchronise()
        player.open_dossier(self._driver, _RECORDS)
        for words in (f"45{NBSP}km aller", _MOBILITY, "Trop loin ·"):
            hands.wait_for(words)
        player.open_dossier(self._worker, _PATH)
        hands.wait(lambda: _STEP in hands.read().splitlines(), "l’étape convenue")
        hands.wait_for("2e renouvellement possible")
        player.shoot(f"parcours-{slug(HEROINE)}")
        player.close()
        return f"{received} changements reçus\u00a0: diagnostic, besoin, renouvellement, étape"

    def _no_leak(self) -> str:
        player = self._player
        store = player.look(NURSES_COLLEAGUE, lambda laptop: laptop.store_text())
        dump = player.office.dump()
        for place, text in ((f"chez {NURSES_COLLEAGUE}", store), ("au bureau", dump)):
            expect((_CARE in text) == (text is store), f"la synthèse de l’infirmière {place}")
            expect(self._canary not in text, f"aucun motif de soins {place}")
        stage = player.stage
        places = [stage.laptops, stage.office, stage.server_log, *stage.folder.glob("*.pdf")]
        found = holders(self._canary, places)
        expect(not found, f"rien en clair dans {[path.name for path in found]}")
        return "ni au bureau, ni chez sa collègue, ni dans un fichier"

    # -- whom it is about -----------------------------------------------------------------------

    def _expected_by(self, name: str, colleague: str) -> str:
        """Return somebody she expects today, whose dossier a colleague has too."""
        day = self._player.day
        lines = self._player.look(name, lambda x: x.session.services.appointments.of_day(day))
        return self._known_to(colleague, [(line.person, line.name) for line in lines])

    def _known_to(self, colleague: str, persons: Sequence[tuple[PersonId, str]]) -> str:
        def names(laptop: Laptop) -> list[str]:
            return [name for person, name in persons if laptop.holds(person)]

        known = self._player.look(colleague, names)
        expect(bool(known), f"une personne que {colleague} connaît aussi")
        return known[0]
