"""Two dossiers that may be about one person."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.duplicates import Identity, Level, Reason, block_keys, compare
from protocol.kinds.persons import DatePrecision, IdentifierScheme

MARIE = Identity(
    birth_name="Dupont",
    first_name="Marie",
    birth_date=date(1979, 3, 4),
    commune="79191",
    phones=frozenset({"0612345678"}),
)
CAF = frozenset({(IdentifierScheme.CAF, "1234567")})
FRANCE_TRAVAIL = frozenset({(IdentifierScheme.FRANCE_TRAVAIL, "1234567A")})


def alone(**changes: object) -> Identity:
    """Marie without what would help to know her: neither phone nor commune."""
    bare = replace(MARIE, commune=None, phones=frozenset())
    return replace(bare, **changes)  # type: ignore[arg-type]  # each test names a real field


@pytest.mark.parametrize(
    ("other", "level", "reasons"),
    [
        (alone(), Level.SURELY, (Reason.SAME_NAMES, Reason.SAME_BIRTH_DATE)),
        (alone(birth_name="DUPONT", first_name="marie"), Level.SURELY, None),
        (
            alone(birth_name="Martin", usual_name="Dupont"),
            Level.SURELY,
            (Reason.USUAL_NAME, Reason.SAME_BIRTH_DATE),
        ),
        (
            alone(birth_name="Marie", first_name="Dupont"),
            Level.SURELY,
            (Reason.SWAPPED_NAMES, Reason.SAME_BIRTH_DATE),
        ),
        (
            alone(birth_name="Dupond", first_name="Mari"),
            Level.LIKELY,
            (Reason.SIMILAR_NAMES, Reason.SAME_BIRTH_DATE),
        ),
        (
            alone(birth_date=date(1979, 4, 3)),
            Level.LIKELY,
            (Reason.SAME_NAMES, Reason.INVERTED_BIRTH_DATE),
        ),
        (
            alone(birth_date=date(1978, 3, 4)),
            Level.LIKELY,
            (Reason.SAME_NAMES, Reason.CLOSE_BIRTH_DATE),
        ),
        (
            alone(birth_date=date(1979, 1, 1), precision=DatePrecision.YEAR),
            Level.LIKELY,
            (Reason.SAME_NAMES, Reason.COMPATIBLE_BIRTH_DATE),
        ),
        (alone(birth_name="Dupond", birth_date=date(1979, 4, 3)), Level.POSSIBLE, None),
        (alone(birth_date=None), Level.POSSIBLE, (Reason.SAME_NAMES,)),
        (
            alone(birth_date=None, phones=MARIE.phones),
            Level.LIKELY,
            (Reason.SAME_NAMES, Reason.SAME_PHONE),
        ),
        (
            alone(birth_name="Leroy", phones=MARIE.phones),
            Level.LIKELY,
            (Reason.SAME_FIRST_NAME, Reason.SAME_BIRTH_DATE, Reason.SAME_PHONE),
        ),
        (
            alone(birth_name="Leroy", commune="79191"),
            Level.POSSIBLE,
            (Reason.SAME_FIRST_NAME, Reason.SAME_BIRTH_DATE, Reason.SAME_COMMUNE),
        ),
    ],
)
def test_a_likeness_says_how_likely_and_why(
    other: Identity, level: Level, reasons: tuple[Reason, ...] | None
) -> None:
    likeness = compare(MARIE, other)
    assert likeness is not None
    assert likeness.level is level
    assert reasons is None or likeness.reasons == reasons


@pytest.mark.parametrize(
    "other",
    [
        alone(first_name="Julie"),  # her twin sister
        replace(MARIE, first_name="Paul", birth_date=date(1976, 1, 9)),  # her husband, same phone
        alone(birth_date=date(1990, 6, 17)),  # a namesake
        alone(birth_name="Leroy"),  # another Marie of the same day
        alone(birth_name="Leroy", birth_date=None),
    ],
)
def test_relatives_and_namesakes_are_not_taken_for_one_person(other: Identity) -> None:
    assert compare(MARIE, other) is None


def test_a_number_of_the_household_is_not_a_number_of_the_person() -> None:
    marie = alone(identifiers=CAF)
    husband = alone(first_name="Paul", birth_date=date(1976, 1, 9), identifiers=CAF)
    assert compare(marie, husband) is None
    herself = compare(marie, alone(birth_date=None, identifiers=CAF))
    assert herself is not None
    assert herself.level is Level.SURELY


def test_twins_with_one_household_number_are_proposed_but_not_sure() -> None:
    likeness = compare(alone(identifiers=CAF), alone(first_name="Maria", identifiers=CAF))
    assert likeness is not None
    assert likeness.level is Level.LIKELY


def test_a_personal_number_under_other_names_is_worth_a_look() -> None:
    one = alone(identifiers=FRANCE_TRAVAIL)
    other = alone(birth_name="Roy", first_name="Luc", birth_date=None, identifiers=FRANCE_TRAVAIL)
    likeness = compare(one, other)
    assert likeness is not None
    assert likeness.level is Level.LIKELY
    assert likeness.reasons == (Reason.SAME_IDENTIFIER,)


def test_reasons_are_words_and_identities_do_not_print_themselves() -> None:
    assert Reason.INVERTED_BIRTH_DATE.label == "Jour et mois de naissance inversés"
    assert "Dupont" not in repr(MARIE)


NAMES = st.sampled_from(["Dupont", "Dupond", "Marie", "Mari", "Ben Ali", "Benali", "Leroy"])
IDENTITIES = st.builds(
    Identity,
    birth_name=NAMES,
    first_name=NAMES,
    usual_name=st.none() | NAMES,
    birth_date=st.none() | st.dates(date(1979, 1, 1), date(1979, 5, 5)),
    precision=st.sampled_from([DatePrecision.DAY, DatePrecision.MONTH, DatePrecision.YEAR]),
    commune=st.sampled_from([None, "79191", "79049"]),
    phones=st.frozensets(st.sampled_from(["0612345678", "0549123456"])),
    identifiers=st.sampled_from([frozenset(), CAF, FRANCE_TRAVAIL]),
)


@given(IDENTITIES, IDENTITIES)
def test_a_likeness_does_not_depend_on_who_comes_first(one: Identity, other: Identity) -> None:
    assert compare(one, other) == compare(other, one)


@given(IDENTITIES)
def test_a_person_is_surely_herself_as_soon_as_her_birthday_is_known(one: Identity) -> None:
    likeness = compare(one, one)
    assert likeness is not None
    if one.birth_date and one.precision is DatePrecision.DAY:
        assert likeness.level is Level.SURELY


@given(IDENTITIES, IDENTITIES)
def test_whoever_is_surely_one_person_shares_a_key(one: Identity, other: Identity) -> None:
    likeness = compare(one, other)
    if likeness is not None and likeness.level is Level.SURELY:
        assert set(block_keys(one)) & set(block_keys(other))
