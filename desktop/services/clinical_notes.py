"""Clinical notes: sealed for their author before they enter the store, opened only for her.

The server and every colleague's laptop hold an envelope: author, date, size (docs/vault-format.md).
"""

from base64 import b64decode, b64encode
from dataclasses import replace

from desktop.crypto.errors import SealBroken
from desktop.crypto.sealing import Place as SealPlace
from desktop.crypto.sealing import revision_of, seal, unseal
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import FollowUpId, RecordId
from protocol.kinds.declare import Sealed
from protocol.kinds.follow_ups import ClinicalNote
from protocol.values import clean_text


class ClinicalNotes:
    """Reads and writes the notes of the person who works on this laptop."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def of(self, follow_up: FollowUpId) -> str:
        """Return my note on a follow-up, or an empty text; raise ``SealBroken``."""
        notes = self._notes(follow_up)
        return "\n\n".join(self._open(note) for note in notes)

    def write(self, work: UnitOfWork, follow_up: FollowUpId, text: str) -> None:
        """Seal and save my note on a follow-up; an emptied note is removed.

        A note that does not open is left as it is: whoever writes has not read it.
        """
        opened = [(note, self._opened(note)) for note in self._notes(follow_up)]
        notes = [note for note, known in opened if known is not None]
        if not text.strip():
            for note in notes:
                work.delete(ClinicalNote, note.id)
            return
        if notes and "\n\n".join(known for _, known in opened if known is not None) == text:
            return
        if notes:
            first, *others = notes
            revision = _revision(first) + 1
            work.save(replace(first, body=self._seal(first.id, text, revision)))
            for other in others:
                work.delete(ClinicalNote, other.id)
            return
        rid = RecordId(self._workplace.new_id())
        work.save(
            ClinicalNote(
                id=rid,
                created_at=self._workplace.clock.now(),
                created_by=self._workplace.me,
                follow_up=follow_up,
                body=self._seal(rid, text, 1),
            )
        )

    def read(self, note: ClinicalNote) -> str:
        """Return what one of my notes says; raise ``SealBroken``."""
        return self._open(note)

    def give_back(self, work: UnitOfWork, note: ClinicalNote) -> None:
        """Write a note of mine as a copy of the vault has it: sealed anew, after the last one."""
        known = self._workplace.store.records.get(ClinicalNote, note.id)
        last = max(_revision(one) for one in (note, known) if one is not None)
        work.save(replace(note, body=self._seal(note.id, self._open(note), last + 1)))

    def _notes(self, follow_up: FollowUpId) -> list[ClinicalNote]:
        return self._workplace.store.records.select(
            ClinicalNote,
            '"follow_up" = ? AND "created_by" = ?',
            (follow_up, self._workplace.me),
        )

    def _seal(self, rid: str, text: str, revision: int) -> Sealed:
        workplace = self._workplace
        envelope = seal(
            clean_text(text).encode(),
            recipient=workplace.identity.public.encryption,
            place=self._place(rid),
            revision=revision,
            random=workplace.random,
        )
        return Sealed(b64encode(envelope).decode())

    def _opened(self, note: ClinicalNote) -> str | None:
        try:
            return self._open(note)
        except SealBroken:
            return None

    def _open(self, note: ClinicalNote) -> str:
        envelope = _envelope(note)
        key = self._workplace.identity.encryption
        place = self._place(note.id)
        return unseal(envelope, key, place, revision=revision_of(envelope)).decode()

    def _place(self, rid: str) -> SealPlace:
        return SealPlace(
            department=self._workplace.department,
            kind="clinical_note",
            record=rid,
            field="body",
            author=self._workplace.me,
        )


def _revision(note: ClinicalNote) -> int:
    return revision_of(_envelope(note))


def _envelope(note: ClinicalNote) -> bytes:
    try:
        return b64decode(note.body, validate=True)
    except ValueError:
        raise SealBroken from None
