"""Sides that would not see, or not mend, that they hold another thing than they say."""

from tests.mutants.mutant import Change, Mutant

_ENGINE = "desktop/sync/engine.py"
_HOUSEKEEPING = "desktop/sync/housekeeping.py"
_PROOF = "desktop/store/proof.py"
_OFFERING = "desktop/sync/offering.py"
_FOUNDED = "tests/sync/test_founded_again.py::"
_PUSH = "server/services/push.py"
_REPAIR = "desktop/sync/repair.py"
_REPLICA = "desktop/store/replica.py"

LAPTOP = (
    Mutant(
        "digest-copied",
        "The digests of the office are copied instead of being computed again",
        (
            Change(
                _REPAIR,
                "        different = [b for b in {**theirs, **ours}",
                "        with self._store.database.transaction():\n"
                "            self._store.proof._replace(self._store.proof.buckets(), theirs)\n"
                "        ours = self._in_store(self._store.proof.buckets)\n"
                "        different = [b for b in {**theirs, **ours}",
            ),
        ),
        (
            "tests/sync/test_proof.py::"
            "test_a_byte_that_changed_on_the_disk_is_found_and_only_its_record_is_read_again",
        ),
    ),
    Mutant(
        "scrub-trusts-what-is-kept",
        "A scrub takes what is kept for what the rows come to",
        (
            Change(
                _PROOF,
                "now = {bucket: self._held(bucket) for",
                "now = {bucket: kept.get(bucket) or self._held(bucket) for",
            ),
        ),
        (
            "tests/sync/test_proof.py::"
            "test_a_byte_that_changed_on_the_disk_is_found_and_only_its_record_is_read_again",
        ),
    ),
    Mutant(
        "cut-repair-forgotten",
        "A repair that the network cut is not begun again until something is new",
        (
            Change(
                _ENGINE,
                "                state.ask_comparison()  # until a repair has been to its end\n",
                "                pass\n",
            ),
        ),
        (
            "tests/sync/test_restored_office.py::"
            "test_a_repair_that_the_network_cut_is_begun_again_though_nothing_is_new",
        ),
    ),
    Mutant(
        "dossier-unknown-taken-for-closed",
        "A dossier older than its archive is not given back to an office restored from before it",
        (
            Change(
                _REPAIR,
                "not is_named and not self._offering.found(dossier)",
                "False",
            ),
        ),
        (
            "tests/sync/test_restored_office.py::test_an_office_restored_from_a_backup_of_long_ago"
            "_is_given_back_dossiers_opened_since",
        ),
    ),
    Mutant(
        "dossier-closed-is-founded-again",
        "Any dossier that the office does not name is sent again whole",
        (
            Change(
                _OFFERING,
                "if not state.has_office_forgotten() or state.is_founded(dossier):",
                "if state.is_founded(dossier):",
            ),
        ),
        (
            "tests/sync/test_proof.py::"
            "test_a_dossier_that_closed_without_a_word_stays_and_the_others_are_mended",
        ),
    ),
    Mutant(
        "ended-place-goes-first",
        "A place that has ended closes a dossier while it is founded again",
        (
            Change(
                _OFFERING,
                'return 3 if data.get("ended_on") is None else 4',
                "return 1",
            ),
        ),
        (_FOUNDED + "test_of_two_places_the_one_that_ended_goes_last",),
    ),
    Mutant(
        "ended-place-closes-behind-her",
        "Whoever was welcomed again loses the dossier that she founds again",
        (
            Change(
                _OFFERING,
                "        if self._would_close(spec, data, unknown):\n            return\n",
                "",
            ),
        ),
        (_FOUNDED + "test_whoever_left_and_was_welcomed_again_keeps_the_dossier_that_she_opened",),
    ),
    Mutant(
        "dossier-founded-at-each-repair",
        "A dossier closed without a word is sent whole at each comparison",
        (Change(_OFFERING, "        state.note_founded(dossier)\n", ""),),
        (_FOUNDED + "test_a_dossier_closed_without_a_word_is_sent_once",),
    ),
    Mutant(
        "sent-again-over-what-stands",
        "What an office had taken is put over what a colleague wrote since",
        (
            Change(
                "desktop/store/refusals.py",
                "if after == shown or not self._outbox.was_taken(op):",
                "if True:",
            ),
        ),
        (
            _FOUNDED + "test_what_a_colleague_wrote_since_is_not_put_back"
            "_as_the_dossier_is_founded_again",
        ),
    ),
    Mutant(
        "nothing-given-is-read",
        "Whoever writes where the office gives nothing claims to have read what is there",
        (
            Change(
                "desktop/store/outbox.py",
                "return bucket not in state.closed()",
                "return True",
            ),
        ),
        (_FOUNDED + "test_whoever_writes_where_the_office_gives_nothing_has_read_nothing_there",),
    ),
    Mutant(
        "deleted-record-founded-again",
        "What was made and deleted since the backup comes back",
        (
            Change(
                "desktop/store/lacking_there.py",
                "        return [made, *self.edits(made.kind, made.rid), *gone]\n",
                "        return [made, *self.edits(made.kind, made.rid)]\n",
            ),
        ),
        (_FOUNDED + "test_what_was_made_and_deleted_since_the_backup_does_not_come_back",),
    ),
    Mutant(
        "repairs-begin-with-the-same-dossiers",
        "Dossiers that nobody here can mend keep others from being looked into",
        (Change(_REPAIR, "sorted(it for it in different if it > before) or ", ""),),
        (
            "tests/sync/test_proof.py::"
            "test_dossiers_that_cannot_be_mended_do_not_keep_others_from_being_looked_into",
        ),
    ),
    Mutant(
        "rest-of-a-repair-forgotten",
        "What one repair leaves is not looked into before something is new",
        (
            Change(
                _HOUSEKEEPING,
                "            if repaired.is_left:\n",
                "            if False:\n",
            ),
        ),
        (
            "tests/sync/test_proof.py::"
            "test_what_one_repair_leaves_is_looked_into_by_the_next_ones_though_nothing_is_new",
        ),
    ),
    Mutant(
        "comparison-forgotten-without-a-network",
        "A comparison that met no network is not made before a week has gone by",
        (Change(_HOUSEKEEPING, "is_to_compare=True))", "is_to_compare=False))"),),
        (
            "tests/sync/test_proof.py::"
            "test_a_comparison_that_met_no_network_is_made_once_there_is_one",
        ),
    ),
    Mutant(
        "waiting-work-counts-in-the-proof",
        "What was typed and not sent counts in what both sides compare",
        (
            Change(
                _PROOF,
                "for rid, data in self._mirrors(name, taken)}",
                "for rid, data in self._mirrors(name, [])}",
            ),
        ),
        (
            "tests/sync/test_proof.py::"
            "test_what_is_typed_and_not_sent_does_not_make_both_sides_differ",
        ),
    ),
    Mutant(
        "dossiers-counted-once",
        "As many dossiers are said to be the same as when they were first counted",
        (
            Change(
                _REPLICA,
                "            self._state.set_dossiers_to_count()\n",
                "            self._state.are_dossiers_to_count()\n",
            ),
        ),
        (
            "tests/sync/test_proof.py::"
            "test_the_dossiers_that_were_compared_are_counted_though_the_last_page_brings_none",
        ),
    ),
    Mutant(
        "foreseen-for-ever",
        "What was digested while the office worked is believed though rows changed since",
        (
            Change(
                _PROOF,
                "foreseen is not None and foreseen.at == self._database.changes\n",
                "foreseen is not None\n",
            ),
        ),
        (
            "tests/sync/test_foreseen.py::"
            "test_a_row_that_changed_on_the_disk_meanwhile_counts_as_it_is",
        ),
    ),
    Mutant(
        "foreseen-whatever-the-answer",
        "What was digested while the office worked counts though the office decided otherwise",
        (
            Change(
                _REPLICA,
                "changes.settle(known, as_foreseen=is_as_foreseen)",
                "changes.settle(known, as_foreseen=True)",
            ),
        ),
        ("tests/sync/test_foreseen.py::test_a_value_that_lost_meanwhile_does_not_count",),
    ),
    Mutant(
        "repair-deletes",
        "A repair deletes what the office does not know",
        (
            Change(
                _OFFERING,
                "        held = self._held(unknown)\n",
                "        held = self._held(unknown)\n"
                "        for kind, rid in held:\n"
                "            self.store.records.remove(SYNCED[kind], [rid])\n",
            ),
        ),
        (
            "tests/sync/test_proof.py::"
            "test_a_record_of_a_colleague_that_the_office_lost_is_kept_and_told_once",
        ),
    ),
    Mutant(
        "repair-that-is-not-stopped",
        "« Annuler » is not heard while records are read again",
        (
            Change(
                _REPAIR,
                "        self._asked += 1\n        self._work.stop_if_asked()\n",
                "        self._asked += 1\n",
            ),
            Change(
                _REPAIR,
                "        self._work.stop_if_asked()\n        reply = self._office.digests(",
                "        reply = self._office.digests(",
            ),
        ),
        ("tests/sync/test_stopped_repair.py::test_a_repair_stops_when_asked_and_is_begun_again",),
    ),
    Mutant(
        "repair-without-end",
        "A difference that cannot be mended is looked for at each round",
        (
            Change(
                _ENGINE,
                "        if work.is_repaired:\n            return\n",
                "",
            ),
        ),
        (
            "tests/sync/test_promises.py::"
            "test_a_difference_that_cannot_be_mended_is_looked_for_once_a_synchronisation",
        ),
    ),
)

OFFICE = (
    Mutant(
        "pushes-leave-the-digest",
        "A push leaves the digest of its dossier as it was",
        (Change(_PUSH, "    digests.add(connection, ground.held, changed, seq)\n", ""),),
        (
            "tests/server/test_proof.py::"
            "test_the_root_is_that_of_what_a_laptop_was_given_whatever_was_done",
        ),
    ),
    Mutant(
        "unread-sums-are-nothing",
        "A bucket whose sum was not read beforehand is taken for an empty one",
        (
            Change(
                "server/store/digests.py",
                "{**_sums(connection, changed.keys() - held.keys()), **held}",
                "{**{bucket: Sum() for bucket in changed}, **held}",
            ),
        ),
        (
            "tests/server/test_proof.py::"
            "test_the_root_is_that_of_what_a_laptop_was_given_whatever_was_done",
        ),
    ),
    Mutant(
        "office-scrub-trusts",
        "The office’s scrub compares what is kept with itself",
        (
            Change(
                "server/store/digests.py",
                "            yield _Row((kind, rid), bucket, digest,"
                " digest_of(kind, rid, state, data))\n",
                "            computed = digest_of(kind, rid, state, data)\n"
                "            yield _Row((kind, rid), bucket, digest, digest or computed)\n",
            ),
        ),
        (
            "tests/server/test_proof.py::"
            "test_a_scrub_finds_the_row_that_changed_by_itself_and_mends_its_digest",
        ),
    ),
)

PROOF = (*LAPTOP, *OFFICE)
