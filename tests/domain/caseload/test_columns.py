"""Headings as offices write them, and the meaning somebody gives a column by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.caseload.columns import (
    Columns,
    Contest,
    Field,
    Missing,
    data_lines,
    meaning_of,
    recognise,
)
from desktop.domain.caseload.errors import FieldTaken
from desktop.domain.caseload.readers import Line, Sheet, read_sheet


def columns_of(header: str) -> Columns:
    return recognise(read_sheet(f"{header}\n".encode()))


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("NOM", Field.BIRTH_NAME),
        ("Nom de naissance *", Field.BIRTH_NAME),
        ("Nom d’usage", Field.USUAL_NAME),
        ("Nom marital", Field.USUAL_NAME),
        ("Prénom(s)", Field.FIRST_NAME),
        ("PRENOM", Field.FIRST_NAME),
        ("Nom et prénom", Field.FULL_NAME),
        ("NOM Prénom", Field.FULL_NAME),
        ("Né(e) le", Field.BIRTH_DATE),
        ("Date de naissance (jj/mm/aaaa)", Field.BIRTH_DATE),
        ("Date_naissance", Field.BIRTH_DATE),
        ("DDN", Field.BIRTH_DATE),
        ("Commune", Field.COMMUNE),
        ("Ville", Field.COMMUNE),
        ("C.P.", Field.POSTAL_CODE),
        ("Code Postal", Field.POSTAL_CODE),
        ("Tél.", Field.PHONE1),
        ("Portable", Field.PHONE2),
        ("E-mail", Field.EMAIL),
        ("Mél", Field.EMAIL),
        ("N° allocataire", Field.CAF),
        ("N°CAF", Field.CAF),
        ("n° MSA", Field.MSA),
        ("Identifiant France Travail", Field.FRANCE_TRAVAIL),
        ("Identifiant Pôle emploi", Field.FRANCE_TRAVAIL),
        ("Civilité", Field.SEX),
        ("Sexe (F/H)", Field.SEX),
        ("Adresse", Field.ADDRESS_LINE),
        ("Référent unique", Field.REFERENT),
        ("Date de naissance du conjoint", None),
        ("Observations", None),
        ("", None),
    ],
)
def test_a_heading_is_recognised(heading: str, meaning: Field | None) -> None:
    assert meaning_of(heading) is meaning


def test_nom_beside_nom_de_naissance_is_the_name_in_use() -> None:
    assert columns_of("Nom;Nom de naissance;Prénom").meanings == (
        Field.USUAL_NAME,
        Field.BIRTH_NAME,
        Field.FIRST_NAME,
    )
    assert columns_of("Nom;Nom d'usage;Prénom").meanings[0] is Field.BIRTH_NAME


def test_two_telephones_take_the_two_places_and_a_mobile_alone_the_first() -> None:
    assert columns_of("Nom;Téléphone;Portable").meanings[1:] == (Field.PHONE1, Field.PHONE2)
    assert columns_of("Nom;Tél;Téléphone").meanings[1:] == (Field.PHONE1, Field.PHONE2)
    assert columns_of("Nom;Portable;Mail").meanings[1] is Field.PHONE1


def test_two_columns_never_get_one_meaning_silently() -> None:
    columns = columns_of("Nom;Prénom;Ville;Commune")
    assert columns.meanings == (Field.BIRTH_NAME, Field.FIRST_NAME, Field.COMMUNE, None)
    assert columns.contests == (Contest(Field.COMMUNE, (2, 3)),)


def test_a_meaning_is_given_by_hand_to_one_column_only() -> None:
    columns = columns_of("Nom;Prénom;Ville;Commune")
    with pytest.raises(FieldTaken) as taken:
        columns.assign(3, Field.COMMUNE)
    assert taken.value.column == 2
    decided = columns.assign(2, None).assign(3, Field.COMMUNE)
    assert decided.meanings[2:] == (None, Field.COMMUNE)
    assert decided.contests == ()
    assert decided.heading_of(Field.COMMUNE) == "Commune"


def test_what_is_missing_is_said_before_anything_is_read() -> None:
    assert columns_of("Ville;CP").missing == (Missing.NAME, Missing.FIRST_NAME)
    assert columns_of("Nom d'usage;CP").missing == (Missing.FIRST_NAME,)
    assert columns_of("Bénéficiaire;CP").missing == ()


def test_headings_are_found_below_a_title() -> None:
    sheet = read_sheet("File active au 1er mars;;\n\nNom;Prénom;CP\nRoy;Léa;79000\n".encode())
    columns = recognise(sheet)
    assert columns.header_row == 3
    assert [line.cells for line in data_lines(sheet, columns)] == [("Roy", "Léa", "79000")]


def test_headings_repeated_on_each_page_are_not_people() -> None:
    sheet = read_sheet("Nom;Prénom\nRoy;Léa\nNOM;PRENOM\nGay;Luc\n".encode())
    assert [line.cells[0] for line in data_lines(sheet, recognise(sheet))] == ["Roy", "Gay"]


def test_a_file_without_headings_has_numbered_columns_to_name_by_hand() -> None:
    sheet = read_sheet("Roy;Léa;79000\nGay;Luc;79100\n".encode())
    columns = recognise(sheet)
    assert columns.header == ("Colonne 1", "Colonne 2", "Colonne 3")
    assert columns.header_row == 0
    assert len(data_lines(sheet, columns)) == 2


@given(st.lists(st.sampled_from([f.label for f in Field] + ["Ville", "Tél", "?"]), min_size=1))
def test_no_meaning_is_ever_on_two_columns(header: list[str]) -> None:
    columns = recognise(Sheet((Line(1, tuple(header)),), "csv"))
    given_ = [meaning for meaning in columns.meanings if meaning is not None]
    assert len(given_) == len(set(given_))
