"""What a service gives back when it wrote something."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from desktop.domain.touched import Touched

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """An answer, and what was touched, for ``ChangeBoard``."""

    value: T
    touched: frozenset[Touched] = field(default=frozenset())
