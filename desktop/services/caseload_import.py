"""Bringing a caseload in from a file: the persons of the file become dossiers, or none of them do.

Reading a file and planning its import are slow and need no connection: they may be done in any
lane, over a picture of the persons already known that the store's lane gives in stretches. Carrying
the plan out is one unit of work, in the store's lane.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desktop.config.clock import paris
from desktop.domain import phones
from desktop.domain.caseload.columns import Columns, recognise
from desktop.domain.caseload.errors import ImportCancelled
from desktop.domain.caseload.plan import KnownPerson, Plan, Progress, plan_import
from desktop.domain.caseload.problems import refused_rows, to_csv
from desktop.domain.caseload.readers import Sheet, read_sheet
from desktop.domain.caseload.rows import CaseloadRow, RowProblem, plain_identifier
from desktop.domain.territory import Territory
from desktop.services.done import Done
from desktop.services.errors import DossiersChanged, InvalidInput, RowRefused
from desktop.services.persons import NewPerson, Persons
from desktop.services.workplace import UnitOfWork, Workplace
from protocol.kinds.persons import DatePrecision, IdentifierScheme

STRETCH = 2_000
"""Known persons read at once: between two stretches the store's lane may keep a draft."""
_STEP = 20
"""Persons written between two looks at the « Annuler » button."""


class Decision(StrEnum):
    """What somebody decided of a doubtful row; a row nobody decided on is left aside."""

    NEW = "new"
    """Somebody else: a dossier is opened."""
    SAME = "same"
    """The person we know: nothing to do."""


@dataclass(frozen=True, slots=True, repr=False)
class CaseloadFile:
    """A file that was read, and what its columns seem to be."""

    sheet: Sheet
    columns: Columns


@dataclass(frozen=True, slots=True)
class KnownMark:
    """What tells that the set of dossiers is still the one a plan was made with."""

    count: int
    latest: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did."""

    created: int
    present: int
    left_aside: int
    """Doubtful rows that nobody decided on, or that are somebody known."""
    repeated: int
    refused: int


class CaseloadImport:
    """Plans and carries out the import of a caseload."""

    def __init__(self, workplace: Workplace, persons: Persons, territory: Territory) -> None:
        self._workplace = workplace
        self._persons = persons
        self._territory = territory

    # -- in any lane ----------------------------------------------------------------------------

    def read(self, data: bytes, sheet_name: str | None = None) -> CaseloadFile:
        """Read the bytes of a file; raise ``FileRefused``."""
        sheet = read_sheet(data, sheet_name)
        return CaseloadFile(sheet, recognise(sheet))

    def plan(
        self,
        file: CaseloadFile,
        known: tuple[KnownPerson, ...],
        *,
        progress: Progress = lambda done, total: None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Plan:
        """Say what would become of each row; raise ``ImportCancelled``."""
        return plan_import(
            file.sheet,
            file.columns,
            self._territory,
            known,
            self._today(),
            progress=progress,
            is_cancelled=is_cancelled,
        )

    def refused_csv(
        self,
        file: CaseloadFile,
        plan: Plan,
        sentence: Callable[[RowProblem], str],
        *,
        number_heading: str,
        reason_heading: str,
    ) -> bytes:
        """Return the refused rows as a file to correct and bring back."""
        table = refused_rows(
            file.sheet,
            file.columns,
            plan,
            sentence,
            number_heading=number_heading,
            reason_heading=reason_heading,
        )
        return to_csv(table).encode("utf-8")

    # -- in the store's lane --------------------------------------------------------------------

    def mark(self) -> KnownMark:
        """Return what the set of dossiers looks like now."""
        row = self._workplace.store.database.row(
            'SELECT count(*), coalesce(max("id"), \'\') FROM "person"'
        )
        return KnownMark(int(row[0]), str(row[1])) if row else KnownMark(0, "")

    def known_after(self, after: str = "", *, limit: int = STRETCH) -> tuple[KnownPerson, ...]:
        """Return a stretch of the persons of this laptop, by identifier."""
        rows = self._workplace.store.database.rows(
            'SELECT "id", "birth_name", "first_name", "usual_name", "birth_date",'
            ' "birth_date_precision", "commune", "phone1", "phone2" FROM "person"'
            ' WHERE "id" > ? ORDER BY "id" LIMIT ?',
            (after, limit),
        )
        if not rows:
            return ()
        identifiers = self._identifiers(after, str(rows[-1][0]))
        return tuple(_known(row, identifiers.get(str(row[0]), ())) for row in rows)

    def carry_out(
        self,
        plan: Plan,
        decisions: Mapping[int, Decision],
        mark: KnownMark,
        *,
        progress: Progress = lambda done, total: None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Done[ImportResult]:
        """Open the dossiers of a plan, all of them or none.

        Raises ``ImportCancelled``, ``DossiersChanged`` and ``RowRefused``; nothing was written.
        """
        rows = list(rows_to_write(plan, decisions))
        with self._workplace.work() as work:
            if self.mark() != mark:
                raise DossiersChanged
            for done, row in enumerate(rows):
                if done % _STEP == 0:
                    progress(done, len(rows))
                    if is_cancelled():
                        raise ImportCancelled
                self._write(work, row)
            if is_cancelled():
                raise ImportCancelled
        progress(len(rows), len(rows))
        result = ImportResult(
            created=len(rows),
            present=len(plan.present),
            left_aside=len(plan.doubtful) + len(plan.new) - len(rows),
            repeated=len(plan.repeated),
            refused=len(plan.refused_rows),
        )
        return Done(result, work.touched)

    def _write(self, work: UnitOfWork, row: CaseloadRow) -> None:
        try:
            person = self._persons.add(
                work,
                NewPerson(
                    birth_name=row.birth_name,
                    first_name=row.first_name,
                    usual_name=row.usual_name,
                    birth_date=row.birth_date,
                    birth_date_precision=row.birth_date_precision,
                    commune=row.commune,
                    postal_code=row.postal_code,
                    phone1=row.phone1,
                    phone2=row.phone2,
                    email=row.email,
                    address_line=row.address_line,
                    sex=row.sex,
                    language=row.language,
                ),
            )
            for scheme, value in row.identifiers:
                self._persons.add_identifier(work, person, scheme, value)
        except InvalidInput as refused:
            raise RowRefused(row.number, refused.field, refused.reason) from None

    def _identifiers(
        self, after: str, last: str
    ) -> dict[str, tuple[tuple[IdentifierScheme, str], ...]]:
        rows = self._workplace.store.database.rows(
            'SELECT "person", "scheme", "value" FROM "person_identifier"'
            ' WHERE "person" > ? AND "person" <= ?',
            (after, last),
        )
        found: dict[str, tuple[tuple[IdentifierScheme, str], ...]] = {}
        for person, scheme, value in rows:
            known = IdentifierScheme(str(scheme))
            held = (known, plain_identifier(known, str(value)))
            found[str(person)] = (*found.get(str(person), ()), held)
        return found

    def _today(self) -> date:
        return paris(self._workplace.clock.now()).date()


def rows_to_write(plan: Plan, decisions: Mapping[int, Decision]) -> Iterator[CaseloadRow]:
    """Yield the rows that become dossiers: the new ones, and the doubtful ones decided so."""
    yield from plan.new
    for doubt in plan.doubtful:
        if decisions.get(doubt.row.number) is Decision.NEW:
            yield doubt.row


def _known(
    row: tuple[object, ...], identifiers: tuple[tuple[IdentifierScheme, str], ...]
) -> KnownPerson:
    rid, birth_name, first_name, usual_name, born, precision, commune, *numbers = row
    written = (phones.normalise(str(number)) for number in numbers if number)
    return KnownPerson(
        person_id=str(rid),
        birth_name=str(birth_name),
        first_name=str(first_name),
        usual_name=str(usual_name) if usual_name else None,
        birth_date=date.fromisoformat(str(born)) if born else None,
        birth_date_precision=DatePrecision(str(precision or "day")),
        commune=str(commune) if commune else None,
        phones=tuple(phone for phone in written if phone),
        identifiers=identifiers,
    )
