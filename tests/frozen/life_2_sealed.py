"""What is said since texts are sealed: a dossier of which the office reads no sentence.

Captured beside the life of before (``capture``), then only replayed. Protocol 2 still: schema 4
sealed what a circle shares, schema 5 the words of one's own trips.
"""

from desktop.crypto import pieces
from protocol import wire
from tests.crypto.doubles import SeededRandom
from tests.frozen import life_2_keys
from tests.frozen.exchanges import Recorder
from tests.frozen.known_keys import (
    CLAIRE,
    MEHDI,
    Owner,
    document_key,
    own_place,
    sealed,
    sealed_own,
    statement,
)
from tests.frozen.life import (
    FOLLOW_UP,
    MOMENT,
    NOTE,
    OTHER_PLACE,
    OWN_PLACE,
    PERSON,
    Op,
    known_id,
    reply_of,
)
from tests.frozen.office import FixedOffice

OWN_KEY, OTHER_KEY, TRIP, CONFLICT, STEP = (known_id(n) for n in range(0xF1, 0xF6))
DOCUMENT, NOT_GIVEN, UNHEARD_OF = (known_id(n) for n in range(0xF6, 0xF9))

SUMMARY, NEXT_STEP = "Un résumé, relu à voix haute.", "Appeler la mairie."
REQUEST, HIS, HERS = "Une demande.", "Une demande, revue.", "Une demande — par téléphone."
JOINED = "Une demande, revue — par téléphone."
LOST, TITLE, ROUTE, THOUGHT = "Mots en trop.", "Courrier de la mairie", "Melle, retour", "Pensée."
LETTER = "%PDF-1.7 Madame, votre demande du 24 novembre est acceptée.".encode()
"""What the document holds: one piece."""


def live(office: FixedOffice, recorder: Recorder) -> None:
    """Live it, and have every exchange recorded."""
    recorder.say("hello", "GET", "/v1/hello", b"", {})
    claire, mehdi = (
        Owner(recorder, number, professional)
        for number, professional in zip((CLAIRE, MEHDI), office.professionals.values(), strict=True)
    )
    claire.enrol("claire-enrols", office.invitations[0])
    mehdi.enrol("mehdi-enrols", office.invitations[1])
    seen = _cross(claire, mehdi, _meet(claire, mehdi))
    _speak_in_clear(claire, mehdi, seen)
    _attach(claire, mehdi)
    life_2_keys.live_on(office, recorder, claire, mehdi)
    _part(claire, mehdi)


def letter(rid: str) -> list[bytes]:
    """Return the pieces of a document."""
    return pieces.seal_pieces(document_key(rid), rid, LETTER, SeededRandom(rid))


def _made(laptop: Owner) -> dict[str, str]:
    return {"created_at": MOMENT, "created_by": laptop.professional}


def _meet(claire: Owner, mehdi: Owner) -> int:
    """Claire opens a dossier and gives its key, Mehdi reads it; return what both have read."""
    seen = reply_of(claire.sync("claire-reads-for-the-first-time", epoch=None)).cursor
    made, (she, he) = _made(claire), (claire.professional, mehdi.professional)
    person = {
        **made,
        "birth_name": "Exemple",
        "first_name": "Camille",
        "request": sealed(REQUEST, "person", PERSON, "request"),
    }
    place = {**made, "person": PERSON, "role": "contributor", "started_on": "2026-11-24"}
    given = {**made, "person": PERSON}
    met = {**made, "person": PERSON, "professional": she, "starts_at": MOMENT}
    texts = {
        name: sealed(text, "follow_up", FOLLOW_UP, name)
        for name, text in (("summary", SUMMARY), ("next_step", NEXT_STEP))
    }
    thought = sealed_own(THOUGHT, own_place("clinical_note", NOTE, "body", she), CLAIRE)
    route = sealed_own(ROUTE, own_place("trip", TRIP, "route", she), CLAIRE)
    to_her = statement(she, she, CLAIRE, (she,))
    to_him = statement(she, he, MEHDI, (she, he))
    claire.sync(
        "claire-opens-a-dossier-and-gives-its-key",
        Op("person", PERSON, person),
        Op("circle_member", OWN_PLACE, {**place, "professional": she}),
        Op("circle_key", OWN_KEY, {**given, "statement": to_her}),
        Op("circle_member", OTHER_PLACE, {**place, "professional": he}),
        Op("circle_key", OTHER_KEY, {**given, "statement": to_him}),
        Op("follow_up", FOLLOW_UP, {**met, "themes": ["health"], **texts}),
        Op("clinical_note", NOTE, {**made, "follow_up": FOLLOW_UP, "body": thought}),
        Op("trip", TRIP, {**made, "driven_on": "2026-11-24", "route": route, "kilometres": 24}),
        cursor=seen,
    )
    return reply_of(mehdi.sync("mehdi-reads-what-is-sealed-for-him")).cursor


def _cross(claire: Owner, mehdi: Owner, seen: int) -> int:
    """Both write one text, and Claire joins what both wrote; return what she has read."""

    def asked(text: str, base: int) -> Op:
        return Op("person", PERSON, {"request": sealed(text, "person", PERSON, "request")}, base)

    mehdi.sync("mehdi-writes-a-sealed-text", asked(HIS, seen), cursor=seen)
    crossed = claire.sync("claire-crosses-it-and-is-stale", asked(HERS, seen), cursor=seen)
    read = reply_of(crossed).cursor
    claire.sync("claire-sends-both-joined", asked(JOINED, read), cursor=read)
    heard = reply_of(mehdi.sync("mehdi-reads-both-joined", cursor=seen)).cursor
    hers = {"summary": sealed(LOST, "follow_up", FOLLOW_UP, "summary")}
    theirs = Op("follow_up", FOLLOW_UP, hers, heard)
    mehdi.sync("mehdi-writes-where-claire-alone-may", theirs, cursor=heard)
    lost = sealed(LOST, "person", PERSON, "request")
    kept = Op("conflict", CONFLICT, _lost(mehdi, f'0"{lost}"'))
    mehdi.sync("mehdi-keeps-what-he-could-not-join", kept, cursor=heard)
    return reply_of(claire.sync("claire-reads-what-he-kept", cursor=heard)).cursor


def _lost(laptop: Owner, value: str) -> dict[str, object]:
    about = {"dossier": PERSON, "subject_kind": "person", "subject": PERSON, "field": "request"}
    lost = {"lost": value, "lost_hlc": 1, "lost_by": laptop.professional}
    return {**_made(laptop), **about, **lost}


def _speak_in_clear(claire: Owner, mehdi: Owner, seen: int) -> None:
    """What an office may read is refused; a laptop of before has its work taken, and no page."""
    made, clear = _made(claire), "0En clair."
    trip = {**made, "driven_on": "2026-11-24", "detail": "Visite", "kilometres": 3}
    claire.sync(
        "claire-writes-in-clear",
        Op("follow_up", FOLLOW_UP, {"summary": clear}, seen),
        Op("trip", known_id(0xFA), trip),
        Op("conflict", known_id(0xFB), _lost(claire, f'0"{clear}"')),
        cursor=seen,
    )
    mehdi.sync("a-laptop-of-before-asks-for-a-page", schema=3)
    step = {**_made(mehdi), "person": PERSON, "professional": mehdi.professional, "text": clear}
    mehdi.sync("a-laptop-of-before-only-sends", Op("step", STEP, step), schema=3, pull=False)
    claire.sync("claire-reads-what-came-in-clear", cursor=seen)


def _attach(claire: Owner, mehdi: Owner) -> None:
    """A document's record goes first, its pieces apart."""
    documents = (_document(claire, rid) for rid in (DOCUMENT, NOT_GIVEN))
    claire.sync("claire-attaches-two-documents", *documents, pull=False)
    [sent] = letter(DOCUMENT)
    everything = wire.PiecesRequest([DOCUMENT, UNHEARD_OF, NOT_GIVEN])
    piece, other = wire.GiveRequest(DOCUMENT, 0, sent), wire.GiveRequest(DOCUMENT, 0, b"other")
    take = wire.TakeRequest(DOCUMENT, 0)
    for laptop, name, target, message in (
        (claire, "what-the-office-lacks", "/v1/pieces/missing", everything),
        (mehdi, "mehdi-takes-too-early", "/v1/pieces/take", take),
        (claire, "claire-gives-a-piece", "/v1/pieces/give", piece),
        (claire, "claire-gives-it-again", "/v1/pieces/give", piece),
        (claire, "another-piece-under-its-number", "/v1/pieces/give", other),
        (claire, "a-piece-too-many", "/v1/pieces/give", wire.GiveRequest(DOCUMENT, 1, sent)),
        (mehdi, "a-piece-from-somebody-else", "/v1/pieces/give", piece),
        (claire, "what-the-office-lacks-now", "/v1/pieces/missing", everything),
        (mehdi, "mehdi-takes-a-piece", "/v1/pieces/take", take),
    ):
        laptop.post(name, target, wire.encode(message))


def _document(laptop: Owner, rid: str) -> Op:
    sent = letter(rid)
    key = pieces.key_to_hex(document_key(rid))
    fields = {
        **_made(laptop),
        "person": PERSON,
        "professional": laptop.professional,
        "title": sealed(TITLE, "document", rid, "title"),
        "category": "courrier",
        "media": "pdf",
        "size": len(LETTER),
        "pieces": len(sent),
        "digest": pieces.digest_of(sent),
        "key": sealed(key, "document", rid, "key"),
        "added_on": "2026-11-24",
    }
    return Op("document", rid, fields)


def _part(claire: Owner, mehdi: Owner) -> None:
    """Mehdi leaves the circle: its documents are closed to him too."""
    read = reply_of(mehdi.sync("mehdi-reads-all-of-it-again", anew=True, verify=True)).cursor
    left = {"ended_on": "2026-11-24", "end_reason": "handover"}
    place = Op("circle_member", OTHER_PLACE, left, read)
    claire.sync("claire-closes-a-place", place, cursor=read)
    asked, take = wire.PiecesRequest([DOCUMENT]), wire.TakeRequest(DOCUMENT, 0)
    mehdi.post("nothing-of-what-is-closed", "/v1/pieces/missing", wire.encode(asked))
    mehdi.post("no-piece-of-what-is-closed", "/v1/pieces/take", wire.encode(take))
    mehdi.sync("mehdi-drops-the-dossier", cursor=read)
