"""What importing a caseload would do: everybody once, nobody twice, nothing lost on the way."""

import random
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.config.referentials import deux_sevres_text, territories_text
from desktop.domain.caseload.columns import recognise
from desktop.domain.caseload.errors import ImportCancelled
from desktop.domain.caseload.plan import KnownPerson, Plan, plan_import
from desktop.domain.caseload.problems import neutral, refused_rows, to_csv
from desktop.domain.caseload.readers import read_sheet
from desktop.domain.caseload.rows import CaseloadRow, RowReason
from desktop.domain.duplicates import Level, Reason
from desktop.domain.territory import read_territory
from protocol.kinds.persons import IdentifierScheme

TERRITORY = read_territory(deux_sevres_text(), territories_text())
TODAY = date(2026, 11, 22)
HEADER = "Nom;Prénom;Né le;CP;Commune;Tél;N° CAF;Identifiant France Travail"
CASELOAD = f"""{HEADER}
DUPONT;Marie;04/03/1979;79000;Niort;06 12 34 56 78;1234567;
BEN ALI;Mohamed;1/1/1990;79100;Thouars;;;7654321B
NGUYEN;Thi Hoa;;79300;Bressuire;;;
ROY;Léa;31/02/1979;79000;Niort;;;
;Luc;;79000;Niort;;;
"""


def plan_of(text: str, known: list[KnownPerson] | None = None) -> Plan:
    sheet = read_sheet(text.encode())
    return plan_import(sheet, recognise(sheet), TERRITORY, known or [], TODAY)


def person(row: CaseloadRow) -> KnownPerson:
    """What the vault holds once a row was imported."""
    return KnownPerson(
        person_id=f"person-{row.number}",
        birth_name=row.birth_name,
        first_name=row.first_name,
        usual_name=row.usual_name,
        birth_date=row.birth_date,
        birth_date_precision=row.birth_date_precision,
        commune=row.commune,
        phones=tuple(phone for phone in (row.phone1, row.phone2) if phone),
        identifiers=row.identifiers,
    )


def imported(plan: Plan) -> list[KnownPerson]:
    """The vault after the import, every doubt being answered « une autre personne »."""
    return [person(row) for row in (*plan.new, *(doubt.row for doubt in plan.doubtful))]


def test_rows_are_new_or_refused_with_their_reasons() -> None:
    plan = plan_of(CASELOAD)
    assert [row.birth_name for row in plan.new] == ["DUPONT", "BEN ALI", "NGUYEN"]
    assert [(p.row_number, p.reason) for p in plan.problems] == [
        (5, RowReason.DATE_NO_SUCH_DAY),
        (6, RowReason.NO_NAME),
    ]
    assert plan.refused_rows == {5, 6}


def test_the_same_file_twice_changes_nothing() -> None:
    known = imported(plan_of(CASELOAD))
    again = plan_of(CASELOAD, known)
    assert not again.new
    assert not again.doubtful
    assert [present.person_id for present in again.present] == ["person-2", "person-3", "person-4"]


def test_a_row_that_the_file_says_twice_is_taken_once() -> None:
    line = "DUPONT;Marie;04/03/1979;79000;Niort;;;\n"
    plan = plan_of(f"{HEADER}\n{line}{line.lower()}")
    assert len(plan.new) == 1
    (repeated,) = plan.repeated
    assert (repeated.row_number, repeated.reason, repeated.parameters) == (
        3,
        RowReason.REPEATED_ROW,
        ("2",),
    )


def test_somebody_who_moved_is_known_by_her_personal_number() -> None:
    known = [
        KnownPerson(
            "mohamed",
            "Benali",
            "Mohammed",
            birth_date=date(1990, 1, 1),
            commune="79049",
            identifiers=((IdentifierScheme.FRANCE_TRAVAIL, "7654321B"),),
        )
    ]
    assert [p.person_id for p in plan_of(CASELOAD, known).present] == ["mohamed"]


def test_a_spouse_with_the_same_household_number_is_somebody_else() -> None:
    known = [
        KnownPerson(
            "paul",
            "Dupont",
            "Paul",
            birth_date=date(1976, 1, 9),
            commune="79191",
            phones=("0612345678",),
            identifiers=((IdentifierScheme.CAF, "1234567"),),
        )
    ]
    plan = plan_of(CASELOAD, known)
    assert "DUPONT" in [row.birth_name for row in plan.new]
    assert not plan.present
    assert not plan.doubtful


def test_a_likely_duplicate_is_proposed_with_its_reasons() -> None:
    known = [KnownPerson("marie", "Dupond", "Marie", birth_date=date(1979, 3, 4))]
    (doubt,) = plan_of(CASELOAD, known).doubtful
    assert doubt.row.number == 2
    (suspect,) = doubt.suspects
    assert suspect.person_id == "marie"
    assert suspect.likeness.level is Level.LIKELY
    assert suspect.likeness.reasons == (Reason.SIMILAR_NAMES, Reason.SAME_BIRTH_DATE)


def test_two_rows_of_one_file_may_be_one_person() -> None:
    plan = plan_of(
        f"{HEADER}\nDUPONT;Marie;04/03/1979;79000;Niort;;;\nMARIE;Dupont;04/03/1979;;;;;\n"
    )
    (doubt,) = plan.doubtful
    assert (doubt.suspects[0].row_number, doubt.suspects[0].person_id) == (2, None)


def test_progress_is_told_and_an_import_can_be_called_off() -> None:
    rows = "".join(f"Roy{'abcdefghij'[n % 10]};Léa{n};;;;;;\n" for n in range(1_000))
    sheet = read_sheet(f"{HEADER}\n{rows}".encode())
    told: list[tuple[int, int]] = []
    plan_import(
        sheet, recognise(sheet), TERRITORY, [], TODAY, progress=lambda *step: told.append(step)
    )
    assert told[0] == (0, 1_000)
    assert told[-1] == (1_000, 1_000)
    with pytest.raises(ImportCancelled):
        plan_import(
            sheet,
            recognise(sheet),
            TERRITORY,
            [],
            TODAY,
            progress=lambda *step: told.append(step),
            is_cancelled=lambda: told[-1][0] >= 400,
        )
    assert told[-1] == (400, 1_000)


def test_refused_rows_are_exported_with_their_reasons_and_can_be_brought_back() -> None:
    sheet = read_sheet(CASELOAD.encode())
    columns = recognise(sheet)
    plan = plan_import(sheet, columns, TERRITORY, [], TODAY)
    table = refused_rows(
        sheet,
        columns,
        plan,
        lambda problem: f"{problem.column} : {problem.reason}.",
        number_heading="Ligne",
        reason_heading="Motif",
    )
    assert table[0][-2:] == ["Ligne", "Motif"]
    assert table[1][-2:] == ["5", "Né le : date_no_such_day."]
    corrected = to_csv(table).replace("31/02/1979", "28/02/1979")
    assert [row.birth_name for row in plan_of(corrected).new] == ["ROY"]


@pytest.mark.parametrize("cell", ["=1+1", "+33612345678", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_exported_cell_is_computed_by_a_spreadsheet(cell: str) -> None:
    assert neutral(cell) == "'" + cell
    assert neutral("Roy") == "Roy"
    assert to_csv([[cell.strip(), "a;b"]]).startswith("\ufeff")


NAMES = ["Roy", "Rois", "Gay", "Dupont", "Dupond", "Léa", "Marie", "Ben Ali", "Benali"]
CELLS = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from(["", "04/03/1979", "03/04/1979", "1979", "x"]),
    st.just(""),
    st.sampled_from(["", "Niort", "Melle", "Vernoux"]),
    st.sampled_from(["", "0612345678"]),
    st.sampled_from(["", "1234567"]),
    st.sampled_from(["", "7654321B"]),
)


@settings(deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=12))
def test_every_row_ends_in_one_place_and_nothing_is_new_the_second_time(
    rows: list[tuple[str, ...]],
) -> None:
    text = "\n".join([HEADER, *(";".join(row) for row in rows)])
    plan = plan_of(text)
    places = [
        *(row.number for row in plan.new),
        *(present.row.number for present in plan.present),
        *(doubt.row.number for doubt in plan.doubtful),
        *(problem.row_number for problem in plan.repeated),
        *plan.refused_rows,
    ]
    assert sorted(places) == list(range(2, len(rows) + 2))
    again = plan_of(text, imported(plan))
    assert again.new == ()
    assert again.doubtful == ()


def test_5000_rows_are_planned_against_25000_persons_in_a_few_seconds() -> None:
    seeded = random.Random(79)
    syllables = [
        "mar",
        "ber",
        "tin",
        "du",
        "pont",
        "ler",
        "roy",
        "gau",
        "thier",
        "bon",
        "net",
        "che",
    ]

    def name() -> str:
        return "".join(seeded.choices(syllables, k=3)).capitalize()

    def born() -> date:
        return date(seeded.randint(1950, 2007), seeded.randint(1, 12), seeded.randint(1, 28))

    known = [
        KnownPerson(str(n), name(), name(), birth_date=born(), commune="79191")
        for n in range(25_000)
    ]
    known += [replace_birth(person_, date(1990, 1, 1)) for person_ in known[:2_000]]
    rows = [f"{name()};{name()};{born():%d/%m/%Y};79000;Niort;;;" for _ in range(4_500)]
    rows += [f"{name()};{name()};01/01/1990;79000;Niort;;;" for _ in range(500)]
    sheet = read_sheet("\n".join([HEADER, *rows]).encode())
    started = time.perf_counter()
    plan = plan_import(sheet, recognise(sheet), TERRITORY, known, TODAY)
    took = time.perf_counter() - started
    assert len(plan.new) + len(plan.doubtful) > 4_900
    # Two seconds on a quiet machine; the bound only catches what would grow with the square.
    assert took < 20


def replace_birth(known: KnownPerson, day: date) -> KnownPerson:
    return known._replace(person_id=known.person_id + "b", birth_date=day)
