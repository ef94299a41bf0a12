"""The Département's key in statements: what is given to it, and what it says of a dossier."""

from base64 import b64encode
from collections.abc import Iterable

from desktop.crypto.circle_statement import Statement
from desktop.crypto.circle_texts import CircleSecret
from desktop.crypto.escrow import ESCROW, EscrowKey
from desktop.crypto.identity import Identity, PublicIdentity
from desktop.crypto.randomness import Random
from protocol.escrow import OpeningRequest
from tests.support.laptop import SeededRandom


def given_to_department(
    giver: Identity,
    who: str,
    department: PublicIdentity,
    secret: CircleSecret,
    dossier: str,
    epoch: int = 1,
) -> Statement:
    """Return what a member's laptop says to the Département's key."""
    made = Statement(
        dossier=dossier,
        epoch=epoch,
        key=secret.name,
        previous=b"",
        founds=False,
        giver=who,
        recipient=ESCROW,
        identity=b"",
        members=tuple(sorted((who, ESCROW))),
    )
    return made.giving(secret, department, SeededRandom(epoch)).signed(giver.signing)


def opened_by_department(
    key: EscrowKey,
    secret: CircleSecret,
    dossier: str,
    successor: str,
    public: PublicIdentity,
    random: Random,
    *,
    reason: str = "Parce que",
) -> Statement:
    """Return what a ceremony says: this dossier is opened to her."""
    made = Statement(
        dossier=dossier,
        epoch=1,
        key=secret.name,
        previous=b"",
        founds=False,
        giver=ESCROW,
        recipient=successor,
        identity=b"",
        members=(successor,),
        reason=reason,
        opened_on="2026-11-24",
    )
    return made.giving(secret, public, random).signed(key.signing)


def opening_request(
    stated: Iterable[Statement], dossier: str, successor: str, public: PublicIdentity
) -> OpeningRequest:
    """Return what the office writes for the ceremony."""
    return OpeningRequest(
        id="0199c0de-0000-7000-8000-0000000000d1",
        department="79",
        dossier=dossier,
        successor=successor,
        successor_name="Sofia Nguyen",
        identity_key=public.signing.hex(),
        encryption_key=public.encryption.hex(),
        reason="Plus personne n’a ses clés",
        asked_by="Chef de service",
        asked_on="2026-11-23",
        statements=[b64encode(one.to_bytes()).decode() for one in stated],
        givers=[],
    )
