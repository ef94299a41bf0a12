"""Opening one dossier to one professional, with two of the three shares."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import date

from desktop.crypto.circle_statement import Statement, identity_digest
from desktop.crypto.circle_texts import CircleSecret
from desktop.crypto.errors import CertificateRefused, SealBroken, UnusableKey, WrongShare
from desktop.crypto.escrow import ESCROW, EscrowKey
from desktop.crypto.identity import PublicIdentity
from desktop.crypto.identity_words import identity_words
from desktop.crypto.key_shares import KeyShare
from desktop.crypto.randomness import Random
from desktop.crypto.wordlists import fold
from desktop.escrow.errors import CeremonyRefused, share_sentence
from desktop.escrow.table import Table
from protocol.escrow import REQUEST, Giver, OpeningGrant, OpeningRequest

_TRIES = 5
_PREFIX = 4
_MOST_EPOCHS = 2**32
"""No circle lives so long: an invented epoch after which none could come is not given."""


@dataclass(frozen=True, slots=True)
class _Epoch:
    """A key that the Département was given, and by whom."""

    stated: Statement
    secret: CircleSecret


def open_dossier(
    table: Table, request: OpeningRequest, today: date, random: Random
) -> OpeningGrant:
    """Give a successor every key of a dossier; raise ``CeremonyRefused``."""
    successor = _successor(request)
    table.say(
        f"Demande {request.id}, du {_day(request.asked_on)}, faite par {request.asked_by}.",
        f"    dossier : {request.dossier} (département {request.department})",
        f"    à ouvrir à : {request.successor_name} ({request.successor})",
        f"    motif : {request.reason}",
        "Les membres de l’équipe en seront prévenus, avec ce motif.",
    )
    table.confirm("Est-ce bien ce dossier, cette personne et ce motif ?")
    _compare(table, request, successor)
    key = _typed_key(table)
    epochs, missing = _opened(request, key)
    _tell_givers(table, request, epochs)
    if missing:
        table.say(
            f"Clés qui n’ont pas été confiées au Département : {missing}. Ce qui a été écrit sous"
            " elles restera fermé."
        )
    table.confirm("Donner ces clés ?")
    return OpeningGrant(
        id=request.id,
        department=request.department,
        dossier=request.dossier,
        successor=request.successor,
        opened_on=today.isoformat(),
        statements=[
            b64encode(_given(request, one, key, successor, today, random).to_bytes()).decode()
            for one in epochs
        ],
    )


def _successor(request: OpeningRequest) -> PublicIdentity:
    try:
        keys = [bytes.fromhex(it) for it in (request.identity_key, request.encryption_key)]
    except ValueError:
        keys = []
    if request.format != REQUEST or len(keys) != 2 or any(len(it) != 32 for it in keys):
        raise CeremonyRefused("Ce fichier n’est pas une demande d’ouverture de Coffre.")
    if not request.reason.strip() or not request.reason.isprintable():
        raise CeremonyRefused("Cette demande ne dit pas son motif.")
    return PublicIdentity(keys[0], keys[1])


def _compare(table: Table, request: OpeningRequest, successor: PublicIdentity) -> None:
    """Have her words typed as she reads them: what is on the screen is too easily said right."""
    table.say(
        f"Appelez {request.successor_name}, à un numéro que vous connaissez. Sur son ordinateur :",
        "Réglages, « Vérifier avec un collègue », vos huit mots. Tapez-les comme elle les lit.",
    )
    typed = [fold(word) for word in table.ask("Ses huit mots : ").split()]
    wanted = [fold(word) for word in identity_words(successor)]
    if [it[:_PREFIX] for it in typed] != [it[:_PREFIX] for it in wanted]:
        raise CeremonyRefused(
            "Ces mots ne sont pas ceux des clés que dit le bureau : n’ouvrez rien, et cherchez"
            " pourquoi avec le RSSI."
        )


def _typed_key(table: Table) -> EscrowKey:
    one = _typed_share(table, "Première part, ses vingt-six mots : ")
    table.clear()
    for _ in range(_TRIES):
        other = _typed_share(table, "Deuxième part, ses vingt-six mots : ")
        table.clear()
        try:
            return EscrowKey.joined(one, other)
        except WrongShare as wrong:
            table.say(share_sentence(wrong))
    raise CeremonyRefused("Arrêté : rien n’a été ouvert.")


def _typed_share(table: Table, question: str) -> KeyShare:
    for _ in range(_TRIES):
        try:
            return KeyShare.from_words(table.ask(question))
        except WrongShare as wrong:
            table.say(share_sentence(wrong))
    raise CeremonyRefused("Arrêté : rien n’a été ouvert.")


def _opened(request: OpeningRequest, key: EscrowKey) -> tuple[list[_Epoch], int]:
    """Return the keys that open, the oldest first, and how many others were stated."""
    stated = [one for text in request.statements if (one := _read(text, request.dossier))]
    mine, found = identity_digest(key.public), {}
    theirs = [one for one in stated if one.recipient == ESCROW]
    for one in theirs:
        if one.identity != mine or one.key in found or one.epoch > _MOST_EPOCHS:
            continue
        try:
            found[one.key] = _Epoch(one, one.taken(key.encryption))
        except SealBroken:
            continue  # given badly, or by nobody: another may have given it again
    if not found:
        raise CeremonyRefused(
            "Aucune clé de ce dossier n’a été confiée à la clé de secours du Département."
            if not theirs
            else "Ces deux parts ne sont pas celles de la clé de secours à qui ce dossier a été"
            " confié."
        )
    epochs = sorted(found.values(), key=lambda it: (it.stated.epoch, it.stated.key))
    return epochs, len({one.key for one in stated} - found.keys())


def _read(text: str, dossier: str) -> Statement | None:
    try:
        one = Statement.from_bytes(b64decode(text, validate=True))
    except (CertificateRefused, ValueError):
        return None
    return one if one.dossier == dossier else None


def _tell_givers(table: Table, request: OpeningRequest, epochs: list[_Epoch]) -> None:
    """Tell who gave each key: the office cannot open one, and it could have invented one."""
    known = {one.id: one for one in request.givers}
    table.say("Clés confiées au Département :")
    for epoch in epochs:
        giver = known.get(epoch.stated.giver, Giver(epoch.stated.giver, "personne inconnue"))
        table.say(
            f"    époque {epoch.stated.epoch} : {giver.name} ; {_signed(epoch.stated, giver)}"
        )


def _signed(stated: Statement, giver: Giver) -> str:
    try:
        key = bytes.fromhex(giver.identity_key or "")
    except ValueError:
        key = b""
    if stated.is_signed_by(key):
        return "signature vérifiée"
    return "signature d’une clé que le bureau ne connaît plus"


def _given(
    request: OpeningRequest,
    epoch: _Epoch,
    key: EscrowKey,
    successor: PublicIdentity,
    today: date,
    random: Random,
) -> Statement:
    stated = Statement(
        dossier=request.dossier,
        epoch=epoch.stated.epoch,
        key=epoch.secret.name,
        previous=epoch.stated.previous,
        founds=False,
        giver=ESCROW,
        recipient=request.successor,
        identity=b"",
        members=(request.successor,),
        reason=request.reason,
        opened_on=today.isoformat(),
    )
    try:
        return stated.giving(epoch.secret, successor, random).signed(key.signing)
    except UnusableKey:
        raise CeremonyRefused("Les clés de cette personne ne peuvent pas servir.") from None


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text
