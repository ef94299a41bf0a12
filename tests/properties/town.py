"""Three professionals, their laptops and their office, and what has been promised to each."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from desktop.app.session import office_of, synchroniser
from desktop.sync.errors import SyncError
from desktop.sync.transport import Cancellation, Exchange, HttpOffice
from protocol import wire
from protocol.ids import FollowUpId, PersonId
from protocol.kinds.people import Job
from tests.campaigns.road import CuttingRoad
from tests.properties.agreement import (
    Rows,
    differences,
    laptop_leftovers,
    laptop_rows,
    office_rows,
    readers,
)
from tests.support.fleet import Laptop, enrolled
from tests.support.office import Office, Premises
from tests.support.opened import waiting_words, with_words

PEOPLE = (
    ("Claire Martin", Job.PSYCHOLOGIST),
    ("Mehdi Belkacem", Job.REFERENT),
    ("Sofia Neveu", Job.NURSE),
)


@dataclass
class SlowOffice:
    """The real office, so far away that somebody types while the first answer comes."""

    office: HttpOffice
    meanwhile: Callable[[], object] | None

    def hello(self) -> wire.Hello:
        return self.office.hello()

    def enrol(self, request: wire.EnrolRequest) -> wire.EnrolReply:
        return self.office.enrol(request)

    def sync(self, request: wire.SyncRequest, cancelled: Cancellation | None = None) -> Exchange:
        exchange = self.office.sync(request, cancelled)
        if self.meanwhile is not None:
            self.meanwhile()
            self.meanwhile = None
        return exchange

    def digests(self, request: wire.DigestsRequest) -> wire.DigestsReply:
        return self.office.digests(request)

    def reread(self, request: wire.RereadRequest) -> wire.RereadReply:
        return self.office.reread(request)

    def renew(self, request: wire.RenewRequest) -> wire.RenewReply:
        return self.office.renew(request)

    def become(self, device: str, signer: Callable[[bytes], bytes]) -> None:
        self.office.become(device, signer)


def synchronise(laptop: Laptop, *, meanwhile: Callable[[], object] | None = None) -> None:
    """Synchronise once; ``meanwhile`` is done while the first answer comes."""
    session = laptop.session
    road = office_of(session.enrolment, session.workplace.identity, laptop.clock)
    office = SlowOffice(road, meanwhile)
    try:
        synchroniser(session, office, laptop.clock, in_store=lambda work: work()).run()
    finally:
        road.close()  # thousands of synchronisations in a row: the office counts connections


_WORD = re.compile(r"mot\d+fin")


@dataclass
class Town:
    """An office and its laptops; kept from one life to the next while all goes well."""

    office: Office
    laptops: list[Laptop]
    images: int = 0

    @classmethod
    def build(cls, premises: Premises, folder: Path) -> "Town":
        """Return a new département where everybody is enrolled and knows the others."""
        road = CuttingRoad(premises.port)
        premises.set_road(road, is_open=True)
        office = Office(premises, premises.new_department(), road)
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
        shutil.copytree(laptop.folder, image, ignore=shutil.ignore_patterns("coffre.lock", "*-shm"))
        before, laptop.folder = laptop.folder, image
        laptop.reopen()
        shutil.rmtree(before)

    def sync(
        self,
        laptop: Laptop,
        *,
        cut_after: int | None = None,
        meanwhile: Callable[[], object] | None = None,
    ) -> None:
        """Synchronise; perhaps the answer is lost on its way, or somebody types meanwhile."""
        self.office.road.reply_bytes = cut_after
        try:
            synchronise(laptop, meanwhile=meanwhile)
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
    """Every word that somebody saved and nobody has removed knowingly: each is found again."""

    owed: dict[str, tuple[str, str, Laptop]] = field(default_factory=dict)
    """By word: the kind and the identifier of its record, the laptop that saved it."""
    secrets: dict[str, tuple[FollowUpId, Laptop]] = field(default_factory=dict)
    """What is in clinical notes, by word."""
    _count: int = 0

    def word(self, stem: str = "mot") -> str:
        """Return a word that nobody has written yet."""
        self._count += 1
        return f"{stem}{self._count}fin"

    @contextmanager
    def writing(self, laptop: Laptop, dossiers: list[PersonId]) -> Iterator[None]:
        """Note what an act writes: its new words are owed, those it removed are no more."""
        before = _words(laptop, dossiers)
        yield
        after = _words(laptop, dossiers)
        for word in before.keys() - after.keys():
            self.owed.pop(word, None)
        for word in after.keys() - before.keys():
            self.owed[word] = (*after[word], laptop)

    def note(self, laptop: Laptop, follow_up: FollowUpId, word: str) -> None:
        """Note a clinical note's new word, which takes the place of the former."""
        self.secrets = {w: kept for w, kept in self.secrets.items() if kept[0] != follow_up}
        self.secrets[word] = follow_up, laptop


def _words(laptop: Laptop, dossiers: list[PersonId]) -> dict[str, tuple[str, str]]:
    return {
        word: key
        for dossier in dossiers
        for key, data in with_words(
            laptop_rows(laptop, dossier), [laptop.session.workplace.store]
        ).items()
        if key[0] != "conflict"
        for word in _WORD.findall(repr(data))
    }


def check_quiet(town: Town, ledger: Ledger, dossiers: list[PersonId]) -> None:
    """Let everybody synchronise twice, then hold the office and the laptops to their promises."""
    for _ in range(2):
        for laptop in town.laptops:
            town.sync(laptop)
    for laptop in town.laptops:
        assert laptop.desk.sync_reports.read().pending == 0, "what could leave has not left"
    found: Rows = {}
    for dossier in dossiers:
        found |= _checked(town, dossier)
    found = with_words(found, [laptop.session.workplace.store for laptop in town.laptops])
    # Of a dossier that everybody has left, the office holds words that nobody can open.
    left = {str(one) for one in dossiers if not readers(town.office, one)}
    for word, (kind, rid, laptop) in ledger.owed.items():
        if _dossier_of(found.get((kind, rid), {}), rid) in left:
            continue
        assert _is_found(word, kind, rid, laptop, found), f"{word} of {kind} {rid} is lost"
    _check_secrets(town, ledger)


def _checked(town: Town, dossier: PersonId) -> Rows:
    """Return what the office holds of a dossier, once every laptop is seen to agree."""
    held = office_rows(town.office, dossier)
    allowed = readers(town.office, dossier)
    for laptop in town.laptops:
        if laptop.session.workplace.me in allowed:
            otherwise = differences(laptop_rows(laptop, dossier), held)
            assert otherwise == [], f"{laptop.folder.name} shows otherwise: {otherwise}"
        else:
            left = laptop_leftovers(laptop, dossier)
            assert left == [], f"{laptop.folder.name} is out of the circle and holds {left}"
    return held


def _dossier_of(data: Mapping[str, object], rid: str) -> str:
    return str(data.get("person") or rid)


def _is_found(word: str, kind: str, rid: str, laptop: Laptop, found: Rows) -> bool:
    if word in repr(found.get((kind, rid))):
        return True
    for (other, _), data in found.items():
        is_here = other == "conflict" and data["subject"] == rid and data["state"] == "open"
        if is_here and word in repr(data):
            return True
    refused = laptop.session.workplace.store.outbox.refused()
    if any(op.rid == rid and word in repr(op.fields) for op in refused):
        return True
    return word in waiting_words(laptop.session.workplace.store)


def _check_secrets(town: Town, ledger: Ledger) -> None:
    for word, (follow_up, author) in ledger.secrets.items():
        assert word in author.desk.notes.of(follow_up), f"{word} of a clinical note is lost"
    if ledger.secrets:
        elsewhere = [town.office.dump(), *(laptop.store_text() for laptop in town.laptops)]
        assert not any("secret" in text for text in elsewhere), "a clinical note is in clear"
