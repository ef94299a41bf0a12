"""Documents of a dossier: attached from a file, read in memory, removed by whoever attached them.

Nothing here writes a clear byte to a disk: a content goes from the chosen file to encrypted pieces,
and from these to the window.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from desktop.config.clock import paris
from desktop.crypto.errors import SealBroken
from desktop.crypto.pieces import (
    digest_of,
    key_from_hex,
    key_to_hex,
    new_key,
    open_pieces,
    seal_pieces,
)
from desktop.domain.document_files import (
    MAX_DOCUMENT,
    DocumentFault,
    DocumentRefused,
    media_of,
)
from desktop.services.directory import Colleague, Directory
from desktop.services.done import Done
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.errors import (
    DocumentBroken,
    DocumentNotHere,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from desktop.services.workplace import Workplace
from desktop.store.pieces import Held
from protocol.ids import FollowUpId, PersonId, RecordId
from protocol.kinds.documents import Document, DocumentCategory, DocumentMedia
from protocol.kinds.people import Job


@dataclass(frozen=True, slots=True)
class ChosenFile:
    """A file somebody chose, read once and looked at; nothing is attached yet."""

    name: str = field(repr=False)
    """Without its ending; a title to begin with."""
    media: DocumentMedia
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewDocument:
    """What is told of a document when it is attached."""

    person: PersonId
    title: str = field(repr=False)
    category: DocumentCategory
    file: ChosenFile
    follow_up: FollowUpId | None = None


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document of the dossier."""

    id: RecordId
    title: str = field(repr=False)
    category: DocumentCategory
    media: DocumentMedia
    size: int
    added_on: date
    by: Colleague
    mine: bool
    held: Held

    @property
    def is_here(self) -> bool:
        """Whether it can be read now."""
        return self.held.here >= self.held.pieces

    @property
    def is_leaving(self) -> bool:
        """Whether the office still lacks some of it, as far as this laptop knows."""
        return self.held.unsent > 0


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document being read: in memory only."""

    id: RecordId
    title: str = field(repr=False)
    media: DocumentMedia
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed, for somebody who changes her mind."""

    record: Document = field(repr=False)
    pieces: tuple[bytes, ...] = field(repr=False)
    """Encrypted."""


def read_file(path: Path) -> ChosenFile:
    """Return a file that somebody chose; raise ``DocumentRefused``. For the store's lane."""
    try:
        if path.stat().st_size > MAX_DOCUMENT:
            raise DocumentRefused(DocumentFault.TOO_LARGE)
        with path.open("rb") as file:
            content = file.read(MAX_DOCUMENT + 1)
    except OSError:
        raise DocumentRefused(DocumentFault.UNREADABLE) from None
    return ChosenFile(path.stem.replace("_", " ").strip(), media_of(content), content)


class Documents:
    """Attaches, lists, opens and removes."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._store = workplace.store
        self._directory = directory
        self._dossiers = Dossiers(workplace)

    def dossiers_of(self, person: PersonId) -> tuple[PersonId, ...]:
        """Return all the dossiers of somebody."""
        return self._dossiers.all_of(person)

    def of(self, person: PersonId) -> list[DocumentLine]:
        """Return the documents of somebody, the latest first."""
        found = self._store.records.select(
            Document,
            OF_THESE,
            (these(self._dossiers.all_of(person)),),
            order='"added_on" DESC, "created_at" DESC, "id"',
        )
        held = self._store.pieces.held([item.id for item in found])
        colleagues = self._directory.colleagues()
        unknown = Colleague("", "", Job.REFERENT, active=False)
        return [
            DocumentLine(
                id=item.id,
                title=item.title,
                category=item.category,
                media=item.media,
                size=item.size,
                added_on=item.added_on,
                by=colleagues.get(item.professional, unknown),
                mine=item.professional == self._workplace.me,
                held=held[item.id],
            )
            for item in found
        ]

    def add(self, new: NewDocument) -> Done[RecordId]:
        """Attach a document: encrypted before it is kept; raise ``InvalidInput``."""
        title = " ".join(new.title.split())
        if not title:
            raise InvalidInput("title", "missing")
        rid, key = RecordId(self._workplace.new_id()), new_key(self._workplace.random)
        pieces = seal_pieces(key, rid, new.file.content, self._workplace.random)
        now = self._workplace.clock.now()
        record = Document(
            id=rid,
            created_at=now,
            created_by=self._workplace.me,
            person=self._dossiers.kept(new.person),
            professional=self._workplace.me,
            follow_up=new.follow_up,
            title=title,
            category=new.category,
            media=new.file.media,
            size=len(new.file.content),
            pieces=len(pieces),
            digest=digest_of(pieces),
            key=key_to_hex(key),
            added_on=paris(now).date(),
        )
        with self._workplace.work() as work:
            work.save(record)
            self._keep(record, pieces)
        return Done(rid, work.touched)

    def open(self, document: RecordId) -> OpenDocument:
        """Return a document in clear; raise ``NotFound``, ``DocumentNotHere`` or
        ``DocumentBroken``.
        """
        record = self._record(document)
        pieces = self._store.pieces.of(document)
        if len(pieces) < record.pieces:
            raise DocumentNotHere
        try:
            content = open_pieces(key_from_hex(record.key), document, pieces, record.digest)
        except SealBroken:
            raise DocumentBroken from None
        return OpenDocument(document, record.title, record.media, content)

    def edit(self, document: RecordId, title: str, category: DocumentCategory) -> Done[None]:
        """Name a document otherwise; raise ``NotFound`` or ``InvalidInput``."""
        title = " ".join(title.split())
        if not title:
            raise InvalidInput("title", "missing")
        record = self._record(document)
        with self._workplace.work() as work:
            work.save(replace(record, title=title, category=category))
        return Done(None, work.touched)

    def remove(self, document: RecordId) -> Done[Removed]:
        """Remove a document of mine, here and at the office; raise ``NotFound``, ``NotAllowed``."""
        record = self._record(document)
        if record.professional != self._workplace.me:
            raise NotAllowed
        removed = Removed(record, tuple(self._store.pieces.of(document)))
        with self._workplace.work() as work:
            work.delete(Document, document)
            self._store.pieces.forget(document)
        return Done(removed, work.touched)

    def put_back(self, removed: Removed) -> Done[None]:
        """Put a document back; its pieces are offered to the office again."""
        with self._workplace.work() as work:
            work.save(removed.record)
            self._keep(removed.record, removed.pieces)
        return Done(None, work.touched)

    def _keep(self, record: Document, pieces: Sequence[bytes]) -> None:
        self._store.pieces.put(record.id, record.person, dict(enumerate(pieces)), is_sent=False)

    def _record(self, document: RecordId) -> Document:
        record = self._store.records.get(Document, document)
        if record is None:
            raise NotFound
        return record
