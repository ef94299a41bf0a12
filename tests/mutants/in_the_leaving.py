"""What stays behind when a dossier leaves a laptop, or a person is erased."""

from tests.mutants.mutant import Change, Mutant

_BATCH = "server/services/batch.py"
_DEPARTURES = "desktop/store/departures.py"
_BRING_BACK = "desktop/sync/bring_back.py"
_ENGINE = "desktop/sync/engine.py"
_REWRITING = "server/store/rewriting.py"
_FILES = "tests/server/test_erased_files.py::"
_LAST_HOLDER = "tests/sync/test_last_holder.py::"

_JOINED = "tests/sync/test_erased_and_joined.py::"
_NOTES = "tests/sync/test_notes_of_the_erased.py::"
_REPLICA = "desktop/store/replica.py"

LAPTOP = (
    Mutant(
        "note-of-a-meeting-never-sent",
        "A note stays whose meeting is refused because its person was erased",
        (Change(_REPLICA, "page.refused_erased(_MEETING)", "[]"),),
        (_NOTES + "test_a_note_on_a_meeting_that_was_still_to_be_sent_goes_with_it",),
    ),
    Mutant(
        "erasure-done-by-a-repair",
        "A laptop says that an erasure is done of which a repair told it one record",
        (Change("desktop/sync/messages.py", "is_one_of_all=False", "is_one_of_all=True"),),
        (_NOTES + "test_what_a_repair_reads_again_does_not_say_that_an_erasure_is_done",),
    ),
    Mutant(
        "under-way-forgotten",
        "What is under way of a record goes as an answer says that the record is erased",
        (Change(_DEPARTURES, 'is_answered and op.state == "sent"', "False"),),
        (_NOTES + "test_what_is_under_way_as_a_meeting_is_refused_is_sent_again_word_for_word",),
    ),
    Mutant(
        "note-taken-back-stays",
        "A note that was taken back is not looked for when somebody is erased",
        (
            Change(
                _DEPARTURES,
                """WHERE "kind" = 'clinical_note' AND "fields" ->> 'follow_up'""",
                """WHERE "kind" = 'clinical_note' AND false AND "fields" ->> 'follow_up'""",
            ),
        ),
        (
            _NOTES + "test_a_note_that_was_taken_back_before_it_was_sent_goes_as_well",
            _NOTES + "test_a_note_that_was_taken_back_since_the_backup_goes_as_well",
        ),
    ),
    Mutant(
        "merge-with-the-erased-stays",
        "A laptop keeps what says that another dossier is that of somebody erased",
        (
            Change(
                _DEPARTURES,
                "for kind, rid in self._database.rows(_ELSEWHERE, named)]",
                "for kind, rid in self._database.rows(_ELSEWHERE, named) if kind == NOTE]",
            ),
        ),
        (_JOINED + "test_a_merge_that_was_refused_goes_with_her",),
    ),
    Mutant(
        "notes-of-the-erased-untold",
        "The office is not told which notes went with somebody erased",
        (
            Change(
                _REPLICA,
                "self._state.note_untold_notes(notes - named",
                "self._state.note_untold_notes(notes - notes - named",
            ),
        ),
        (
            _NOTES + "test_a_note_on_a_meeting_that_was_still_to_be_sent_goes_with_it",
            _NOTES + "test_a_note_of_somebody_erased_again_after_a_restoration_does_not_come_back",
        ),
    ),
    Mutant(
        "notes-of-the-erased-counted",
        "A note that was erased on its way to the office counts as held here",
        (
            Change(
                _REPLICA,
                "taken = [op for op in taken if op.rid not in erased]",
                "pass",
            ),
        ),
        (_NOTES + "test_a_note_on_a_meeting_that_was_still_to_be_sent_goes_with_it",),
    ),
    Mutant(
        "late-forgets-what-was-refused",
        "What was refused of a record goes as something else of it is taken late",
        (Change(_DEPARTURES, "if not (late or is_under_way):", "if not is_under_way:"),),
        (
            "tests/sync/test_departures.py::test_what_was_refused_of_a_record_stays"
            "_though_something_else_of_it_is_taken_late",
        ),
    ),
    Mutant(
        "archive-of-a-dossier-that-left",
        "The archive keeps the words of a dossier that left",
        (Change(_DEPARTURES, "        self._archive.forget_bucket(bucket)\n", ""),),
        ("tests/sync/test_promises.py::test_nothing_of_a_dossier_that_left_stays_in_any_table",),
    ),
    Mutant(
        "names-of-a-dossier-that-left",
        "The index of names keeps the person of a dossier that left",
        (
            Change(
                _DEPARTURES,
                "        self._index.forget([bucket])\n        self._unk",
                "        self._unk",
            ),
        ),
        ("tests/sync/test_promises.py::test_nothing_of_a_dossier_that_left_stays_in_any_table",),
    ),
    Mutant(
        "set-aside-of-a-dossier-that-left",
        "What was set aside of a dossier stays when the dossier leaves",
        (Change(_DEPARTURES, "        self._set_aside.forget_bucket(bucket)\n", ""),),
        ("tests/sync/test_promises.py::test_nothing_of_a_dossier_that_left_stays_in_any_table",),
    ),
    Mutant(
        "set-aside-is-offered-to-nobody",
        "What was set aside goes with its dossier, though it is here alone",
        (
            Change(
                _BRING_BACK,
                "            for missing in self.store.set_aside.of_bucket(bucket):\n"
                "                self._offer(bucket, missing)\n",
                "",
            ),
        ),
        (_LAST_HOLDER + "test_what_only_this_laptop_still_holds_goes_to_those_who_hold_it_now",),
    ),
    Mutant(
        "forgotten-and-taken-at-once",
        "A restored office that takes a dossier away is not told what it has forgotten of it",
        (
            Change(
                _BRING_BACK,
                "        may_have_forgotten = state.is_realigning() or state.is_diverged()\n",
                "        may_have_forgotten = False\n",
            ),
        ),
        (
            _LAST_HOLDER
            + "test_an_office_that_has_forgotten_and_takes_it_at_once_is_told_all_that_it_lacks",
        ),
    ),
    Mutant(
        "offered-in-clear",
        "A text in clear is offered with the rest of a dossier that leaves",
        (
            Change(
                _BRING_BACK,
                "        return isinstance(value, str) and value.startswith(CIRCLE_KEY)\n",
                "        return isinstance(value, str)\n",
            ),
        ),
        (
            "tests/sync/test_promises.py::"
            "test_an_office_that_takes_a_dossier_away_reads_of_it_what_it_could_read",
        ),
    ),
    Mutant(
        "offers-of-a-dossier-that-left",
        "What was offered of a dossier that left stays, when the office would not have it",
        (
            Change(
                "desktop/store/replica.py",
                "taken = self._departures.forget_offers(answered)",
                "taken = answered",
            ),
        ),
        (
            "tests/sync/test_promises.py::"
            "test_an_office_that_takes_a_dossier_away_reads_of_it_what_it_could_read",
        ),
    ),
    Mutant(
        "keys-of-a-dossier-that-left",
        "The keys of a dossier stay once what waited for the office has left as well",
        (
            Change(
                "desktop/store/replica.py",
                "            self._departures.forget_keys(bucket)\n",
                "            pass\n",
            ),
        ),
        (
            "tests/sync/test_promises.py::"
            "test_an_office_that_takes_a_dossier_away_reads_of_it_what_it_could_read",
        ),
    ),
    Mutant(
        "newer-records-of-a-dossier-that-left",
        "Records of a newer version stay when their dossier leaves",
        (Change(_DEPARTURES, "        self._unknown.forget_bucket(bucket)\n", ""),),
        ("tests/sync/test_promises.py::test_nothing_of_a_dossier_that_left_stays_in_any_table",),
    ),
    Mutant(
        "erased-without-a-vacuum",
        "After an erasure the pages that were freed stay in the file",
        (
            Change(
                "desktop/sync/housekeeping.py",
                "        self.store.database.compact()\n",
                "        self.store.database.checkpoint()\n",
            ),
        ),
        ("tests/sync/test_promises.py::test_after_an_erasure_no_freed_page_is_left_in_the_file",),
    ),
    Mutant(
        "deleted-bytes-stay",
        "What is deleted stays readable in the pages of the file",
        (Change("desktop/store/database.py", '"secure_delete": 1', '"secure_delete": 0'),),
        ("tests/store/test_database.py::test_every_pragma_the_data_rests_on_is_in_force",),
    ),
    Mutant(
        "unsent-work-leaves-too",
        "A dossier that is lost takes along the work that was not sent",
        (
            Change(
                _DEPARTURES,
                "            self._outbox.mirror.forget(op.kind, [op.rid])\n        self._index",
                "            self._outbox.mirror.forget(op.kind, [op.rid])\n"
                "            self._outbox.forget(op)\n"
                "        self._index",
            ),
        ),
        (
            "tests/sync/test_departures.py::"
            "test_a_report_finished_after_the_dossier_left_arrives_as_well",
        ),
    ),
    Mutant(
        "erased-person-still-sent",
        "What was typed of a person who is erased still waits to be sent",
        (
            Change(
                _DEPARTURES,
                "        for op in self._outbox.of_bucket(person):\n"
                "            self._outbox.forget(op)\n",
                "",
            ),
        ),
        (
            "tests/sync/test_promises.py::"
            "test_a_laptop_that_heard_of_an_erasure_sends_nothing_more_of_her",
        ),
    ),
    Mutant(
        "erasure-told-too-soon",
        "A laptop says that a person is erased while her bytes are still in its file",
        (
            Change(
                _ENGINE,
                "        erased = [] if state.is_compaction_due() else",
                "        erased =",
            ),
        ),
        (
            "tests/sync/test_promises.py::"
            "test_an_erasure_is_told_once_nothing_of_her_is_left_in_the_file",
        ),
    ),
    Mutant(
        "erasure-told-for-ever",
        "A laptop says at each synchronisation that a person is erased",
        (Change(_ENGINE, " and not has_told", ""),),
        (
            "tests/sync/test_promises.py::"
            "test_an_erasure_is_told_once_nothing_of_her_is_left_in_the_file",
        ),
    ),
    Mutant(
        "no-brake",
        "An office may take every dossier away at once",
        (
            Change(
                "desktop/sync/brake.py",
                "            raise MassRemoval(removed, before)\n",
                "            pass\n",
            ),
        ),
        ("tests/sync/test_departures.py::test_many_dossiers_do_not_go_unasked",),
    ),
)

_TOLD = "tests/server/test_notes_of_the_erased.py::"
_ON_UNKNOWN = "server/store/erasures.py"

OFFICE = (
    Mutant(
        "erases-a-colleagues-note",
        "A laptop has the office erase a colleague's note",
        (
            Change(
                _ON_UNKNOWN,
                "rid = ANY(%s::uuid[]) AND bucket = %s\n",
                "rid = ANY(%s::uuid[]) AND %s <> ''\n",
            ),
        ),
        (_TOLD + "test_no_other_note_goes_whatever_a_laptop_says",),
    ),
    Mutant(
        "erases-a-note-on-a-known-meeting",
        "A laptop has the office erase a note on a meeting of somebody who is not erased",
        (
            Change(
                _ON_UNKNOWN,
                "WHERE kind = {_MEETING} AND rid::text = note",
                "WHERE false AND rid::text = note",
            ),
        ),
        (_TOLD + "test_no_other_note_goes_whatever_a_laptop_says",),
    ),
    Mutant(
        "erasure-told-on-a-first-page-alone",
        "Whoever goes on with a reading is not told who was erased since its first page",
        (
            Change(
                "server/services/pull.py",
                "if bounds.after is None or page.more is None:",
                "if bounds.after is None:",
            ),
        ),
        (
            "tests/server/test_erasure.py::test_whoever_goes_on_with_a_reading"
            "_that_was_cut_is_told_at_its_end",
        ),
    ),
    Mutant(
        "merge-with-the-erased-taken",
        "The office takes what says that another dossier is that of somebody erased",
        (Change("server/services/erased.py", "*_joined(operation))", ")"),),
        (_JOINED + "test_a_merge_into_somebody_erased_meanwhile_is_not_taken",),
    ),
    Mutant(
        "answer-of-before-an-erasure-for-anything",
        "Once somebody is erased, a last answer passes for the answer to other operations",
        (
            Change(
                "server/services/answered.py", "if not said and answer.marks and", "if False and"
            ),
        ),
        (
            "tests/server/test_erasure.py::test_what_a_laptop_was_answered_is_no_answer"
            "_to_something_else_though_she_was_erased",
            "tests/sync/test_restored_laptop.py::test_what_is_typed_on_an_old_copy_is_kept"
            "_though_somebody_was_erased_meanwhile",
        ),
    ),
    Mutant(
        "restored-office-tells-those-it-knows",
        "An office that was restored tells of an erasure those alone whom it knows to be concerned",
        (
            Change(
                "server/services/erasure.py",
                "to_all = again or records.is_restored(connection)",
                "to_all = again",
            ),
        ),
        (
            "tests/sync/test_founded_again.py::test_whoever_is_erased_after_a_restoration_leaves"
            "_the_laptops_that_the_office_does_not_know_of",
        ),
    ),
    Mutant(
        "note-of-a-refused-meeting-taken",
        "The office takes a note in the batch of a meeting that comes after the erasure",
        (Change("server/services/erased.py", "if key in self.meetings:", "if False:"),),
        (_TOLD + "test_a_note_in_the_batch_of_a_meeting_that_comes_too_late_is_refused_with_it",),
    ),
    Mutant(
        "offered-and-never-forgotten",
        "The office makes a conflict of all that a leaving laptop offers, forgotten or not",
        (
            Change(
                _BATCH,
                "        return (is_late or is_deleted) and self._ground.kept.knows(data, row)\n",
                "        return is_deleted and self._ground.kept.knows(data, row)\n",
            ),
        ),
        (
            "tests/server/test_late.py::"
            "test_what_stands_stood_or_waits_makes_nothing_of_what_is_offered",
        ),
    ),
    Mutant(
        "erased-person-comes-back",
        "A laptop that was away brings back a person who was erased",
        (Change(_BATCH, "        self._ground.erased.check(operation)\n", ""),),
        ("tests/server/test_erasure.py::test_nothing_of_her_comes_back_by_a_laptop_that_was_away",),
    ),
    Mutant(
        "history-of-an-erased-person",
        "The history keeps the words of a person who was erased",
        (
            Change(
                "server/store/erasures.py",
                '    for table in ("history", "record"):\n',
                '    for table in ("record",):\n',
            ),
        ),
        ("tests/server/test_erasure.py::test_no_byte_of_her_remains_in_any_table",),
    ),
    Mutant(
        "erasure-told-once",
        "An erasure is told once, whether or not the laptop has carried it out",
        (
            Change(
                "server/store/erasures.py",
                "WHERE device = %s AND (acknowledged_at IS NULL OR erasure > %s)"
                " AND erasure <= %s\n",
                "WHERE device = %s AND erasure > %s AND erasure <= %s\n",
            ),
        ),
        (
            "tests/server/test_erasure.py::"
            "test_a_laptop_is_told_until_it_says_it_is_done_and_the_register_counts_them",
        ),
    ),
)

FILES = (
    Mutant(
        "erased-but-in-the-file",
        "What is removed of a person stays in the pages of PostgreSQL’s files",
        (Change(_REWRITING, "VACUUM (FULL) {}", "VACUUM {}"),),
        (_FILES + "test_no_byte_of_her_remains_in_a_file_of_a_table",),
    ),
    Mutant(
        "documents-erased-but-in-the-file",
        "The table of the contents of documents is not written anew",
        (
            Change(
                "server/services/erasure.py",
                "    return (*_TABLES, _PIECES) if with_pieces else _TABLES\n",
                "    return _TABLES\n",
            ),
        ),
        (_FILES + "test_no_byte_of_her_remains_in_a_file_of_a_table",),
    ),
    Mutant(
        "erased-and-copied-for-an-old-reader",
        "Rows that an old reader might read are copied with the others, and said to be gone",
        (Change(_REWRITING, "        _wait_for_older_readers(connection)\n", ""),),
        (_FILES + "test_whoever_reads_since_before_puts_it_off_and_nothing_is_said_to_be_done",),
    ),
    Mutant(
        "rewriting-said-and-not-done",
        "The register says that tables were written anew before they are",
        (
            Change(
                "server/services/erasure.py",
                "            rewrite(self._database, department.schema, tables)\n"
                "            with self._database.transaction(department.schema) as connection:\n"
                "                erasures.note_rewritten(connection, waiting, self._clock())\n",
                "            with self._database.transaction(department.schema) as connection:\n"
                "                erasures.note_rewritten(connection, waiting, self._clock())\n"
                "            rewrite(self._database, department.schema, tables)\n",
            ),
        ),
        (_FILES + "test_cut_in_the_middle_it_is_done_again",),
    ),
)

LEAVING = (*LAPTOP, *OFFICE, *FILES)
