"""What protocol 2 added to that life: proofs, late words, an erasure, a laptop that goes on."""

from nacl.signing import SigningKey

from protocol import signing, wire
from tests.frozen.life import (
    FOLLOW_UP,
    MOMENT,
    NOWHERE,
    OTHER_PLACE,
    PERSON,
    Laptop,
    Op,
    known_id,
    reply_of,
)
from tests.frozen.office import SERVER, FixedOffice

LATE, RENEWED = known_id(0xC1), known_id(0xC2)


def live_on(office: FixedOffice, claire: Laptop, mehdi: Laptop) -> None:
    """Go on from the moment Mehdi has left the circle."""
    seen = _speak_late(claire, mehdi)
    _prove(claire, mehdi, seen)
    _go_on_as_another(claire)
    office.erase(PERSON)
    heard = reply_of(claire.sync("claire-hears-of-an-erasure", cursor=seen))
    done = [item.seq for item in heard.removals if item.cause == "erased"]
    claire.sync("claire-says-it-is-done", cursor=heard.cursor, erased=done[:1])
    edited = Op("person", PERSON, {"phone2": "05 49 00 00 09"}, heard.cursor)
    claire.sync("claire-edits-what-is-erased", edited, cursor=heard.cursor)


def _speak_late(claire: Laptop, mehdi: Laptop) -> int:
    met = {"person": PERSON, "professional": mehdi.professional, "starts_at": MOMENT}
    made = {"created_at": MOMENT, "created_by": mehdi.professional, "summary": "0Après coup."}
    mehdi.sync(
        "mehdi-speaks-late",
        Op("follow_up", LATE, {**made, **met}),
        Op("person", PERSON, {"phone2": "05 49 00 00 05"}),
        Op("circle_member", OTHER_PLACE, {"ended_on": None}),
        pull=False,
    )
    return reply_of(claire.sync("claire-reads-late-words", cursor=10)).cursor


def _prove(claire: Laptop, mehdi: Laptop, seen: int) -> None:
    claire.sync("claire-asks-for-the-root", cursor=seen, verify=True)
    everything, dossier = wire.DigestsRequest(), wire.DigestsRequest(PERSON)
    claire.post("digests-of-all-buckets", "/v1/digests", wire.encode(everything))
    claire.post("digests-of-a-dossier", "/v1/digests", wire.encode(dossier))
    mehdi.post("digests-of-a-closed-dossier", "/v1/digests", wire.encode(dossier))
    asked = wire.RereadRequest(PERSON, ["person", "follow_up"], [(0, PERSON), (1, NOWHERE)])
    claire.post("records-again", "/v1/reread", wire.encode(asked))
    asked = wire.RereadRequest(PERSON, ["follow_up"], [(0, FOLLOW_UP)])
    mehdi.post("records-of-a-closed-dossier-again", "/v1/reread", wire.encode(asked))


def _go_on_as_another(claire: Laptop) -> None:
    key = SigningKey(bytes([4]) * 32)
    public = key.verify_key.encode().hex()
    said = signing.renewal_message(
        server=SERVER, former=claire.device, device=RENEWED, device_key=public
    )
    request = wire.RenewRequest(
        device=RENEWED,
        device_key=public,
        certificate=claire.certificate_of(RENEWED, public),
        proof=key.sign(said).signature.hex(),
    )
    claire.post("claire-goes-on-as-a-new-laptop", "/v1/devices/renew", wire.encode(request))
