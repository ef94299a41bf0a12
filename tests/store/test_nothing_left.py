"""What is on the disk of a laptop once a dossier has left it, or somebody was erased.

Read as whoever has the key would: every page of the file and of its side file, freed ones included.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from desktop.services.persons import NewPerson
from desktop.store.outbox import PendingOp
from desktop.store.replica import Incoming, Page, Verdict
from protocol.ids import PersonId, RecordId
from protocol.kinds import ClinicalNote, FollowUp, Person, PersonIdentifier, SamePerson
from protocol.kinds.persons import SamePersonState
from protocol.values import to_wire
from protocol.wire import Removal, Result
from tests.support.laptop import Desk, make_desk
from tests.sync.told_office import EPOCH, ToldOffice, answering, page, synchroniser_of

KEY = bytes.fromhex("5a" * 32)
PAGE, RESERVED, VECTOR = 4096, 80, 16
SALT = 16
"""Bytes of the first page that are not encrypted."""
WAL_HEAD, FRAME_HEAD = 32, 24


@dataclass(frozen=True, slots=True)
class Disk:
    """Every page ever left on the disk, in clear."""

    database: bytes
    side_file: bytes

    def found(self, *words: str) -> dict[str, int]:
        """Return how often each word is there, however it is written."""
        text = (self.database + self.side_file).lower()
        counts = {word: text.count(word.lower().encode()) for word in words}
        return {word: count for word, count in counts.items() if count}


def disk_of(folder: Path) -> Disk:
    """Decrypt all the pages of a vault, as SQLCipher 4 writes them; free ones too."""
    whole = (folder / "coffre.db").read_bytes()
    pages = [whole[at : at + PAGE] for at in range(0, len(whole), PAGE)]
    clear = [_decrypted(one, is_first=not number) for number, one in enumerate(pages)]
    return Disk(b"".join(clear), b"".join(_frames(folder / "coffre.db-wal")))


def _frames(side_file: Path) -> Iterator[bytes]:
    written = side_file.read_bytes() if side_file.exists() else b""
    for at in range(WAL_HEAD, len(written) - FRAME_HEAD - PAGE + 1, FRAME_HEAD + PAGE):
        number = int.from_bytes(written[at : at + 4], "big")
        yield _decrypted(written[at + FRAME_HEAD :][:PAGE], is_first=number == 1)


def _decrypted(one: bytes, *, is_first: bool) -> bytes:
    end = PAGE - RESERVED
    vector = one[end : end + VECTOR]
    reader = Cipher(algorithms.AES(KEY), modes.CBC(vector)).decryptor()
    return reader.update(one[SALT * is_first : end]) + reader.finalize()


def word(source: Random) -> str:
    """Return a word that looks like no other: an index of names holds all that is near a name."""
    return "".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=14))


@dataclass
class Life:
    """One person on Claire's laptop, whose words are in every table that may hold any."""

    desk: Desk
    person: PersonId
    met: FollowUp
    words: Mapping[str, str]
    """By where it was written."""
    unsent: Mapping[str, str]
    """Typed by Claire, and not yet at the office."""

    @property
    def all_words(self) -> list[str]:
        return [*self.words.values(), *self.unsent.values()]


def live(desk: Desk, told: ToldOffice, seed: int) -> Life:
    """Write of a person all that can be written, sent and unsent."""
    source, me = Random(seed), desk.workplace.me
    names = ("name", "first", "phone", "summary", "edited", "twin", "identifier", "unknown")
    words = {name: word(source) for name in (*names, "aside", "before", "colleague")}
    unsent = {name: word(source) for name in ("typed", "draft", "refused", "sheet")}
    new = NewPerson(
        birth_name=words["name"], first_name=words["first"], phone1=words["phone"], request="x"
    )
    person = desk.persons.create(new).value
    form = desk.follow_ups.begin(person)
    long = f"{words['summary']} " * 900  # more than one page holds
    met = desk.follow_ups.finish(replace(form, summary=long, clinical="Note")).value
    with desk.workplace.work() as work:
        common = {"created_at": desk.clock.now(), "created_by": me, "person": person}
        work.save(
            PersonIdentifier(
                id=RecordId(desk.workplace.new_id()),
                scheme="caf",  # type: ignore[arg-type]  # a code
                value=words["identifier"],
                **common,  # type: ignore[arg-type]
            )
        )
        work.save(
            SamePerson(
                id=RecordId(desk.workplace.new_id()),
                into=PersonId(desk.workplace.new_id()),
                state=SamePersonState.DISTINCT,
                before=words["before"],
                **common,  # type: ignore[arg-type]
            )
        )
    synchroniser_of(desk, told).run()
    found = desk.store.records.get(FollowUp, met)
    assert found is not None
    _bring_others(desk, told, person, words)
    _type(desk, found, words, unsent)
    return Life(desk, person, found, words, unsent)


def _bring_others(desk: Desk, told: ToldOffice, person: PersonId, words: Mapping[str, str]) -> None:
    """A colleague's meeting, a record of another version, a value set aside, a likely twin."""
    store, now = desk.store, desk.clock.now()
    colleague, other = desk.workplace.new_id(), desk.workplace.new_id()
    theirs = {
        "created_at": "2026-11-01T08:00:00Z",
        "created_by": colleague,
        "person": person,
        "professional": colleague,
        "starts_at": "2026-11-01T08:00:00Z",
        "summary": "0" + words["colleague"],
    }
    told.tell(
        page(
            ("follow_up", person, other, theirs),
            ("vignette", person, desk.workplace.new_id(), {"mots": words["unknown"]}),
            cursor=told.cursor + 1,
        )
    )
    synchroniser_of(desk, told).run()
    held = store.records.data(_spec("follow_up"), other)
    assert held is not None
    with store.database.transaction():
        aside = {**held, "summary": "0" + words["aside"]}
        store.records.put(_spec("follow_up"), [(other, aside)])
        store.set_aside.keep(
            _spec("follow_up"), [Incoming("follow_up", person, other, True, held)], now
        )
        store.records.put(_spec("follow_up"), [(other, held)])
        store.persons.pairs.candidates(person, [words["twin"]])
        store.persons.pairs.settle(person, {desk.workplace.new_id(): 90})


def _type(desk: Desk, met: FollowUp, words: Mapping[str, str], unsent: Mapping[str, str]) -> None:
    """Claire changes what was sent, leaves a draft, and is refused something."""
    sheet = desk.store.records.get(Person, met.person)
    assert sheet is not None
    with desk.workplace.work() as work:
        work.save(replace(met, summary=unsent["typed"]))
        work.save(replace(sheet, phone1=unsent["sheet"]))
    form = desk.follow_ups.begin(met.person)
    desk.follow_ups.autosave(replace(form, summary=unsent["draft"], clinical=unsent["draft"]))
    fresh = desk.follow_ups.begin(met.person)
    refused = desk.follow_ups.finish(replace(fresh, summary=unsent["refused"], clinical="Note"))
    store = desk.store
    with store.database.transaction():
        for op in store.outbox.freeze(max_ops=100, max_bytes=10**7):
            if op.rid == refused.value or op.kind == "clinical_note":
                store.outbox.rewrite(replace(op, state="refused", reason="grant"))
                store.database.execute('UPDATE "outbox" SET "n" = NULL WHERE "id" = ?', (op.id,))
            else:
                store.outbox.rewrite(replace(op, state="pending"))
                store.database.execute('UPDATE "outbox" SET "n" = NULL WHERE "id" = ?', (op.id,))


def _spec(kind: str) -> object:
    from protocol.kinds import KINDS

    return KINDS[kind]
