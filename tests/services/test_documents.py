"""Claire attaches a letter to a dossier, reads it, takes it back; nothing of it is ever clear."""

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.document_files import (
    MAX_DOCUMENT,
    DocumentFault,
    DocumentRefused,
    media_of,
    suffix_of,
)
from desktop.services.documents import ChosenFile, NewDocument, read_file
from desktop.services.errors import (
    DocumentBroken,
    DocumentNotHere,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.documents import DocumentCategory, DocumentMedia
from protocol.kinds.persons import SamePerson, SamePersonState
from protocol.limits import PIECE
from tests.support.laptop import Desk, bring, seed_small
from tests.support.scans import pdf, png

CANARY = "CANARI-LETTRE"
LETTER = pdf(2, CANARY)


@pytest.fixture
def desk(claire: Desk) -> Desk:
    """The laptop of all these tests."""
    return claire


@pytest.fixture
def persons(desk: Desk) -> list[PersonId]:
    """The persons of a small caseload."""
    return seed_small(desk)


@pytest.fixture
def yves(persons: list[PersonId]) -> PersonId:
    return persons[1]


def attach(
    desk: Desk, person: PersonId, content: bytes = LETTER, title: str = "Courrier du bailleur"
) -> RecordId:
    """Attach a content."""
    file = ChosenFile("lettre", media_of(content), content)
    return desk.documents.add(NewDocument(person, title, DocumentCategory.LETTER, file)).value


def same_person(desk: Desk, one: PersonId, into: PersonId) -> SamePerson:
    """Say that two dossiers are one person's."""
    return SamePerson(
        id=RecordId(desk.workplace.new_id()),
        created_at=desk.clock.now(),
        created_by=desk.workplace.me,
        person=one,
        into=into,
        state=SamePersonState.MERGED,
    )


def test_a_file_is_attached_listed_and_read_again(
    desk: Desk, yves: PersonId, tmp_path: Path
) -> None:
    path = tmp_path / "lettre_du_bailleur.pdf"
    path.write_bytes(LETTER)
    chosen = read_file(path)
    assert (chosen.name, chosen.media) == ("lettre du bailleur", DocumentMedia.PDF)
    new = NewDocument(yves, "  Courrier   du bailleur ", DocumentCategory.LETTER, chosen)
    done = desk.documents.add(new)
    assert {touch.dossier for touch in done.touched} == {yves}
    (line,) = desk.documents.of(yves)
    assert (line.title, line.category, line.size) == (
        "Courrier du bailleur",
        DocumentCategory.LETTER,
        len(LETTER),
    )
    assert (line.mine, line.is_here, line.is_leaving) == (True, True, True)
    assert line.by.name == "Claire Martin"
    assert desk.documents.open(line.id).content == LETTER
    assert path.read_bytes() == LETTER, "the file somebody chose is hers"


def test_no_word_of_it_is_in_the_store_even_for_who_opens_the_store(
    desk: Desk, yves: PersonId, tmp_path: Path
) -> None:
    attach(desk, yves)
    tables = desk.store.database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    held = repr([desk.store.database.rows(f'SELECT * FROM "{name}"') for (name,) in tables])
    assert CANARY not in held
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or CANARY.encode() not in path.read_bytes()


def test_a_document_the_office_refused_is_told_by_its_title_and_its_key_by_nothing(
    desk: Desk, yves: PersonId
) -> None:
    document = attach(desk, yves)
    (op,) = desk.store.outbox.of_record("document", document)
    desk.store.outbox.rewrite(replace(op, state="refused", reason="grant"))
    (line,) = desk.sync_reports.read().refused
    told = {typed.label: typed.value for typed in line.typed}
    assert told == {"Titre": "Courrier du bailleur", "Catégorie": "Courrier"}


def test_what_is_said_of_a_document_never_shows_its_content_nor_its_title(
    desk: Desk, yves: PersonId
) -> None:
    document = attach(desk, yves, title=CANARY)
    (line,) = desk.documents.of(yves)
    said = repr((line, desk.documents.open(document), desk.documents.remove(document).value))
    assert CANARY not in said


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (pdf(), DocumentMedia.PDF),
        (b"\x00\x00 scanner\n" + pdf(), DocumentMedia.PDF),
        (png(), DocumentMedia.PNG),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", DocumentMedia.JPEG),
    ],
)
def test_what_a_file_is_is_told_by_its_content(content: bytes, media: DocumentMedia) -> None:
    assert media_of(content) is media
    assert suffix_of(media).startswith(".")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", DocumentFault.EMPTY),
        (b"MZ\x90\x00 a program", DocumentFault.UNKNOWN_FORMAT),
        (b"PK\x03\x04 a text", DocumentFault.UNKNOWN_FORMAT),
        (b"<svg onload='x'/>", DocumentFault.UNKNOWN_FORMAT),
        (b" " * 2000 + pdf(), DocumentFault.UNKNOWN_FORMAT),
        (pdf() + bytes(MAX_DOCUMENT), DocumentFault.TOO_LARGE),
    ],
)
def test_other_files_are_refused_whatever_their_name(
    tmp_path: Path, content: bytes, fault: DocumentFault
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(content)
    with pytest.raises(DocumentRefused) as refused:
        read_file(path)
    assert refused.value.fault is fault


def test_a_file_that_is_gone_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "rien.pdf", tmp_path):
        with pytest.raises(DocumentRefused) as refused:
            read_file(path)
        assert refused.value.fault is DocumentFault.UNREADABLE


def test_the_largest_document_there_may_be_is_attached_whole(desk: Desk, yves: PersonId) -> None:
    content = pdf() + bytes(MAX_DOCUMENT - len(pdf()))
    document = attach(desk, yves, content)
    assert desk.store.pieces.held([document])[document].here == MAX_DOCUMENT // PIECE == 60
    assert desk.documents.open(document).content == content


def test_a_document_has_a_title(desk: Desk, yves: PersonId) -> None:
    with pytest.raises(InvalidInput) as refused:
        attach(desk, yves, title="  ")
    assert (refused.value.field, refused.value.reason) == ("title", "missing")
    document = attach(desk, yves)
    with pytest.raises(InvalidInput):
        desk.documents.edit(document, "", DocumentCategory.PROOF)
    desk.documents.edit(document, "Bail", DocumentCategory.PROOF)
    (line,) = desk.documents.of(yves)
    assert (line.title, line.category) == ("Bail", DocumentCategory.PROOF)
    assert desk.documents.open(document).content == LETTER


def test_the_latest_comes_first_and_each_person_has_her_own(
    desk: Desk, persons: list[PersonId]
) -> None:
    attach(desk, persons[0], title="D’une autre")
    attach(desk, persons[1], title="Hier")
    desk.clock.advance(days=1)
    attach(desk, persons[1], title="Aujourd’hui")
    assert [line.title for line in desk.documents.of(persons[1])] == ["Aujourd’hui", "Hier"]


def test_documents_of_two_dossiers_of_one_person_are_shown_together(
    desk: Desk, persons: list[PersonId]
) -> None:
    attach(desk, persons[0], title="De l’un")
    attach(desk, persons[1], title="De l’autre")
    bring(desk.workplace, same_person(desk, persons[1], persons[0]))
    assert len(desk.documents.of(persons[0])) == len(desk.documents.of(persons[1])) == 2


def test_a_document_removed_is_gone_and_comes_back_when_she_changes_her_mind(
    desk: Desk, yves: PersonId
) -> None:
    document = attach(desk, yves)
    removed = desk.documents.remove(document).value
    assert desk.documents.of(yves) == []
    assert desk.store.database.row('SELECT count(*) FROM "piece"') == (0,)
    with pytest.raises(NotFound):
        desk.documents.open(document)
    desk.documents.put_back(removed)
    assert desk.documents.open(document).content == LETTER


def test_a_document_that_a_colleague_attached_is_hers_to_remove(desk: Desk, yves: PersonId) -> None:
    document = attach(desk, yves)
    colleague = ProfessionalId(desk.workplace.new_id())
    desk.store.database.execute('UPDATE "document" SET "professional" = ?', (colleague,))
    with pytest.raises(NotAllowed):
        desk.documents.remove(document)
    assert desk.documents.open(document).content == LETTER


def test_a_document_is_not_opened_before_it_is_here_nor_if_it_was_changed(
    desk: Desk, yves: PersonId
) -> None:
    document = attach(desk, yves, pdf() + bytes(2 * PIECE))
    other = attach(desk, yves, pdf() + bytes(PIECE))
    database = desk.store.database
    database.execute('UPDATE "piece" SET "body" = zeroblob(100) WHERE "document" = ?', (other,))
    with pytest.raises(DocumentBroken):
        desk.documents.open(other)
    database.execute('DELETE FROM "piece" WHERE "document" = ? AND "n" = 1', (document,))
    with pytest.raises(DocumentNotHere):
        desk.documents.open(document)
    line = next(line for line in desk.documents.of(yves) if line.id == document)
    assert (line.is_here, line.held.here, line.held.pieces) == (False, 2, 3)
