"""A short code is never one of those that somebody tries first."""

import pytest

from desktop.crypto.errors import CodeProblem, UnusableCode
from desktop.crypto.short_code import check_new_code, code_bytes
from tests.crypto.conftest import CLAIRE_SAYS


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("12345", CodeProblem.TOO_SHORT),
        ("123456", CodeProblem.TOO_EASY),
        ("000000", CodeProblem.TOO_EASY),
        ("987654", CodeProblem.TOO_EASY),
        ("890123", CodeProblem.TOO_EASY),
        ("121212", CodeProblem.TOO_EASY),
        ("147258", CodeProblem.TOO_EASY),
        ("120585", CodeProblem.TOO_EASY),
        ("12051985", CodeProblem.TOO_EASY),
        ("19850512", CodeProblem.TOO_EASY),
        ("brouette", CodeProblem.TOO_EASY),
        ("azerty", CodeProblem.TOO_EASY),
        ("Lavoir", CodeProblem.IN_PHRASE),
        ("9" * 65, CodeProblem.TOO_LONG),
        ("48291\ud800", CodeProblem.NOT_TEXT),
    ],
)
def test_codes_that_come_first_are_refused(code: str, problem: CodeProblem) -> None:
    with pytest.raises(UnusableCode) as told:
        check_new_code(code, CLAIRE_SAYS)
    assert told.value.problem is problem


@pytest.mark.parametrize("code", ["482917", "739105", "90571624", "loutre moulin", "k7bx2q"])
def test_codes_that_nobody_would_say_first_are_taken(code: str) -> None:
    check_new_code(code, CLAIRE_SAYS)


def test_nine_codes_of_six_digits_in_ten_are_left_to_choose_from() -> None:
    asked = range(0, 1_000_000, 997)
    assert sum(is_taken(f"{number:06d}") for number in asked) > 0.9 * len(asked)


def is_taken(code: str) -> bool:
    """Whether it may be chosen."""
    try:
        check_new_code(code, "")
    except UnusableCode:
        return False
    return True


def test_an_accent_is_the_same_on_every_keyboard() -> None:
    assert code_bytes("e\u0301clair bleu") == code_bytes("\u00e9clair bleu")
