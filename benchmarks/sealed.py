"""Records as a laptop sends them: what a circle shares goes in envelopes, which do not compress."""

from hashlib import blake2b

from desktop.crypto.circle_texts import CircleSecret, TextPlace
from desktop.crypto.secret import Secret
from desktop.store.sealed_texts import seal_text
from protocol.kinds import spec_of
from protocol.kinds.declare import Record
from protocol.values import CLEAR_KEY, to_wire
from protocol.visibility import bucket_of
from tests.support.raw_device import Op


def as_sent(record: Record) -> Op:
    """Return the operation that creates a record, its texts sealed."""
    spec, data = spec_of(type(record)), to_wire(record)
    dossier = bucket_of(spec, record.id, data)
    for name in (item.name for item in spec.circle_texts):
        if isinstance(value := data.get(name), str):
            place = TextPlace(dossier, spec.name, record.id, name)
            data[name] = sealed(place, value.removeprefix(CLEAR_KEY))
    return Op(spec.name, record.id, data)


def sealed(place: TextPlace, text: str) -> str:
    """Return a text under a key of its dossier that anybody can make: these people are invented."""
    key = blake2b(place.dossier.encode(), digest_size=32).digest()
    return seal_text(CircleSecret(Secret(key)), place, text)
