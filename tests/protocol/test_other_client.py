"""A client written from the document alone works with the real office, and proves it."""

import copy
from collections.abc import Callable

import pytest

from protocol.kinds.people import Job
from tests.protocol import other_client
from tests.protocol.other_client import OtherClient, connect
from tests.protocol.other_records import Held
from tests.protocol.other_wire import JSON, Identity, Line, Refused, new_id
from tests.support.office import Office, office, premises

__all__ = ["office", "premises"]

MEET = {"starts_at": "2026-11-24T08:00:00Z"}
Enrol = Callable[..., OtherClient]


@pytest.fixture
def enrol(office: Office) -> Enrol:
    """Return what makes a laptop of somebody."""

    def enrolled(name: str, identity: Identity | None = None) -> OtherClient:
        return connect(office.url, office.authority, office.invite(name), identity)

    return enrolled


@pytest.fixture
def claire(enrol: Enrol) -> OtherClient:
    """Return the laptop of a psychologist."""
    return enrol("Claire Morin")


@pytest.fixture
def mehdi(enrol: Enrol) -> OtherClient:
    """Return the laptop of a colleague."""
    return enrol("Mehdi Belkacem")


@pytest.fixture
def lise(claire: OtherClient, mehdi: OtherClient) -> str:
    """Return a dossier that both have read."""
    person = claire.open_dossier(phone1="05 49 00 00 00")
    claire.invite(person, mehdi.professional)
    claire.sync()
    mehdi.sync()
    return person


def meeting(laptop: OtherClient, person: str, **fields: JSON) -> str:
    """Record a meeting in one's own name."""
    signed = {"person": person, "professional": laptop.professional, **MEET}
    return laptop.create("follow_up", **{**signed, **fields})


def assert_proved(*laptops: OtherClient) -> None:
    """Each holds what the office holds, by its own account."""
    for laptop in laptops:
        root = laptop.sync(verify=True)
        assert root == laptop.root()
        assert not laptop.mended


def only_conflict(laptop: OtherClient) -> dict[str, object]:
    """Return the one conflict held."""
    (conflict,) = laptop.of_kind("conflict").values()
    return conflict


def test_two_laptops_of_another_team_agree_and_prove_it_with_the_office(
    claire: OtherClient, mehdi: OtherClient, lise: str
) -> None:
    follow_up = meeting(claire, lise, themes=["mobility", "health", "health"], minutes=30)
    claire.edit("person", lise, phone1=None, email="lise@example.org")
    claire.sync()
    mehdi.sync()
    mehdi.edit("follow_up", follow_up, themes=[["housing"], ["health"]], minutes=40)
    claire.edit("follow_up", follow_up, themes=[["money"], []])
    claire.sync()
    mehdi.sync()
    assert_proved(claire, mehdi)
    assert claire.held == mehdi.held
    assert claire.seen("follow_up", follow_up)["themes"] == ["housing", "mobility", "money"]
    assert "phone1" not in mehdi.seen("person", lise)
    assert not claire.told.conflicts + mehdi.told.conflicts


@pytest.mark.parametrize("encoding", ["zstd", "gzip", "identity"])
def test_bodies_travel_in_each_encoding_of_the_document(office: Office, encoding: str) -> None:
    laptop = OtherClient(Line(office.url, office.authority, encoding=encoding))
    laptop.enrol(office.invite("Claire Morin").lower().replace("-", " "))
    laptop.open_dossier()
    assert laptop.sync() == laptop.root()


def test_a_second_laptop_with_the_same_identity_reads_all_of_its_owner(
    enrol: Enrol, claire: OtherClient, lise: str
) -> None:
    note = claire.create("clinical_note", body="1c2VhbGVk")
    claire.sync()
    second = enrol("Claire Morin", claire.identity)
    assert_proved(second)
    assert ("clinical_note", note) in second.held
    assert second.seen("person", lise) == claire.seen("person", lise)
    with pytest.raises(Refused, match="409 identity_differs"):
        enrol("Claire Morin", Identity.generate())


def test_a_dossier_of_many_pages_and_batches_arrives_whole(
    claire: OtherClient, mehdi: OtherClient, lise: str
) -> None:
    for _ in range(1_050):
        meeting(claire, lise, summary="0Vu à la mairie")
    claire.sync()
    before = mehdi.pages
    mehdi.sync()
    assert mehdi.pages - before > 2
    assert_proved(claire, mehdi)
    assert len(mehdi.of_kind("follow_up")) == 1_050


def test_the_value_that_lost_comes_as_a_conflict_that_settles(
    claire: OtherClient, mehdi: OtherClient, lise: str
) -> None:
    claire.edit("person", lise, phone1="06 claire")
    mehdi.edit("person", lise, phone1="06 mehdi")
    mehdi.sync()
    claire.sync()
    assert claire.told.conflicts == [(("person", lise), ["phone1"])]
    assert claire.seen("person", lise)["phone1"] == "06 mehdi"
    conflict = only_conflict(claire)
    assert conflict["lost"] == '0"06 claire"'
    assert conflict["lost_by"] == claire.professional
    (rid,) = claire.of_kind("conflict")
    claire.edit("person", lise, phone1="06 claire")
    claire.edit("conflict", rid, state="restored")
    claire.sync()
    assert_proved(mehdi, claire)
    assert mehdi.seen("person", lise)["phone1"] == "06 claire"
    assert only_conflict(mehdi)["state"] == "restored"


def test_a_text_written_by_two_is_read_joined_and_sent_again(
    claire: OtherClient, mehdi: OtherClient, lise: str
) -> None:
    claire.edit("person", lise, request="0Un logement.", language="fr")
    mehdi.edit("person", lise, request="0Un emploi.", email="l@example.org")
    claire.sync()
    mehdi.sync()
    assert mehdi.told.stale == [(("person", lise), ["request"])]
    assert mehdi.seen("person", lise)["email"] == "l@example.org"
    mehdi.sync()
    assert_proved(claire, mehdi)
    assert claire.seen("person", lise)["request"] == "0Un logement.\nUn emploi."


def test_a_deletion_that_crosses_an_edit_is_undone_and_others_are_told(
    claire: OtherClient, mehdi: OtherClient, lise: str
) -> None:
    kept, gone = meeting(claire, lise), meeting(claire, lise)
    claire.sync()
    mehdi.sync()
    mehdi.edit("follow_up", kept, minutes=20)
    mehdi.sync()
    for follow_up in (kept, gone):
        claire.delete("follow_up", follow_up)
    claire.sync()
    assert claire.told.conflicts == [(("follow_up", kept), ["deleted"])]
    assert only_conflict(claire)["field"] == ""
    assert_proved(mehdi, claire)
    assert list(mehdi.of_kind("follow_up")) == list(claire.of_kind("follow_up")) == [kept]


def test_an_edit_of_what_was_deleted_meanwhile_brings_it_back_whole(
    claire: OtherClient, mehdi: OtherClient, lise: str
) -> None:
    follow_up = meeting(claire, lise, minutes=30)
    claire.sync()
    mehdi.sync()
    claire.delete("follow_up", follow_up)
    claire.sync()
    mehdi.edit("follow_up", follow_up, minutes=20)
    mehdi.sync()
    assert_proved(claire, mehdi)
    assert claire.seen("follow_up", follow_up)["minutes"] == 20


def test_each_refusal_leaves_the_office_and_the_laptop_as_they_were(
    claire: OtherClient, mehdi: OtherClient, lise: str
) -> None:
    hers = meeting(claire, lise, summary="0Vue", minutes=30)
    claire.sync()
    mehdi.sync()
    mehdi.edit("follow_up", hers, summary="0Pas vue")
    mehdi.delete("follow_up", hers)
    meeting(mehdi, lise, professional=claire.professional)
    mehdi.edit("follow_up", hers, person=new_id())
    mehdi.edit("follow_up", hers, minutes="trente")
    meeting(mehdi, new_id())
    mehdi.create("place", name="Mairie", commune="79174")
    mehdi.edit("follow_up", hers, minutes=25)
    mehdi.sync()
    assert [detail for _, detail in mehdi.told.refused] == [
        ["author", "summary"],
        ["author"],
        ["author", "professional"],
        ["immutable", "person"],
        ["not_an_integer", "minutes"],
        ["grant"],
        ["grant"],
    ]
    assert_proved(claire, mehdi)
    assert claire.seen("follow_up", hers)["minutes"] == 25


def test_what_is_written_on_a_dossier_lost_meanwhile_reaches_those_who_hold_it(
    claire: OtherClient, mehdi: OtherClient, lise: str
) -> None:
    place = next(
        rid
        for rid, fields in claire.of_kind("circle_member").items()
        if fields["professional"] == mehdi.professional
    )
    claire.edit("circle_member", place, ended_on="2026-01-01", end_reason="handover")
    claire.sync()
    noted = meeting(mehdi, lise, summary="0Sur la route")
    mehdi.edit("person", lise, phone1="06 mehdi")
    mehdi.delete("person", lise)
    mehdi.sync()
    assert mehdi.told.late == [("follow_up", noted), ("person", lise)]
    assert [detail for _, detail in mehdi.told.refused] == [["grant"]]
    assert not mehdi.of_kind("person") | mehdi.of_kind("follow_up")
    assert_proved(claire, mehdi)
    assert claire.seen("follow_up", noted)["summary"] == "0Sur la route"
    assert only_conflict(claire)["lost"] == '0"06 mehdi"'
    assert claire.seen("person", lise)["phone1"] == "05 49 00 00 00"


def test_a_hole_is_found_by_the_root_and_mended(
    claire: OtherClient, mehdi: OtherClient, lise: str
) -> None:
    follow_up = meeting(claire, lise)
    deleted = meeting(claire, lise)
    claire.sync()
    mehdi.sync()
    spoilt = mehdi.held["follow_up", deleted]
    claire.delete("follow_up", deleted)
    claire.sync()
    mehdi.sync()
    del mehdi.held["follow_up", follow_up]
    mehdi.held["person", lise].fields["phone1"] = "06"
    mehdi.held["follow_up", deleted] = spoilt
    mehdi.sync(verify=True)
    keys = {("follow_up", follow_up), ("follow_up", deleted), ("person", lise)}
    assert set(mehdi.mended) == keys
    mehdi.mended = []
    assert_proved(mehdi)
    assert mehdi.held == claire.held


def test_a_record_that_the_office_has_never_heard_of_is_kept_and_offered_again(
    claire: OtherClient, lise: str
) -> None:
    fields = {
        "created_at": "2026-11-24T08:00:00Z",
        "created_by": claire.professional,
        "person": lise,
        "professional": claire.professional,
        **MEET,
    }
    rid = new_id()
    claire.held["follow_up", rid] = Held(lise, fields)
    claire.sync(verify=True)
    assert claire.mended == [("follow_up", rid)]
    claire.mended = []
    assert_proved(claire)
    assert claire.seen("follow_up", rid) == fields


@pytest.mark.parametrize("said", [True, False], ids=["the epoch was changed", "nobody said so"])
def test_a_restored_office_is_refilled_as_the_document_tells(
    office: Office, claire: OtherClient, mehdi: OtherClient, lise: str, said: bool
) -> None:
    backup = office.backup()
    noted = meeting(claire, lise, summary="0Après la sauvegarde")
    mehdi.edit("person", lise, phone1="06 mehdi")
    for laptop in (claire, mehdi, claire):
        laptop.sync()
    office.restore(backup, new_epoch=said)
    assert "Après la sauvegarde" not in office.dump()
    waiting = meeting(claire, lise, summary="0Pendant ce temps")
    claire.sync()
    # Mehdi's telephone number stood here and no more: it is set aside until he is back.
    assert claire.aside["person", lise].fields["phone1"] == "06 mehdi"
    for laptop in (mehdi, claire):
        laptop.sync()
    assert_proved(claire, mehdi)
    assert claire.held == mehdi.held
    assert set(mehdi.of_kind("follow_up")) == {noted, waiting}
    assert mehdi.seen("person", lise)["phone1"] == "06 mehdi"
    assert not claire.of_kind("conflict")


def test_an_office_that_lacks_operations_says_from_which_one(
    office: Office, claire: OtherClient, lise: str
) -> None:
    backup = office.backup()
    noted = meeting(claire, lise)
    cursor = claire.cursor
    claire.sync()
    office.restore(backup, new_epoch=False)
    # A laptop that has not read since: nothing but the numbers says that the office went back.
    claire.cursor = cursor
    claire.edit("person", lise, phone1="06")
    with pytest.raises(Refused, match="409 gap") as refused:
        claire.post(
            "/v1/sync",
            {
                "p": 2,
                "s": 2,
                "c": cursor,
                "n0": claire.acked + 1,
                "t": ["person"],
                "ops": [[1, 0, new_id(), 0, 0, []]],
            },
        )
    assert refused.value.detail == {"expected": claire.acked}
    claire.sync()
    assert_proved(claire)
    assert ("follow_up", noted) in claire.held
    assert claire.seen("person", lise)["phone1"] == "06"


def test_a_copied_laptop_goes_on_as_a_new_device(
    claire: OtherClient, mehdi: OtherClient, lise: str
) -> None:
    copied = copy.deepcopy(claire)
    claire.edit("person", lise, phone1="06 claire")
    claire.sync()
    noted = meeting(copied, lise)
    copied.sync()
    assert copied.device != claire.device
    assert_proved(claire, copied, mehdi)
    assert claire.held == copied.held == mehdi.held
    assert ("follow_up", noted) in mehdi.held


def test_a_laptop_put_back_from_an_older_copy_learns_it_from_what_is_acknowledged(
    claire: OtherClient, lise: str
) -> None:
    older = copy.deepcopy(claire)
    noted = meeting(claire, lise)
    claire.sync()
    older.sync()
    assert older.device != claire.device
    assert_proved(older)
    assert ("follow_up", noted) in older.held


def test_a_counter_that_went_back_catches_up(claire: OtherClient) -> None:
    claire.sync()
    claire._counter = 1
    assert_proved(claire)
    assert claire._counter > 1


def test_an_answer_that_was_lost_is_given_again(claire: OtherClient, lise: str) -> None:
    meeting(claire, lise)
    before = copy.deepcopy(claire)
    claire.sync()
    before._counter = claire._counter
    meeting(before, lise)  # what is typed meanwhile goes with what is sent again
    before.sync()
    assert before.device == claire.device
    assert_proved(before)
    assert len(before.of_kind("follow_up")) == 2


def test_an_erased_person_leaves_nothing_and_the_office_is_told(
    office: Office, claire: OtherClient, mehdi: OtherClient, lise: str
) -> None:
    follow_up = meeting(claire, lise)
    claire.sync()
    note = claire.create("clinical_note", follow_up=follow_up, body="1c2VhbGVk")
    claire.sync()
    mehdi.sync()
    meeting(mehdi, lise)
    office.erase(lise)
    for laptop in (claire, mehdi):
        assert_proved(laptop)
        assert {kind for kind, _ in laptop.held} == {"professional"}
    assert not [op for op in claire.taken if op.rid in (lise, follow_up, note)]
    (erasure,) = office.erasures()
    assert len(erasure.waiting) == 2
    for laptop in (claire, mehdi):
        laptop.sync()
    (erasure,) = office.erasures()
    assert not erasure.waiting
    meeting(claire, lise)
    claire.sync()
    assert [detail for _, detail in claire.told.refused] == [["erased"]]


@pytest.mark.parametrize("batch", [1, 1_000])
def test_a_note_on_a_meeting_that_came_too_late_is_erased_as_well(
    office: Office,
    claire: OtherClient,
    lise: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    batch: int,
) -> None:
    claire.create("clinical_note", follow_up=meeting(claire, lise), body="1Q0FOQVJJ")
    office.erase(lise)
    monkeypatch.setattr(other_client, "BATCH", batch)
    claire.sync()
    claire.sync()
    assert_proved(claire)
    assert {kind for kind, _ in claire.held} == {"professional"}
    assert "1Q0FOQVJJ" not in office.dump()


def test_an_animator_writes_the_reference_and_its_numbers_are_digested_alike(
    office: Office, claire: OtherClient
) -> None:
    invitation = office.invite("Anne Petit", Job.ANIMATOR)
    anne = connect(office.url, office.authority, invitation)
    for latitude, longitude in ((46.3237, -0.4588), (46.0, 0.00001), (0.0000015, -0.25)):
        anne.create("place", name="Mairie", commune="79174", latitude=latitude, longitude=longitude)
    anne.create("place", name='« L’École » "A\\B"\n\x01\x7f\u2028', commune="79174", room="")
    anne.sync()
    assert_proved(anne, claire)
    assert len(claire.of_kind("place")) == 4


def test_a_stranger_is_told_one_thing_and_a_revoked_device_another(
    office: Office, claire: OtherClient, mehdi: OtherClient
) -> None:
    office.revoke(mehdi.device)
    with pytest.raises(Refused, match="410 revoked"):
        mehdi.sync()
    claire.device = new_id()
    with pytest.raises(Refused, match="401 unauthenticated"):
        claire.sync()
