"""A document attached on one laptop is read on another, whatever the road does meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from desktop.app.session import synchroniser
from desktop.domain.document_files import media_of
from desktop.services.documents import ChosenFile, NewDocument
from desktop.services.errors import DocumentNotHere
from desktop.sync.errors import Cancelled, Offline, OfflineReason
from desktop.sync.pieces import PieceExchange, RecordsThenPieces
from desktop.sync.tally import Step
from desktop.sync.transport import Cancellation, HttpOffice, Traffic
from protocol import wire
from protocol.ids import PersonId, RecordId
from protocol.kinds.documents import DocumentCategory
from protocol.limits import PIECE
from tests.support.fleet import Laptop
from tests.support.office import Office, office, premises
from tests.support.two_laptops import claire, end_place, followed_by_both, mehdi

__all__ = ["claire", "mehdi", "office", "premises"]

CANARY = b"CANARI-DANS-LE-DOCUMENT"
SCAN = b"%PDF-1.4\n" + CANARY + bytes(3 * PIECE) + CANARY
"""Four pieces."""


def attach(laptop: Laptop, person: PersonId, content: bytes = SCAN) -> RecordId:
    """Attach a document."""
    file = ChosenFile("Ordonnance", media_of(content), content)
    new = NewDocument(person, "Ordonnance", DocumentCategory.OTHER, file)
    return laptop.desk.documents.add(new).value


def read(laptop: Laptop, document: RecordId) -> bytes:
    """Open a document."""
    return laptop.desk.documents.open(document).content


@dataclass
class Road:
    """The real office: what goes over the road is counted, and it is cut after so many pieces."""

    office: HttpOffice
    cut_after: int = 10**6
    given: list[int] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    asked: int = 0
    spoil: Callable[[bytes], bytes] = bytes
    lies: list[wire.MissingPiece] = field(default_factory=list)

    def missing_pieces(self, request: wire.PiecesRequest) -> tuple[wire.PiecesReply, Traffic]:
        self.asked += 1
        reply, traffic = self.office.missing_pieces(request)
        return wire.PiecesReply(reply.documents, [*reply.missing, *self.lies]), traffic

    def give_piece(
        self, request: wire.GiveRequest, cancelled: Cancellation | None = None
    ) -> tuple[wire.GiveReply, Traffic]:
        self._go()
        self.given.append(request.number)
        return self.office.give_piece(request, cancelled)

    def take_piece(
        self, request: wire.TakeRequest, cancelled: Cancellation | None = None
    ) -> tuple[wire.TakeReply, Traffic]:
        self._go()
        self.taken.append(request.number)
        reply, traffic = self.office.take_piece(request, cancelled)
        return wire.TakeReply(reply.body and self.spoil(reply.body)), traffic

    def _go(self) -> None:
        if len(self.given) + len(self.taken) >= self.cut_after:
            raise Offline(OfflineReason.DROPPED)


def synchronise(
    laptop: Laptop,
    on_step: Callable[[Step], None] = lambda step: None,
    cancelled: Cancellation = lambda: False,
    **road: object,
) -> Road:
    """Synchronise once, records then pieces; return what went over the road."""
    session, office = laptop.session, laptop.road()
    watched = Road(office, **road)  # type: ignore[arg-type]  # its own fields
    workplace = session.workplace
    pieces = PieceExchange(
        workplace.store, watched, laptop.clock, str(workplace.me), lambda work: work()
    )
    records = synchroniser(session, office, laptop.clock, in_store=lambda work: work())
    try:
        RecordsThenPieces(records, pieces).run(on_step, cancelled)
    except Offline:
        pass  # as asked
    finally:
        office.close()
    return watched


@pytest.fixture
def yves(claire: Laptop, mehdi: Laptop) -> PersonId:
    """A person both follow."""
    return followed_by_both(claire, mehdi)


def test_what_one_attaches_the_other_reads_and_nothing_is_asked_again(
    claire: Laptop, mehdi: Laptop, yves: PersonId
) -> None:
    document = attach(claire, yves)
    assert synchronise(claire).given == [0, 1, 2, 3]
    assert synchronise(mehdi).taken == [0, 1, 2, 3]
    assert read(mehdi, document) == SCAN
    for laptop in (claire, mehdi):
        road = synchronise(laptop)
        assert (road.given, road.taken, road.asked) == ([], [], 0)


def test_records_arrive_even_when_the_road_is_cut_before_the_first_piece(
    claire: Laptop, mehdi: Laptop, yves: PersonId
) -> None:
    document = attach(claire, yves)
    synchronise(claire, cut_after=0)
    synchronise(mehdi, cut_after=0)
    (line,) = mehdi.desk.documents.of(yves)
    assert (line.id, line.title, line.is_here) == (document, "Ordonnance", False)
    with pytest.raises(DocumentNotHere):
        read(mehdi, document)
    (line,) = claire.desk.documents.of(yves)
    assert line.is_leaving


@pytest.mark.parametrize("cut", [1, 3])
def test_a_road_cut_in_the_middle_is_taken_up_where_it_was(
    claire: Laptop, mehdi: Laptop, yves: PersonId, cut: int
) -> None:
    document = attach(claire, yves)
    assert synchronise(claire, cut_after=cut).given == [0, 1, 2, 3][:cut]
    assert synchronise(mehdi).taken == [0, 1, 2, 3][:cut]
    claire.reopen()
    assert synchronise(claire).given == [0, 1, 2, 3][cut:]
    mehdi.reopen()
    assert synchronise(mehdi, cut_after=0).taken == []
    assert synchronise(mehdi).taken == [0, 1, 2, 3][cut:]
    assert read(mehdi, document) == SCAN


def test_a_piece_whose_answer_was_lost_is_not_sent_again(claire: Laptop, yves: PersonId) -> None:
    document = attach(claire, yves)
    synchronise(claire)
    store = claire.session.workplace.store
    with store.database.transaction():
        store.pieces.note_sent(document, [1, 2], is_sent=False)
    assert synchronise(claire).given == []
    assert store.pieces.to_send() == {}


def test_somebody_may_stop_between_two_pieces(
    claire: Laptop, mehdi: Laptop, yves: PersonId
) -> None:
    attach(claire, yves)
    seen: list[Step] = []
    with pytest.raises(Cancelled):
        synchronise(claire, seen.append, lambda: any(step.pieces for step in seen))
    moved = [step.pieces for step in seen if step.pieces]
    assert [(step.done, step.to_do) for step in moved] == [(1, 4)]
    assert (moved[0].octets_done, moved[0].octets_to_do) == (PIECE, len(SCAN))
    assert synchronise(claire).given == [1, 2, 3]


def test_what_was_altered_on_the_way_is_not_kept_and_is_asked_for_again(
    claire: Laptop, mehdi: Laptop, yves: PersonId
) -> None:
    document = attach(claire, yves)
    synchronise(claire)
    other = attach(claire, yves, b"%PDF-1.4 court")
    synchronise(claire)
    synchronise(mehdi, spoil=lambda body: body[:-1] + bytes([body[-1] ^ 1]))
    assert not any(line.is_here for line in mehdi.desk.documents.of(yves))
    synchronise(mehdi)
    assert read(mehdi, document) == SCAN
    assert read(mehdi, other) == b"%PDF-1.4 court"


@pytest.mark.invariant(12)
def test_nothing_of_a_document_stays_when_its_dossier_leaves(
    claire: Laptop, mehdi: Laptop, yves: PersonId
) -> None:
    attach(claire, yves)
    synchronise(claire)
    synchronise(mehdi)
    assert held(mehdi) == 4
    end_place(claire, yves, mehdi)
    claire.clock.advance(days=1)
    claire.office.clock.advance(days=1)
    synchronise(claire)
    synchronise(mehdi)
    assert held(mehdi) == 0
    assert held(claire) == 4


@pytest.mark.invariant(14)
def test_a_document_attached_on_a_dossier_just_lost_reaches_those_who_hold_it(
    claire: Laptop, mehdi: Laptop, yves: PersonId
) -> None:
    document = attach(mehdi, yves)
    end_place(claire, yves, mehdi)
    claire.sync()
    mehdi.clock.advance(days=1)
    claire.office.clock.advance(days=1)
    assert synchronise(mehdi, cut_after=2).given == [0, 1]
    assert mehdi.desk.documents.of(yves) == []
    assert held(mehdi) > 0, "what the office waits for is kept"
    assert synchronise(mehdi).given == [2, 3]
    assert held(mehdi) == 0
    synchronise(claire)
    assert read(claire, document) == SCAN


@pytest.mark.invariant(11)
def test_of_a_person_erased_no_piece_stays_sent_or_not(
    claire: Laptop, mehdi: Laptop, yves: PersonId
) -> None:
    document = attach(claire, yves)
    synchronise(claire)
    synchronise(mehdi)
    pieces = mehdi.session.workplace.store.pieces.of(document)
    attach(mehdi, yves)  # not sent yet
    assert held(mehdi) == 8
    claire.office.erase(yves)
    synchronise(mehdi)
    synchronise(claire)
    assert held(mehdi) == held(claire) == 0
    assert repr(pieces[0])[2:60] not in mehdi.store_text()


def test_a_document_removed_leaves_every_laptop_and_one_put_back_returns(
    claire: Laptop, mehdi: Laptop, yves: PersonId
) -> None:
    document = attach(claire, yves)
    synchronise(claire)
    synchronise(mehdi)
    removed = claire.desk.documents.remove(document).value
    synchronise(claire)
    synchronise(mehdi)
    assert held(claire) == held(mehdi) == 0
    claire.desk.documents.put_back(removed)
    assert synchronise(claire).given == [0, 1, 2, 3]
    synchronise(mehdi)
    assert read(mehdi, document) == SCAN


def test_a_document_removed_and_put_back_before_any_synchronisation_is_sent_once(
    claire: Laptop, mehdi: Laptop, yves: PersonId
) -> None:
    document = attach(claire, yves)
    claire.desk.documents.put_back(claire.desk.documents.remove(document).value)
    assert synchronise(claire).given == [0, 1, 2, 3]
    synchronise(mehdi)
    assert read(mehdi, document) == SCAN


@pytest.mark.invariant(20)
def test_an_office_put_back_from_a_backup_is_given_its_pieces_again(
    claire: Laptop, mehdi: Laptop, yves: PersonId
) -> None:
    before = claire.office.backup()
    document = attach(claire, yves)
    synchronise(claire)
    synchronise(mehdi)
    claire.office.restore(before, new_epoch=True)
    synchronise(claire)
    assert at_the_office(claire.office) == 4
    store = mehdi.session.workplace.store
    with store.database.transaction():
        store.pieces.forget(document)
    synchronise(mehdi)
    assert read(mehdi, document) == SCAN


def test_a_piece_the_office_lost_by_itself_is_found_within_the_week(
    claire: Laptop, yves: PersonId
) -> None:
    attach(claire, yves)
    synchronise(claire)
    synchronise(claire)
    office = claire.office
    with office.database.transaction(office.department.schema) as connection:
        connection.execute("DELETE FROM piece WHERE n = 2")
    assert synchronise(claire).given == []
    claire.clock.advance(days=7)
    assert synchronise(claire).given == [2]


def test_the_journal_tells_how_many_documents_moved_and_never_which(
    claire: Laptop, yves: PersonId
) -> None:
    attach(claire, yves)
    synchronise(claire, cut_after=1)
    synchronise(claire)
    entries = claire.session.workplace.store.journal.latest(10)
    told = [(it.outcome, it.sent) for it in entries if it.outcome.startswith("documents")]
    assert told == [("documents", 1), ("documents_cut", 0)]
    assert all(it.bytes_up > PIECE for it in entries if it.outcome.startswith("documents"))


def test_no_word_of_a_document_is_clear_on_a_laptop_nor_at_the_office(
    claire: Laptop, mehdi: Laptop, yves: PersonId
) -> None:
    attach(claire, yves)
    synchronise(claire)
    synchronise(mehdi)
    word = CANARY.decode()
    assert word not in claire.office.dump()
    assert word not in claire.office.log()
    for laptop in (claire, mehdi):
        assert word not in laptop.store_text()
        for path in laptop.folder.rglob("*"):
            assert path.is_dir() or CANARY not in path.read_bytes()


def held(laptop: Laptop) -> int:
    """Return how many pieces a laptop holds."""
    row = laptop.session.workplace.store.database.row('SELECT count(*) FROM "piece"')
    return int(row[0]) if row else 0


def at_the_office(office: Office) -> int:
    """Return how many pieces the office holds."""
    with office.database.transaction(office.department.schema) as connection:
        row = connection.execute("SELECT count(*) FROM piece").fetchone()
    return int(row[0]) if row else 0


def test_an_office_that_lacks_pieces_that_cannot_be_stops_no_synchronisation(
    claire: Laptop, yves: PersonId
) -> None:
    document = attach(claire, yves)
    assert synchronise(claire).given == [0, 1, 2, 3]
    claire.clock.advance(days=8)
    claire.office.clock.advance(days=8)
    lies = [wire.MissingPiece(at, n) for at in (0, -1, 7, 2**70) for n in (2**70, -1, 60, 1)]
    road = synchronise(claire, lies=lies)
    assert road.given == [1]
    assert read(claire, document) == SCAN
