"""Erasing a person: nothing of what was written remains, on the office or on any laptop.

Two acts: what is written of her goes in one transaction, and nobody reads it any more; then the
tables are written anew, for PostgreSQL leaves in its files what was removed. The second may wait
for the night, and is done again until it is: the register says whether it was.

What remains is a number, identifiers and the register of the laptops that have said it is done
(RGPD, article 17). A backup older than the erasure still holds the person: docs/server.md.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from protocol.ids import is_id
from protocol.kinds import BY_CODE, ClinicalNote, Code, Document, Person, SamePerson, spec_of
from server.config.ports import Clock, today_in_france
from server.services.answered import without_fingerprint
from server.services.errors import AdministrationRefused
from server.store import devices, digests, erasures, grants, openings, pieces, records
from server.store.database import Connection, Database, Mode
from server.store.devices import Caller
from server.store.erasures import ErasureLine, Held, PersonFound, Waiting
from server.store.grants import NewBucket
from server.store.registry import Department
from server.store.rewriting import rewrite, size_of

_PERSON = spec_of(Person).code
_NOTE = spec_of(ClinicalNote).code
_DOCUMENT = spec_of(Document).code
_CITING = (spec_of(SamePerson).code,)
"""Kinds that live in one dossier and speak of another."""
_TABLES = ("record", "history", "device", "opening", "bucket")
"""Tables that an erasure takes something away from; of documents, ``_PIECES`` as well."""
_PIECES = "piece"


class Reason(Code):
    """Why a person is erased."""

    REQUEST = "demande", "À la demande de la personne"
    RETENTION = "conservation", "Durée de conservation échue"
    MISTAKE = "ouvert-a-tort", "Dossier ouvert à tort"
    DECISION = "decision", "Décision d’une autorité"


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure would take away: numbers and identifiers, no name of the person."""

    dossier: str
    opened_on: str
    records: dict[str, int]
    """By label of their kind, notes that hang on her meetings included."""
    notes: int
    professionals: list[str]
    devices: int
    """Those to be told."""
    tells_all: bool
    """Whether that is every laptop: these data were put back from a backup."""
    joined_with: list[str]
    """Other dossiers said to be of the same person: erased apart, if they are to be."""
    rewritten: int
    """What the tables to write anew take on disk, in bytes."""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One erasure and how far it has come."""

    erasure: ErasureLine
    waiting: list[Waiting]


class Erasure:
    """Erases, and keeps the register."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def find(self, department: Department, text: str) -> list[PersonFound]:
        """Return the persons whose names hold all these words, accents and case aside."""
        wanted = _words(text)
        with self._database.transaction(department.schema, Mode.SNAPSHOT) as connection:
            return [
                person
                for person in erasures.all_persons(connection)
                if wanted
                and wanted
                <= _words(f"{person.birth_name} {person.usual_name or ''} {person.first_name}")
            ]

    def preview(self, department: Department, dossier: str, *, again: bool = False) -> Preview:
        """Return what would go, ``again`` as in ``erase``; raise ``AdministrationRefused``."""
        with self._database.transaction(department.schema, Mode.SNAPSHOT) as connection:
            held = _to_remove(connection, dossier)
            person = records.load_records(connection, [(_PERSON, dossier)])[_PERSON, dossier]
            had = erasures.professionals_of(connection, dossier)
            tells_all = again or records.is_restored(connection)
            told = erasures.welcome_devices(connection, None if tells_all else had)
            joined = erasures.joined_with(connection, dossier)
            has_documents = any(item.kind == _DOCUMENT for item in held)
            rewritten = size_of(connection, _tables(with_pieces=has_documents))
        labels = Counter(BY_CODE[item.kind].label for item in held)
        return Preview(
            dossier=dossier,
            opened_on=str(person.data.get("created_at", ""))[:10],
            records=dict(labels),
            notes=sum(item.kind == _NOTE for item in held),
            professionals=had,
            devices=told,
            tells_all=tells_all,
            joined_with=joined,
            rewritten=rewritten,
        )

    def is_known(self, department: Department, dossier: str) -> bool:
        """Tell whether anything is written of a dossier."""
        with self._database.transaction(department.schema, Mode.SNAPSHOT) as connection:
            return is_id(dossier) and bool(erasures.dossier_records(connection, dossier))

    def erase(
        self, department: Department, dossier: str, reason: Reason, *, again: bool = False
    ) -> int:
        """Erase a person for ever; return the number of the erasure. ``rewrite`` comes next.

        ``again``: it was done since the backup that was put back, and the dossier may be unknown
        to that. Once a backup was put back every laptop is told: who has had the dossier since is
        not known. Raise ``AdministrationRefused`` when she is not known, or was erased before.
        """
        now = self._clock()
        with self._database.transaction(department.schema) as connection:
            seq, _epoch = records.advance_sequence(connection)
            self._erase(connection, dossier, reason, seq, now, again=again)
        return seq

    def rewrite(self, department: Department) -> list[int]:
        """Leave in PostgreSQL's tables no byte of who was erased; return the erasures it ends.

        Laptops wait meanwhile. Raise ``TablesBusy``, ``DiskFull`` or ``DatabaseUnavailable``:
        then nothing is lost, and all of it is to be done again.
        """
        with self._database.transaction(department.schema, Mode.SNAPSHOT) as connection:
            waiting = erasures.not_rewritten(connection)
            tables = _tables(with_pieces=erasures.is_any_document(connection, waiting))
        if waiting:
            rewrite(self._database, department.schema, tables)
            with self._database.transaction(department.schema) as connection:
                erasures.note_rewritten(connection, waiting, self._clock())
        return waiting

    def register(self, department: Department) -> list[RegisterLine]:
        """Return every erasure, oldest first, and the laptops that have not carried it out."""
        with self._database.transaction(department.schema, Mode.SNAPSHOT) as connection:
            return [
                RegisterLine(line, erasures.waiting_for(connection, line.seq))
                for line in erasures.register(connection)
            ]

    def _erase(
        self,
        connection: Connection,
        dossier: str,
        reason: Reason,
        seq: int,
        now: datetime,
        *,
        again: bool,
    ) -> None:
        held = _to_remove(connection, dossier, may_be_unknown=again)
        if not held:
            grants.add_buckets(connection, [NewBucket(dossier, "dossier")], seq)
        elsewhere = {item.bucket for item in held} - {dossier}
        today = today_in_france(self._clock)
        had = erasures.close_dossier(connection, dossier, seq, today)
        erasures.remove_records(connection, held)
        pieces.forget_bucket(connection, dossier)
        openings.forget_reasons(connection, dossier)
        # Who had it between a backup and its restoration is not known, nor is all that was hers.
        to_all = again or records.is_restored(connection)
        erasures.add_erasure(
            connection, seq, dossier, reason=str(reason), held=held, now=now, to_all=to_all
        )
        person = Held(_PERSON, dossier, dossier)
        outside = [item for item in held if item.bucket != dossier]
        erasures.add_notices(connection, seq, [person, *outside])
        if to_all:
            erasures.tell_all(connection, seq, dossier)
        for device in erasures.devices_of(connection, had):
            _forget_reply(connection, device)
        digests.recompute(connection, {dossier, *elsewhere}, seq)


def erase_notes(connection: Connection, caller: Caller, notes: Sequence[str]) -> None:
    """Erase notes that a laptop says went with a meeting of somebody it was told to erase.

    Its professional's own, and of meetings that this database does not know: it could not tell
    whom they were about. Each laptop of hers is told.
    """
    erasure = erasures.last_told(connection, caller.id)
    if erasure is None or not erasures.notes_on_unknown(connection, caller.professional, notes):
        return  # most often: it was never sent
    seq, _epoch = records.advance_sequence(connection)
    held = erasures.notes_on_unknown(connection, caller.professional, notes)
    erasures.remove_records(connection, held)
    erasures.add_to_erasure(connection, erasure, held)
    erasures.add_notices(connection, erasure, held)
    for device in erasures.devices_of(connection, [caller.professional]):
        _forget_reply(connection, device)
    digests.recompute(connection, {caller.professional}, seq)


def _tables(*, with_pieces: bool) -> tuple[str, ...]:
    return (*_TABLES, _PIECES) if with_pieces else _TABLES


def _words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return set("".join(letters).split())


def _to_remove(connection: Connection, dossier: str, *, may_be_unknown: bool = False) -> list[Held]:
    """Return everything that is written of a person; raise ``AdministrationRefused``."""
    if not is_id(dossier):
        raise AdministrationRefused("Donnez l’identifiant du dossier : voyez « chercher ».")
    held = erasures.dossier_records(connection, dossier)
    if not any(item.key == (_PERSON, dossier) for item in held):
        if erasures.erased_buckets(connection, [dossier]):
            raise AdministrationRefused("Ce dossier est déjà effacé : voyez « effacements ».")
        if may_be_unknown and not held and not records.is_used(connection, dossier):
            return []
        raise AdministrationRefused(
            "Ce dossier n’est pas connu. S’il a été effacé depuis la sauvegarde que vous avez"
            " remise, ajoutez --de-nouveau."
        )
    return held + erasures.records_citing(connection, dossier, _CITING)


def _forget_reply(connection: Connection, device: str) -> None:
    """Keep of a device's last answer what it needs should the answer have been lost, no more."""
    last = devices.last_reply(connection, device)
    if last.reply is not None:
        devices.replace_reply(connection, device, without_fingerprint(last.reply))
