"""All the mutants."""

from tests.mutants.at_the_office import OFFICE
from tests.mutants.in_the_merge import MERGE
from tests.mutants.mutant import Mutant
from tests.mutants.on_the_laptop import LAPTOP

MUTANTS: tuple[Mutant, ...] = (*LAPTOP, *OFFICE, *MERGE)
