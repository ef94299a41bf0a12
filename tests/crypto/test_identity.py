"""Claire's identity: who signs for her, what others see of it, and how it follows her."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.crypto.account_bundle import BUNDLE_BYTES, unwrap_account, wrap_account
from desktop.crypto.errors import BundleBroken, CertificateRefused, UnusableKey
from desktop.crypto.identity import DeviceCertificate, Identity, PublicIdentity, verify
from desktop.crypto.keys import EncryptionKey
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.secret import Secret
from tests.crypto.doubles import SeededRandom

CLAIRE = Identity.generate(SeededRandom("claire"))
MEHDI = Identity.generate(SeededRandom("mehdi"))
CERTIFICATE = CLAIRE.certify(
    user="claire", device="portable", serial=1, issued_on=date(2026, 11, 23)
)
PAPER = RecoveryKey.generate(SeededRandom("papier"))


def test_an_identity_is_stored_and_read_back() -> None:
    read = Identity.from_bytes(CLAIRE.to_bytes())
    assert read.public == CLAIRE.public
    assert read.device_key == CLAIRE.device_key
    assert read.sign(b"bonjour") == CLAIRE.sign(b"bonjour")


@pytest.mark.parametrize("content", [b"", b"\x01" + bytes(95), b"\x02" + bytes(96)])
def test_bytes_that_are_no_identity_are_refused(content: bytes) -> None:
    with pytest.raises(UnusableKey):
        Identity.from_bytes(content)


def test_a_device_signature_is_verified_and_any_change_shows() -> None:
    signature = CLAIRE.sign(b"bonjour")
    assert len(signature) == 64
    assert verify(CLAIRE.device_key, b"bonjour", signature)
    assert not verify(CLAIRE.device_key, b"bonsoir", signature)
    assert not verify(MEHDI.device_key, b"bonjour", signature)
    assert not verify(CLAIRE.public.signing, b"bonjour", signature)
    assert not verify(CLAIRE.device_key, b"bonjour", signature[:-1])
    assert not verify(b"short", b"bonjour", signature)


def test_three_keys_are_three_keys() -> None:
    assert len({CLAIRE.device_key, CLAIRE.public.signing, CLAIRE.public.encryption}) == 3


def test_a_certificate_says_that_this_device_speaks_for_claire() -> None:
    read = DeviceCertificate.from_bytes(CERTIFICATE.to_bytes())
    assert read == CERTIFICATE
    assert read.device_key == CLAIRE.device_key
    assert read.is_signed_by(CLAIRE.public.signing)
    assert not read.is_signed_by(MEHDI.public.signing)


@given(bit=st.integers(0, len(CERTIFICATE.to_bytes()) * 8 - 1))
def test_a_certificate_with_any_bit_changed_is_refused_or_unsigned(bit: int) -> None:
    forged = bytearray(CERTIFICATE.to_bytes())
    forged[bit // 8] ^= 1 << bit % 8
    assert not _is_accepted(bytes(forged))


@given(content=st.binary(max_size=300))
def test_noise_is_no_certificate(content: bytes) -> None:
    assert not _is_accepted(content)


def _is_accepted(content: bytes) -> bool:
    try:
        return DeviceCertificate.from_bytes(content).is_signed_by(CLAIRE.public.signing)
    except CertificateRefused:
        return False


def test_a_fingerprint_can_be_read_aloud() -> None:
    assert PublicIdentity(bytes(32), bytes(range(32))).fingerprint == (
        "70073 39755 80806 27126 61331 34973 60500 05438"
    )
    assert CLAIRE.public.fingerprint != MEHDI.public.fingerprint


def test_the_paper_key_takes_claire_to_another_laptop() -> None:
    bundle = wrap_account(CLAIRE, PAPER, user="claire", random=SeededRandom("bundle"))
    assert len(bundle) == BUNDLE_BYTES
    keys = unwrap_account(bundle, RecoveryKey.from_words(" ".join(PAPER.words())), user="claire")
    there = Identity.on_new_device(keys.signing, keys.encryption, SeededRandom("autre portable"))
    assert there.public == CLAIRE.public
    assert there.device_key != CLAIRE.device_key


def test_a_bundle_opens_for_its_owner_and_its_paper_only() -> None:
    bundle = wrap_account(CLAIRE, PAPER, user="claire", random=SeededRandom("bundle"))
    other_paper = RecoveryKey.generate(SeededRandom("autre papier"))
    for attempt, paper, user in (
        (bundle, other_paper, "claire"),
        (bundle, PAPER, "mehdi"),
        (bundle[:-1], PAPER, "claire"),
        (b"\x02" + bundle[1:], PAPER, "claire"),
        (bundle[:60] + bytes([bundle[60] ^ 1]) + bundle[61:], PAPER, "claire"),
        (b"", PAPER, "claire"),
    ):
        with pytest.raises(BundleBroken):
            unwrap_account(attempt, paper, user=user)


def test_the_paper_opens_vault_and_account_by_unrelated_keys() -> None:
    assert PAPER.vault_kek() != PAPER.account_kek()


def test_a_degenerate_public_key_is_refused() -> None:
    with pytest.raises(UnusableKey):
        EncryptionKey(Secret(bytes(range(32)))).shared_with(bytes(32))


def test_an_identity_prints_no_key() -> None:
    assert repr(CLAIRE) == "Identity(SigningKey(•••), EncryptionKey(•••))"
