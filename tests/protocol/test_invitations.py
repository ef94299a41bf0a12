"""An invitation is read out over the phone, typed by tired hands, and still arrives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.invitations import (
    ENTROPY_BYTES,
    InvitationMalformed,
    make_invitation,
    parse_invitation,
)

ENTROPY = st.binary(min_size=ENTROPY_BYTES, max_size=ENTROPY_BYTES)
DEPARTMENTS = st.sampled_from(["79", "2a", "974", "1", "t001"])


@given(DEPARTMENTS, ENTROPY)
def test_an_invitation_is_read_back_as_it_was_made(department: str, entropy: bytes) -> None:
    made = make_invitation(department, entropy)
    assert parse_invitation(str(made)) == made


@given(DEPARTMENTS, ENTROPY, st.data())
def test_capitals_spaces_and_lookalikes_are_forgiven(
    department: str, entropy: bytes, data: st.DataObject
) -> None:
    made = make_invitation(department, entropy)
    misread = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        data.draw(st.sampled_from(misread.get(character, character + character.lower())))
        + data.draw(st.sampled_from(["", " ", "-", "\u2013", "\u00a0"]))
        for character in made.code
    )
    assert parse_invitation(f" {department.upper()} {typed}\n") == made


def test_the_form_people_read_is_in_groups_of_five() -> None:
    assert str(make_invitation("2a", bytes(13))) == "2A-00000-00000-00000-00000"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "79",
        "79-ABCDE-FGHJK-MNPQR",
        "79-ABCDE-FGHJK-MNPQR-STVW",
        "ABCDE-FGHJK-MNPQR-STVWX",
        "79-ABCDE-FGHJK-MNPQR-STVWU",
        "97979-ABCDE-FGHJK-MNPQR-STVWX",
        "é9-ABCDE-FGHJK-MNPQR-STVWX",
        "79-ABCDE-FGHJK-MNPQR-STV\u0660X",
        "7;-ABCDE-FGHJK-MNPQR-STVWX",
    ],
)
def test_what_cannot_be_an_invitation_is_told_at_once(text: str) -> None:
    with pytest.raises(InvitationMalformed):
        parse_invitation(text)


@given(st.text())
def test_whatever_is_typed_is_an_invitation_or_is_refused(text: str) -> None:
    try:
        parsed = parse_invitation(text)
    except InvitationMalformed:
        return
    assert parse_invitation(str(parsed)) == parsed


@given(ENTROPY, ENTROPY)
def test_different_invitations_have_different_hashes(one: bytes, other: bytes) -> None:
    first, second = make_invitation("79", one), make_invitation("79", other)
    assert (first == second) == (first.hash() == second.hash())
    assert first.hash() != make_invitation("2a", one).hash()
    assert first.code.encode() not in first.hash()
