"""The mobility diagnosis: each review is a record of its own, compared with the one before."""

from dataclasses import dataclass, field
from datetime import date

from desktop.config.clock import paris
from desktop.services.directory import Colleague, Directory
from desktop.services.dossiers import OF_THESE, Dossiers, these
from desktop.services.errors import InvalidInput, NotFound
from desktop.services.record_drafts import RecordDrafts
from desktop.services.record_form import Value, Values, changed, editable, form_values
from desktop.services.record_keeper import RecordKeeper
from desktop.services.workplace import Workplace
from protocol.ids import PersonId, RecordId
from protocol.kinds.care import MobilityDiagnosis
from protocol.kinds.declare import FieldSpec, spec_of
from protocol.kinds.people import Job, Structure
from protocol.kinds.persons import Person

_REVIEWED_ON = "reviewed_on"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of two versions."""

    item: FieldSpec
    before: Value = field(repr=False)
    now: Value = field(repr=False)
    is_changed: bool


@dataclass(frozen=True, slots=True)
class MobilityVersion:
    """One diagnosis, by whom and when."""

    id: RecordId
    reviewed_on: date
    author: Colleague
    mine: bool
    values: Values = field(repr=False)
    platform_name: str = ""


@dataclass(frozen=True, slots=True)
class MobilitySheet:
    """What is printed: one version, and the version before it if there is one."""

    person_name: str = field(repr=False)
    commune_name: str
    version: MobilityVersion
    before: MobilityVersion | None


class Mobility:
    """Reads diagnoses; ``form`` writes them."""

    def __init__(self, workplace: Workplace, directory: Directory, drafts: RecordDrafts) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._dossiers = Dossiers(workplace)
        self.form = RecordKeeper(
            workplace,
            directory,
            drafts,
            MobilityDiagnosis,
            preset=self._preset,
            settle=self._settle,
            by_author=True,
        )

    def versions(self, person: PersonId) -> list[MobilityVersion]:
        """Return the diagnoses of somebody, by everybody, latest first."""
        found = self._latest(person)
        colleagues = self._directory.colleagues()
        structures: dict[str, str] = {s.id: s.name for s in self._records.select(Structure)}
        unknown = Colleague("", "", Job.MOBILITY_ADVISOR, active=False)
        return [
            MobilityVersion(
                id=item.id,
                reviewed_on=item.reviewed_on,
                author=colleagues.get(item.professional, unknown),
                mine=item.professional == self._workplace.me,
                values=form_values(item),
                platform_name=structures.get(item.platform or "", ""),
            )
            for item in found
        ]

    def sheet(self, person: PersonId, version: RecordId) -> MobilitySheet:
        """Return what is printed of one version; raise ``NotFound``."""
        versions = self.versions(person)
        at = next((at for at, one in enumerate(versions) if one.id == version), None)
        if at is None:
            raise NotFound
        known = self._records.get(Person, self._dossiers.kept(person))
        if known is None:
            raise NotFound
        return MobilitySheet(
            # On paper she is named in full, whatever screens show.
            person_name=f"{known.first_name} {known.usual_name or known.birth_name}",
            commune_name=self._directory.commune_name(known.commune),
            version=versions[at],
            before=versions[at + 1] if at + 1 < len(versions) else None,
        )

    def _latest(self, person: PersonId) -> list[MobilityDiagnosis]:
        return self._records.select(
            MobilityDiagnosis,
            OF_THESE,
            (these(self._dossiers.all_of(person)),),
            order='"reviewed_on" DESC, "id" DESC',
        )

    def _preset(self, person: PersonId) -> Values:
        """A review starts from the last one: what has not changed is not asked again."""
        latest = self._latest(person)
        values = form_values(latest[0]) if latest else {}
        return {**values, _REVIEWED_ON: self._today()}

    def _settle(self, values: Values) -> Values:
        reviewed = values.get(_REVIEWED_ON)
        if isinstance(reviewed, date) and reviewed > self._today():
            raise InvalidInput(_REVIEWED_ON, "future_date")
        return values

    def _today(self) -> date:
        return paris(self._workplace.clock.now()).date()


def differences(before: Values, now: Values) -> tuple[Difference, ...]:
    """Compare two versions field by field, in the order of the declaration."""
    moved = changed(now, before)
    return tuple(
        Difference(item, before.get(item.name), now.get(item.name), item.name in moved)
        for item in editable(spec_of(MobilityDiagnosis))
        if item.name != _REVIEWED_ON
    )
