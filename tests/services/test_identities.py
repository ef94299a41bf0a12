"""The keys of colleagues: kept at first sight, compared aloud, and never replaced in silence."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.crypto.identity import Identity, PublicIdentity
from desktop.crypto.identity_words import identity_words
from desktop.services.errors import IdentityChanged, IdentityUnknown
from desktop.services.identities import Trust
from desktop.store.known_identities import public_identity
from protocol.kinds.people import Professional
from tests.support.laptop import Desk, SeededRandom, bring, professional


def _colleague(claire: Desk, name: str, seed: int) -> tuple[Professional, PublicIdentity]:
    keys = Identity.generate(SeededRandom(seed)).public
    known = professional(claire.workplace, claire.workplace.new_id(), name)
    record = replace(known, identity_key=keys.signing.hex(), encryption_key=keys.encryption.hex())
    bring(claire.workplace, record)
    return record, keys


def _other_keys(claire: Desk, record: Professional, seed: int) -> PublicIdentity:
    keys = Identity.generate(SeededRandom(seed)).public
    told = replace(record, identity_key=keys.signing.hex(), encryption_key=keys.encryption.hex())
    bring(claire.workplace, told)
    return keys


def test_the_first_keys_seen_for_a_colleague_are_used(claire: Desk) -> None:
    mehdi, keys = _colleague(claire, "Mehdi Roux", 7)

    assert claire.identities.recipient(mehdi.id) == keys
    assert claire.identities.look(mehdi.id) is Trust.NEW


def test_nothing_is_sealed_for_a_colleague_whose_keys_changed(claire: Desk) -> None:
    mehdi, _ = _colleague(claire, "Mehdi Roux", 7)
    claire.identities.recipient(mehdi.id)
    _other_keys(claire, mehdi, 8)

    with pytest.raises(IdentityChanged):
        claire.identities.recipient(mehdi.id)
    assert [it.name for it in claire.identities.blocked()] == ["Mehdi Roux"]
    assert claire.identities.colleagues()[0].trust is Trust.CHANGED


def test_a_change_is_settled_by_comparing_the_new_words(claire: Desk) -> None:
    mehdi, _ = _colleague(claire, "Mehdi Roux", 7)
    claire.identities.recipient(mehdi.id)
    keys = _other_keys(claire, mehdi, 8)

    claire.identities.verify(mehdi.id, identity_words(keys))

    assert claire.identities.recipient(mehdi.id) == keys
    assert claire.identities.look(mehdi.id) is Trust.VERIFIED


def test_the_words_of_the_former_keys_settle_nothing(claire: Desk) -> None:
    mehdi, former = _colleague(claire, "Mehdi Roux", 7)
    claire.identities.verify(mehdi.id, identity_words(former))
    _other_keys(claire, mehdi, 8)

    with pytest.raises(IdentityChanged):
        claire.identities.verify(mehdi.id, identity_words(former))
    assert claire.identities.look(mehdi.id) is Trust.CHANGED


def test_keys_that_come_back_as_they_were_compared_are_trusted_again(claire: Desk) -> None:
    mehdi, keys = _colleague(claire, "Mehdi Roux", 7)
    claire.identities.verify(mehdi.id, identity_words(keys))
    _other_keys(claire, mehdi, 8)
    bring(claire.workplace, mehdi)

    assert claire.identities.look(mehdi.id) is Trust.VERIFIED


def test_words_that_differ_at_the_first_comparison_block_as_well(claire: Desk) -> None:
    mehdi, keys = _colleague(claire, "Mehdi Roux", 7)
    claire.identities.recipient(mehdi.id)
    claire.identities.doubt(mehdi.id)

    with pytest.raises(IdentityChanged):
        claire.identities.recipient(mehdi.id)
    claire.identities.verify(mehdi.id, identity_words(keys))
    assert claire.identities.recipient(mehdi.id) == keys


def test_a_colleague_without_a_laptop_has_no_keys(claire: Desk) -> None:
    roy = professional(claire.workplace, claire.workplace.new_id(), "Catherine Roy")
    bring(claire.workplace, roy)

    assert claire.identities.look(roy.id) is Trust.NONE
    with pytest.raises(IdentityUnknown):
        claire.identities.recipient(roy.id)


@pytest.mark.parametrize("key", ["", "zz" * 32, "ab" * 31, "ab" * 33, " " + "ab" * 31 + "a"])
def test_what_is_no_key_is_told_as_none(claire: Desk, key: str) -> None:
    mehdi, keys = _colleague(claire, "Mehdi Roux", 7)
    bring(claire.workplace, replace(mehdi, encryption_key=key))

    assert claire.identities.look(mehdi.id) is Trust.NONE
    assert public_identity(keys.signing.hex(), key) is None


def test_an_office_that_tells_other_keys_under_ones_own_name_is_seen(claire: Desk) -> None:
    mine = claire.workplace.identity.public
    me = claire.store.records.get(Professional, claire.workplace.me)
    assert me is not None
    told = replace(me, identity_key=mine.signing.hex(), encryption_key=mine.encryption.hex())
    bring(claire.workplace, told)
    assert not claire.identities.is_misrepresented()

    _other_keys(claire, told, 9)

    assert claire.identities.is_misrepresented()
    assert claire.identities.recipient(claire.workplace.me) == mine


def test_both_screens_show_the_same_words(claire: Desk, tmp_path: Path) -> None:
    mehdi, keys = _colleague(claire, "Mehdi Roux", 7)
    shown = claire.identities.colleague(mehdi.id)

    assert shown.words == identity_words(keys)
    assert len(shown.words) == 8
    assert claire.identities.my_words() == identity_words(claire.workplace.identity.public)


@settings(max_examples=30)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_other_keys_have_other_words(signing: bytes, encryption: bytes) -> None:
    mine = PublicIdentity(signing, encryption)
    other = PublicIdentity(bytes([signing[0] ^ 1]) + signing[1:], encryption)
    swapped = PublicIdentity(signing, bytes([encryption[0] ^ 1]) + encryption[1:])

    assert len({identity_words(it) for it in (mine, other, swapped)}) == 3


def test_the_words_of_an_identity_never_change() -> None:
    keys = PublicIdentity(bytes(range(32)), bytes(range(32, 64)))

    assert " ".join(identity_words(keys)) == (
        "cruel verrou organe gyrostat essayer vaincre vipere attirer"
    )
