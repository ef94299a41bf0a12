"""Telephone numbers as people give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.phones import display, masked, normalise


@pytest.mark.parametrize(
    "written",
    [
        "06 12 34 56 78", "06.12.34.56.78", "0612345678", "+33612345678", "+33 6 12 34 56 78",
        "0033 6 12 34 56 78", "+33 (0)6 12 34 56 78", "33612345678", "612345678", "06-12-34-56-78",
        "06\u00a012\u00a034\u00a056\u00a078", "(06) 12 34 56 78", " 06/12/34/56/78 ",
    ],
)  # fmt: skip
def test_a_french_number_is_kept_in_one_form(written: str) -> None:
    assert normalise(written) == "0612345678"


@pytest.mark.parametrize(
    "written", ["", "06 12 34", "061234567890", "bonjour", "00000", "0012345", "٠٦١٢٣٤٥٦٧٨"]
)
def test_what_is_not_a_number_is_refused(written: str) -> None:
    assert normalise(written) is None


def test_a_foreign_number_keeps_its_country() -> None:
    assert normalise("+351 912 345 678") == "+351912345678"
    assert normalise("00212 6 12 34 56 78") == "+212612345678"
    assert display("+351912345678") == "+351912345678"


def test_a_number_of_guadeloupe_is_a_french_number() -> None:
    assert normalise("+590 690 12 34 56") == "0690123456"


def test_a_number_is_shown_by_pairs_and_masked_in_a_shared_room() -> None:
    assert display("0612345678") == "06 12 34 56 78"
    assert masked("0612345618") == "06 ·· ·· ·· 18"
    assert masked("+351912345678") == "+35 ·· ·· 78"
    assert masked("12") == "··"


@given(st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True))
def test_what_is_shown_reads_back_as_the_same_number(phone: str) -> None:
    assert normalise(display(phone)) == phone
    assert normalise("+33" + phone[1:]) == phone


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_nothing(text: str) -> None:
    phone = normalise(text)
    assert phone is None or normalise(phone) == phone
