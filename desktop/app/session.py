"""An unlocked laptop: its services, built once, until it is locked."""

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Protocol

from desktop.config.clock import Clock, unix_ms
from desktop.config.guard_words import guard_words_text
from desktop.config.handout_words import handout_texts
from desktop.config.policy import Policy
from desktop.config.referentials import contours_text, deux_sevres_text, territories_text
from desktop.crypto.identity import Identity
from desktop.crypto.randomness import Random
from desktop.crypto.vault import OpenVault
from desktop.domain.contours import read_contours
from desktop.domain.free_text import FreeTextGuard, read_lexicon
from desktop.domain.handout_words import Phrases, read_phrases
from desktop.domain.territory import Territory, read_territory
from desktop.services.agenda import Agenda
from desktop.services.agenda_ics import AgendaFiles
from desktop.services.appointments import Appointments
from desktop.services.care import Care
from desktop.services.caseload_import import CaseloadImport
from desktop.services.clinical_notes import ClinicalNotes
from desktop.services.conflicts import Conflicts
from desktop.services.directory import Directory
from desktop.services.documents import Documents
from desktop.services.duplicates import Duplicates
from desktop.services.escrow import EscrowReports, take_policy
from desktop.services.follow_ups import FollowUps
from desktop.services.handouts import Handouts
from desktop.services.identities import Identities
from desktop.services.lease import Lease
from desktop.services.mobility import Mobility
from desktop.services.needs import Needs
from desktop.services.offers import Offers
from desktop.services.permanences import Permanences
from desktop.services.person_drafts import PersonDrafts
from desktop.services.persons import Persons
from desktop.services.programmes import Programmes
from desktop.services.recalls import Recalls
from desktop.services.record_drafts import RecordDrafts
from desktop.services.relays import Relays
from desktop.services.same_person import SamePersons
from desktop.services.steps import Steps
from desktop.services.sync_report import SyncReports
from desktop.services.today import Engagements, TodayService
from desktop.services.tours import Tours
from desktop.services.trips import Trips
from desktop.services.vault_access import Unlocked
from desktop.services.waiting import WaitingList
from desktop.services.workplace import Workplace
from desktop.services.workshops import Workshops
from desktop.store.copy_erasure import CopyErasure
from desktop.store.state import Enrolment
from desktop.sync.addresses import ServerAddress, parse_address, parse_proxy
from desktop.sync.engine import Synchroniser
from desktop.sync.enrolment import identity_of
from desktop.sync.in_store import BeginInStore, InStore
from desktop.sync.keep_apart import Keeper
from desktop.sync.pieces import PieceExchange, PieceOffice, RecordsThenPieces
from desktop.sync.renewal import Renewal
from desktop.sync.tls import Trust
from desktop.sync.transport import HttpOffice, Office, WallCounter
from protocol.ids import ProfessionalId


@dataclass(frozen=True, slots=True)
class Services:
    """All that the screens ask."""

    directory: Directory
    persons: Persons
    person_drafts: PersonDrafts
    duplicates: Duplicates
    same_persons: SamePersons
    appointments: Appointments
    agenda: Agenda
    agenda_files: AgendaFiles
    permanences: Permanences
    waiting: WaitingList
    notes: ClinicalNotes
    follow_ups: FollowUps
    conflicts: Conflicts
    engagements: Engagements
    workshops: Workshops
    today: TodayService
    tours: Tours
    trips: Trips
    imports: CaseloadImport
    sync_reports: SyncReports
    guard: FreeTextGuard
    handouts: Handouts
    record_drafts: RecordDrafts
    care: Care
    relays: Relays
    mobility: Mobility
    needs: Needs
    documents: Documents
    identities: Identities
    escrow: EscrowReports


@dataclass(frozen=True, slots=True)
class Session:
    """What exists only while the vault is open."""

    unlocked: Unlocked
    workplace: Workplace
    enrolment: Enrolment
    services: Services

    def own_words(self) -> tuple[str, ...]:
        """Return what anybody knows of her: no passphrase leans on it. For the store's lane."""
        enrolment = self.enrolment
        name = self.services.directory.me().name
        return name, enrolment.server_address, enrolment.department_name

    def close(self) -> None:
        """Close the vault; safe to call twice."""
        self.unlocked.close()


def open_session(
    unlocked: Unlocked, clock: Clock, random: Random, policy: Policy | None = None
) -> Session:
    """Build the services of an enrolled laptop. For the store's lane."""
    policy = policy or Policy()
    enrolment = unlocked.store.state.enrolment()
    if enrolment is None:
        raise LookupError("a session needs an enrolled laptop")
    workplace = Workplace(
        store=unlocked.store,
        clock=clock,
        random=random,
        me=ProfessionalId(enrolment.professional),
        department=enrolment.department,
        identity=identity_of(unlocked.store),
        lease=Lease(unlocked.store, clock),
        escrow=take_policy(
            unlocked.store, clock, policy.escrow, is_readable=policy.problem is None
        ),
    )
    # From an office, what the circle shares comes sealed: what does not is told as such.
    unlocked.store.texts.trusts_clear = False
    return Session(unlocked, workplace, enrolment, build_services(workplace, read_packaged()))


def build_services(workplace: Workplace, territory: Territory) -> Services:
    """Tie the services together."""
    directory = Directory(workplace, territory)
    persons = Persons(workplace, directory)
    person_drafts = PersonDrafts(workplace)
    appointments = Appointments(workplace, directory)
    waiting = WaitingList(workplace)
    agenda = Agenda(workplace, directory, territory, waiting)
    permanences = Permanences(workplace)
    notes = ClinicalNotes(workplace)
    follow_ups = FollowUps(workplace, directory, appointments, notes)
    conflicts = Conflicts(workplace, directory)
    record_drafts = RecordDrafts(workplace)
    engagements = Engagements(
        Programmes(workplace, directory, appointments),
        Steps(workplace, directory),
        Recalls(workplace, directory),
        Workshops(workplace, directory),
        Relays(workplace, directory, record_drafts),
        record_drafts,
        Offers(workplace, agenda, waiting),
    )
    return Services(
        directory=directory,
        persons=persons,
        person_drafts=person_drafts,
        duplicates=Duplicates(workplace, persons),
        same_persons=SamePersons(workplace, directory, persons, follow_ups),
        appointments=appointments,
        agenda=agenda,
        agenda_files=AgendaFiles(workplace, agenda, permanences),
        permanences=permanences,
        waiting=waiting,
        notes=notes,
        follow_ups=follow_ups,
        conflicts=conflicts,
        engagements=engagements,
        workshops=engagements.workshops,
        today=TodayService(
            workplace, persons, appointments, follow_ups, person_drafts, conflicts, engagements
        ),
        tours=Tours(workplace, territory, appointments, follow_ups, agenda),
        trips=Trips(workplace),
        imports=CaseloadImport(workplace, persons, territory),
        sync_reports=SyncReports(workplace, directory, conflicts),
        guard=_guard(),
        handouts=Handouts(
            workplace,
            directory,
            appointments,
            _phrases(),
            territory,
            lambda: read_contours(contours_text()),
        ),
        record_drafts=record_drafts,
        care=Care(workplace, directory),
        relays=engagements.relays,
        mobility=Mobility(workplace, directory, record_drafts),
        needs=Needs(workplace, directory),
        documents=Documents(workplace, directory),
        identities=Identities(workplace),
        escrow=EscrowReports(workplace, directory),
    )


@cache  # what comes with Coffre is the same at each unlock
def read_packaged() -> Territory:
    """Return the Deux-Sèvres as packaged with Coffre."""
    return read_territory(deux_sevres_text(), territories_text())


@cache
def _guard() -> FreeTextGuard:
    return FreeTextGuard(read_lexicon(guard_words_text()))


@cache
def _phrases() -> tuple[Phrases, ...]:
    return tuple(read_phrases(code, text) for code, text in handout_texts().items())


def office_of(
    enrolment: Enrolment, identity: Identity, clock: Clock, policy: Policy | None = None
) -> HttpOffice:
    """Return the office this laptop is enrolled with.

    What the policy says today goes before what it said at the enrolment: a proxy moves, an
    authority is renewed.
    """
    policy = policy or Policy()
    known = Path(enrolment.ca_file) if enrolment.ca_file else None
    proxy = policy.proxy or enrolment.proxy
    return HttpOffice(
        address=parse_address(enrolment.server_address),
        department=enrolment.department,
        device=enrolment.device,
        signer=identity.sign,
        counter=WallCounter(),
        trust=Trust(policy.authority or known, policy.system_store),
        clock=lambda: unix_ms(clock.now()),
        proxy=parse_proxy(proxy) if proxy else None,
        server=enrolment.server,
    )


def unknown_office(
    address: ServerAddress,
    authority: Path | None,
    proxy: str | None,
    clock: Clock,
    *,
    system_store: bool = False,
) -> HttpOffice:
    """Return an office this laptop is not enrolled with yet: for ``hello`` and ``enrol`` only."""
    return HttpOffice(
        address=address,
        department="",
        device="",
        signer=lambda message: b"",
        counter=WallCounter(),
        trust=Trust(authority, system_store),
        clock=lambda: unix_ms(clock.now()),
        proxy=parse_proxy(proxy) if proxy else None,
    )


def synchroniser(
    session: Session,
    office: Office,
    clock: Clock,
    in_store: InStore,
    begin: BeginInStore | None = None,
) -> Synchroniser:
    """Return what brings this laptop and the office to agree."""
    workplace = session.workplace
    keeper = Keeper(
        store=workplace.store,
        clock=clock,
        random=workplace.random,
        identity=workplace.identity,
        me=workplace.me,
        department=workplace.department,
        escrow=workplace.escrow,
    )
    renewal = Renewal(workplace.store, office, clock, workplace.random, in_store)
    copies = CopyErasure(workplace.store.snapshots, partial(_key_of_copies, session.unlocked.vault))
    to_review = session.services.conflicts.waiting
    return Synchroniser(
        workplace.store, office, keeper, clock, in_store, renewal, copies, to_review, begin
    )


def _key_of_copies(vault: OpenVault) -> str:
    key = vault.snapshot_database_key()
    try:
        return key.hexadecimal()
    finally:
        key.forget()


class WholeOffice(Office, PieceOffice, Protocol):
    """An office that takes records and the contents of documents."""


def whole_synchroniser(
    session: Session,
    office: WholeOffice,
    clock: Clock,
    in_store: InStore,
    begin: BeginInStore | None = None,
) -> RecordsThenPieces:
    """Return what brings records, then the contents of documents, where they are missing."""
    records = synchroniser(session, office, clock, in_store, begin)
    workplace = session.workplace
    pieces = PieceExchange(workplace.store, office, clock, str(workplace.me), in_store)
    return RecordsThenPieces(records, pieces)
