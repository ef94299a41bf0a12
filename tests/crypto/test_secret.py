"""Secrets do not show themselves."""

import copy
import pickle

import pytest

from desktop.crypto.errors import KeysForgotten
from desktop.crypto.secret import Secret


def test_a_secret_prints_as_dots_however_it_is_printed() -> None:
    secret = Secret(b"la clef")
    assert {repr(secret), str(secret), f"{secret}", f"{secret!r:>3}", "%s" % secret} == {"•••"}  # noqa: UP031


def test_a_secret_is_neither_pickled_nor_copied() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(b"la clef"))
    with pytest.raises(TypeError):
        copy.deepcopy(Secret(b"la clef"))


def test_secrets_compare_by_content_and_cannot_be_hashed() -> None:
    assert Secret(b"a" * 32) == Secret(b"a" * 32)
    assert Secret(b"a" * 32) != Secret(b"b" * 32)
    assert Secret(b"a" * 32) != b"a" * 32
    with pytest.raises(TypeError):
        hash(Secret(b"a"))


def test_a_forgotten_secret_is_gone() -> None:
    secret = Secret(b"la clef")
    secret.forget()
    secret.forget()
    assert secret.is_forgotten
    with pytest.raises(KeysForgotten):
        secret.reveal()
