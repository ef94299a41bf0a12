"""Contents of documents that are given away, mixed up, or left behind."""

from tests.mutants.mutant import Change, Mutant

_CRYPTO = "desktop/crypto/pieces.py"
_OFFICE = "server/services/pieces.py"
_SYNC = "desktop/sync/pieces.py"

DOCUMENTS = (
    Mutant(
        "pieces-in-any-order",
        "A piece opens in the place of another",
        (
            Change(
                _CRYPTO,
                "    return pack_fields(_CONTEXT, document, str(number), str(count))\n",
                "    return pack_fields(_CONTEXT, document, str(count))\n",
            ),
        ),
        ("tests/crypto/test_pieces.py::test_two_pieces_that_changed_places_are_refused",),
    ),
    Mutant(
        "pieces-to-anybody",
        "Whoever knows its identifier is given a document",
        (
            Change(
                _OFFICE,
                "            if row.bucket in standing.granted\n",
                "            if row.bucket\n",
            ),
            Change(
                _OFFICE,
                "not in self._granted(connection, caller, {row.bucket}):\n",
                "is None:\n",
            ),
        ),
        (
            "tests/server/test_pieces.py::"
            "test_a_colleague_outside_the_circle_gets_nothing_and_cannot_tell_that_there_is_a_document",
        ),
    ),
    Mutant(
        "pieces-from-anybody",
        "A colleague of the circle gives the content of another’s document",
        (
            Change(
                _OFFICE,
                "            if not _is_author(row, caller):\n                raise NotGranted\n",
                "",
            ),
        ),
        (
            "tests/server/test_pieces.py::"
            "test_a_colleague_of_the_circle_gives_nothing_in_the_authors_place",
        ),
    ),
    Mutant(
        "pieces-outlive-an-erasure",
        "The office keeps the contents of the documents of a person who was erased",
        (
            Change(
                "server/services/erasure.py",
                "        pieces.forget_bucket(connection, dossier)\n",
                "",
            ),
        ),
        (
            "tests/server/test_pieces.py::"
            "test_no_byte_of_a_document_remains_of_a_person_who_is_erased",
        ),
    ),
    Mutant(
        "pieces-sent-twice",
        "Pieces the office has are sent again after a cut",
        (
            Change(
                _SYNC,
                "            self._in_store(partial(self._note_sent, document, [number]))\n",
                "",
            ),
            Change(
                _SYNC,
                "            there = set(numbers) - lacking[document]\n",
                "            there: set[int] = set()\n",
            ),
        ),
        ("tests/sync/test_pieces.py::test_a_road_cut_in_the_middle_is_taken_up_where_it_was",),
    ),
    Mutant(
        "late-pieces-lost",
        "A dossier that leaves takes along the pieces that the office still waits for",
        (
            Change(
                "desktop/store/pieces.py",
                ' WHERE "bucket" = ? AND "is_sent" = 1',
                ' WHERE "bucket" = ?',
            ),
        ),
        (
            "tests/sync/test_pieces.py::"
            "test_a_document_attached_on_a_dossier_just_lost_reaches_those_who_hold_it",
        ),
    ),
    Mutant(
        "pieces-kept-unseen",
        "What was altered on its way is kept",
        (
            Change(
                _SYNC,
                "            open_piece(key_from_hex(known.key), document, number, known.pieces,"
                " reply.body)\n",
                "",
            ),
        ),
        (
            "tests/sync/test_pieces.py::"
            "test_what_was_altered_on_the_way_is_not_kept_and_is_asked_for_again",
        ),
    ),
)
