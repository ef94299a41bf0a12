"""Clinical notes: sealed for their author before they enter the store, opened only for her.

The server and every colleague's laptop hold an envelope: author, date, size (docs/vault-format.md).
"""

from dataclasses import replace

from desktop.crypto.errors import SealBroken
from desktop.services.own_texts import OwnTexts
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.ids import FollowUpId, RecordId
from protocol.kinds.follow_ups import ClinicalNote


class ClinicalNotes:
    """Reads and writes the notes of the person who works on this laptop."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._texts = OwnTexts(workplace, "clinical_note", "body")

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
            revision = self._texts.revision(first.body) + 1
            work.save(replace(first, body=self._texts.seal(first.id, text, revision)))
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
                body=self._texts.seal(rid, text, 1),
            )
        )

    def read(self, note: ClinicalNote) -> str:
        """Return what one of my notes says; raise ``SealBroken``."""
        return self._open(note)

    def give_back(self, work: UnitOfWork, note: ClinicalNote) -> None:
        """Write a note of mine as a copy of the vault has it: sealed anew, after the last one."""
        known = self._workplace.store.records.get(ClinicalNote, note.id)
        last = max(self._texts.revision(one.body) for one in (note, known) if one is not None)
        work.save(replace(note, body=self._texts.seal(note.id, self._open(note), last + 1)))

    def _notes(self, follow_up: FollowUpId) -> list[ClinicalNote]:
        return self._workplace.store.records.select(
            ClinicalNote,
            '"follow_up" = ? AND "created_by" = ?',
            (follow_up, self._workplace.me),
        )

    def _opened(self, note: ClinicalNote) -> str | None:
        try:
            return self._open(note)
        except SealBroken:
            return None

    def _open(self, note: ClinicalNote) -> str:
        return self._texts.open(note.id, note.body)
