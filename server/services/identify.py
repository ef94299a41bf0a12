"""Knowing who asks: a signature over the whole request by an enrolled, unrevoked device.

Whoever is not known is told one thing only, and takes the same time to hear it: an unknown
département, an unknown device and a wrong signature cannot be told apart.
"""

import re
from dataclasses import dataclass

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from protocol.ids import is_id
from protocol.invitations import DEPARTMENT_CODE
from protocol.limits import NUMBERS_END
from protocol.signing import SignedRequest
from server.config.ports import Clock, Random, today_in_france
from server.services.errors import Replayed, Revoked, Unauthenticated
from server.store import devices
from server.store.database import REGISTRY, Database, Mode
from server.store.devices import Caller
from server.store.registry import find_department, schema_of

_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_TIME = re.compile(r"[0-9TZ:.+\-]{1,40}")


@dataclass(frozen=True, slots=True)
class Identified:
    """A device that proved who it is, and the schema it belongs to."""

    schema: str
    caller: Caller


class Identify:
    """Checks signatures, revocations and counters, in this order."""

    def __init__(self, database: Database, clock: Clock, random: Random) -> None:
        self._database = database
        self._clock = clock
        # Nobody holds its other half: verifying against it always fails, and takes as long.
        self._nobody = bytes(SigningKey(random(32)).verify_key)
        self._known: set[str] = set()

    def identify(self, request: SignedRequest, signature: str) -> Identified:
        """Return who asks; raise ``Unauthenticated``, ``Revoked`` or ``Replayed``."""
        if not _is_well_formed(request, signature):
            raise Unauthenticated
        schema = self._schema(request.department)
        with self._database.transaction(schema or REGISTRY, Mode.HASTY) as connection:
            caller = None
            if schema is not None:
                today = today_in_france(self._clock)
                caller = devices.find_caller(connection, request.device, today)
            key = self._nobody if caller is None else bytes(caller.public_key)
            signed = _is_signed(key, request, signature)
            if schema is None or caller is None or not signed:
                raise Unauthenticated
            if caller.revoked_at is not None:
                raise Revoked
            if not devices.count_request(connection, caller.id, request.counter):
                raise Replayed(last=devices.last_count(connection, caller.id))
        return Identified(schema, caller)

    def _schema(self, department: str) -> str | None:
        # A département never goes away, so that those once found need no second look.
        if department not in self._known:
            with self._database.transaction(REGISTRY, Mode.SNAPSHOT) as connection:
                if find_department(connection, department) is None:
                    return None
            self._known.add(department)
        return schema_of(department)


def _is_well_formed(request: SignedRequest, signature: str) -> bool:
    return (
        DEPARTMENT_CODE.fullmatch(request.department) is not None
        and is_id(request.device)
        and 0 < request.counter < NUMBERS_END
        and _TIME.fullmatch(request.time) is not None
        and _SIGNATURE.fullmatch(signature) is not None
    )


def _is_signed(key: bytes, request: SignedRequest, signature: str) -> bool:
    try:
        VerifyKey(key).verify(request.message(), bytes.fromhex(signature))
    except BadSignatureError:
        return False
    return True
