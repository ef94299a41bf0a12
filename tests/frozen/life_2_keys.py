"""What is said of one person's keys: shares, a second laptop, a new paper, a laptop withdrawn."""

from collections.abc import Sequence

import msgspec

from desktop.crypto.key_shares import KeyShare, split_new_key
from desktop.crypto.pairing import KnownLaptop, NewLaptop
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.sealing import Place, seal
from protocol import compression, wire, wire_keys
from protocol.kinds.people import Job
from tests.crypto.doubles import SeededRandom
from tests.frozen.exchanges import Recorder, Sample
from tests.frozen.known_keys import (
    CLAIRE,
    NADIA,
    Owner,
    bundle,
    known_identity,
    own_place,
    paper,
    text_of,
)
from tests.frozen.office import SERVER, FixedOffice

INVITED, JOIN, PAIR = "/v1/invitations", "/v1/pairings/join", "/v1/pairings"
LAPTOPS, ACCOUNT, SHARES = "/v1/laptops", "/v1/account", "/v1/shares"
COLLEAGUE = ("Nadia Petit", Job.NURSE)
"""Who is added before ``nadia-enrols``: two colleagues keep the shares of a key."""
SECOND, RENEWED = 4, 5
"""Claire's second laptop, and the number of the paper that replaces its first."""


def live_on(office: FixedOffice, recorder: Recorder, claire: Owner, mehdi: Owner) -> None:
    """Go on: nobody reads a dossier here."""
    office.welcome(COLLEAGUE)
    nadia = Owner(recorder, NADIA, office.professionals[COLLEAGUE[0]])
    nadia.enrol("nadia-enrols", office.invitations[-1])
    _share(claire, mehdi, nadia)
    second = _pair(recorder, claire, mehdi)
    _renew_the_paper(second)
    _withdraw(claire, mehdi, second)
    _ask(claire, "claire-takes-her-shares-back", SHARES, wire_keys.SharesRequest(split=""))


def split_of_claire() -> tuple[RecoveryKey, tuple[KeyShare, ...]]:
    """Return the key that Claire had cut, and its three shares."""
    return split_new_key(SeededRandom("a key that is cut"))


def share_place(split: str, owner: str) -> Place:
    """Return where a share belongs."""
    return own_place("key_share", split, "share", owner)


def new_laptop(invitation: str) -> NewLaptop:
    """Return the side of the pairing that has no identity yet."""
    return NewLaptop(SERVER, invitation, SeededRandom("new laptop"))


def _ask(laptop: Owner, name: str, target: str, message: msgspec.Struct) -> Sample:
    return laptop.post(name, target, wire.encode(message))


def _share(claire: Owner, mehdi: Owner, nadia: Owner) -> None:
    key, (_paper, *given) = split_of_claire()
    place = share_place(given[0].split, claire.professional)
    shares = [
        wire_keys.Share(keeper.professional, _sealed_share(share, keeper.owner, place))
        for keeper, share in zip((mehdi, nadia), given, strict=True)
    ]
    cut = wire_keys.SharesRequest(given[0].split, text_of(bundle(CLAIRE, key)), shares)
    _ask(claire, "one-share-is-too-few", SHARES, msgspec.structs.replace(cut, shares=shares[:1]))
    _ask(claire, "claire-gives-two-shares", SHARES, cut)
    _ask(mehdi, "mehdi-keeps-a-share", SHARES, wire_keys.SharesRequest())


def _sealed_share(share: KeyShare, keeper: int, place: Place) -> str:
    public, random = known_identity(keeper).public.encryption, SeededRandom(f"share of {keeper}")
    return text_of(seal(share.to_bytes(), public, place, revision=0, random=random))


def _pair(recorder: Recorder, claire: Owner, mehdi: Owner) -> Owner:
    """Two laptops of Claire make acquaintance, and the new one enrols."""

    def come(name: str, target: str, message: msgspec.Struct) -> None:
        body = compression.compress(wire.encode(message))
        recorder.say(name, "POST", target, body, {"Content-Encoding": compression.ENCODING})

    def join(name: str, *said: bytes) -> None:
        come(name, JOIN, wire_keys.JoinRequest(invitation, _texts(said)))

    def pair(name: str, *said: bytes, laptop: Owner = claire) -> None:
        _ask(laptop, name, PAIR, wire_keys.PairRequest(invitation, _texts(said)))

    invitation = _begin(claire, "claire-begins-a-pairing")
    look = wire_keys.InvitedRequest(invitation)
    come("the-new-laptop-asks-whose-it-is", INVITED, look)
    new = new_laptop(invitation)
    join("the-new-laptop-promises", new.promise)
    known = KnownLaptop(SERVER, invitation, new.promise, SeededRandom("known laptop"))
    pair("claire-answers", known.answer)
    opening = new.hear(known.answer)
    known.hear(opening)
    join("the-new-laptop-opens-its-promise", new.promise, opening)
    join("a-promise-said-otherwise", opening)
    pair("mehdi-speaks-in-her-pairing", known.answer, laptop=mehdi)
    identity = known.give(known_identity(CLAIRE), SeededRandom("what is given"))
    pair("claire-gives-her-identity", known.answer, identity)
    join("the-new-laptop-receives-it", new.promise, opening)
    second = Owner(recorder, SECOND, claire.professional, CLAIRE)
    second.enrol("claire-enrols-her-second-laptop", invitation)
    come("an-invitation-that-has-served", INVITED, look)
    closed = _begin(claire, "claire-begins-another-pairing")
    _ask(claire, "claire-closes-it", PAIR, wire_keys.PairRequest(closed, close=True))
    come("a-pairing-that-was-closed", INVITED, wire_keys.InvitedRequest(closed))
    unknown = wire_keys.InvitedRequest("79-00000-00000-00000-0000Z")
    come("an-invitation-nobody-gave", INVITED, unknown)
    return second


def _begin(laptop: Owner, name: str) -> str:
    begun = _ask(laptop, name, PAIR, wire_keys.PairRequest())
    return wire.decode(begun.clear_reply, wire_keys.PairReply).invitation


def _texts(said: Sequence[bytes]) -> list[str]:
    return [text_of(one) for one in said]


def _renew_the_paper(second: Owner) -> None:
    renewed = text_of(bundle(CLAIRE, paper(RENEWED)))
    _ask(second, "a-paper-that-is-none", ACCOUNT, wire_keys.BundleRequest(""))
    _ask(second, "a-new-paper-beside-the-first", ACCOUNT, wire_keys.BundleRequest(renewed))
    alone = wire_keys.BundleRequest(renewed, alone=True)
    _ask(second, "a-new-paper-alone", ACCOUNT, alone)


def _withdraw(claire: Owner, mehdi: Owner, second: Owner) -> None:
    plain = wire_keys.LaptopsRequest()
    named = wire_keys.LaptopsRequest(second.device, name="Portable de Melle")
    _ask(claire, "claire-names-a-laptop", LAPTOPS, named)
    for name, laptop in (
        ("a-laptop-withdraws-itself", claire),
        ("a-laptop-of-somebody-else", mehdi),
        ("claire-withdraws-her-second-laptop", second),
    ):
        asked = wire_keys.LaptopsRequest(laptop.device, withdraw=True)
        _ask(claire, name, LAPTOPS, asked)
    _ask(second, "a-laptop-she-withdrew", LAPTOPS, plain)
    _ask(claire, "claire-lists-her-laptops", LAPTOPS, plain)
