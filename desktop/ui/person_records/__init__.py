"""« Soins, relais, mobilité »: what each profession recorded about a person, by whom and when."""

from desktop.ui.person_records.mobility_paper import mobility_pdf
from desktop.ui.person_records.state import RecordServices
from desktop.ui.person_records.view import PersonRecordsView
from desktop.ui.person_records.viewmodel import PersonRecordsViewModel

__all__ = ["PersonRecordsView", "PersonRecordsViewModel", "RecordServices", "mobility_pdf"]
