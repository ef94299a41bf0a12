"""The text of the reference files packaged with Coffre; ``desktop.domain`` gives it a meaning."""

from importlib.resources import files


def deux_sevres_text() -> str:
    """Return the referential of the Département: communes, EPCI and former communes (JSON)."""
    return _read("deux_sevres.json")


def territories_text() -> str:
    """Return the editable table of the PTI territories (CSV separated by « ; »)."""
    return _read("territories.csv")


def contours_text() -> str:
    """Return the outlines of the communes (TopoJSON)."""
    return _read("contours79.json")


def _read(name: str) -> str:
    return (files("resources") / "referentials" / name).read_text("utf-8")
