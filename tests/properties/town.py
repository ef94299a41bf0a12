"""Three professionals, their laptops and their office, and what has been promised to each."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from desktop.sync.errors import SyncError
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds import KINDS
from protocol.kinds.declare import Record
from protocol.kinds.people import Job
from protocol.values import to_wire
from tests.properties.agreement import (
    Rows,
    laptop_leftovers,
    laptop_rows,
    office_rows,
    readers,
)
from tests.support.fleet import Laptop, enrolled
from tests.support.office import Office, Premises

PEOPLE = (
    ("Claire Martin", Job.PSYCHOLOGIST),
    ("Mehdi Belkacem", Job.REFERENT),
    ("Sofia Neveu", Job.NURSE),
)


@dataclass
class Town:
    """An office and its laptops; kept from one life to the next while all goes well."""

    office: Office
    laptops: list[Laptop]
    images: int = 0

    @classmethod
    def build(cls, premises: Premises, folder: Path) -> "Town":
        """Return a new département where everybody is enrolled and knows the others."""
        office = Office(premises, premises.new_department(), premises.open_road())
        laptops = [enrolled(office, folder / name, name, job) for name, job in PEOPLE]
        for laptop in laptops:
            laptop.sync()
        return cls(office, laptops)

    def set_clocks(self) -> None:
        """Put every laptop at the office's time."""
        for laptop in self.laptops:
            laptop.clock.moment = datetime.now(UTC) + self.office.clock.offset

    def kill(self, laptop: Laptop) -> None:
        """Take the disk as it is this instant, as a power cut would, and start again from it."""
        self.images += 1
        image = laptop.folder.parent / f"image-{self.images}"
        shutil.copytree(
            laptop.folder, image, ignore=shutil.ignore_patterns("coffre.lock", "*-shm")
        )
        before, laptop.folder = laptop.folder, image
        laptop.reopen()
        shutil.rmtree(before)

    def sync(self, laptop: Laptop, cut_after: int | None = None) -> None:
        """Synchronise, perhaps losing the office's answer on the way."""
        self.office.road.reply_bytes = cut_after
        try:
            laptop.sync()
        except SyncError:
            if cut_after is None:
                raise
        finally:
            self.office.road.reply_bytes = None

    def close(self) -> None:
        """Close every laptop, then the office."""
        for laptop in self.laptops:
            laptop.close()
        self.office.close()


@dataclass
class Ledger:
    """Every word somebody saved and nobody has removed knowingly: each must be found again."""

    owed: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """By word: the kind and the identifier of its record, the laptop that saved it."""
    _words: int = 0

    def new_word(self) -> str:
        """Return a word that nobody has written yet."""
        self._words += 1
        return f"mot{self._words}fin"

    def save(self, laptop: Laptop, index: int, record: Record, write: Callable[[], object]) -> None:
        """Write down what an act of saving promises: new words are owed, removed ones no more."""
        kind = type(record)
        name = next(name for name, spec in KINDS.items() if spec.record is kind)
        before = laptop.session.workplace.store.records.get(kind, record.id)
        old = self._words_of(before)
        write()
        new = self._words_of(record)
        for word in old - new:
            self.owed.pop(word, None)
        for word in new - old:
            self.owed[word] = (name, record.id, index)

    def forget(self, words: str) -> None:
        """Somebody removed this knowingly."""
        for word in [word for word in self.owed if word in words]:
            del self.owed[word]

    def _words_of(self, record: Record | None) -> set[str]:
        text = repr(to_wire(record)) if record else ""
        return {f"mot{part.split('fin')[0]}fin" for part in text.split("mot")[1:]}


def saved(laptop: Laptop, record: Record) -> None:
    """Save a record as any screen does."""
    with laptop.session.workplace.work() as work:
        work.save(record)


def check_quiet(town: Town, ledger: Ledger, dossiers: list[PersonId]) -> None:
    """Let everybody synchronise twice, then hold the office and the laptops to their promises."""
    for _ in range(2):
        for laptop in town.laptops:
            town.sync(laptop)
    for laptop in town.laptops:
        report = laptop.desk.sync_reports.read()
        assert report.pending == 0, "everything that could leave has left"
        assert not report.loading
    found: Rows = {}
    for dossier in dossiers:
        found |= _check_dossier(town, dossier)
    for word, (kind, rid, index) in ledger.owed.items():
        assert _is_found(town, word, kind, rid, index, found), f"{word} of {kind} {rid} is lost"


def _check_dossier(town: Town, dossier: PersonId) -> Rows:
    held = office_rows(town.office, dossier)
    allowed = readers(town.office, dossier)
    for laptop in town.laptops:
        me = laptop.session.workplace.me
        if me in allowed:
            assert laptop_rows(laptop, dossier) == held, f"{me} shows something else"
        else:
            assert laptop_leftovers(laptop, dossier) == [], f"{me} still holds a dossier"
    return held


def _is_found(town: Town, word: str, kind: str, rid: str, index: int, found: Rows) -> bool:
    if kind == "clinical_note":
        return False
    if word in repr(found.get((kind, rid))):
        return True
    for (other, _), data in found.items():
        if other == "conflict" and data["subject"] == rid and data["state"] == "open":
            if word in str(data["lost"]):
                return True
    refused = town.laptops[index].session.workplace.store.outbox.refused()
    return any(op.rid == rid and word in repr(op.fields) for op in refused)


def shown(laptop: Laptop, dossiers: list[PersonId]) -> list[PersonId]:
    """Return those of these dossiers that a laptop shows."""
    known = {line.id for line in laptop.desk.persons.caseload(limit=10_000)}
    return [dossier for dossier in dossiers if dossier in known]


def professional(laptop: Laptop) -> ProfessionalId:
    """Return whose laptop it is."""
    return laptop.session.workplace.me


def with_id(record: Record, rid: RecordId) -> Record:
    """Return a record under another identifier."""
    return replace(record, id=rid)
