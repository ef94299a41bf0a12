"""Offices that break one promise each."""

from tests.mutants.mutant import Change, Mutant

_ANSWERED = "server/services/answered.py"
_BATCH = "server/services/batch.py"
_DEVICES = "server/store/devices.py"
_EPOCH = "server/services/epoch.py"
_OFFERED = "server/services/offered.py"
_PULL = "server/services/pull.py"
_PUSH = "server/services/push.py"
_RECORDS = "server/store/records.py"

_UNKNOWN_CURSORS = Change(
    # Such an office does not know its last number in the same way: no cursor is ahead of it.
    _DEVICES,
    "    s.seq,\n",
    "    2305843009213693952 AS seq,\n",
)

TAKING = (
    Mutant(
        "acknowledged-before-commit",
        "What a laptop sent is acknowledged before it is committed",
        (
            Change(
                _PUSH,
                "            return self._apply_fresh(connection, caller, request, last, seq)\n",
                "            pushed = self._apply_fresh(connection, caller, request, last, seq)\n"
                "            kept = kept_answer(last, request, pushed.results, Said(request))\n"
                "            with self._database.transaction(schema) as early:\n"
                "                devices.acknowledge(\n"
                "                    early, caller.id, kept,\n"
                "                    schema=request.schema, now=self._clock(),\n"
                "                )\n"
                "            return pushed\n",
            ),
            Change(
                _PUSH,
                "        devices.acknowledge(connection, caller.id, kept,"
                " schema=request.schema, now=now)\n",
                "",
            ),
        ),
        (
            "tests/sync/test_promises_kept_by_both.py::test_a_commit_that_fails_has_acknowledged_nothing",
        ),
    ),
    Mutant(
        "idempotency-off",
        "What arrives twice is applied twice",
        (
            Change(
                _PUSH,
                "        if last_number(request) > caller.last_op:\n",
                "        if request.ops:\n",
            ),
            Change(
                _PUSH,
                "            if last_number(request) <= last.last_op:\n",
                "            if not request.ops:\n",
            ),
            Change(
                _PUSH,
                "        skipped = max(0, last.last_op + 1 - request.first_op)\n",
                "        skipped = 0\n",
            ),
        ),
        (
            "tests/server/test_twice.py::"
            "test_what_arrives_again_once_a_colleague_has_answered_it_changes_nothing",
        ),
    ),
    Mutant(
        "fork-not-seen",
        "New work under old numbers is taken for what was already received",
        (
            Change(
                "server/services/answered.py",
                "        if said and said != _fingerprint(request, start, end):\n",
                "        if said and not said.strip():\n",
            ),
        ),
        (
            "tests/server/test_attacks.py::"
            "test_new_work_under_old_numbers_is_refused_and_not_taken_for_the_old",
        ),
    ),
    Mutant(
        "one-answer-kept",
        "The office keeps its last answer alone, while two batches may be in flight",
        (
            Change(
                "server/services/answered.py",
                "    if before:\n",
                "    if not results and False:\n",
            ),
        ),
        (
            "tests/server/test_two_answers.py::"
            "test_two_batches_whose_answers_were_lost_are_answered_again",
        ),
    ),
    Mutant(
        "open-conflict-that-stood-not-offered",
        "What waited to be settled goes with a dossier because it stood for a moment",
        (
            Change(
                _OFFERED,
                '        if not offered["lost_hlc"] and self.holds(rid, name, value):\n',
                "        if self.holds(rid, name, value):\n",
            ),
        ),
        (
            "tests/sync/test_last_holder.py::"
            "test_what_waited_to_be_settled_waits_again_though_its_value_stood_there_meanwhile",
        ),
    ),
    Mutant(
        "fork-not-seen-after-a-restoration",
        "A laptop put back takes what it types for what a restored office holds",
        (
            Change(
                _EPOCH,
                "            known_results(last, request)\n",
                "            pass\n",
            ),
        ),
        (
            "tests/sync/test_restored_laptop.py::"
            "test_an_old_copy_before_a_restored_office_takes_nothing_of_its_own_for_received",
        ),
    ),
    Mutant(
        "earlier-fork-not-seen",
        "A laptop that forgot its last batch reads as if it had it",
        (
            Change(
                _ANSWERED,
                "    if request.pull and last_number(request) < last.last_op:\n",
                "    if request.pull and last_number(request) < 0:\n",
            ),
        ),
        (
            "tests/server/test_two_answers.py::"
            "test_a_laptop_that_reads_with_an_earlier_batch_has_forgotten_the_last",
        ),
    ),
    Mutant(
        "counter-not-checked",
        "A recorded request may be played again",
        (
            Change(
                "server/services/identify.py",
                "            if not devices.count_request(connection, caller.id,"
                " request.counter):\n",
                "            devices.count_request(connection, caller.id, request.counter)\n"
                "            if request.counter < 1:\n",
            ),
        ),
        (
            "tests/server/test_requests.py::"
            "test_a_recorded_request_played_again_is_refused_and_not_applied",
        ),
    ),
    Mutant(
        "revoked-and-served",
        "A revoked laptop is served as before",
        (
            Change(
                "server/services/identify.py",
                "            if caller.revoked_at is not None:\n                raise Revoked\n",
                "",
            ),
        ),
        ("tests/server/test_requests.py::test_a_revoked_laptop_is_told_so_and_given_nothing",),
    ),
    Mutant(
        "clock-of-the-future",
        "A laptop set years ahead freezes the fields it writes",
        (
            Change(
                "server/services/incoming.py",
                "    return restamp(Hlc(min(max(claimed, 0), _MAX_CLOCK)), server_ms)\n",
                "    return min(max(claimed, 0), _MAX_CLOCK) or server_ms\n",
            ),
        ),
        (
            "tests/server/test_wrong_clocks.py::"
            "test_what_was_typed_in_2036_does_not_win_over_what_crosses_it_later",
        ),
    ),
    Mutant(
        "old-laptop-turned-away",
        "A laptop too old to be given anything may not send its work either",
        (
            Change(
                "server/services/sync.py",
                "        _check(request, self._spoken)\n",
                "        _check(request, self._spoken)\n"
                "        if request.protocol not in self._spoken:\n"
                "            raise ProtocolUnsupported(oldest=1, newest=2)\n",
            ),
        ),
        ("tests/server/test_epoch.py::test_a_laptop_too_old_to_read_may_always_send",),
    ),
    Mutant(
        "restored-and-silent",
        "A database put back from a backup serves laptops that have read further than it",
        (
            Change(
                "server/services/epoch.py",
                "        if request.cursor > caller.seq:\n",
                "        if request.cursor < 0:\n",
            ),
            Change(
                _PULL,
                "        if request.cursor > horizon or (request.epoch or epoch) != epoch:\n",
                "        if (request.epoch or epoch) != epoch:\n",
            ),
        ),
        (
            "tests/server/test_epoch.py::"
            "test_a_laptop_that_has_read_further_than_the_database_is_told_where_that_saw_it_last",
        ),
    ),
)

ORDER = (
    Mutant(
        "clock-as-cursor",
        "The clock is the cursor: numbers come from clock_timestamp()",
        (
            Change(
                _RECORDS,
                '"UPDATE sequence SET seq = seq + 1 RETURNING seq, epoch"',
                '"SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, epoch"\n'
                '        " FROM sequence"',
            ),
            Change(
                _RECORDS,
                '"SELECT seq, epoch FROM sequence"',
                '"SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, epoch"\n'
                '        " FROM sequence"',
            ),
            _UNKNOWN_CURSORS,
        ),
        ("tests/server/test_interleavings.py",),
    ),
    Mutant(
        "number-not-held",
        "A number is taken before the others have committed theirs",
        (
            Change(
                _RECORDS,
                "    return row[0], row[1]\n\n\ndef hold_sequence",
                '    path = connection.execute("SHOW search_path").fetchone()\n'
                '    connection.execute("COMMIT")\n'
                '    connection.execute("BEGIN")\n'
                "    connection.execute(\"SELECT set_config('search_path', %s, true)\", path)\n"
                "    return row[0], row[1]\n\n\ndef hold_sequence",
            ),
        ),
        ("tests/server/test_interleavings.py",),
    ),
)

MERGING = (
    Mutant(
        "loser-forgotten",
        "A value that loses is kept nowhere",
        (
            Change(
                _BATCH,
                "        kept = self._aside.standing(winner, item.value)\n"
                "        self._add(self._aside.conflict(row, item.name, lost, loser, kept))\n",
                "        self._aside.standing(loser if lost else winner, item.value)\n",
            ),
        ),
        (
            "tests/server/test_merging.py::"
            "test_the_later_of_two_crossed_edits_stands_and_the_other_is_kept_aside",
        ),
    ),
    Mutant(
        "history-forgotten",
        "A value that was replaced is not in the history",
        (Change(_PUSH, "    records.add_history(connection, batch.replaced)\n", ""),),
        ("tests/server/test_merging.py::test_what_was_replaced_stays_in_the_history",),
    ),
    Mutant(
        "edit-lost-to-a-deletion",
        "An edit of what somebody deleted is lost",
        (
            Change(
                _BATCH,
                "self._settle(row, operation, item)\n        if row.state == DELETED:\n",
                "self._settle(row, operation, item)\n"
                "        if row.state == DELETED and operation.verb == DELETE:\n",
            ),
        ),
        (
            "tests/server/test_sync.py::"
            "test_an_edit_that_arrives_after_a_deletion_brings_the_record_back_whole",
        ),
    ),
    Mutant(
        "deletion-of-what-was-not-seen",
        "A deletion takes along what a colleague had just written",
        (Change(_BATCH, "        if crossed:\n", "        if len(crossed) < 0:\n"),),
        (
            "tests/server/test_sync.py::"
            "test_an_edit_that_crosses_a_deletion_wins_and_everybody_has_the_record_again",
        ),
    ),
)

READING = (
    Mutant(
        "own-words-echoed",
        "A laptop is sent back its own words",
        (
            Change(
                _PULL,
                "            if seq > bounds.cursor and device != bounds.device\n",
                "            if seq > bounds.cursor\n",
            ),
        ),
        ("tests/server/test_sync.py::test_a_laptop_is_not_sent_back_what_it_sent",),
    ),
    Mutant(
        "closed-dossiers-not-told",
        "A laptop is not told of the dossiers that closed",
        (
            Change(
                _PULL,
                "        page.dropped = feed.find_dropped(\n"
                "            connection, caller.professional, above, until, anew=request.anew\n"
                "        )\n",
                "        page.dropped = [] if above <= until else page.dropped\n",
            ),
        ),
        (
            "tests/server/test_rights.py::"
            "test_leaving_a_circle_closes_the_dossier_and_coming_back_opens_it_whole",
        ),
    ),
    Mutant(
        "opened-dossiers-not-whole",
        "A dossier that opens brings only what is written from then on",
        (
            Change(
                "server/store/feed.py",
                "    SELECT * FROM walked UNION ALL SELECT * FROM opened ORDER BY",
                "    SELECT * FROM walked ORDER BY",
            ),
        ),
        (
            "tests/server/test_rights.py::"
            "test_leaving_a_circle_closes_the_dossier_and_coming_back_opens_it_whole",
        ),
    ),
    Mutant(
        "tombstones-dropped-by-age",
        "What was deleted three months ago is forgotten, whoever has not heard of it",
        (
            Change(
                "server/services/access.py",
                "    if not caller.has_expired_access:\n",
                "    with database.transaction(schema) as connection:\n"
                "        connection.execute(\n"
                "            \"DELETE FROM record WHERE state = 'deleted' AND hlc < %s\",\n"
                "            (int(clock().timestamp() * 1000) - 90 * 86_400_000 << 16,),\n"
                "        )\n"
                "    if not caller.has_expired_access:\n",
            ),
        ),
        (
            "tests/server/test_epoch.py::"
            "test_a_laptop_back_after_months_still_hears_of_what_was_deleted",
        ),
    ),
)

OFFICE = (*TAKING, *ORDER, *MERGING, *READING)
