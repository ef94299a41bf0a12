"""Identities that go to whoever asks, and colleagues who are believed whatever they become."""

from tests.mutants.mutant import Change, Mutant

_IDENTITIES = "desktop/services/identities.py"
_PAIRING = "desktop/crypto/pairing.py"
_CIRCLES = "desktop/store/circle_keys.py"
_PLACES = "desktop/store/circle_places.py"

KEYS = (
    Mutant(
        "pairing-without-a-promise",
        "Whoever sits between two laptops chooses his half once he knows the words",
        (
            Change(
                _PAIRING,
                "        if not hmac.compare_digest("
                "_promise(self._place, opening), self._promise):\n",
                "        if not opening:\n",
            ),
        ),
        ("tests/crypto/test_pairing.py::test_a_promise_that_is_not_kept_is_found_out",),
    ),
    Mutant(
        "pairing-taken-unseen",
        "A new laptop takes the identity before anybody compared the words",
        (
            Change(
                "desktop/sync/pairing.py",
                "        if len(heard) > 1 and self._has_agreed and self.keys is None:\n",
                "        if len(heard) > 1 and self.keys is None:\n",
            ),
        ),
        (
            "tests/scenarios/test_another_laptop.py::"
            "test_the_second_laptop_takes_nothing_before_its_owner_has_compared_the_words",
        ),
    ),
    Mutant(
        "enrolled-again-as-somebody-else",
        "A laptop that was forgotten presents an invitation made for a colleague",
        (
            Change(
                "desktop/sync/known_again.py",
                "        if owner != known.professional:\n",
                "        if not owner:\n",
            ),
        ),
        (
            "tests/sync/test_known_again.py::"
            "test_somebody_elses_invitation_is_refused_before_anything_is_said_or_written",
        ),
    ),
    Mutant(
        "changed-keys-believed",
        "Texts are sealed for whatever keys the office tells today",
        (
            Change(
                _IDENTITIES,
                "        if _trust(told, known).is_blocked:\n            raise",
                "        if known is None:\n            raise",
            ),
        ),
        (
            "tests/services/test_identities.py::"
            "test_nothing_is_sealed_for_a_colleague_whose_keys_changed",
        ),
    ),
    Mutant(
        "former-papers-still-open",
        "After a lost laptop was replaced, the paper lost with it still opens the identity",
        (
            Change(
                "server/services/own_keys.py",
                "            if request.alone:\n",
                "            if not bundle:\n",
            ),
        ),
        (
            "tests/scenarios/test_another_laptop.py::"
            "test_a_lost_laptop_is_replaced_with_the_paper_and_the_paper_is_renewed",
        ),
    ),
    Mutant(
        "anybodys-laptop-withdrawn",
        "A colleague withdraws somebody else's laptop",
        (
            Change(
                "server/services/own_keys.py",
                "        if request.device not in {item.id for item in known}:\n",
                "        if not request.device:\n",
            ),
        ),
        ("tests/server/test_own_keys.py::test_a_laptop_withdraws_neither_itself_nor_a_colleagues",),
    ),
    Mutant(
        "one-share-is-enough",
        "Each share is the key itself",
        (
            Change(
                "desktop/crypto/shamir.py",
                "    return tuple(_interpolate(known, place) for place in range(shares))\n",
                "    return (secret,) * shares\n",
            ),
        ),
        ("tests/crypto/test_shamir.py::test_one_share_alone_is_as_likely_for_any_key",),
    ),
    Mutant(
        "opened-key-seals",
        "What comes out of a ceremony, which the office may have slipped in, seals new texts",
        (
            Change(
                _CIRCLES,
                "        if circle.came_from_escrow(key):\n            return False\n",
                "",
            ),
        ),
        (
            "tests/sync/test_departments_key.py::"
            "test_a_key_that_the_office_slips_into_the_ceremony_seals_nothing",
        ),
    ),
    Mutant(
        "escrow-by-the-directory",
        "The office tells the keys of the Département, and laptops give it those of dossiers",
        (
            Change(
                _CIRCLES,
                "        if professional == ESCROW:\n"
                "            return self.escrow.public  # what the office tells of it counts for"
                " nothing\n",
                "",
            ),
        ),
        (
            "tests/sync/test_departments_key.py::"
            "test_a_dossier_of_before_is_given_at_the_next_contact_and_a_new_one_at_once",
        ),
    ),
    Mutant(
        "who-left-comes-back",
        "A new place written by the office brings back whoever had left",
        (
            Change(
                _PLACES,
                "        return found - self.left(dossier, circle) - {ESCROW}\n",
                "        return found - {ESCROW}\n",
            ),
        ),
        (
            "tests/sync/test_hostile_office.py::"
            "test_whatever_the_office_does_it_reads_nothing_and_forges_nothing",
        ),
    ),
)
