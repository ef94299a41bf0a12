"""All the mutants."""

from tests.mutants.at_the_office import OFFICE
from tests.mutants.in_the_agenda import AGENDA
from tests.mutants.in_the_copies import COPIES
from tests.mutants.in_the_documents import DOCUMENTS
from tests.mutants.in_the_keys import KEYS
from tests.mutants.in_the_leaving import LEAVING
from tests.mutants.in_the_merge import MERGE
from tests.mutants.in_the_proof import PROOF
from tests.mutants.in_the_rhythm import RHYTHM
from tests.mutants.in_the_rights import RIGHTS
from tests.mutants.mutant import Mutant
from tests.mutants.on_paper_and_screen import SHOWING
from tests.mutants.on_the_laptop import LAPTOP

MUTANTS: tuple[Mutant, ...] = (
    *LAPTOP,
    *OFFICE,
    *RIGHTS,
    *PROOF,
    *LEAVING,
    *MERGE,
    *SHOWING,
    *RHYTHM,
    *DOCUMENTS,
    *AGENDA,
    *KEYS,
    *COPIES,
)
