"""Sentences of the forms: values as people read them, and what to mend in a field."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from desktop.services.record_form import Unread, Value, most
from desktop.ui.text import day_with_year, number, translate
from protocol.kinds import KINDS
from protocol.kinds.declare import FieldSpec, Shape


def label_of(item: FieldSpec, unit: str = "") -> str:
    """Return « Distance possible (km aller) »."""
    if not unit:
        return item.label
    return translate("RecordForm", "{0} ({1})").format(item.label, unit)


def yes_or_no(value: bool) -> str:
    """Return « Oui » or « Non »."""
    return translate("RecordForm", "Oui") if value else translate("RecordForm", "Non")


def unknown() -> str:
    """Return what a choice says while nothing is chosen."""
    return translate("RecordForm", "Non renseigné")


def told(item: FieldSpec, value: Value, *, unit: str = "", name: str = "") -> str:
    """Return a value as people read it, nothing when nothing is known.

    ``name`` is that of the structure or of the lieu, for a field that holds an identifier.
    """
    if value is None or value == "" or value == frozenset() or isinstance(value, Unread):
        return ""
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, frozenset):
        return ", ".join(_label(item, code) for code in _in_order(item, value))
    if isinstance(value, date):
        return day_with_year(value)
    if isinstance(value, int):
        return f"{number(value)}\u00a0{unit}".strip()
    if item.shape is Shape.ID:
        return name
    return _label(item, value) if item.shape is Shape.CODE else value


def problem(kind: str, name: str, reason: str) -> str:
    """Return one sentence under the field: what is wrong and what to type."""
    item = KINDS[kind].by_name.get(name)
    own = _OWN.get((name, reason))
    if own is not None:
        return own()
    if reason == "missing":
        return translate("RecordForm", "À renseigner avant de terminer.")
    if reason == "too_long" and item is not None:
        return translate(
            "RecordForm", "Ce texte dépasse {0} caractères\u00a0: raccourcissez-le."
        ).format(number(item.limit))
    if item is not None and item.shape is Shape.INTEGER:
        return translate(
            "RecordForm", "Écrivez un nombre entier, de 0 à {0}, par exemple 25."
        ).format(number(most(kind, name)))
    if item is not None and item.shape is Shape.DATE and reason == "future_date":
        return translate("RecordForm", "Cette date n’est pas encore venue.")
    if item is not None and item.shape is Shape.DATE:
        return translate(
            "RecordForm", "Cette date n’est pas lisible\u00a0: écrivez par exemple 22/12."
        )
    return translate("RecordForm", "Cette valeur ne peut pas être enregistrée\u00a0: corrigez-la.")


def rounded(value: int) -> str:
    """Say what is kept of a number with decimals."""
    return translate("RecordForm", "Arrondi\u00a0: {0}.").format(number(value))


def limit_reached(limit: int) -> str:
    """Say that a text is full."""
    return translate(
        "RecordForm",
        "Ce champ garde {0} caractères au plus\u00a0: la fin du texte n’a pas été reprise. "
        "Ce que vous avez copié est toujours dans le presse-papiers.",
    ).format(number(limit))


def _label(item: FieldSpec, code: str) -> str:
    return item.codes(code).label if item.codes is not None else code


def _in_order(item: FieldSpec, codes: frozenset[str]) -> list[str]:
    declared = [str(code) for code in item.codes or ()]
    return sorted(codes, key=lambda code: (code not in declared, _at(declared, code), code))


def _at(declared: list[str], code: str) -> int:
    return declared.index(code) if code in declared else len(declared)


def _before_sent() -> str:
    return translate("RecordForm", "La réponse ne peut pas venir avant la demande.")


def _answer_unsaid() -> str:
    return translate(
        "RecordForm",
        "Une réponse est notée à côté\u00a0: dites si c’est accepté, refusé ou abandonné.",
    )


def _to_whom() -> str:
    return translate("RecordForm", "Choisissez vers qui va ce relais.")


_OWN: Mapping[tuple[str, str], Callable[[], str]] = MappingProxyType(
    {
        ("answered_on", "before_sent"): _before_sent,
        ("state", "answer_unsaid"): _answer_unsaid,
        ("to", "missing"): _to_whom,
    }
)
