"""A person who is erased leaves no byte, on the office or on the way to any laptop."""

import json
from collections.abc import Callable

import msgspec
import pytest

from protocol import limits, wire
from protocol.kinds.people import Job
from server.services.erasure import Reason
from tests.server.samples import CREATED_AT, edit, follow_up, member, note, person
from tests.server.test_admin import Terminal, terminal
from tests.server.test_renewal import renewed
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, Refused, enrol, fresh_id, post

__all__ = ["terminal"]

ERASED = ["erased"]
CANARY = "CANARI"
SEALED = "1Q0FOQVJJU0NFTExF"


@pytest.fixture
def dossier(claire: RawDevice, mehdi: RawDevice) -> Op:
    """Return a dossier that Claire and Mehdi both have, full of words."""
    made = person(claire, birth_name="CANARI-NOM", phone1="CANARI-UN")
    claire.push(
        made,
        member(claire, made.rid, claire.professional),
        member(claire, made.rid, mehdi.professional),
    )
    mehdi.pull()
    claire.pull()
    claire.push(edit(made, claire.cursor, phone1="CANARI-DEUX"))
    mehdi.push(edit(made, mehdi.cursor, phone1="CANARI-TROIS"))
    met = follow_up(mehdi, made.rid, summary="0CANARI-SYNTHESE")
    gone = follow_up(claire, made.rid, summary="0CANARI-SUPPRIME")
    claire.push(gone, Op("follow_up", gone.rid, verb=wire.DELETE, base=10**9))
    sealed = note(mehdi, body=SEALED)
    mehdi.push(met, Op(sealed.kind, sealed.rid, {**sealed.fields, "follow_up": met.rid}))
    mehdi.push(Op(sealed.kind, sealed.rid, {"body": SEALED + "Q0FO"}, base=10**9))
    claire.pull()
    mehdi.pull()
    return made


def edited(request: wire.SyncRequest, **changed: object) -> wire.Operation:
    """Return the one operation of a request, changed."""
    return msgspec.structs.replace(request.ops[0], **changed)


def erase(office: Office, dossier: Op) -> int:
    """Erase a person; return the number of the erasure."""
    return office.administration.erasure.erase(office.department, dossier.rid, Reason.REQUEST)


def told(page: wire.SyncReply) -> list[tuple[str, str, int, str]]:
    """Return the removals of a page."""
    return [(page.kinds[x.kind], x.rid, x.seq, x.cause) for x in page.removals]


def note_of(device: RawDevice) -> str:
    """Return the identifier of the one note a device knows of."""
    fresh = enrol(device.office, "Mehdi Belkacem", Job.REFERENT)
    fresh.pull()
    ((_kind, rid),) = [key for key in fresh.seen if key[0] == "clinical_note"]
    return rid


@pytest.mark.invariant(11)
def test_no_byte_of_her_remains_in_any_table(
    claire: RawDevice, office: Office, dossier: Op
) -> None:
    other = person(claire, birth_name="AUTRE")
    claire.push(other)
    before = office.dump()
    assert before.count(CANARY) > 6, "the search would find nothing anyway"
    assert SEALED in before
    erase(office, dossier)
    after = office.dump()
    assert CANARY not in after
    assert SEALED not in after
    assert "AUTRE" in after
    left = {line.split(":")[0] for line in after.splitlines() if dossier.rid in line}
    assert left == {"bucket", "erasure", "erased_record", "erasure_notice", "grant_"}


def test_what_a_laptop_was_answered_says_nothing_of_her_and_may_still_be_asked_again(
    claire: RawDevice, office: Office
) -> None:
    """A fingerprint of one telephone number would give the number to whoever tries them all."""
    made = person(claire)
    claire.push(made, member(claire, made.rid, claire.professional))
    request = claire.request([edit(made, 0, phone1="0549000000", minutes=3)], pull=False)
    first = claire.ask(request)
    with office.database.transaction(office.department.schema) as connection:
        (kept,) = connection.execute("SELECT reply FROM device").fetchall()[0]
    fingerprint = json.loads(bytes(kept))[1]
    assert len(fingerprint) == 32
    erase(office, made)
    assert fingerprint not in office.dump()
    assert claire.ask(request).results == first.results


def test_what_a_laptop_was_answered_is_no_answer_to_something_else_though_she_was_erased(
    claire: RawDevice, office: Office
) -> None:
    """A laptop put back from an old image gives the same numbers to what was typed since."""
    made = person(claire)
    claire.push(made, member(claire, made.rid, claire.professional))
    request = claire.request([edit(made, 0, phone1="0549000000", minutes=3)], pull=False)
    claire.ask(request)
    erase(office, made)
    for other in (
        msgspec.structs.replace(request, ops=[edited(request, rid=fresh_id())]),
        msgspec.structs.replace(request, ops=[edited(request, hlc=request.ops[0].hlc + 1)]),
    ):
        with pytest.raises(Refused) as refused:
            claire.ask(other)
        assert refused.value.code == "forked"


def test_every_laptop_that_had_her_is_told_and_the_notes_author_of_her_notes(
    claire: RawDevice, mehdi: RawDevice, office: Office, dossier: Op
) -> None:
    noted = note_of(mehdi)
    number = erase(office, dossier)
    (page,) = claire.pull()
    assert page.dropped == [dossier.rid]
    assert told(page) == [("person", dossier.rid, number, "erased")]
    (page,) = mehdi.pull()
    assert told(page) == [
        ("person", dossier.rid, number, "erased"),
        ("clinical_note", noted, number, "erased"),
    ]
    stranger = enrol(office, "Paul Petit", Job.REFERENT)
    assert all(page.removals == [] for page in stranger.pull())


def test_who_left_the_circle_long_ago_is_told_as_well(
    claire: RawDevice, mehdi: RawDevice, office: Office
) -> None:
    """Her laptop should have dropped it; a copy of its disk has not."""
    made = person(claire)
    place = member(claire, made.rid, mehdi.professional)
    claire.push(made, member(claire, made.rid, claire.professional), place)
    mehdi.pull()
    claire.push(Op("circle_member", place.rid, verb=wire.DELETE, base=10**9))
    mehdi.pull()
    number = erase(office, made)
    assert told(mehdi.pull()[0]) == [("person", made.rid, number, "erased")]


def test_a_laptop_is_told_until_it_says_it_is_done_and_the_register_counts_them(
    claire: RawDevice, mehdi: RawDevice, office: Office, dossier: Op, terminal: Terminal
) -> None:
    number = erase(office, dossier)
    for _time in range(2):
        assert ("person", dossier.rid, number, "erased") in told(mehdi.pull()[0])
    said = terminal.types("effacements")
    assert "0 poste sur 2" in said
    assert f"attend {mehdi.device}  Mehdi Belkacem" in said

    mehdi.ask(mehdi.request(erased=[number]))
    assert mehdi.pull()[0].removals == []
    said = terminal.types("effacements")
    assert "1 poste sur 2" in said
    assert mehdi.device not in said
    assert claire.device in said
    assert "effacements en cours : 1" in terminal.types("etat")

    claire.ask(claire.request(erased=[number]))
    assert "2 postes sur 2" in terminal.types("effacements")
    assert "effacements en cours : 0" in terminal.types("etat")


def test_a_disk_from_before_the_erasure_is_told_again(
    mehdi: RawDevice, office: Office, dossier: Op
) -> None:
    before = mehdi.cursor
    number = erase(office, dossier)
    mehdi.pull()
    mehdi.ask(mehdi.request(erased=[number]))
    mehdi.cursor = before
    assert ("person", dossier.rid, number, "erased") in told(mehdi.pull()[0])


def test_a_laptop_that_goes_on_as_another_is_told_again(
    mehdi: RawDevice, office: Office, dossier: Op
) -> None:
    number = erase(office, dossier)
    mehdi.pull()
    mehdi.ask(mehdi.request(erased=[number]))
    new = renewed(mehdi)
    assert ("person", dossier.rid, number, "erased") in told(new.pull()[0])


@pytest.mark.invariant(24)
def test_no_clock_forgets_an_erasure(mehdi: RawDevice, office: Office, dossier: Op) -> None:
    number = erase(office, dossier)
    office.clock.advance(days=400)
    assert ("person", dossier.rid, number, "erased") in told(mehdi.pull()[0])
    assert mehdi.push(edit(dossier, 0, phone1="06")).results[0].detail == ERASED


Attempt = Callable[[RawDevice, Op, str], Op]
ATTEMPTS: dict[str, Attempt] = {
    "edited": lambda device, dossier, met: edit(dossier, 0, phone1="CANARI"),
    "founded again": lambda device, dossier, met: person(
        device, rid=dossier.rid, birth_name="CANARI"
    ),
    "deleted": lambda device, dossier, met: Op("person", dossier.rid, verb=wire.DELETE, base=10**9),
    "met": lambda device, dossier, met: follow_up(device, dossier.rid, summary="0CANARI"),
    "met as before": lambda device, dossier, met: follow_up(
        device, dossier.rid, rid=met, summary="0CANARI"
    ),
    "shared": lambda device, dossier, met: member(device, dossier.rid, device.professional),
    "rewritten": lambda device, dossier, met: Op("follow_up", met, {"summary": "0CANARI"}),
    "noted": lambda device, dossier, met: Op(
        "clinical_note",
        fresh_id(),
        {
            "created_at": CREATED_AT,
            "created_by": device.professional,
            "follow_up": met,
            "body": SEALED,
        },
    ),
}
"""What a laptop that was away may have done with a dossier, and with a meeting of it."""


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_of_her_comes_back_by_a_laptop_that_was_away(
    mehdi: RawDevice,
    office: Office,
    dossier: Op,
    attempt: str,
) -> None:
    met = next(rid for kind, rid in enrolled_again(mehdi).seen if kind == "follow_up")
    erase(office, dossier)
    own = person(mehdi, birth_name="AUTRE")
    elsewhere = follow_up(mehdi, own.rid, rid=met)
    op = ATTEMPTS[attempt](mehdi, dossier, met)
    answered = mehdi.push(own, op, elsewhere)
    assert [result.detail for result in answered.results] == [ERASED, ERASED]
    dump = office.dump()
    assert CANARY not in dump
    assert SEALED not in dump
    assert "AUTRE" in dump


def enrolled_again(device: RawDevice) -> RawDevice:
    """Return a second laptop of Mehdi's that has read everything."""
    fresh = enrol(device.office, "Mehdi Belkacem", Job.REFERENT)
    fresh.pull()
    return fresh


def test_to_those_who_never_had_her_she_never_was(
    office: Office, claire: RawDevice, dossier: Op
) -> None:
    stranger = enrol(office, "Paul Petit", Job.REFERENT)
    erase(office, dossier)
    for op in (
        edit(dossier, 0, phone1="06"),
        person(stranger, rid=dossier.rid),
        follow_up(stranger, dossier.rid),
    ):
        assert stranger.push(op).results[0].detail == ["grant"]


def test_what_speaks_of_her_in_another_dossier_goes_with_her(
    claire: RawDevice, office: Office, dossier: Op
) -> None:
    """Two dossiers were said to be one; what would separate them again quotes both."""
    other = person(claire, birth_name="AUTRE")
    joined = Op(
        "same_person",
        fresh_id(),
        {
            "created_at": CREATED_AT,
            "created_by": claire.professional,
            "person": other.rid,
            "into": dossier.rid,
            "state": "merged",
            "before": "0CANARI",
        },
    )
    claire.push(other, member(claire, other.rid, claire.professional), joined)
    preview = office.administration.erasure.preview(office.department, dossier.rid)
    assert preview.joined_with == [other.rid]
    number = erase(office, dossier)
    assert CANARY not in office.dump()
    assert ("same_person", joined.rid, number, "erased") in told(claire.pull()[0])


def test_after_an_erasure_the_proofs_are_those_of_what_remains(
    claire: RawDevice, mehdi: RawDevice, office: Office, dossier: Op
) -> None:
    erase(office, dossier)
    kept = mehdi.ask(mehdi.request(cursor=0, verify=True))
    assert kept.root is not None
    fresh = enrolled_again(mehdi)
    again = fresh.ask(fresh.request(cursor=0, verify=True))
    assert kept.root == again.root
    everything = mehdi.pull()
    assert not any(change.bucket == dossier.rid for page in everything for change in page.changes)


def test_the_administrator_sees_what_would_go_and_is_asked(
    claire: RawDevice, mehdi: RawDevice, office: Office, dossier: Op, terminal: Terminal
) -> None:
    words = ("effacer", dossier.rid, "--motif", "demande")
    said = terminal.types(*words, "--apercu")
    assert "Suivi : 2" in said
    assert "Note clinique : 1" in said
    assert "Y ont eu accès : Claire Morin, Mehdi Belkacem." in said
    assert "Ordinateurs à prévenir : 2." in said
    enrol(office, "Paul Renaud", Job.NURSE)
    office.restore(office.backup(), new_epoch=True)
    said = terminal.types("effacer", dossier.rid, "--motif", "demande", "--apercu")
    assert "Ordinateurs à prévenir : 3, tous : " in said
    assert CANARY not in said, "an administrator has no need of her name"
    assert "Rien n’a été fait" in terminal.is_refused(*words)
    assert CANARY in office.dump()
    assert "effacement n°" in terminal.types(*words, answer="oui")
    assert "Suivi : 2" in terminal.asked[-1]
    assert CANARY not in office.dump()
    assert "déjà effacé" in terminal.is_refused(*words, "--oui")
    assert "À la demande de la personne" in terminal.types("effacements")


def test_a_person_is_found_by_her_names_however_they_are_typed(
    claire: RawDevice, terminal: Terminal
) -> None:
    made = person(
        claire,
        birth_name="Hénault-Léger",
        usual_name="Roy",
        first_name="Zoé",
        birth_date="1979-03-02",
    )
    gone = person(claire, birth_name="Henault", first_name="Paul")
    claire.push(made, gone, Op("person", gone.rid, verb=wire.DELETE, base=10**9))
    said = terminal.types("chercher", "zoe  HENAULT")
    assert said.startswith(f"{made.rid}  Hénault-Léger Zoé  nom d’usage : Roy")
    assert "02/03/1979" in said
    assert gone.rid not in said
    assert "fiche supprimée" in terminal.types("chercher", "Hénault Paul")
    for nobody in ("Zoé Petit", "  ", "%"):
        assert "Personne de ce nom" in terminal.is_refused("chercher", nobody)


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ("Sylvie", "Donnez l’identifiant"),
        ("0199a000-0000-7000-8000-00000000000a", "n’est pas connu"),
    ],
)
def test_who_is_not_known_is_not_erased(terminal: Terminal, named: str, sentence: str) -> None:
    assert sentence in terminal.is_refused("effacer", named, "--motif", "demande", "--oui")
    assert terminal.types("effacements").strip() == "Aucun effacement."


def test_an_erasure_that_a_backup_forgot_is_done_again_and_told_to_every_laptop(
    terminal: Terminal, claire: RawDevice, mehdi: RawDevice, office: Office
) -> None:
    """Laptops that are enrolled later are told as well: one may have been so before."""
    forgotten = "0199a000-0000-7000-8000-00000000000a"
    again = ("effacer", forgotten, "--motif", "demande", "--oui", "--de-nouveau")
    assert "tous les ordinateurs" in terminal.types(*again, "--apercu")
    assert terminal.types("effacements").strip() == "Aucun effacement."
    assert "effacement n°" in terminal.types(*again)
    assert "déjà effacé" in terminal.is_refused(*again)
    fresh = enrol(office, "Claire Morin", Job.PSYCHOLOGIST)
    for laptop in (claire, mehdi, fresh):
        ((kind, rid, _number, cause),) = told(laptop.pull()[0])
        assert (kind, rid, cause) == ("person", forgotten, "erased")
    founded = claire.push(person(claire, rid=forgotten, birth_name=CANARY))
    assert [result.detail for result in founded.results] == [["grant"]]
    assert CANARY not in office.dump()
    drawer = ("effacer", claire.professional, *again[2:])
    assert "n’est pas connu" in terminal.is_refused(*drawer), "what is known is no dossier"


def test_a_revoked_laptop_is_waited_for_no_more(
    claire: RawDevice, mehdi: RawDevice, office: Office, dossier: Op, terminal: Terminal
) -> None:
    erase(office, dossier)
    office.revoke(mehdi.device)
    assert "0 poste sur 1" in terminal.types("effacements")


@pytest.mark.parametrize(
    "given", [[0], [-1], [2**63 - 1], list(range(1, 1_002))], ids=["zero", "less", "huge", "many"]
)
def test_a_nonsense_acknowledgement_is_refused(claire: RawDevice, given: list[int]) -> None:
    with pytest.raises(Refused) as refused:
        claire.ask(claire.request(erased=given))
    assert (refused.value.status, refused.value.code) == (400, "malformed")


def test_nobody_acknowledges_for_another(
    claire: RawDevice, mehdi: RawDevice, office: Office, dossier: Op
) -> None:
    number = erase(office, dossier)
    claire.ask(claire.request(erased=[number, number + 1, 10**9]))
    (line,) = office.administration.erasure.register(office.department)
    assert [item.device for item in line.waiting] == [mehdi.device]


def test_what_is_read_again_of_her_is_told_to_be_erased(
    mehdi: RawDevice, office: Office, dossier: Op
) -> None:
    noted = note_of(mehdi)
    number = erase(office, dossier)
    request = wire.RereadRequest(mehdi.professional, ["clinical_note"], [(0, noted)])
    mehdi.counter += 1
    body = wire.encode(request)
    headers = mehdi.headers(body, target="/v1/reread")
    answer = post(office, "/v1/reread", body, headers, mehdi.session)
    reply = wire.decode(answer, wire.RereadReply)
    assert reply.removals == [wire.Removal(0, noted, number, "erased")]


def test_whoever_goes_on_with_a_reading_that_was_cut_is_told_at_its_end(
    claire: RawDevice, mehdi: RawDevice, office: Office, dossier: Op
) -> None:
    """She was erased between two pages: the first one could not say so."""
    other = person(claire)
    claire.push(other, *(member(claire, other.rid, it.professional) for it in (claire, mehdi)))
    for _ in range(3):
        claire.push(*(follow_up(claire, other.rid) for _ in range(limits.PAGE_ROWS // 2)))
    first = mehdi.ask(mehdi.request(cursor=mehdi.cursor))
    number = erase(office, dossier)
    assert first.more is not None
    last = mehdi.ask(mehdi.request(cursor=mehdi.cursor, after=first.more))
    assert last.more is None
    assert ("person", dossier.rid, number, "erased") in told(last)
