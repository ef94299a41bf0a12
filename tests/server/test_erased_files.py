"""A person who is erased leaves no byte in PostgreSQL's own files, whatever its pages keep."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest

from server.services.erasure import Reason
from server.store import rewriting
from server.store.erasures import ErasureLine
from tests.server.samples import CREATED_AT, edit, follow_up, member, person
from tests.server.test_admin import Terminal, terminal
from tests.server.test_pieces import document, give
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, fresh_id

__all__ = ["terminal"]

CANARY = f"SERIN{uuid4().hex[:9]}"
"""Of this session alone: other tests leave theirs in the files of a PostgreSQL they share."""
LONG = 3_000
"""Characters; three such values and a row goes to the table of long values."""
_FILES = """
SELECT pg_relation_filenode(c.oid)::text, coalesce(holder.relname, c.relname)
FROM pg_class c LEFT JOIN pg_class holder ON holder.reltoastrelid = c.oid
"""
"""The name of the file of each relation; that of long values goes by the name of its table."""
ERASE = ("--motif", "demande", "--oui")


def named(office: Office) -> list[str]:
    """Return the relations whose files hold a canary, among tables, indexes and catalogues."""
    with psycopg.connect(office.premises.url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        names: dict[str, str] = dict(connection.execute(_FILES).fetchall())
    files = (office.premises.folder / "postgresql").rglob("base/*/*")
    found = [file for file in files if file.is_file() and CANARY.encode() in file.read_bytes()]
    return sorted(names.get(file.name.split(".")[0].split("_")[0], file.name) for file in found)


def text(words: str) -> str:
    """Return a long text in clear, which holds a canary from end to end."""
    return "0" + f"{CANARY}-{words} " * (LONG // len(CANARY))


@pytest.fixture
def dossier(office: Office, claire: RawDevice, mehdi: RawDevice) -> Op:
    """Return a dossier written over and over, between others that stay, and measured at night."""
    others = [person(claire) for _ in range(20)]
    made = person(claire, birth_name=f"{CANARY}-NOM", phone1=f"{CANARY}-0")
    claire.push(
        *others[:10],
        made,
        member(claire, made.rid, claire.professional),
        member(claire, made.rid, mehdi.professional),
        *others[10:],
    )
    for time in range(1, 6):
        claire.pull()
        claire.push(edit(made, claire.cursor, phone1=f"{CANARY}-{time}"))
    met = follow_up(claire, made.rid, summary=text("VU"), person_words=text("DIT"))
    claire.push(met, follow_up(claire, others[0].rid))
    claire.pull()
    claire.push(edit(met, claire.cursor, summary=text("REVU"), person_words=text("REDIT")))
    letter = document(claire, made.rid)
    claire.push(letter, follow_up(claire, others[1].rid))
    give(claire, letter.rid, body=f"{CANARY} ".encode() * 500)
    mehdi.pull()
    with psycopg.connect(office.premises.url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    return made


@contextmanager
def held(office: Office, statement: str) -> Iterator[None]:
    """Be somebody in the database, in one transaction that lasts."""
    with psycopg.connect(office.premises.url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.execute(statement.encode())
        yield


def the_erasure(office: Office) -> ErasureLine:
    """Return the one line of the register."""
    (line,) = office.erasures()
    return line.erasure


@pytest.mark.invariant(11)
def test_no_byte_of_her_remains_in_a_file_of_a_table(
    claire: RawDevice, mehdi: RawDevice, office: Office, dossier: Op, terminal: Terminal
) -> None:
    assert {"record", "history", "piece"} <= set(named(office)), "the search would find nothing"
    said = terminal.types("effacer", dossier.rid, *ERASE)
    assert "Tables réécrites" in said
    assert named(office) == []
    assert "tables réécrites le" in terminal.types("effacements")

    late = follow_up(mehdi, dossier.rid, summary=text("TARD"))
    note = {"created_at": CREATED_AT, "created_by": mehdi.professional, "body": text("NOTE")}
    own = Op("clinical_note", fresh_id(), note | {"follow_up": late.rid})
    refused = mehdi.push(late, own, edit(dossier, 0, phone1=f"{CANARY}-6"))
    assert {result.outcome for result in refused.results} == {"refused"}
    for device in (claire, mehdi):
        device.pull()
        device.ask(device.request(erased=[the_erasure(office).seq]))
    assert "2 postes sur 2" in terminal.types("effacements")
    assert named(office) == [], "what laptops say afterwards brings nothing back"


def test_statistics_quote_no_value_of_anybody(office: Office, dossier: Op) -> None:
    """PostgreSQL samples what columns hold, in a table that no erasure reaches."""
    assert not {"pg_statistic"} & set(named(office))


def test_several_persons_are_erased_and_the_tables_written_anew_once(
    claire: RawDevice, office: Office, dossier: Op, terminal: Terminal
) -> None:
    other = person(claire, birth_name=f"{CANARY}-AUTRE")
    claire.push(other, member(claire, other.rid, claire.professional))
    for erased in (dossier, other):
        said = terminal.types("effacer", erased.rid, *ERASE, "--plus-tard")
        assert "lancez « reecrire »" in said
    assert terminal.types("effacements").count("tables à réécrire") == 2
    assert "effacements à réécrire : 2" in terminal.types("etat")
    assert terminal.types("reecrire").count("effacement n°") == 2
    assert named(office) == []
    assert "effacements à réécrire : 0" in terminal.types("etat")
    assert "Rien à réécrire" in terminal.types("reecrire")


def _reading(office: Office) -> str:
    return f"SELECT count(*) FROM {office.department.schema}.sequence"


def _backing_up(office: Office) -> str:
    return f"LOCK TABLE {office.department.schema}.record IN ACCESS SHARE MODE"


@pytest.mark.parametrize("statement", [_reading, _backing_up], ids=["an old reader", "a backup"])
def test_whoever_reads_since_before_puts_it_off_and_nothing_is_said_to_be_done(
    office: Office,
    dossier: Op,
    terminal: Terminal,
    statement: Callable[[Office], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows removed are copied with the others as long as a reader as old as them is there."""
    monkeypatch.setattr(rewriting, "_OLDER_READERS_S", 0.2)
    monkeypatch.setattr(rewriting, "_LOCK_WAIT", "200ms")
    with held(office, statement(office)):
        said = terminal.types("effacer", dossier.rid, *ERASE)
        assert "Dossier effacé" in said
        assert "Une sauvegarde ou une longue lecture" in said
        assert the_erasure(office).rewritten_at is None
        code, _out, why = terminal.run("reecrire")
        assert (code, why.count("\n")) == (2, 1)
    assert "effacement n°" in terminal.types("reecrire")
    assert named(office) == []


def test_cut_in_the_middle_it_is_done_again(
    office: Office, dossier: Op, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    erasure = office.administration.erasure
    erasure.erase(office.department, dossier.rid, Reason.REQUEST)
    monkeypatch.setattr("server.services.erasure._TABLES", ("record", "no_such_table"))
    with pytest.raises(psycopg.ProgrammingError):
        erasure.rewrite(office.department)
    monkeypatch.undo()
    assert the_erasure(office).rewritten_at is None
    terminal.types("reecrire")
    assert named(office) == []


def test_a_laptop_that_comes_meanwhile_waits_and_is_answered(
    mehdi: RawDevice, office: Office, dossier: Op
) -> None:
    answered = threading.Event()
    mehdi.cursor = 0

    def come() -> None:
        mehdi.pull()
        answered.set()

    laptop = threading.Thread(target=come)
    table = f"LOCK TABLE {office.department.schema}.record IN ACCESS EXCLUSIVE MODE"
    with held(office, table):  # as the table being written anew is
        laptop.start()
        assert not answered.wait(0.5)
    laptop.join(timeout=20)
    assert answered.is_set()


def test_the_administrator_is_told_how_much_is_written_anew(
    office: Office, dossier: Op, terminal: Terminal
) -> None:
    said = terminal.types("effacer", dossier.rid, *ERASE, "--apercu")
    assert "Mio, autant de place libre" in said
    with office.database.transaction(office.department.schema) as connection:
        size = rewriting.size_of(connection, ["record", "history", "device", "opening", "bucket"])
    assert office.administration.erasure.preview(office.department, dossier.rid).rewritten > size
