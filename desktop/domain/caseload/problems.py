"""The rows that were refused, as a CSV file to be corrected and brought back.

The file is opened in a spreadsheet, which computes what looks like a formula: such a cell gets an
apostrophe in front (and loses it when it is read again).
"""

import csv
import io
from collections.abc import Callable

from desktop.domain.caseload.columns import Columns
from desktop.domain.caseload.plan import Plan
from desktop.domain.caseload.readers import Sheet
from desktop.domain.caseload.rows import FORMULA_STARTS, RowProblem

BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel takes UTF-8 for Windows-1252."""


def refused_rows(
    sheet: Sheet,
    columns: Columns,
    plan: Plan,
    sentence: Callable[[RowProblem], str],
    *,
    number_heading: str,
    reason_heading: str,
) -> list[list[str]]:
    """Return headings then refused rows, each with its number and the reasons in words, last."""
    sentences: dict[int, list[str]] = {}
    for problem in plan.problems:
        sentences.setdefault(problem.row_number, []).append(sentence(problem))
    width = len(columns.header)
    table = [[*columns.header, number_heading, reason_heading]]
    for line in sheet.lines:
        if line.number in sentences:
            cells = [*line.cells, *[""] * (width - len(line.cells))][:width]
            table.append([*cells, str(line.number), " ".join(sentences[line.number])])
    return table


def to_csv(table: list[list[str]]) -> str:
    """Write rows as the spreadsheets of a French office read them: « ; », CRLF, marked UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([neutral(cell) for cell in row] for row in table)
    return BYTE_ORDER_MARK + out.getvalue()


def neutral(cell: str) -> str:
    """Return the cell such that no spreadsheet computes it."""
    if cell.startswith(FORMULA_STARTS) or cell[:1] in ("\t", "\r"):
        return "'" + cell
    return cell
