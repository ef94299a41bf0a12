"""Merges that break one promise each."""

from tests.mutants.mutant import Change, Mutant

_MERGE = "protocol/merge.py"

MERGE = (
    Mutant(
        "set-overwrites",
        "Choices that arrive replace those that were there",
        (
            Change(
                _MERGE,
                "apply_set(stored, cast(Sequence[list[str]], incoming)))",
                "apply_set(None, cast(Sequence[list[str]], incoming)))",
            ),
        ),
        (
            "tests/server/test_merging.py::"
            "test_choices_of_both_are_joined_and_both_laptops_hear_of_the_union",
        ),
    ),
    Mutant(
        "clock-before-what-was-seen",
        "An edit made with the other before one’s eyes loses to a clock that is ahead",
        (
            Change(
                _MERGE,
                "    return stored.seq > base and stored.device != device\n",
                "    return stored.seq > 0 <= base and stored.device != device\n",
            ),
        ),
        (
            "tests/protocol/test_merge.py::"
            "test_an_edit_made_with_the_other_before_ones_eyes_is_never_a_conflict",
        ),
    ),
    Mutant(
        "last-to-arrive-wins",
        "Of two crossed values the one that arrives last stands",
        (
            Change(
                _MERGE,
                '        wins = (hlc, device) > (version.hlc, version.device or "")\n',
                "        wins = True\n",
            ),
        ),
        (
            "tests/protocol/test_merge.py::"
            "test_the_winner_of_a_crossed_edit_does_not_depend_on_who_comes_home_first",
        ),
    ),
    Mutant(
        "protection-forgotten",
        "Of two crossed values the less protective may stand",
        (
            Change(
                _MERGE,
                "        wins = _protection(item, incoming) > _protection(item, stored)\n",
                "        wins = hlc > version.hlc\n",
            ),
        ),
        ("tests/protocol/test_merge.py::test_the_more_protective_of_two_crossed_values_stands",),
    ),
    Mutant(
        "sealed-text-overwritten",
        "A sealed text is overwritten by somebody who had not read it",
        (
            Change(
                _MERGE,
                "        return stored, Outcome.STALE\n",
                "        return incoming, Outcome.TAKEN\n",
            ),
        ),
        (
            "tests/server/test_merging.py::"
            "test_sealed_text_is_never_overwritten_by_who_had_not_read_it",
        ),
    ),
    Mutant(
        "author-rewritten",
        "Who made a record can be rewritten",
        (
            Change(
                _MERGE,
                "        return stored, Outcome.REFUSED\n",
                "        return incoming, Outcome.TAKEN\n",
            ),
        ),
        ("tests/protocol/test_merge.py::test_who_made_a_record_cannot_be_rewritten",),
    ),
    Mutant(
        "passages-interleaved",
        "Two rewritings of one passage are put one after the other",
        (
            Change(
                "protocol/text_merge.py",
                "    if not base:\n        return _joined(first, second)\n    return None\n",
                "    return _joined(first, second) if first and second else first or second\n",
            ),
        ),
        ("tests/protocol/test_text_merge.py::test_the_same_passage_rewritten_twice_is_not_joined",),
    ),
)
