"""Rows as they are filled in: what is understood, what is refused and why."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.config.referentials import deux_sevres_text, territories_text
from desktop.domain.caseload.columns import Field, recognise_header
from desktop.domain.caseload.readers import Line
from desktop.domain.caseload.rows import (
    CaseloadRow,
    RowProblem,
    RowReason,
    read_row,
    split_full_name,
)
from desktop.domain.territory import read_territory
from protocol.kinds.persons import DatePrecision, IdentifierScheme, Sex

TERRITORY = read_territory(deux_sevres_text(), territories_text())
TODAY = date(2026, 11, 22)
LEA = {"Nom": "Roy", "Prénom": "Léa"}


def read(cells: dict[str, str]) -> CaseloadRow | list[RowProblem]:
    columns = recognise_header(Line(1, tuple(cells)), len(cells))
    return read_row(Line(7, tuple(cells.values())), columns, TERRITORY, TODAY)


def taken(**cells: str) -> CaseloadRow:
    row = read({**LEA, **{name.replace("_", " "): cell for name, cell in cells.items()}})
    assert isinstance(row, CaseloadRow)
    return row


def refusal(**cells: str) -> RowProblem:
    row = read({**LEA, **{name.replace("_", " "): cell for name, cell in cells.items()}})
    assert isinstance(row, list)
    (problem,) = row
    assert problem.row_number == 7
    return problem


def notice(**cells: str) -> RowProblem:
    (told,) = taken(**cells).notices
    return told


def test_a_whole_row_becomes_a_person() -> None:
    row = taken(
        Nom_d_usage="Petit",
        Civilité="Mme",
        Né_e_le="4/3/79",
        Adresse="3 rue du Pont",
        CP="79400",
        Ville="ST MAIXENT L'ECOLE",
        Tél="0549123456",
        Portable="06.12.34.56.78",
        Mail="Lea.Roy@Exemple.FR",
        Langue="français",
        N_allocataire="123456",
        Identifiant_France_Travail="1234567a",
        Référent="M. Gay",
    )
    assert row == CaseloadRow(
        number=7,
        birth_name="Roy",
        usual_name="Petit",
        first_name="Léa",
        sex=Sex.FEMALE,
        birth_date=date(1979, 3, 4),
        birth_date_precision=DatePrecision.DAY,
        address_line="3 rue du Pont",
        commune="79270",
        postal_code="79400",
        phone1="0549123456",
        phone2="0612345678",
        email="lea.roy@exemple.fr",
        language="français",
        identifiers=(
            (IdentifierScheme.CAF, "0123456"),
            (IdentifierScheme.FRANCE_TRAVAIL, "1234567A"),
        ),
        referent="M. Gay",
    )
    assert "Roy" not in repr(row)


def test_a_name_and_a_first_name_are_needed() -> None:
    problems = read({"Nom": "", "Prénom": "-", "CP": "79000"})
    assert isinstance(problems, list)
    assert [p.reason for p in problems] == [RowReason.NO_NAME, RowReason.NO_FIRST_NAME]
    assert [p.column for p in problems] == ["Nom", "Prénom"]


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    problems = read({"Nom": "Roy", "Prénom": "", "Né le": "31/02/1979", "Ville": "Nulle-Part"})
    assert isinstance(problems, list)
    assert {p.reason for p in problems} == {
        RowReason.NO_FIRST_NAME,
        RowReason.DATE_NO_SUCH_DAY,
        RowReason.COMMUNE_UNKNOWN,
    }


def test_a_short_name_that_also_means_nothing_stays_a_name() -> None:
    row = read({"Nom": "Na", "Prénom": "X", "Nom d'usage": "néant"})
    assert isinstance(row, CaseloadRow)
    assert (row.birth_name, row.first_name, row.usual_name) == ("Na", "X", None)


@pytest.mark.parametrize(
    ("whole", "split"),
    [
        ("DUPONT Jean", ("DUPONT", "Jean")),
        ("Mme DE LA TOUR Marie Anne", ("DE LA TOUR", "Marie Anne")),
        ("Jean DUPONT", ("DUPONT", "Jean")),
        ("Dupont, Jean Marie", ("Dupont", "Jean Marie")),
        ("Dupont Jean", ("Dupont", "Jean")),
        ("DUPONT JEAN", ("DUPONT", "JEAN")),
        ("Dupont Jean Marie", None),
        ("DE LA TOUR MARIE", None),
        ("Jean DUPONT Marie", None),
        ("Dupont", None),
    ],
)
def test_name_and_first_name_in_one_cell_are_cut_only_when_sure(
    whole: str, split: tuple[str, str] | None
) -> None:
    assert split_full_name(whole) == split
    row = read({"Nom et prénom": whole, "CP": "79000", "Ville": "Niort"})
    if split is None:
        assert isinstance(row, list)
        assert [p.reason for p in row] == [RowReason.NAME_NOT_SPLIT]
    else:
        assert isinstance(row, CaseloadRow)
        assert (row.birth_name, row.first_name) == split


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("31/02/1979", RowReason.DATE_NO_SUCH_DAY),
        ("04/13/1979", RowReason.DATE_NO_SUCH_MONTH),
        ("04/03/1779", RowReason.DATE_TOO_OLD),
        ("04/03/2027", RowReason.DATE_IN_FUTURE),
        ("printemps", RowReason.DATE_UNREADABLE),
    ],
)
def test_an_impossible_date_of_birth_is_refused_with_its_reason(
    written: str, reason: RowReason
) -> None:
    problem = refusal(Né_le=written)
    assert (problem.reason, problem.column, problem.parameters) == (reason, "Né le", (written,))


def test_a_date_left_as_a_number_or_as_a_year_is_understood() -> None:
    assert taken(Né_le="28918").birth_date == date(1979, 3, 4)
    assert taken(Né_le="1979").birth_date_precision is DatePrecision.YEAR


@pytest.mark.parametrize(
    ("cells", "commune", "postal_code"),
    [
        ({"Ville": "Niort", "CP": "79000"}, "79191", "79000"),
        ({"CP Ville": "79000 NIORT"}, "79191", "79000"),
        ({"Ville": "Niort (79000)"}, "79191", "79000"),
        ({"Adresse": "3 rue du Pont 79260 La Crèche"}, "79048", "79260"),
        ({"Ville": "La Crèche"}, "79048", "79260"),
        ({"Ville": "", "CP": ""}, None, None),
    ],
)
def test_a_commune_is_found_wherever_it_stands(
    cells: dict[str, str], commune: str | None, postal_code: str | None
) -> None:
    row = read({**LEA, **cells})
    assert isinstance(row, CaseloadRow)
    assert (row.commune, row.postal_code) == (commune, postal_code)


def test_an_ambiguous_commune_is_refused_with_the_possible_ones() -> None:
    problem = refusal(Ville="Vernoux", CP="")
    assert problem.reason is RowReason.COMMUNE_AMBIGUOUS
    assert set(problem.parameters) == {"Vernoux-en-Gâtine", "Vernoux-sur-Boutonne"}


def test_a_postal_code_alone_is_kept_and_no_commune_guessed() -> None:
    row = taken(CP="79000", Ville="")
    assert (row.commune, row.postal_code) == (None, "79000")
    assert row.notices[0].reason is RowReason.COMMUNE_NOT_TOLD


def test_somebody_who_lives_elsewhere_is_taken_and_it_is_told() -> None:
    told = notice(Ville="La Rochelle", CP="17000")
    assert told.reason is RowReason.COMMUNE_ELSEWHERE
    assert taken(Ville="La Rochelle", CP="17000").postal_code == "17000"


def test_a_postal_code_that_is_none_is_refused() -> None:
    assert refusal(CP="79", Ville="Niort").reason is RowReason.POSTAL_CODE_INVALID


def test_two_numbers_in_one_cell_take_the_two_places() -> None:
    row = taken(Tél="05 49 12 34 56 / 06 12 34 56 78")
    assert (row.phone1, row.phone2) == ("0549123456", "0612345678")
    assert taken(Portable="612345678").phone1 == "0612345678"
    assert notice(Tél="voir dossier").reason is RowReason.PHONE_INVALID


@pytest.mark.parametrize(
    ("written", "sex"),
    [("Mme", Sex.FEMALE), ("M.", Sex.MALE), ("H", Sex.MALE), ("féminin", Sex.FEMALE),
     ("X", Sex.OTHER), ("", None)],
)  # fmt: skip
def test_a_title_gives_the_sex(written: str, sex: Sex | None) -> None:
    assert taken(Civilité=written).sex is sex


def test_a_social_security_number_is_neither_kept_nor_repeated() -> None:
    for number in ("279037919100123", "2 79 03 79 191 001 23", "1790379191001"):
        row = taken(N_MSA=number)
        assert row.identifiers == ()
        assert row.notices[0].reason is RowReason.SOCIAL_SECURITY_NUMBER
        assert row.notices[0].parameters == ()


def test_an_absurd_value_is_bounded() -> None:
    problem = refusal(Nom_d_usage="x" * 101)
    assert (problem.reason, problem.parameters) == (RowReason.TOO_LONG, ("100",))
    whole = read({"Nom et prénom": "DUPONT " + "Jean" * 40, "CP": ""})
    assert isinstance(whole, list)
    assert whole[0].reason is RowReason.TOO_LONG
    assert refusal(Nom_d_usage="12").reason is RowReason.NOT_A_NAME


def test_what_looks_like_a_formula_is_a_text() -> None:
    row = read({"Nom": "=HYPERLINK(1)", "Prénom": "Léa", "Tél": "'+33612345678"})
    assert isinstance(row, CaseloadRow)
    assert row.birth_name == "=HYPERLINK(1)"
    assert row.phone1 == "0612345678"


HEADER = tuple(meaning.label for meaning in Field)


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=len(HEADER)))
def test_any_row_is_a_person_or_a_list_of_reasons(cells: list[str]) -> None:
    columns = recognise_header(Line(1, HEADER), len(HEADER))
    row = read_row(Line(2, tuple(cells)), columns, TERRITORY, TODAY)
    if isinstance(row, CaseloadRow):
        assert row.birth_name
        assert row.first_name
        assert max(len(row.birth_name), len(row.first_name)) <= 100
    else:
        assert row
