"""A laptop in the field for campaigns: a real vault, no network, meetings recorded one by one."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from desktop.app.session import Session, open_session
from desktop.crypto.identity import Identity
from desktop.crypto.randomness import SystemRandom
from desktop.services.follow_up_form import FollowUpForm
from desktop.services.persons import NewPerson
from desktop.store.state import Enrolment
from desktop.store.store import Store
from desktop.sync.enrolment import IDENTITY
from protocol.ids import PersonId, ProfessionalId, uuid7
from protocol.kinds import SYNCED, ClinicalNote, FollowUp
from protocol.kinds.agenda import Appointment
from protocol.kinds.declare import KindSpec
from protocol.kinds.follow_ups import Draft, Theme
from tests.support.fleet import PASSPHRASE, access
from tests.support.laptop import TUESDAY, Desk, TurnedClock, bring, desk_of, professional

UNTIL_NEXT = timedelta(days=28)
ME = ProfessionalId(uuid7(1, b"claire mar"))


@dataclass
class FieldLaptop:
    """An unlocked laptop of Claire's."""

    session: Session
    desk: Desk
    clock: TurnedClock

    def persons(self) -> list[PersonId]:
        """Return who she follows."""
        return [line.id for line in self.desk.persons.caseload()]

    def meeting(self, person: PersonId, number: int) -> FollowUpForm:
        """Return a meeting as typed: its number is in the summary and in the clinical note."""
        starts_at = TUESDAY + timedelta(minutes=number)
        return replace(
            self.desk.follow_ups.begin(person),
            starts_at=starts_at,
            summary=summary(number),
            clinical=clinical(number),
            themes=frozenset({tuple(Theme)[number % len(Theme)]}),
            next_at=starts_at + UNTIL_NEXT,
        )

    def close(self) -> None:
        """Lock it."""
        self.session.close()


def summary(number: int) -> str:
    """Return what the team reads of a meeting."""
    return f"Entretien {number}. " + "Accepte un suivi mensuel à Melle. " * (number % 30)


def clinical(number: int) -> str:
    """Return what nobody else reads of it."""
    return f"Note {number}. " + "Dort mal. " * (number % 20)


def prepare(folder: Path, persons: int = 5) -> None:
    """Make a vault in a folder: an enrolled laptop with a few dossiers."""
    unlocked, recovery = access(folder).create(PASSPHRASE)
    access(folder).confirm_recovery_key(unlocked, " ".join(recovery.words()))
    with unlocked.store.database.transaction():
        unlocked.store.keyring.put(IDENTITY, Identity.generate(SystemRandom()).to_bytes())
        unlocked.store.state.set_enrolment(
            Enrolment("https://localhost", "server", "79", "Deux-Sèvres", "device", ME, None, None)
        )
    unlocked.close()
    laptop = unlock(folder)
    workplace = laptop.session.workplace
    bring(workplace, professional(workplace, ME, "Claire Martin"))
    for number in range(persons):
        laptop.desk.persons.create(NewPerson(birth_name=f"Personne{number}", first_name="Une"))
    laptop.close()


def prepared(folder: Path) -> Path:
    """Make it, unless it is there: short campaigns are each given a copy of one."""
    if not folder.exists():
        prepare(folder)
    return folder


def unlock(folder: Path) -> FieldLaptop:
    """Open the vault with the passphrase, as after a night or a power cut."""
    clock = TurnedClock()
    unlocked = access(folder, clock=clock).open(PASSPHRASE)
    session = open_session(unlocked, clock, SystemRandom())
    return FieldLaptop(session, desk_of(session.workplace, clock), clock)


def faults(laptop: FieldLaptop, acknowledged: dict[str, int]) -> list[str]:
    """Return what is wrong with a laptop that had acknowledged these saves, by follow-up."""
    found = page_faults(laptop.session.workplace.store)
    found += _lost(laptop, acknowledged)
    found += _halves(laptop)
    for spec in SYNCED.values():
        found += _apart(laptop, spec)
    return found


def page_faults(store: Store) -> list[str]:
    """Return what SQLite and SQLCipher say against a file."""
    store.database.checkpoint()
    return [
        f"{pragma}: {row[0]}"
        for pragma in ("integrity_check", "cipher_integrity_check")
        for row in store.database.rows(f"PRAGMA {pragma}")
        if row[0] != "ok"
    ]


def number_in(text: str) -> int:
    """Return the number of a meeting from its summary or its note."""
    return int(text.partition(".")[0].split()[-1])


def _lost(laptop: FieldLaptop, acknowledged: dict[str, int]) -> list[str]:
    records = laptop.session.workplace.store.records
    found = []
    for target, number in acknowledged.items():
        kept = records.get(FollowUp, target)
        if kept is None:
            found.append(f"acknowledged follow-up {target} is lost")
        elif number_in(kept.summary or "") < number:
            found.append(f"acknowledged correction {number} of {target} is lost")
    return found


def _halves(laptop: FieldLaptop) -> list[str]:
    """Return the follow-ups that are there without all that was saved with them."""
    records = laptop.session.workplace.store.records
    found = []
    planned = {item.starts_at for item in records.select(Appointment)}
    notes = {str(note.follow_up) for note in records.select(ClinicalNote)}
    drafts = {str(draft.target) for draft in records.select(Draft)}
    for item in records.select(FollowUp):
        number = number_in(item.summary or "")
        if item.id not in notes:
            found.append(f"follow-up {item.id} has no note")
        elif laptop.desk.notes.of(item.id) != clinical(number):  # type: ignore[arg-type]  # its id
            found.append(f"follow-up {item.id} has another note")
        if item.starts_at + UNTIL_NEXT not in planned:
            found.append(f"follow-up {item.id} has no next appointment")
        if item.id in drafts and _draft_number(laptop, item.id) <= number:
            found.append(f"follow-up {item.id} is finished and still a draft")
    return found


def _draft_number(laptop: FieldLaptop, target: str) -> int:
    sheet = laptop.desk.follow_ups.open(target)  # type: ignore[arg-type]  # its id
    return number_in(sheet.form.summary)


def _apart(laptop: FieldLaptop, spec: KindSpec) -> list[str]:
    """Return the records that differ from what their operations will tell the office."""
    store = laptop.session.workplace.store
    rids = {str(row[0]) for row in store.database.rows(f'SELECT "id" FROM "{spec.name}"')}
    told = {
        str(row[0])
        for row in store.database.rows('SELECT "rid" FROM "outbox" WHERE "kind" = ?', (spec.name,))
    }
    found = [f"{spec.name} {rid} is told but not kept" for rid in sorted(told - rids)]
    for rid in sorted(rids - {ME}):
        replayed = None
        for op in store.outbox.of_record(spec.name, rid):
            replayed = op.replay(replayed)
        if replayed != store.records.data(spec, rid):
            found.append(f"{spec.name} {rid} is kept but not told")
    return found
