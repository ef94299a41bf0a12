"""Finds fonts and icons wherever Coffre is installed: a folder, a wheel or a frozen bundle."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def asset(*parts: str) -> Traversable:
    """A file or folder below `resources`, for example `asset("icons", "lock.svg")`."""
    return files("resources").joinpath(*parts)


def asset_bytes(*parts: str) -> bytes:
    return asset(*parts).read_bytes()
