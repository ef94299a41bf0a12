"""Offices that let somebody read, write or come back who may not."""

from tests.mutants.mutant import Change, Mutant

_BATCH = "server/services/batch.py"

RIGHTS = (
    Mutant(
        "repair-without-a-grant",
        "A repair gives the records of any dossier",
        (
            Change(
                "server/services/proof.py",
                "    if not is_id(bucket) or not digests.is_readable("
                "connection, caller.professional, bucket):\n",
                "    if not is_id(bucket):\n",
            ),
        ),
        (
            "tests/server/test_proof.py::"
            "test_a_closed_bucket_and_one_that_never_was_are_answered_the_same",
        ),
    ),
    Mutant(
        "reread-of-another-dossier",
        "A repair of one’s own dossier gives records of another",
        (
            Change(
                "server/services/proof.py",
                "                if row.bucket == request.bucket:\n",
                "                if row.bucket:\n",
            ),
        ),
        (
            "tests/server/test_proof.py::"
            "test_a_closed_bucket_and_one_that_never_was_are_answered_the_same",
        ),
    ),
    Mutant(
        "claims-believed",
        "Rights are judged on the dossier that an operation claims",
        (
            Change(
                _BATCH,
                "        return row.bucket == self._author.professional"
                " or row.bucket in self._ground.granted\n",
                '        claimed = operation.values.get(operation.spec.bucket_field or "")\n'
                "        bucket = str(claimed or row.bucket)\n"
                "        return bucket == self._author.professional"
                " or bucket in self._ground.granted\n",
            ),
        ),
        (
            "tests/server/test_rights.py::"
            "test_a_record_is_judged_by_where_it_is_not_by_what_the_message_says",
        ),
    ),
    Mutant(
        "permanences-of-anybody",
        "A professional changes when a colleague receives",
        (
            Change(
                "protocol/visibility.py",
                "    return spec.signed is not None and data.get(spec.signed) == professional\n",
                "    return spec.signed is not None\n",
            ),
        ),
        (
            "tests/server/test_what_is_hers.py::"
            "test_a_permanence_is_given_to_everybody_and_changed_by_whose_it_is",
        ),
    ),
    Mutant(
        "colleagues-corrected",
        "Somebody says how a colleague's follow-up stood before",
        (
            Change(
                "server/services/authorship.py",
                "        if spec is CORRECTION:\n",
                "        if spec is CORRECTION and self.author.device is None:\n",
            ),
        ),
        ("tests/server/test_what_is_hers.py::test_a_correction_is_its_follow_ups_authors_alone",),
    ),
    Mutant(
        "late-work-applied",
        "What somebody sends after she lost a dossier is applied instead of put aside",
        (
            Change(
                _BATCH,
                "            return self._hand_over(row, operation)\n",
                "            return self._edit(row, operation)\n",
            ),
        ),
        ("tests/server/test_late.py::test_an_edit_becomes_a_conflict_and_overwrites_nothing",),
    ),
    Mutant(
        "late-for-ever",
        "Whoever once had a dossier writes into it for ever",
        (
            Change(
                "server/services/standing.py",
                "    return bucket.revoked_on is not None and today < bucket.revoked_on + LATE\n",
                "    return bucket.revoked_on is not None\n",
            ),
        ),
        (
            "tests/server/test_late.py::"
            "test_after_ninety_days_the_dossier_is_closed_to_all_she_wrote",
        ),
    ),
)
