"""What has been promised to each: a plain account of who wrote what, without the engine's words.

Every word is new: wherever it shows again, it is known who saved it and when. Words are looked for
as people read them, out of their envelopes: whoever looked at what is stored would owe nobody what
circles share.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from desktop.store.circle_places import who_left
from desktop.store.circle_said import SaidOfCircles
from desktop.store.json_text import read_json
from protocol.ids import FollowUpId, PersonId
from protocol.kinds import CircleMember, ClinicalNote
from protocol.values import Wire, from_wire
from tests.properties.agreement import Rows, laptop_rows, office_rows
from tests.simulation.machine import Machine
from tests.support.opened import unsent_words, with_words

_WORD = re.compile(r"mot\d+fin")
_SECRET = re.compile(r"secret\d+fin")
Place = tuple[str, str, str]
"""Kind, identifier, field."""


@dataclass(frozen=True, slots=True)
class Write:
    """One line that was changed on a laptop."""

    machine: int
    before: Wire
    after: Wire
    is_half_read: bool = False
    """Whether it was written while what is new was still being read, page by page.

    Its laptop says that it has read up to where that reading began.
    """


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a word of a clinical note is, and whose."""

    follow_up: FollowUpId
    author: str
    machine: Machine


@dataclass(frozen=True, slots=True)
class NoteOf:
    """The meeting that a clinical note hangs on, and whose it is."""

    follow_up: FollowUpId
    dossier: PersonId


@dataclass
class Ledger:
    """What each laptop saved, and what of it is owed."""

    owed: dict[str, Machine] = field(default_factory=dict)
    """By word that nobody has removed knowingly: the laptop that saved it."""
    secrets: dict[str, Secret] = field(default_factory=dict)
    writes: dict[Place, list[Write]] = field(default_factory=lambda: defaultdict(list))
    dossiers: list[PersonId] = field(default_factory=list)
    """Those that were ever opened, erased ones included: a laptop may not have heard."""
    erased: list[PersonId] = field(default_factory=list)
    notes: dict[str, NoteOf] = field(default_factory=dict)
    dossier_of: dict[str, PersonId] = field(default_factory=dict)
    """By word: where it was written, or moved since by an act."""
    _written_for: dict[tuple[str, int, PersonId], set[str]] = field(default_factory=dict)
    """By who wrote, on which laptop, in which dossier: who read there, for all it knew then."""
    _put_back: dict[str, Machine] = field(default_factory=dict)
    """By word that was owed to nobody any more: the laptop on which it shows again since."""
    _first_in: dict[str, PersonId] = field(default_factory=dict)
    """By word: the dossier that it was typed in."""
    _ever_in: dict[str, set[PersonId]] = field(default_factory=lambda: defaultdict(set))
    """By word: the dossiers whose records ever showed it, but for what a merge keeps."""
    _taken_out: dict[str, PersonId] = field(default_factory=dict)
    """By word that joining two dossiers took out of one: the other, which keeps it."""
    _moved: list[tuple[Machine, str, PersonId, PersonId]] = field(default_factory=list)
    """On which laptop a word was moved, from where and whither."""
    _count: int = 0

    def word(self, stem: str = "mot") -> str:
        """Return a word that nobody has written yet.

        All are as long: none is another less a letter, as search keeps them for those who slip.
        """
        self._count += 1
        return f"{stem}{self._count:03}fin"

    @contextmanager
    def writing(self, machine: Machine, dossiers: Sequence[PersonId]) -> Iterator[None]:
        """Note what an act writes: its new words are owed, those it removed are no more.

        ``dossiers``: those it may change; the one that it opens is added meanwhile.
        """
        before = {dossier: shown(machine, [dossier]) for dossier in dossiers}
        try:
            yield
        finally:
            after = {dossier: shown(machine, [dossier]) for dossier in dossiers}
            changed = [one for one in dossiers if before.get(one) != after[one]]
            for dossier in changed:
                self._note_writes(machine, before.get(dossier, {}), after[dossier])
                known = machine.who, machine.index, dossier
                self._written_for[known] = _members(machine, dossier)
            if changed:
                # Opened now that something has changed: an act takes no key away.
                self._note_words(machine, _words(machine, before), _words(machine, after))
                self._note_places(machine, {dossier: after[dossier] for dossier in changed})
                self._give_up_erased()

    def _note_writes(self, machine: Machine, before: Rows, after: Rows) -> None:
        for key in [*before, *(key for key in after if key not in before)]:
            was, now = before.get(key, {}), after.get(key, {})
            for name in [*was, *(name for name in now if name not in was)]:
                if was.get(name) != now.get(name):
                    half_read = machine.store.state.progress().after is not None
                    write = Write(machine.index, was.get(name), now.get(name), half_read)
                    self.writes[(*key, name)].append(write)

    def _note_words(
        self, machine: Machine, before: dict[str, PersonId], after: dict[str, PersonId]
    ) -> None:
        for word in before.keys() - after.keys():
            self.owed.pop(word, None)
        for word, dossier in after.items():
            first = self._first_in.setdefault(word, dossier)
            if word not in before and first not in self.erased:
                if word in self.dossier_of and word not in self.owed:
                    self._put_back[word] = machine
                self.owed[word] = machine
            if before.get(word) != dossier:  # a merge keeps in one dossier what the other said
                known = self.dossier_of.get(word)
                if known is not None and known != dossier:
                    self._moved.append((machine, word, known, dossier))
                self.dossier_of[word] = dossier

    def _note_places(self, machine: Machine, changed: Mapping[PersonId, Rows]) -> None:
        merged = {dossier: _of_merges(rows) for dossier, rows in changed.items()}
        others = {one: rows.keys() - merged[one].keys() for one, rows in changed.items()}
        for dossier, keys in others.items():
            held = {key: changed[dossier][key] for key in keys}
            for word in _words(machine, {dossier: held}):
                self._ever_in[word].add(dossier)
        for word, dossier in _words(machine, merged).items():
            if dossier not in self._ever_in[word]:
                self._taken_out[word] = dossier

    # -- who was erased -----------------------------------------------------------------------

    @property
    def living(self) -> list[PersonId]:
        """Return the dossiers that nobody has erased."""
        return [dossier for dossier in self.dossiers if dossier not in self.erased]

    def erase(self, dossier: PersonId) -> None:
        """Somebody was erased: of her nothing is owed any more."""
        self.erased.append(dossier)
        self._give_up_erased()
        follow_ups = {self.notes[note].follow_up for note in self.erased_notes()}
        for word, secret in list(self.secrets.items()):
            if secret.follow_up in follow_ups:
                del self.secrets[word]

    def _give_up_erased(self) -> None:
        """Owe nothing of who is erased, nor what joining hers had taken out of another dossier."""
        for word in [*self.owed] if self.erased else ():
            if {self._first_in[word], self._taken_out.get(word)} & {*self.erased}:
                del self.owed[word]

    def erased_words(self) -> set[str]:
        """Return the words that were never anywhere but in dossiers that are erased."""
        return {word for word, places in self._ever_in.items() if places <= {*self.erased}}

    def erased_notes(self) -> set[str]:
        """Return the notes on meetings of those who are erased."""
        return {note for note, it in self.notes.items() if it.dossier in self.erased}

    def wrote_for(self, author: str, dossier: PersonId) -> set[str]:
        """Return those whom her laptops took for readers when she last wrote in a dossier."""
        known = self._written_for.items()
        hers = [told for (who, _, where), told in known if (who, where) == (author, dossier)]
        return set().union(*hers)

    def give_up(self, text: str, kept: str) -> None:
        """Somebody chose to drop the words of a text, but for those that are kept elsewhere."""
        for word in _WORD.findall(text):
            if word not in kept:
                self.owed.pop(word, None)

    def forget_moves(self, machine: Machine, *, is_gone: bool = False) -> None:
        """An old disk was put back: what was moved there, and is not any more, is where it was.

        So is all that was moved on a laptop that ``is_gone``. What the office was told before stays
        moved.
        """
        for where, word, before, now in reversed(self._moved):
            if where is machine and (is_gone or word not in words_shown(machine, [now])):
                told = with_words(office_rows(machine.office, now), [machine.store])
                if word not in repr(told):
                    self.dossier_of[word] = before

    @contextmanager
    def noting(self, machine: Machine, follow_up: FollowUpId) -> Iterator[None]:
        """Note what becomes of a clinical note."""
        before = _SECRET.findall(machine.desk.notes.of(follow_up))
        try:
            yield
        finally:
            after = _SECRET.findall(machine.desk.notes.of(follow_up))
            is_owed = self._note_notes(machine, follow_up)
            for word in before:
                if word not in after:
                    self.secrets.pop(word, None)
            for word in after:
                if word not in before and is_owed:
                    self.secrets[word] = Secret(follow_up, machine.who, machine)

    def _note_notes(self, machine: Machine, follow_up: FollowUpId) -> bool:
        """Note which notes hang on a meeting; tell whether it is of nobody who was erased."""
        hung = machine.store.database.rows(
            'SELECT n."id", f."person" FROM "clinical_note" n'
            ' JOIN "follow_up" f ON f."id" = n."follow_up" WHERE f."id" = ?',
            (follow_up,),
        )
        self.notes |= {note: NoteOf(follow_up, PersonId(whose)) for note, whose in hung}
        return not any(whose in self.erased for _, whose in hung)

    def unsent(self, machine: Machine) -> set[str]:
        """Return the words that this laptop alone may know: nobody has acknowledged them."""
        database = machine.store.database
        waiting = database.rows(
            'SELECT o."kind", o."rid", f."fields" FROM "outbox" o JOIN "op_fields" f USING ("id")'
        )
        opened, known = unsent_words(machine.store)
        told = repr(database.rows('SELECT "data" FROM "mirror"')) + known
        typed = set(_WORD.findall(repr(waiting) + opened))
        words = {word for word in typed if word not in told or self._is_put_back(word, machine)}
        follow_ups: dict[str, str] = dict(
            database.rows('SELECT "id", "follow_up" FROM "clinical_note"')
        )
        noted = {follow_ups.get(rid) for kind, rid, _ in waiting if kind == "clinical_note"}
        for word, secret in self.secrets.items():
            is_waiting = secret.machine is machine and secret.follow_up in noted
            if is_waiting and word in machine.desk.notes.of(secret.follow_up):
                words.add(word)
        return words

    def _is_put_back(self, word: str, machine: Machine) -> bool:
        """Tell whether a word that was given up shows again by what waits on this laptop alone."""
        if self._put_back.get(word) is not machine:
            return False
        rows = office_rows(machine.office, self.dossier_of[word])
        standing = {key: data for key, data in rows.items() if key[0] != "conflict"}
        return word not in repr(with_words(standing, [machine.store]))

    def forgotten_in_conflicts(self, machine: Machine) -> set[str]:
        """Return the words of conflicts here that a restored office forgot, and shows nowhere else.

        Their laptop brings them back at its next synchronisation. The office’s history may have
        them, under what she typed since over the value that she saw.
        """
        with machine.office.database.transaction(machine.office.department.schema) as connection:
            rows = connection.execute("SELECT rid::text FROM record")
            known = {str(rid) for (rid,) in rows.fetchall()}
        words: set[str] = set()
        for dossier in self.dossiers:
            kept = {
                key: data
                for key, data in laptop_rows(machine, dossier).items()
                if key[0] == "conflict" and key[1] not in known
            }
            told = repr(with_words(office_rows(machine.office, dossier), [machine.store]))
            found = _WORD.findall(repr(with_words(kept, [machine.store])))
            words.update(word for word in found if word not in told)
        return words

    def lose(self, words: set[str], machine: Machine) -> None:
        """The only laptop that knew these words is gone, or has forgotten them.

        Or that kept, unsent, what it had taken out of a dossier as it joined it to another.
        """
        moved = {word for where, word, _before, _now in self._moved if where is machine}
        for word in words:
            if self.owed.get(word) is machine or word in moved:
                self.owed.pop(word, None)
            self.secrets.pop(word, None)


def _members(machine: Machine, dossier: PersonId) -> set[str]:
    """Return those who have a place in a dossier, or read on after it ended, for all this knows."""
    places = machine.store.records.select(
        CircleMember,
        '"person" = ? AND ("ended_on" IS NULL OR "overlap_until" IS NOT NULL)',
        (dossier,),
    )
    # Whoever was seen to leave is back when a colleague says so, and not the office alone.
    database = machine.store.database
    left = who_left(database, SaidOfCircles(database).circle(dossier), dossier)
    return {str(place.professional) for place in places} - left


def shown(machine: Machine, dossiers: Sequence[PersonId]) -> Rows:
    """Return what a laptop shows of some dossiers, conflicts aside."""
    found: Rows = {}
    for dossier in dossiers:
        rows = laptop_rows(machine, dossier)
        found |= {key: data for key, data in rows.items() if key[0] != "conflict"}
    return found


def noted_aside(machine: Machine, follow_up: FollowUpId) -> str:
    """Return the notes on a meeting that wait on their author's laptop to be written again.

    Of a note that was typed over since, what is set aside lacks the text.
    """
    aside = machine.store.database.rows(
        'SELECT "rid", "data" FROM "set_aside" WHERE "kind" = \'clinical_note\''
    )
    told = [(rid, read_json(data)) for rid, data in aside]
    notes = [from_wire(ClinicalNote, rid, held) for rid, held in told if "body" in held]
    read = machine.desk.notes.read
    return " ".join(read(note) for note in notes if note.follow_up == follow_up)


def words_shown(machine: Machine, dossiers: Sequence[PersonId]) -> dict[str, PersonId]:
    """Return the words that a laptop shows of some dossiers, and of which."""
    return _words(machine, {dossier: shown(machine, [dossier]) for dossier in dossiers})


def _of_merges(rows: Rows) -> Rows:
    return {key: data for key, data in rows.items() if key[0] == "same_person"}


def _words(machine: Machine, rows: Mapping[PersonId, Rows]) -> dict[str, PersonId]:
    found: dict[str, PersonId] = {}
    for dossier, held in rows.items():
        found |= dict.fromkeys(_WORD.findall(repr(with_words(held, [machine.store]))), dossier)
    return found
