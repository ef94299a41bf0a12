"""Laptops that break one promise each."""

from tests.mutants.mutant import Change, Mutant

_ARCHIVE = "desktop/store/archive.py"
_ENGINE = "desktop/sync/engine.py"
_OUTBOX = "desktop/store/outbox.py"
_REPLICA = "desktop/store/replica.py"
_TALLY = "desktop/sync/tally.py"

WRITING = (
    Mutant(
        "outbox-apart",
        "What is to be sent is written in a second transaction",
        (
            Change(
                _OUTBOX,
                "            self._records.add(spec, rid, data)\n"
                "            bucket = bucket_of(spec, rid, data)\n",
                "            self._records.add(spec, rid, data)\n"
                '            self._database.execute("COMMIT")\n'
                '            self._database.execute("BEGIN IMMEDIATE")\n'
                "            bucket = bucket_of(spec, rid, data)\n",
            ),
        ),
        ("tests/sync/test_promises.py::test_what_cannot_be_planned_to_leave_is_not_kept",),
    ),
    Mutant(
        "edit-joins-what-is-in-flight",
        "An edit made during a synchronisation changes the operation that is in flight",
        (
            Change(
                _OUTBOX,
                'growing = [op for op in pending if op.state == "pending" and op.verb == PUT]',
                "growing = [op for op in pending if op.verb == PUT]",
            ),
        ),
        (
            "tests/store/test_outbox.py::"
            "test_an_edit_during_a_sync_is_a_new_operation_and_the_frozen_one_does_not_move",
        ),
    ),
    Mutant(
        "unknown-fields-forgotten",
        "An edit drops the fields that this version does not know",
        (
            Change(
                _OUTBOX,
                "self._records.put(spec, [(rid, data | extra)])",
                "self._records.put(spec, [(rid, data)])",
            ),
        ),
        (
            "tests/sync/test_messages.py::"
            "test_a_field_of_a_newer_office_survives_edits_and_is_never_sent_back",
        ),
    ),
    Mutant(
        "sent-batch-numbered-anew",
        "A batch that was not acknowledged is numbered anew, with what was typed since",
        (
            Change(
                _OUTBOX,
                "        if sent := self.sent(after):\n            return sent\n",
                "        for op in self.sent(after):\n"
                '            self.rewrite(replace(op, state="pending"))\n',
            ),
        ),
        (
            "tests/sync/test_engine.py::"
            "test_what_the_office_did_not_acknowledge_is_sent_again_word_for_word",
        ),
    ),
    Mutant(
        "batches-joined",
        "Two batches that were in flight are sent again as one",
        (
            Change(
                _OUTBOX,
                "            self._state.note_batch_end(after)\n",
                "            self._state.batch_ends()\n",
            ),
        ),
        (
            "tests/store/test_batches_in_flight.py::"
            "test_batches_in_flight_come_back_one_by_one_as_they_left",
        ),
    ),
    Mutant(
        "record-in-two-batches",
        "A change leaves while an earlier one of the same record is not answered",
        (
            Change(
                _OUTBOX,
                " or row[_KIND:_BUCKET] in busy:\n",
                " or row[_KIND:_BUCKET] == busy:\n",
            ),
        ),
        ("tests/store/test_batches_in_flight.py::test_no_record_is_in_two_batches_in_flight",),
    ),
)

CLEARING = (
    Mutant(
        "cleared-with-what-waits",
        "What was typed while an answer was awaited goes with what is acknowledged",
        (
            Change(
                _ARCHIVE,
                "        if rest is not None and not rest[0]:\n",
                "        if rest is not None:\n",
            ),
        ),
        (
            "tests/store/test_outbox.py::"
            "test_an_edit_during_a_sync_is_a_new_operation_and_the_frozen_one_does_not_move",
        ),
    ),
)

BASES = (
    Mutant(
        "base-from-own-ack",
        "The base of an edit is taken from the acknowledgement of one’s own push",
        (
            Change(
                _ENGINE,
                "            applied = self._store.replica.apply(page, now, foreseen)\n",
                "            applied = self._store.replica.apply(page, now, foreseen)\n"
                "            if answer.asked.batch:\n"
                '                state.set("acknowledged_at", str(answer.reply.cursor))\n',
            ),
            Change(
                _OUTBOX,
                "            base = min([read, *bases])",
                '            seen = int(self._state.get("acknowledged_at") or 0)\n'
                "            base = min([max(read, seen), *bases])",
            ),
        ),
        (
            "tests/sync/test_promises_kept_by_both.py::"
            "test_what_had_not_arrived_is_not_overwritten_by_who_was_only_acknowledged",
        ),
    ),
    Mutant(
        "base-inside-a-reading",
        "The base of an edit is a cursor in the middle of the pages",
        (
            Change(
                _OUTBOX,
                "            base = min([read, *bases])",
                "            after = self._state.progress().after\n"
                "            seen = after.seq if after else 0\n"
                "            base = min([max(read, seen), *bases])",
            ),
        ),
        (
            "tests/sync/test_promises.py::"
            "test_an_edit_between_two_pages_claims_to_have_seen_neither",
        ),
    ),
    Mutant(
        "refill-forgets-the-base",
        "What a restored office is sent again claims to have seen what was written there since",
        (
            Change(
                _ARCHIVE,
                '"creates", min("base", :seq), "hlc",\'',
                '"creates", "base", "hlc",\'',
            ),
        ),
        (
            "tests/sync/test_promises_kept_by_both.py::"
            "test_work_of_before_a_restoration_overwrites_nothing_written_there_since[acknowledged]",
        ),
    ),
    Mutant(
        "waiting-work-keeps-a-lost-base",
        "What waits for a restored office claims to have seen what was written there since",
        (
            Change(
                _ARCHIVE,
                '\'UPDATE "outbox" SET "base" = min("base", :seq)\',',
                '\'UPDATE "outbox" SET "base" = "base" WHERE :seq = :seq\',',
            ),
        ),
        (
            "tests/sync/test_promises_kept_by_both.py::"
            "test_work_of_before_a_restoration_overwrites_nothing_written_there_since[waiting]",
        ),
    ),
    Mutant(
        "renewal-keeps-the-numbers",
        "A laptop that goes on as a new device goes on with the numbers of the former",
        (
            Change(
                _ARCHIVE,
                "        self._database.execute(_UNSEND[0], {})\n"
                "        self._state.restart_numbers(0)\n",
                "        self._database.execute(_UNSEND[0], {})\n",
            ),
        ),
        (
            "tests/sync/test_promises_kept_by_both.py::"
            "test_a_laptop_that_goes_on_as_another_still_has_seen_what_it_had_seen",
        ),
    ),
)

READING = (
    Mutant(
        "half-a-record-shown",
        "What is known of a record that the office has in other words takes the place of its row",
        (Change(_REPLICA, "if shown is None or is_whole(op.spec, shown):", "if True:"),),
        (
            "tests/sync/test_lying_about_creations.py::"
            "test_a_person_keeps_her_name_when_what_was_typed_since_is_refused",
        ),
    ),
    Mutant(
        "cursor-before-page",
        "The cursor is kept before the page it speaks of",
        (
            Change(
                _ENGINE,
                "        with self._store.database.transaction():\n"
                "            self._brake.check(page, now)\n",
                "        with self._store.database.transaction():\n"
                "            state.set_progress(page.progress)\n"
                "        with self._store.database.transaction():\n"
                "            self._brake.check(page, now)\n",
            ),
        ),
        ("tests/sync/test_promises.py::test_a_page_that_could_not_be_kept_is_read_again",),
    ),
    Mutant(
        "unread-pages-believed",
        "The cursor of a page is believed while other pages follow",
        (
            Change(
                "desktop/sync/messages.py",
                "return Progress(epoch=epoch, cursor=before.cursor, after=reply.more)",
                "return Progress(epoch=epoch, cursor=_number(reply.cursor), after=reply.more)",
            ),
        ),
        (
            "tests/sync/test_promises.py::"
            "test_an_edit_between_two_pages_claims_to_have_seen_neither",
        ),
    ),
    Mutant(
        "another-epoch-believed",
        "Data of another epoch are mixed with those held",
        (
            Change(
                _ENGINE,
                "    if before.epoch is not None and after.epoch != before.epoch:\n",
                "    if before.epoch is not None and not after.epoch:\n",
            ),
        ),
        ("tests/sync/test_lying_office.py::test_data_of_another_office_are_not_mixed_with_ours",),
    ),
    Mutant(
        "old-copy-not-seen",
        "A laptop put back from an old copy does not see that it has gone back",
        (
            Change(
                _ENGINE,
                "        if page.acknowledged > known.last_op:\n            raise LaptopBehind\n",
                "",
            ),
        ),
        (
            "tests/sync/test_restored_laptop.py::"
            "test_an_old_copy_with_nothing_to_send_finds_out_at_its_first_contact",
        ),
    ),
    Mutant(
        "settled-is-told-again",
        "What a colleague has settled is told as to be read again",
        (Change(_TALLY, " if kind != _CONFLICT or rid in waiting]", "]"),),
        (
            "tests/scenarios/test_two_authors.py::"
            "test_what_a_colleague_has_settled_is_not_told_as_to_be_read_again",
        ),
    ),
    Mutant(
        "unjoined-text-dropped",
        "Of two rewritings of one passage the laptop’s own is kept nowhere",
        (
            Change(
                _ENGINE,
                "[self._keeper.keep(unjoined) for unjoined in applied.unjoined]",
                "applied.unjoined[:0]",
            ),
        ),
        (
            "tests/scenarios/test_first_morning.py::"
            "test_a_passage_rewritten_by_both_keeps_both_texts",
        ),
    ),
    Mutant(
        "older-values-replace",
        "What a restored office holds replaces what only this laptop still holds",
        (
            Change(
                _REPLICA,
                "                if anew_since is not None:\n"
                "                    self._set_aside.keep(spec, items, anew_since)\n",
                "",
            ),
        ),
        (
            "tests/sync/test_restored_office.py::"
            "test_what_a_silent_colleague_had_written_is_not_replaced_by_something_older",
        ),
    ),
    Mutant(
        "quiet-synchronisations-write",
        "A synchronisation that brings nothing writes on the disk",
        (
            Change(
                _ENGINE,
                "        if is_idle and state.is_fresh_contact(now):\n",
                "        if is_idle and not state.is_fresh_contact(now):\n",
            ),
        ),
        ("tests/sync/test_engine.py::test_nothing_new_writes_nothing_on_this_laptop",),
    ),
    Mutant(
        "refused-work-dropped",
        "What the office refuses is forgotten",
        (
            Change(
                _REPLICA,
                '            self._outbox.rewrite(replace(op, state="refused",'
                " reason=verdict.refused))\n",
                "            self._outbox.forget(op)\n",
            ),
        ),
        (
            "tests/sync/test_engine.py::"
            "test_an_operation_the_office_refuses_is_kept_and_told_and_never_sent_again",
        ),
    ),
)

LAPTOP = (*WRITING, *CLEARING, *BASES, *READING)
