"""Making the Département's key: drawn, cut in three, and forgotten by the machine."""

from collections.abc import Sequence

from desktop.crypto.errors import WrongShare
from desktop.crypto.escrow import EscrowKey, policy_line
from desktop.crypto.identity import PublicIdentity
from desktop.crypto.key_shares import KeyShare
from desktop.crypto.randomness import Random
from desktop.escrow.errors import CeremonyRefused, share_sentence
from desktop.escrow.table import Table

HOLDERS = ("DPO (délégué à la protection des données)", "DGS (direction générale)", "RSSI")
_TRIES = 5
_BY_LINE = 5


def make(table: Table, random: Random) -> PublicIdentity:
    """Make a key with its three holders; return its public half. Raise ``CeremonyRefused``."""
    table.say(
        "Clé de secours du Département.",
        "Elle est coupée en trois parts. Deux ensemble ouvrent les textes partagés des dossiers ;",
        "une seule ne dit rien. Les notes cliniques restent hors de sa portée.",
        "À faire sur un poste sans réseau, que personne d’autre ne voit. Rien n’est écrit sur le",
        "disque : chaque part se recopie à la main, sur papier, par son seul détenteur.",
    )
    table.confirm("Les trois détenteurs sont-ils là ?")
    key = EscrowKey.generate(random)
    for holder, share in zip(HOLDERS, key.cut(random), strict=True):
        _give(table, holder, share)
    table.say(
        "Empreinte de la clé, à garder avec chaque part :",
        f"    {key.public.fingerprint}",
        "Ligne à mettre dans policy.toml, sur chaque ordinateur :",
        f"    {policy_line(key.public)}",
    )
    return key.public


def _give(table: Table, holder: str, share: KeyShare) -> None:
    table.confirm(f"Part du détenteur {holder}. Est-il seul devant l’écran ?")
    table.say(*numbered(share.words()))
    table.confirm("Ces vingt-six mots sont-ils recopiés ?")
    table.clear()
    for _ in range(_TRIES):
        try:
            typed = KeyShare.from_words(table.ask("Retapez-les depuis le papier : "))
        except WrongShare as wrong:
            table.say(share_sentence(wrong))
            continue
        if typed == share:
            table.clear()
            return
        table.say("Ce n’est pas la part qui vient d’être montrée.")
    raise CeremonyRefused("La part n’a pas pu être relue : recommencez, cette clé ne sert pas.")


def numbered(words: Sequence[str]) -> list[str]:
    """Return words as they are copied, five on a line."""
    shown = [f"{number:2}. {word:<12}" for number, word in enumerate(words, start=1)]
    return ["".join(shown[start : start + _BY_LINE]).rstrip() for start in range(0, len(shown), 5)]
