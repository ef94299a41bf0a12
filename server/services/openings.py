"""A dossier opened with the Département's key: the office asks, and places the answer.

It can open nothing of either: keys are sealed for the Département's key, then for the successor.
"""

from base64 import b64decode
from collections.abc import Sequence
from datetime import date

from protocol.clock import from_millis
from protocol.escrow import MAX_REASON, Giver, OpeningGrant, OpeningRequest
from protocol.ids import is_id, uuid7
from protocol.kinds import CircleKey, CircleMember, KindSpec, Person, Professional, spec_of
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole
from protocol.values import Wire, instant_to_wire
from protocol.wire import PUT
from server.config.ports import Clock, Random, today_in_france, unix_ms
from server.services.authorship import Author
from server.services.circle import Circle
from server.services.errors import AdministrationRefused
from server.services.incoming import Incoming
from server.services.push import apply_operations
from server.store import openings, records
from server.store.database import Connection, Database, Mode
from server.store.openings import OpeningLine
from server.store.records import LIVE, StoredRecord
from server.store.registry import Department

_PERSON, _PROFESSIONAL = spec_of(Person).code, spec_of(Professional).code
_MAX_NAME = 200


class Openings:
    """Asks, does, and keeps the register."""

    def __init__(self, database: Database, server: str, clock: Clock, random: Random) -> None:
        self._database = database
        self._server = server
        self._clock = clock
        self._random = random

    def ask(
        self, department: Department, dossier: str, successor: str, *, reason: str, by: str
    ) -> OpeningRequest:
        """Write down that an opening is asked, and return what goes to the ceremony."""
        reason, by = _words(reason, MAX_REASON, "Le motif"), _words(by, _MAX_NAME, "Qui le demande")
        now = self._clock()
        opening = uuid7(unix_ms(now), self._random(10))
        with self._database.transaction(department.schema) as connection:
            _person(connection, dossier)
            named = _professional(connection, successor)
            keys = named.data.get("identity_key"), named.data.get("encryption_key")
            if not all(keys):
                raise AdministrationRefused(
                    "Cette personne n’a pas encore d’ordinateur : invitez-la, puis recommencez."
                )
            stated = openings.statements_of(connection, dossier)
            givers = _givers(connection, {by for _, by in stated})
            openings.add_opening(
                connection,
                OpeningLine(opening, dossier, successor, reason, by, now, None, None),
            )
        return OpeningRequest(
            id=opening,
            department=department.code,
            dossier=dossier,
            successor=successor,
            successor_name=str(named.data["name"]),
            identity_key=str(keys[0]),
            encryption_key=str(keys[1]),
            reason=reason,
            asked_by=by,
            asked_on=today_in_france(self._clock).isoformat(),
            statements=[statement for statement, _ in stated],
            givers=givers,
        )

    def look(self, department: Department, grant: OpeningGrant) -> OpeningLine:
        """Return what a ceremony answers; raise ``AdministrationRefused``."""
        with self._database.transaction(department.schema) as connection:
            return _asked(connection, department, grant)

    def do(self, department: Department, grant: OpeningGrant, *, by: str) -> int:
        """Give her a place if she has none, and hand over her keys; return how many."""
        by = _words(by, _MAX_NAME, "Qui le fait")
        now = self._clock()
        with self._database.transaction(department.schema) as connection:
            seq, _epoch = records.advance_sequence(connection)
            asked = _asked(connection, department, grant)
            _person(connection, asked.dossier)
            self._write(connection, seq, self._place(connection, asked))
            kind = spec_of(CircleKey)
            given = [self._record(kind, asked.dossier, statement=text) for text in grant.statements]
            self._write(connection, seq, given)
            openings.note_done(connection, asked.id, by, now)
        return len(given)

    def register(self, department: Department) -> list[OpeningLine]:
        """Return all that was asked and done, oldest first."""
        with self._database.transaction(department.schema, Mode.SNAPSHOT) as connection:
            return openings.all_openings(connection)

    def _place(
        self, connection: Connection, asked: OpeningLine
    ) -> list[tuple[KindSpec, dict[str, Wire]]]:
        today = today_in_france(self._clock)
        circle = Circle(records.load_circles(connection, [asked.dossier]), today)
        access = circle.access((asked.successor, asked.dossier))
        if access.open:
            return []
        return [
            self._record(
                spec_of(CircleMember),
                asked.dossier,
                professional=asked.successor,
                role=CircleRole.CONTRIBUTOR.value,
                started_on=today.isoformat(),
            )
        ]

    def _record(
        self, spec: KindSpec, dossier: str, **fields: Wire
    ) -> tuple[KindSpec, dict[str, Wire]]:
        now = instant_to_wire(self._clock())
        return spec, {"created_at": now, "created_by": self._server, "person": dossier, **fields}

    def _write(
        self, connection: Connection, seq: int, given: Sequence[tuple[KindSpec, dict[str, Wire]]]
    ) -> None:
        millis = unix_ms(self._clock())
        operations = [
            Incoming(
                index,
                PUT,
                spec,
                uuid7(millis, self._random(10)),
                seq - 1,
                from_millis(millis),
                values,
            )
            for index, (spec, values) in enumerate(given)
        ]
        author = Author(None, self._server, Job.ADMIN)
        if apply_operations(
            connection, author, seq, operations, clock=self._clock, random=self._random
        ):
            raise AdministrationRefused("Le serveur ne peut pas prendre cette réponse.")


def _asked(connection: Connection, department: Department, grant: OpeningGrant) -> OpeningLine:
    asked = openings.find_opening(connection, grant.id) if is_id(grant.id) else None
    told = (grant.department, grant.dossier, grant.successor)
    if asked is None or told != (department.code, asked.dossier, asked.successor):
        raise AdministrationRefused("Cette réponse n’est celle d’aucune demande de ce serveur.")
    if asked.opened_at is not None:
        raise AdministrationRefused("Cette demande a déjà sa réponse : voyez « ouvertures ».")
    if not grant.statements or not all(map(_is_base64, grant.statements)):
        raise AdministrationRefused("Cette réponse ne contient aucune clé.")
    return asked


def _person(connection: Connection, dossier: str) -> None:
    if not is_id(dossier):
        raise AdministrationRefused("Donnez l’identifiant du dossier : voyez « chercher ».")
    found = records.load_records(connection, [(_PERSON, dossier)]).get((_PERSON, dossier))
    if found is None or found.state != LIVE:
        raise AdministrationRefused("Ce dossier n’est pas connu.")


def _professional(connection: Connection, rid: str) -> StoredRecord:
    found = records.load_records(connection, [(_PROFESSIONAL, rid)]).get((_PROFESSIONAL, rid))
    if found is None:
        raise AdministrationRefused("Ce professionnel n’est pas connu.")
    return found


def _givers(connection: Connection, who: set[str]) -> list[Giver]:
    found = records.load_records(connection, [(_PROFESSIONAL, one) for one in sorted(who)])
    return [
        Giver(row.rid, str(row.data["name"]), str(row.data.get("identity_key") or "") or None)
        for row in found.values()
    ]


def _words(text: str, most: int, label: str) -> str:
    text = " ".join(text.split())
    if not text or len(text) > most or not text.isprintable():
        raise AdministrationRefused(f"{label} se dit en {most} caractères au plus, sans manquer.")
    return text


def _is_base64(text: str) -> bool:
    try:
        return bool(b64decode(text, validate=True))
    except ValueError:
        return False


def opened_on(grant: OpeningGrant) -> date:
    """Return the day of the ceremony; raise ``AdministrationRefused``."""
    try:
        return date.fromisoformat(grant.opened_on)
    except ValueError:
        raise AdministrationRefused("Cette réponse n’a pas de date.") from None
