"""How somebody is named while others may look over a shoulder."""

import pytest

from desktop.domain.shown_names import ShownNames, initials


@pytest.mark.parametrize(
    ("given", "family", "shown"),
    [
        ("Yves", "Morisset", "Y. M."),
        ("Jean-Luc", "Audebert", "J.-L. A."),
        ("Thi Lan", "N’Guyen", "T. L. N."),
        ("élodie", "de la Rochefoucauld", "É. D. L. R."),
        ("Fatou", "", "F."),
        ("", "", ""),
    ],
)
def test_initials_are_all_that_is_left(given: str, family: str, shown: str) -> None:
    assert initials(given, family) == shown


def test_one_choice_decides_for_every_form_of_a_name() -> None:
    names = ShownNames()
    assert names.of("Yves", "Morisset") == "Yves Morisset"
    assert names.sorted_by_family("Yves", "Morisset") == "Morisset Yves"
    assert names.part("Morisset") == "Morisset"
    assert names.address("yves.morisset@exemple.fr") == "yves.morisset@exemple.fr"
    names.choose(discreet=True)
    told = (
        names.of("Yves", "Morisset"),
        names.sorted_by_family("Yves", "Morisset"),
        names.part("Morisset"),
        names.address("yves.morisset@exemple.fr"),
        names.address(""),
    )
    assert told == ("Y. M.", "Y. M.", "M.", "•••", "")
