"""What is on the disk of a laptop once a dossier has left it, or somebody was erased.

Read as whoever has the key would: every page of the file and of its side file, freed ones included.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from desktop.crypto.circle_texts import CircleSecret, TextPlace
from desktop.services.persons import NewPerson
from desktop.store.replica import Incoming
from desktop.store.sealed_texts import seal_text
from desktop.sync.errors import SyncError
from protocol.ids import PersonId, RecordId
from protocol.kinds import FollowUp, Person, PersonIdentifier, SamePerson, spec_of
from protocol.kinds.persons import SamePersonState
from protocol.values import instant_to_wire
from protocol.wire import Removal, Result, SyncReply, SyncRequest
from tests.support.laptop import Desk, make_desk
from tests.sync.test_lying_office import meet
from tests.sync.told_office import Answer, ToldOffice, answering, page, synchroniser_of

FOLLOW_UP = spec_of(FollowUp)
KEY = bytes.fromhex("5a" * 32)
PAGE, RESERVED, VECTOR = 4096, 80, 16
SALT = 16
"""Bytes of the first page that are not encrypted."""
WAL_HEAD, FRAME_HEAD = 32, 24


@dataclass(frozen=True, slots=True)
class Disk:
    """Every page ever left on the disk, in clear."""

    database: bytes
    side_file: bytes

    def found(self, *words: str) -> dict[str, int]:
        """Return how often each word is there, however it is written."""
        text = (self.database + self.side_file).lower()
        counts = {word: text.count(word.lower().encode()) for word in words}
        return {word: count for word, count in counts.items() if count}


def disk_of(folder: Path) -> Disk:
    """Decrypt all the pages of a vault, as SQLCipher 4 writes them; free ones too."""
    whole = (folder / "coffre.db").read_bytes()
    pages = [whole[at : at + PAGE] for at in range(0, len(whole), PAGE)]
    clear = [_decrypted(one, is_first=not number) for number, one in enumerate(pages)]
    return Disk(b"".join(clear), b"".join(_frames(folder / "coffre.db-wal")))


def _frames(side_file: Path) -> Iterator[bytes]:
    written = side_file.read_bytes() if side_file.exists() else b""
    for at in range(WAL_HEAD, len(written) - FRAME_HEAD - PAGE + 1, FRAME_HEAD + PAGE):
        number = int.from_bytes(written[at : at + 4], "big")
        yield _decrypted(written[at + FRAME_HEAD :][:PAGE], is_first=number == 1)


def _decrypted(one: bytes, *, is_first: bool) -> bytes:
    end = PAGE - RESERVED
    vector = one[end : end + VECTOR]
    reader = Cipher(algorithms.AES(KEY), modes.CBC(vector)).decryptor()
    return reader.update(one[SALT * is_first : end]) + reader.finalize()


def word(source: Random) -> str:
    """Return a word that looks like no other: an index of names holds all that is near a name."""
    return "".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=14))


@dataclass
class Life:
    """One person on Claire's laptop, whose words are in every table that may hold any."""

    desk: Desk
    person: PersonId
    met: FollowUp
    words: Mapping[str, str]
    """By where it was written."""
    unsent: Mapping[str, str]
    """Typed by Claire, and not yet at the office."""
    sealed: str
    """What a colleague wrote and only this laptop still holds: never on a page but in its envelope,
    which is ``words["aside"]``."""

    @property
    def all_words(self) -> list[str]:
        return [*self.words.values(), *self.unsent.values()]


def live(desk: Desk, told: ToldOffice, seed: int) -> Life:
    """Write of a person all that can be written, sent and unsent."""
    source, me = Random(seed), desk.workplace.me
    names = ("name", "first", "phone", "summary", "edited", "twin", "identifier", "unknown")
    words = {name: word(source) for name in (*names, "aside", "before", "colleague")}
    unsent = {name: word(source) for name in ("typed", "draft", "refused", "sheet")}
    new = NewPerson(
        birth_name=words["name"], first_name=words["first"], phone1=words["phone"], request="x"
    )
    person = desk.persons.create(new).value
    form = desk.follow_ups.begin(person)
    long = f"{words['summary']} " * 900  # more than one page holds
    met = desk.follow_ups.finish(replace(form, summary=long, clinical="Note")).value
    twin = RecordId(desk.workplace.new_id())
    with desk.workplace.work() as work:
        common = {"created_at": desk.clock.now(), "created_by": me, "person": person}
        work.save(
            PersonIdentifier(
                id=RecordId(desk.workplace.new_id()),
                scheme="caf",  # type: ignore[arg-type]  # a code
                value=words["identifier"],
                **common,  # type: ignore[arg-type]
            )
        )
        work.save(
            SamePerson(
                id=twin,
                into=PersonId(desk.workplace.new_id()),
                state=SamePersonState.DISTINCT,
                before=words["before"],
                **common,  # type: ignore[arg-type]
            )
        )
    synchroniser_of(desk, told).run()
    found = desk.store.records.get(FollowUp, met)
    assert found is not None
    theirs = _bring_others(desk, told, person, words)
    refused = _type(desk, told, found, words, unsent)
    # What the circle shares lies there sealed: what is looked for is its envelope.
    for name, kind, rid, field, text in (
        ("summary", "follow_up", met, "summary", long.strip()),
        ("edited", "follow_up", met, "summary", words["edited"]),
        ("before", "same_person", twin, "before", words["before"]),
        ("aside", "follow_up", theirs, "summary", sealed := words["aside"]),
    ):
        words[name] = envelope(desk, TextPlace(person, kind, rid, field), text)
    for name, written in (("typed", str(met)), ("refused", refused)):
        place = TextPlace(person, "follow_up", written, "summary")
        unsent[name] = envelope(desk, place, unsent[name])
    return Life(desk, person, found, words, unsent, sealed)


def envelope(desk: Desk, place: TextPlace, text: str) -> str:
    """Return some characters of the envelope that a text is in: always the same."""
    return seal_text(key_of(desk, place.dossier), place, text)[60:100]


def key_of(desk: Desk, dossier: str) -> CircleSecret:
    """Return the key that the texts of a dossier are sealed under."""
    (key,) = desk.store.texts.held(dossier).values()
    return key


def _bring_others(desk: Desk, told: ToldOffice, person: PersonId, words: Mapping[str, str]) -> str:
    """A colleague's meeting, a record of another version, a value set aside, a likely twin."""
    store, now = desk.store, desk.clock.now()
    colleague, other = desk.workplace.new_id(), desk.workplace.new_id()
    theirs = {
        "created_at": "2026-11-01T08:00:00Z",
        "created_by": colleague,
        "person": person,
        "professional": colleague,
        "starts_at": "2026-11-01T08:00:00Z",
        "summary": "0" + words["colleague"],
    }
    told.tell(
        page(
            ("follow_up", person, other, theirs),
            ("vignette", person, desk.workplace.new_id(), {"mots": words["unknown"]}),
            cursor=told.cursor + 1,
        )
    )
    synchroniser_of(desk, told).run()
    held = store.records.data(FOLLOW_UP, other)
    assert held is not None
    with store.database.transaction():
        place = TextPlace(person, "follow_up", other, "summary")
        aside = {**held, "summary": seal_text(key_of(desk, person), place, words["aside"])}
        store.records.put(FOLLOW_UP, [(other, aside)])
        arriving = [Incoming("follow_up", person, other, True, held)]
        store.set_aside.keep(FOLLOW_UP, arriving, instant_to_wire(now))
        store.records.put(FOLLOW_UP, [(other, held)])
        store.persons.pairs.candidates(person, [words["twin"]])
        store.persons.pairs.settle(person, {desk.workplace.new_id(): 90})
    return other


def _type(
    desk: Desk, told: ToldOffice, met: FollowUp, words: Mapping[str, str], unsent: Mapping[str, str]
) -> str:
    """Claire is refused something, then changes what was sent, and leaves a draft."""
    fresh = desk.follow_ups.begin(PersonId(met.person))
    noted = replace(fresh, summary=unsent["refused"], clinical="Note")
    refused_rid = str(desk.follow_ups.finish(noted).value)
    told.tell(_refusing)
    synchroniser_of(desk, told).run()
    refused = [op.kind for op in desk.store.outbox.refused()[-2:]]
    assert sorted(refused) == ["clinical_note", "follow_up"]

    sheet = desk.store.records.get(Person, met.person)
    assert sheet is not None
    desk.clock.advance(minutes=1)
    with desk.workplace.work() as work:
        work.save(replace(met, summary=words["edited"]))
    synchroniser_of(desk, told).run()
    with desk.workplace.work() as work:
        work.save(replace(met, summary=unsent["typed"]))
        work.save(replace(sheet, phone1=unsent["sheet"]))
    form = desk.follow_ups.begin(PersonId(met.person))
    desk.follow_ups.autosave(replace(form, summary=unsent["draft"], clinical=unsent["draft"]))
    return refused_rid


def _refusing(request: SyncRequest) -> SyncReply:
    refused = [Result(number, "refused", ["grant"]) for number in range(len(request.ops))]
    return answering(results=refused)(request)


def _saying_late(request: SyncRequest) -> SyncReply:
    results = [Result(number, "late", []) for number in range(len(request.ops))]
    return answering(results=results)(request)


def nothing_taken(**given: object) -> Answer:
    """Return an answer that has not stored what was sent, and says what is given."""
    return lambda request: answering(ack=request.first_op - 1, **given)(request)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where Claire's vault is."""
    return tmp_path / "claire"


@pytest.fixture
def claire(folder: Path) -> Iterator[Desk]:
    """Claire, and other people on her laptop: pages are shared."""
    desk = make_desk(folder)
    for seed in range(20):
        meet(desk, "", name=word(Random(f"other {seed}")), summary="x " * 50 * seed)
    yield desk
    desk.store.close()


@pytest.fixture
def told() -> ToldOffice:
    """An office that says there is nothing new, until it is told otherwise."""
    return ToldOffice(patience=1_000)


@pytest.fixture
def life(claire: Desk, told: ToldOffice) -> Life:
    """Somebody whose words are everywhere, among others whose words are too."""
    live(claire, told, 1), live(claire, told, 2)
    return live(claire, told, 3)


def synchronise(desk: Desk, told: ToldOffice, *answers: Answer) -> None:
    """Synchronise; the only failure there may be is one that has its sentence."""
    told.tell(*answers)
    with suppress(SyncError):
        synchroniser_of(desk, told).run()


def test_whoever_has_the_key_reads_every_word_before_it_goes(life: Life, folder: Path) -> None:
    """Else the tests below would find nothing because they cannot read."""
    found = disk_of(folder).found(*life.all_words)
    assert set(found) == set(life.all_words)


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_dossier_that_left_leaves_only_what_was_typed_here_and_not_sent(
    claire: Desk, told: ToldOffice, life: Life, folder: Path, is_closed: bool
) -> None:
    synchronise(claire, told, nothing_taken(dropped=[life.person], cursor=told.cursor + 1))
    synchronise(claire, told, nothing_taken(pulled=False))  # a line that fails: nothing is sent
    if is_closed:
        claire.store.close()
    found = disk_of(folder).found(*life.words.values(), life.sealed)
    # What nobody else may hold waits for those who do now, as the office carried it: sealed.
    assert {place for place, word in life.words.items() if word in found} == {"aside"}
    assert life.sealed not in found
    kept = disk_of(folder).found(*life.unsent.values())
    assert set(kept) >= {life.unsent["draft"], life.unsent["refused"]}


def test_once_the_office_has_said_late_nothing_of_what_was_offered_stays(
    claire: Desk, told: ToldOffice, life: Life, folder: Path
) -> None:
    synchronise(claire, told, nothing_taken(dropped=[life.person], cursor=told.cursor + 1))
    offers = [op for op in claire.store.outbox.of_bucket(life.person) if op.kind == "conflict"]
    assert [op.fields["field"] for op in offers] == ["summary"]
    synchronise(claire, told, _saying_late)
    assert claire.store.outbox.pending_count() == 0
    assert disk_of(folder).found(*life.words.values(), life.sealed) == {}


def test_a_laptop_whose_battery_died_after_a_dossier_left_holds_no_word_of_it(
    claire: Desk, told: ToldOffice, life: Life, folder: Path, tmp_path: Path
) -> None:
    """Nobody locked it: the side file is as it was."""
    synchronise(claire, told, answering(dropped=[life.person], cursor=told.cursor + 1))
    died = tmp_path / "died"
    shutil.copytree(folder, died)
    sent = [life.unsent["typed"], life.unsent["sheet"]]
    assert disk_of(died).found(*life.words.values(), *sent) == {}


@pytest.mark.parametrize("is_dropped", [False, True])
@pytest.mark.parametrize("is_closed", [False, True])
def test_a_person_who_is_erased_leaves_no_word_on_any_page(
    claire: Desk, told: ToldOffice, life: Life, folder: Path, is_closed: bool, is_dropped: bool
) -> None:
    """Her notes that were refused, and that the office cannot name, included."""
    assert sum(claire.store.proof.scrub()) < 2, "of what was put there without an office"
    given = {
        "kinds": ["person"],
        "removals": [Removal(0, life.person, 7, "erased")],
        "dropped": [life.person] * is_dropped,
        "cursor": told.cursor + 1,
    }
    synchronise(claire, told, nothing_taken(**given))
    synchronise(claire, told)
    assert sum(claire.store.proof.scrub()) == 0, "and what is counted is what is there"
    if is_closed:
        claire.store.close()
    found = disk_of(folder).found(*life.all_words, life.sealed, life.met.id, life.person)
    assert {place for place, word in {**life.words, **life.unsent}.items() if word in found} == (
        set()
    )
    assert found == {}


def test_the_others_lose_no_word_when_somebody_is_erased(
    claire: Desk, told: ToldOffice, folder: Path
) -> None:
    lives = [live(claire, told, seed) for seed in (1, 2, 3)]
    gone = [Removal(0, lives[2].person, 7, "erased")]
    synchronise(
        claire, told, nothing_taken(kinds=["person"], removals=gone, cursor=told.cursor + 1)
    )
    synchronise(claire, told)
    for one in lives[:2]:
        shown = [*one.words.values(), *one.unsent.values()]
        missing = set(shown) - set(disk_of(folder).found(*shown))
        assert not missing - {one.unsent["typed"], one.unsent["sheet"]}


def test_what_was_sent_ninety_days_ago_is_on_no_page_once_it_was_rewritten(
    claire: Desk, told: ToldOffice, life: Life, folder: Path
) -> None:
    claire.clock.advance(days=91)
    meet(claire, "", name="Après", summary="Encore")
    synchronise(claire, told)
    claire.store.close()
    assert disk_of(folder).found(life.words["summary"], life.words["edited"]) == {}
    assert disk_of(folder).found(life.unsent["typed"])
