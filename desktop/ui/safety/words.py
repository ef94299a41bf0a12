"""What each control is, how it stands and what to do, in the words of whoever reads the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.config.policy import key_meant
from desktop.config.safety import Control, Finding, Standing
from desktop.services.outings import Way
from desktop.ui.kit.pill import Mark, Shape
from desktop.ui.text import clock, day_with_year, translate
from desktop.ui.theme import Role

_MOST_KEYS, _LONGEST_KEY = 3, 40


@dataclass(frozen=True, slots=True)
class Told:
    """One control as the page tells it."""

    name: str
    about: str
    """What it is for."""
    mark: Mark
    remedy: str
    """What to do; empty when all is well."""


def told(finding: Finding) -> Told:
    """Return a finding in words."""
    name, about, remedy = _words(finding.control)
    if finding.control is Control.POLICY and finding.words:
        remedy = _unknown_keys(finding.words)
    good = finding.standing is Standing.GOOD
    return Told(name, about, _mark(finding), "" if good else remedy)


def as_text(findings: Sequence[Finding], version: str, system: str) -> str:
    """Return the whole page as text, for the people who look after computers; nobody is named."""
    lines = [translate("Safety", "Coffre {0} · {1}").format(version, system)]
    for one in map(told, findings):
        lines.append(translate("Safety", "{0}\u00a0: {1}").format(one.name, one.mark.words))
        if one.remedy:
            lines.append(f"    {one.remedy}")
    return "\n".join(lines)


def outing_words(at: datetime, way: Way, page: str) -> str:
    """« Mardi 24 novembre 2026 à 9 h 40 · Agenda, sur papier »: what left the vault in clear."""
    sheets = {
        "agenda": translate("Safety", "Agenda"),
        "tour": translate("Safety", "Tournée"),
        "trips": translate("Safety", "Kilomètres"),
        "handout": translate("Safety", "Feuille à remettre"),
        "settings": translate("Safety", "Clé de secours"),
        "dossier": translate("Safety", "Pièce d’un dossier"),
    }
    sheet = sheets.get(page, translate("Safety", "Autre page"))
    words = (
        translate("Safety", "{0}, sur papier")
        if way is Way.PRINTED
        else translate("Safety", "{0}, dans un fichier")
    )
    when = translate("Safety", "{0} à {1}").format(day_with_year(at.date()), clock(at))
    return translate("Safety", "{0} · {1}").format(when, words.format(sheet))


def _unknown_keys(keys: Sequence[str]) -> str:
    """Which keys of the policy mean nothing here, and what was probably meant."""
    lines = []
    for key in keys[:_MOST_KEYS]:
        meant = key_meant(key)
        line = (
            translate("Safety", "Coffre ne connaît pas la clé « {0} » de ce fichier.")
            if meant is None
            else translate(
                "Safety",
                "Coffre ne connaît pas la clé « {0} » de ce fichier : sans doute « {1} ».",
            )
        )
        lines.append(line.format(_short(key), meant))
    lines.append(translate("Safety", "Le reste est suivi : dites-le à l’informatique."))
    return " ".join(lines)


def _short(key: str) -> str:
    """A key is whatever somebody wrote between quotes."""
    shown = "".join(sign for sign in key if sign.isprintable())
    return shown if len(shown) <= _LONGEST_KEY else shown[:_LONGEST_KEY] + "…"


def _mark(finding: Finding) -> Mark:
    if finding.standing is Standing.UNKNOWN:
        return Mark(translate("Safety", "Inconnu"), Role.NEUTRAL, Shape.RING)
    if finding.number is not None:
        words = _measured(finding.control, finding.number)
    elif finding.control is Control.CODE:
        words = translate("Safety", "Aucun")
    else:
        words = (
            translate("Safety", "Bien")
            if finding.standing is Standing.GOOD
            else translate("Safety", "À regarder")
        )
    if finding.standing is Standing.GOOD:
        return Mark(words, Role.OK, Shape.DISC)
    return Mark(words, Role.PENDING, Shape.TRIANGLE)


def _measured(control: Control, number: int) -> str:
    if control is Control.DELAY:
        return translate("Safety", "Après %n minute(s)", "", number)
    if control is Control.CODE:
        return translate("Safety", "Permis, %n heure(s)", "", number)
    if number == 0:
        return translate("Safety", "Aujourd’hui")
    return translate("Safety", "Il y a %n jour(s)", "", number)


def _words(control: Control) -> tuple[str, str, str]:
    return {
        Control.DISK: (
            translate("Safety", "Chiffrement du disque"),
            translate(
                "Safety",
                "Le coffre est chiffré de lui-même. Un disque chiffré protège aussi ce que "
                "l’ordinateur écrit de lui-même\u00a0: veille prolongée, fichier d’échange.",
            ),
            translate(
                "Safety",
                "Demandez à l’informatique si le disque est chiffré (BitLocker, FileVault, LUKS).",
            ),
        ),
        Control.DUMPS: (
            translate("Safety", "Rapports de plantage"),
            translate(
                "Safety",
                "Si Coffre s’arrête brusquement, rien de sa mémoire n’est écrit sur le disque.",
            ),
            translate(
                "Safety", "Redémarrez Coffre\u00a0; si cela reste, dites-le à l’informatique."
            ),
        ),
        Control.MEMORY: (
            translate("Safety", "Mémoire fermée"),
            translate(
                "Safety",
                "Ce qui empêche un autre programme de votre session de lire la mémoire de Coffre.",
            ),
            translate(
                "Safety",
                "Sur cet ordinateur, Coffre ne peut pas le vérifier. Verrouiller efface la mémoire "
                "dans tous les cas.",
            ),
        ),
        Control.FOLDER: (
            translate("Safety", "Dossier du coffre"),
            translate(
                "Safety",
                "Les autres utilisateurs de cet ordinateur ne peuvent pas l’ouvrir.",
            ),
            translate("Safety", "Demandez à l’informatique de vous en réserver la lecture."),
        ),
        Control.POLICY: (
            translate("Safety", "Consignes du Département"),
            translate(
                "Safety",
                "Le fichier que l’informatique a posé sur cet ordinateur\u00a0: adresse du bureau, "
                "certificat, clé de secours, code court.",
            ),
            translate(
                "Safety",
                "Ce fichier ne se lit pas, et rien n’en est pris\u00a0: dites-le à l’informatique.",
            ),
        ),
        Control.DELAY: (
            translate("Safety", "Verrouillage automatique"),
            translate("Safety", "Sans clavier ni souris, Coffre se verrouille de lui-même."),
            translate("Safety", "Cinq minutes ou moins\u00a0: Réglages, Verrouillage."),
        ),
        Control.CODE: (
            translate("Safety", "Code court"),
            translate("Safety", "Sans code court, seule la phrase de passe ouvre le coffre."),
            translate(
                "Safety",
                "Verrouillez l’ordinateur en vous éloignant\u00a0: qui s’en sert peut lire son "
                "trousseau, puis essayer des codes ailleurs. Pour y renoncer\u00a0: Réglages, "
                "Code court.",
            ),
        ),
        Control.CLOCK: (
            translate("Safety", "Heure de l’ordinateur"),
            translate("Safety", "Elle n’est pas en retard sur ce que le bureau a dit."),
            translate(
                "Safety",
                "Mettez l’ordinateur à l’heure, puis synchronisez.",
            ),
        ),
        Control.BACKUP: (
            translate("Safety", "Dernière copie du coffre"),
            translate("Safety", "Une copie chiffrée, gardée sur cet ordinateur."),
            translate("Safety", "Ouvrez Réglages, Sauvegardes."),
        ),
        Control.CONTACT: (
            translate("Safety", "Dernier contact avec le bureau"),
            translate("Safety", "Ce que vous écrivez y est à l’abri d’une perte de l’ordinateur."),
            translate("Safety", "Synchronisez dès qu’un réseau est là."),
        ),
    }[control]
