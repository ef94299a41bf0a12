"""The contents of documents go to whoever reads the dossier, and come from their author alone."""

import threading

import msgspec
import pytest

from protocol import limits, wire
from protocol.kinds.people import Job
from server.services.erasure import Reason
from tests.server.matrix.roads import post_signed
from tests.server.samples import CREATED_AT, member, person
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, Refused, enrol, fresh_id

FIRST, SECOND = b"CANARI-UN" * 50, b"CANARI-DEUX" * 50
GRANT = (403, "grant")


def document(author: RawDevice, dossier: str, *, pieces: int = 2) -> Op:
    """Return the creation of a document."""
    fields = {
        "created_at": CREATED_AT,
        "created_by": author.professional,
        "person": dossier,
        "professional": author.professional,
        "title": "0Ordonnance",
        "media": "pdf",
        "size": 300_000,
        "pieces": pieces,
        "digest": "ab" * 32,
        "key": "0" + "cd" * 32,
        "added_on": "2026-11-24",
    }
    return Op("document", fresh_id(), fields)


def give(device: RawDevice, rid: str, number: int = 0, body: bytes = FIRST) -> bool:
    """Give a piece; tell whether it was new."""
    request = wire.GiveRequest(rid, number, body)
    return post_signed(device, "/v1/pieces/give", request, wire.GiveReply).is_new


def take(device: RawDevice, rid: str, number: int = 0) -> bytes | None:
    """Take a piece."""
    return post_signed(
        device, "/v1/pieces/take", wire.TakeRequest(rid, number), wire.TakeReply
    ).body


def missing(device: RawDevice, *rids: str) -> dict[str, list[int]]:
    """Ask which pieces the office lacks."""
    request = wire.PiecesRequest(list(rids))
    reply = post_signed(device, "/v1/pieces/missing", request, wire.PiecesReply)
    found: dict[str, list[int]] = {rid: [] for rid in reply.documents}
    for piece in reply.missing:
        found[reply.documents[piece.document]].append(piece.number)
    return found


def why(refused: "pytest.ExceptionInfo[Refused]") -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    return refused.value.status, refused.value.code


@pytest.fixture
def dossier(claire: RawDevice) -> Op:
    """Return a dossier of Claire's."""
    made = person(claire)
    assert claire.push(made, member(claire, made.rid, claire.professional)).results == []
    return made


@pytest.fixture
def letter(claire: RawDevice, dossier: Op) -> Op:
    """Return a document of two pieces, of which the office has none yet."""
    made = document(claire, dossier.rid)
    assert claire.push(made).results == []
    return made


def held(office: Office) -> int:
    """Return how many pieces the office keeps."""
    with office.database.transaction(office.department.schema) as connection:
        row = connection.execute("SELECT count(*) FROM piece").fetchone()
    assert row is not None
    return int(row[0])


def test_what_the_author_gives_the_circle_takes(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, letter: Op
) -> None:
    claire.push(member(claire, dossier.rid, mehdi.professional))
    assert missing(mehdi, letter.rid) == {letter.rid: [0, 1]}
    assert take(mehdi, letter.rid) is None
    assert give(claire, letter.rid, 1, SECOND)
    assert missing(mehdi, letter.rid) == {letter.rid: [0]}
    assert give(claire, letter.rid, 0, FIRST)
    assert missing(mehdi, letter.rid) == {letter.rid: []}
    assert [take(mehdi, letter.rid, n) for n in (0, 1)] == [FIRST, SECOND]


def test_another_laptop_of_the_author_gives_as_well(
    claire: RawDevice, office: Office, letter: Op
) -> None:
    twin = enrol(office, "Claire Morin", Job.PSYCHOLOGIST)
    assert give(twin, letter.rid)
    assert take(claire, letter.rid) == FIRST


def test_a_piece_is_taken_in_once_and_never_replaced(
    claire: RawDevice, office: Office, letter: Op
) -> None:
    assert give(claire, letter.rid)
    assert not give(claire, letter.rid)
    with pytest.raises(Refused) as refused:
        give(claire, letter.rid, 0, SECOND)
    assert why(refused) == (409, "piece_differs")
    assert take(claire, letter.rid) == FIRST
    assert held(office) == 1


def test_the_same_piece_given_by_two_laptops_at_once_is_kept_once(
    claire: RawDevice, office: Office, letter: Op
) -> None:
    twins = [claire, enrol(office, "Claire Morin", Job.PSYCHOLOGIST)]
    said: list[bool] = []
    threads = [
        threading.Thread(target=lambda device=device: said.append(give(device, letter.rid)))
        for device in twins
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said) == [False, True]
    assert held(office) == 1


@pytest.mark.invariant(12)
def test_a_colleague_outside_the_circle_gets_nothing_and_cannot_tell_that_there_is_a_document(
    claire: RawDevice, mehdi: RawDevice, letter: Op
) -> None:
    give(claire, letter.rid)
    nobody = fresh_id()
    assert missing(mehdi, letter.rid, nobody) == {}
    for rid in (letter.rid, nobody):
        for act in (take, give):
            with pytest.raises(Refused) as refused:
                act(mehdi, rid)
            assert why(refused) == GRANT
    assert missing(claire, letter.rid) == {letter.rid: [1]}


def test_a_colleague_of_the_circle_gives_nothing_in_the_authors_place(
    claire: RawDevice, mehdi: RawDevice, office: Office, dossier: Op, letter: Op
) -> None:
    claire.push(member(claire, dossier.rid, mehdi.professional))
    with pytest.raises(Refused) as refused:
        give(mehdi, letter.rid)
    assert why(refused) == GRANT
    assert held(office) == 0


def test_who_leaves_the_circle_takes_no_more(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, letter: Op
) -> None:
    place = member(claire, dossier.rid, mehdi.professional)
    claire.push(place)
    give(claire, letter.rid)
    assert take(mehdi, letter.rid) == FIRST
    claire.push(Op("circle_member", place.rid, {"ended_on": "2020-01-01"}, base=10**9))
    with pytest.raises(Refused) as refused:
        take(mehdi, letter.rid)
    assert why(refused) == GRANT
    assert missing(mehdi, letter.rid) == {}


@pytest.mark.invariant(14)
def test_an_author_who_lost_the_dossier_still_gives_for_ninety_days_and_takes_nothing(
    claire: RawDevice, mehdi: RawDevice, office: Office, dossier: Op
) -> None:
    place = member(claire, dossier.rid, mehdi.professional)
    claire.push(place)
    claire.push(Op("circle_member", place.rid, {"ended_on": "2020-01-01"}, base=10**9))
    made = document(mehdi, dossier.rid)
    assert [result.outcome for result in mehdi.push(made).results] == ["late"]
    assert missing(mehdi, made.rid) == {made.rid: [0, 1]}
    assert give(mehdi, made.rid)
    with pytest.raises(Refused) as refused:
        take(mehdi, made.rid)
    assert why(refused) == GRANT
    assert take(claire, made.rid) == FIRST
    office.clock.advance(days=91)
    try:
        with pytest.raises(Refused) as refused:
            give(mehdi, made.rid, 1, SECOND)
        assert why(refused) == GRANT
    finally:
        office.clock.advance(days=-91)


def test_no_piece_is_kept_before_its_record_nor_beyond_what_the_record_says(
    claire: RawDevice, office: Office, dossier: Op, letter: Op
) -> None:
    early = document(claire, dossier.rid)
    with pytest.raises(Refused) as refused:
        give(claire, early.rid)
    assert why(refused) == GRANT
    for number in (2, limits.MAX_PIECES, -1):
        with pytest.raises(Refused) as refused:
            give(claire, letter.rid, number)
        assert why(refused) == (400, "malformed")
    for body in (b"", b"x" * (limits.MAX_PIECE + 1)):
        with pytest.raises(Refused) as refused:
            give(claire, letter.rid, 0, body)
        assert why(refused) == (413, "too_large")
    assert give(claire, letter.rid, 0, b"x" * limits.MAX_PIECE)
    assert held(office) == 1


def test_a_record_that_claims_thousands_of_pieces_asks_for_no_more_than_a_document_may_have(
    claire: RawDevice, dossier: Op
) -> None:
    made = document(claire, dossier.rid, pieces=2**31 - 1)
    claire.push(made)
    assert missing(claire, made.rid)[made.rid] == list(range(limits.MAX_PIECES))
    below = document(claire, dossier.rid, pieces=-5)
    claire.push(below)
    assert missing(claire, below.rid) == {below.rid: []}


def test_questions_out_of_bounds_are_refused(claire: RawDevice, office: Office) -> None:
    with pytest.raises(Refused) as refused:
        missing(claire, *(fresh_id() for _ in range(limits.MAX_DOCUMENTS + 1)))
    assert why(refused) == (413, "too_large")
    with pytest.raises(Refused) as refused:
        missing(claire, "moi")
    assert why(refused) == (400, "malformed")
    heavy = wire.GiveRequest(fresh_id(), 0, b"\x00" * limits.MAX_PIECE_REQUEST)
    with pytest.raises(Refused) as refused:
        post_signed(claire, "/v1/pieces/give", heavy, wire.GiveReply)
    assert why(refused)[0] in (400, 413)  # refused once it is decompressed


@pytest.mark.parametrize("path", ["missing", "give", "take"])
def test_who_is_not_known_is_told_nothing(
    claire: RawDevice, office: Office, letter: Op, path: str
) -> None:
    requests = {
        "missing": wire.PiecesRequest([letter.rid]),
        "give": wire.GiveRequest(letter.rid, 0, FIRST),
        "take": wire.TakeRequest(letter.rid, 0),
    }
    stranger = RawDevice(office, claire.device, claire.key, claire.reply, counter=10**6)
    stranger.reply = msgspec.structs.replace(claire.reply, department="zz")
    with pytest.raises(Refused) as refused:
        post_signed(stranger, f"/v1/pieces/{path}", requests[path], wire.PiecesReply)
    assert why(refused) == (401, "unauthenticated")


def test_a_laptop_that_was_withdrawn_takes_nothing(
    claire: RawDevice, office: Office, letter: Op
) -> None:
    give(claire, letter.rid)
    office.revoke(claire.device)
    with pytest.raises(Refused) as refused:
        take(claire, letter.rid)
    assert why(refused) == (410, "revoked")


def test_deleting_a_document_removes_its_pieces_and_putting_it_back_asks_for_them_again(
    claire: RawDevice, office: Office, letter: Op
) -> None:
    give(claire, letter.rid)
    claire.pull()
    claire.push(Op("document", letter.rid, verb=wire.DELETE, base=claire.cursor))
    assert held(office) == 0
    with pytest.raises(Refused) as refused:
        give(claire, letter.rid)
    assert why(refused) == GRANT
    claire.push(Op("document", letter.rid, {"title": "0Ordonnance du 3"}, base=10**9))
    assert missing(claire, letter.rid) == {letter.rid: [0, 1]}
    assert give(claire, letter.rid)


@pytest.mark.invariant(11)
def test_no_byte_of_a_document_remains_of_a_person_who_is_erased(
    claire: RawDevice, office: Office, dossier: Op, letter: Op
) -> None:
    other = person(claire)
    kept = document(claire, other.rid)
    claire.push(other, kept)
    give(claire, letter.rid)
    give(claire, kept.rid, 1, SECOND)
    assert FIRST.decode() in office.dump()
    office.administration.erasure.erase(office.department, dossier.rid, Reason.REQUEST)
    after = office.dump()
    assert FIRST.decode() not in after
    assert SECOND.decode() in after
    with pytest.raises(Refused) as refused:
        give(claire, letter.rid)
    assert why(refused) == GRANT
