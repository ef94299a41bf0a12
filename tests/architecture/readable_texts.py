"""The texts that the office reads, and why: everything else that people type is sealed.

What belongs to a dossier is sealed for its circle, what is one's own for oneself (decision 0016).
"""

_DIRECTORY = "the directory: every enrolled professional reads it, and the office writes it"
_PUBLIC = "a public fact about an organisation or a building, read by every enrolled professional"
_IDENTITY = "identity and how to be reached: the Département finds, counts and erases people by it"
_CODE = "a number or a code of a public list, not words"
_ENGINE = "made and read by machines, no words"
_CARRIED = "a value as it travels: sealed where the field it comes from is"

READABLE = {
    "professional.name": _DIRECTORY,
    "professional.phone": _DIRECTORY,
    "professional.email": _DIRECTORY,
    "professional.identity_key": _ENGINE,
    "professional.encryption_key": _ENGINE,
    "structure.name": _PUBLIC,
    "structure.siret": _CODE,
    "structure.commune": _CODE,
    "structure.phone": _PUBLIC,
    "structure.email": _PUBLIC,
    "place.name": _PUBLIC,
    "place.commune": _CODE,
    "place.address": _PUBLIC,
    "place.room": _PUBLIC,
    "place.keys_note": "how to enter a lieu: whoever is sent there reads it, colleagues who have"
    " not been invited yet among them, and nobody accompanied is named by it",
    "person.birth_name": _IDENTITY,
    "person.usual_name": _IDENTITY,
    "person.first_name": _IDENTITY,
    "person.address_line": _IDENTITY,
    "person.commune": _CODE,
    "person.postal_code": _CODE,
    "person.phone1": _IDENTITY,
    "person.phone2": _IDENTITY,
    "person.email": _IDENTITY,
    "person.language": "the name of a language, for whoever books an interpreter",
    "person_identifier.value": _IDENTITY,
    "conflict.subject_kind": _ENGINE,
    "conflict.field": _ENGINE,
    "conflict.lost": _CARRIED,
    "conflict.kept_mark": "a digest of a value as it travels: of an envelope where it is sealed",
    "opening_slot.rule": _ENGINE,
    "workshop_session.title": "announced to everybody, and printed on a poster",
    "unmet_need.commune": _CODE,
    "handout.language": _CODE,
    "document.digest": _ENGINE,
    "circle_key.statement": "signed, and the key in it sealed for whoever is given it",
}
