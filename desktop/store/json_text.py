"""JSON inside columns: compact, accents as they are, three times as fast as the json module."""

from typing import Any

import msgspec


def write_json(value: object) -> str:
    """Return ``value`` as JSON text; strings must be storable (``protocol.values.clean_text``)."""
    return msgspec.json.encode(value).decode()


def read_json(text: str) -> Any:  # the caller knows what it wrote
    """Return what ``write_json`` wrote."""
    return msgspec.json.decode(text)
