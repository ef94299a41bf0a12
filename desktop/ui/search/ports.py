"""Where the search looks; the services of the same names fit."""

from typing import Protocol

from desktop.services.directory import PlaceLine
from desktop.services.persons import PersonLine


class PersonFinder(Protocol):
    """See `desktop.services.persons.Persons`."""

    def search(self, text: str, *, limit: int = 50) -> list[PersonLine]: ...


class PlaceLister(Protocol):
    """See `desktop.services.directory.Directory`."""

    def places(self) -> list[PlaceLine]: ...
