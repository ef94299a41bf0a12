"""What reads bytes that anybody may have made: whatever they are, they are read or refused.

A target returns when the bytes were read as they should be, or refused by the one family of errors
that whoever calls it expects. Anything else that it raises is a fault. Each has samples to begin
from: what is quite right is where the interesting mistakes are.
"""

import io
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from desktop.crypto.account_bundle import unwrap_account, wrap_account
from desktop.crypto.circle_statement import Statement
from desktop.crypto.circle_texts import CircleSecret, TextPlace
from desktop.crypto.errors import (
    BundleBroken,
    CertificateRefused,
    ExportBroken,
    SealBroken,
    VaultError,
    WrongRecoveryKey,
    WrongShare,
)
from desktop.crypto.escrow import EscrowKey
from desktop.crypto.export import ExportReader, ExportWriter
from desktop.crypto.header import Header, PassphraseSlot, RecoverySlot, decode, encode
from desktop.crypto.identity import DeviceCertificate, Identity, PublicIdentity
from desktop.crypto.identity_words import identity_words
from desktop.crypto.kdf import FLOOR
from desktop.crypto.key_shares import KeyShare, split_new_key
from desktop.crypto.mark import Mark, encode_slot, newest_mark
from desktop.crypto.primitives import Purpose, digest
from desktop.crypto.quick_slot import (
    Count,
    Entry,
    Marker,
    QuickSlot,
    Reason,
    encode_marker,
    is_vouched,
)
from desktop.crypto.quick_slot import decode as decode_slot
from desktop.crypto.quick_slot import encode_slot as encode_code_slot
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.sealing import Place, seal, unseal
from desktop.crypto.secret import Secret
from desktop.crypto.vault import OpenVault
from desktop.domain.caseload.errors import FileRefused
from desktop.domain.caseload.readers import read_sheet
from desktop.escrow.errors import CeremonyRefused
from desktop.escrow.opening import open_dossier
from desktop.escrow.table import Table
from desktop.services.calendar_file import read_events
from desktop.services.errors import NotACalendar
from desktop.services.vault_file import _Content, _read_manifest
from desktop.store.snapshot_folder import kept, snapshot_named
from protocol import escrow
from protocol.errors import EscrowFileRefused
from server.services.openings import opened_on
from tests.fuzz import beside
from tests.support.departments_key import given_to_department, opening_request
from tests.support.laptop import SeededRandom

KEY = Secret(bytes(range(32)))
PASSPHRASE = "cerise tambour glacier pupitre moulin orange vitrail"
_PERSON, _RECORD = "0199c0de-0000-7000-8000-0000000000a1", "0199c0de-0000-7000-8000-0000000000b2"
_CLAIRE, _MEHDI = "0199c0de-0000-7000-8000-0000000000c1", "0199c0de-0000-7000-8000-0000000000c2"
_IN_CIRCLE = TextPlace(_PERSON, "follow_up", _RECORD, "summary")
_OF_NOTE = Place("79", "clinical_note", _RECORD, "body", _CLAIRE)


@dataclass(frozen=True)
class Target:
    """One reader."""

    read: Callable[[bytes], None]
    samples: Callable[[], list[bytes]]
    """What it reads well; made when asked for."""


# -- the vault -------------------------------------------------------------------------------------


def header() -> bytes:
    """A header of a vault."""
    slots = (PassphraseSlot(FLOOR, b"s" * 16, b"w" * 72), RecoverySlot(b"r" * 72))
    unsigned = Header(
        generation=7, vault_id=b"V" * 16, database_salt=b"S" * 16, flags=1, slots=slots
    )
    return encode(unsigned.signed(KEY, generation=7))


def checksummed(content: bytes) -> bytes:
    """Return a header whose checksum is right, whatever else is not."""
    return content[:-32] + digest(Purpose.HEADER_CHECKSUM, content[:-32])


def read_header(content: bytes) -> None:
    for tried in (content, checksummed(content)):
        try:
            read = decode(tried)
        except VaultError:
            continue
        assert encode(read) == tried
        assert tried == header() or not read.is_signed_by(KEY)


def read_mark(content: bytes) -> None:
    for slot in (content, content.ljust(1024, b"\0")):
        newest_mark(KEY, b"V" * 16, slot)


def read_code_slot(content: bytes) -> None:
    """The file of a short code."""
    read = decode_slot(content)
    if isinstance(read, Marker):
        assert decode_slot(encode_marker(read)) == read
    elif read is not None:
        assert decode_slot(encode_code_slot(read, KEY)) == read
        assert content in _code_slots() or not is_vouched(content, KEY)


def _code_slots() -> list[bytes]:
    cost = (FLOOR, bytes(16))
    slot = QuickSlot(b"V" * 16, 1, 3_600_001, *cost, wrapped=bytes(72), count=Count(1, 2))
    marker = Marker(b"V" * 16, Reason.SPENT)
    return [encode_code_slot(slot, KEY), encode_marker(marker)]


def read_keyring_entry(content: bytes) -> None:
    """What a keyring gives back."""
    read = Entry.read(content.decode("utf-8", "replace"))
    if read is not None:
        again = Entry.read(read.text())
        assert again is not None
        assert (again.secret.reveal(), again.count) == (read.secret.reveal(), read.count)


def _keyring_entries() -> list[bytes]:
    return [Entry(KEY, Count(1, 2)).text().encode()]


def _mark() -> bytes:
    return encode_slot(KEY, b"V" * 16, Mark(7, 1_795_000_000_000, bytes(32))) * 2


def read_snapshot_name(content: bytes) -> None:
    """A file that somebody put among the copies."""
    name = content.decode("ascii", "replace")
    found = snapshot_named(name, 1)
    if found is not None:
        assert kept([found]) == {found.number}


# -- what was on paper -----------------------------------------------------------------------------


def read_recovery_words(content: bytes) -> None:
    typed = content.decode("utf-8", "replace")
    try:
        key = RecoveryKey.from_words(typed)
    except WrongRecoveryKey as wrong:
        return _says_little(wrong)
    assert RecoveryKey.from_words(" ".join(key.words())) == key


def read_share_words(content: bytes) -> None:
    try:
        share = KeyShare.from_words(content.decode("utf-8", "replace"))
    except WrongShare as wrong:
        return _says_little(wrong)
    assert KeyShare.from_words(" ".join(share.words())) == share


def read_share(content: bytes) -> None:
    try:
        share = KeyShare.from_bytes(content)
    except WrongShare:
        return
    assert share.to_bytes() == content


def _says_little(refusal: Exception) -> None:
    """What was typed is not repeated."""
    assert len(str(refusal)) < 80


def _paper() -> RecoveryKey:
    return RecoveryKey(Secret(bytes(range(32))))


# -- an exported vault -----------------------------------------------------------------------------


def export() -> bytes:
    """A small export, of two pieces."""
    file = io.BytesIO()
    vault = OpenVault(KEY, decode(header()), both_copies=True)
    writer = ExportWriter(file, vault, PASSPHRASE, SeededRandom(1), FLOOR)
    writer.write(bytes(70_000))
    writer.finish()
    return file.getvalue()


def read_export(content: bytes) -> None:
    try:
        pieces = list(ExportReader(io.BytesIO(content)).pieces(KEY))
    except ExportBroken:
        return
    assert sum(map(len, pieces)) < len(content)


def read_export_manifest(content: bytes) -> None:
    for told in (content, len(content).to_bytes(4, "big") + content):
        try:
            manifest = _read_manifest(_Content(iter([told])))
        except ExportBroken:
            continue
        assert all(isinstance(count, int) for count in manifest.counts.values())


_MANIFEST = (
    b'{"made_at": "2026-11-24T08:40:00Z", "version": 9, "size": 4096, "counts": {"person": 7}}'
)


# -- what others sealed or signed ------------------------------------------------------------------


def statement() -> bytes:
    """Claire gives a key to Mehdi."""
    claire, mehdi = (Identity.generate(SeededRandom(seed)) for seed in (1, 2))
    said = Statement(
        dossier=_PERSON,
        epoch=2,
        key=CircleSecret(KEY).name,
        previous=bytes(16),
        founds=False,
        giver=_CLAIRE,
        recipient=_MEHDI,
        identity=b"",
        members=(_CLAIRE, _MEHDI),
    )
    given = said.giving(CircleSecret(KEY), mehdi.public, SeededRandom(3))
    return given.signed(claire.signing).to_bytes()


def read_statement(content: bytes) -> None:
    try:
        read = Statement.from_bytes(content)
    except CertificateRefused:
        return
    assert read.to_bytes() == content
    claire = Identity.generate(SeededRandom(1)).public
    assert content == statement() or not read.is_signed_by(claire.signing)


def certificate() -> bytes:
    """That of Claire's laptop."""
    claire = Identity.generate(SeededRandom(1))
    signed = claire.certify(user=_CLAIRE, device=_RECORD, serial=1, issued_on=date(2026, 11, 24))
    return signed.to_bytes()


def read_certificate(content: bytes) -> None:
    try:
        read = DeviceCertificate.from_bytes(content)
    except CertificateRefused:
        return
    claire = Identity.generate(SeededRandom(1)).public
    assert content == certificate() or not read.is_signed_by(claire.signing)


def read_circle_text(content: bytes) -> None:
    try:
        opened = CircleSecret(KEY).open(content, _IN_CIRCLE)
    except SealBroken:
        return
    assert CircleSecret(KEY).seal(opened, _IN_CIRCLE) == content


def note() -> bytes:
    """A clinical note, sealed."""
    claire = Identity.generate(SeededRandom(1))
    return seal(
        b"Dort mal.", claire.encryption.public, _OF_NOTE, revision=3, random=SeededRandom(4)
    )


def read_note(content: bytes) -> None:
    claire = Identity.generate(SeededRandom(1))
    try:
        opened = unseal(content, claire.encryption, _OF_NOTE, revision=3)
    except SealBroken:
        return
    assert opened == b"Dort mal."


def _bundle() -> bytes:
    claire = Identity.generate(SeededRandom(1))
    return wrap_account(claire, _paper(), user=_CLAIRE, random=SeededRandom(5))


def read_bundle(content: bytes) -> None:
    try:
        unwrap_account(content, _paper(), user=_CLAIRE)
    except BundleBroken:
        return
    assert content == _bundle()


# -- the two files of the ceremony -----------------------------------------------------------------


def opening_request_file() -> bytes:
    """Claire gave a key to the Département, and a dossier is asked for Mehdi."""
    claire, mehdi = (Identity.generate(SeededRandom(seed)) for seed in (1, 2))
    key = EscrowKey.generate(SeededRandom(8))
    given = given_to_department(claire, _CLAIRE, key.public, CircleSecret(KEY), _PERSON)
    return msgspec.json.encode(opening_request([given], _PERSON, _MEHDI, mehdi.public))


def read_opening_request(content: bytes) -> None:
    """Her words are said right and the shares are good: all that is left to say no is the file."""
    try:
        request = escrow.decode(content, escrow.OpeningRequest)
    except EscrowFileRefused:
        return
    shares = [
        " ".join(one.words()) for one in EscrowKey.generate(SeededRandom(8)).cut(SeededRandom(7))
    ]

    def answer(question: str) -> str:
        if "huit mots" in question:
            keys = (request.identity_key, request.encryption_key)
            return " ".join(identity_words(PublicIdentity(*map(bytes.fromhex, keys))))
        return shares.pop() if "part," in question else "oui"

    try:
        granted = open_dossier(
            Table(answer, lambda line: None), request, date(2026, 11, 24), SeededRandom(6)
        )
    except CeremonyRefused:
        return
    assert escrow.decode(msgspec.json.encode(granted), escrow.OpeningGrant) == granted
    for text in granted.statements:
        assert Statement.from_bytes(b64decode(text)).dossier == request.dossier


def read_opening_grant(content: bytes) -> None:
    try:
        read = escrow.decode(content, escrow.OpeningGrant)
    except EscrowFileRefused:
        return
    assert escrow.decode(msgspec.json.encode(read), escrow.OpeningGrant) == read
    assert opened_on(read).isoformat() == read.opened_on


def _opening_grant() -> bytes:
    granted = escrow.OpeningGrant(
        id=_RECORD,
        department="79",
        dossier=_PERSON,
        successor=_MEHDI,
        opened_on="2026-11-24",
        statements=["Q29mZnJl"],
    )
    return msgspec.json.encode(granted)


# -- files that somebody sends ---------------------------------------------------------------------


def read_spreadsheet(content: bytes) -> None:
    try:
        read_sheet(content)
    except FileRefused:
        return


def read_calendar(content: bytes) -> None:
    try:
        read_events(content)
    except NotACalendar:
        return


_CALENDAR = b"\r\n".join(
    (
        *(b"BEGIN:VCALENDAR", b"VERSION:2.0", b"BEGIN:VEVENT", b"UID:a"),
        *(b"DTSTART;TZID=Europe/Paris:20261123T090000", b"DURATION:PT1H", b"RRULE:FREQ=DAILY"),
        *(b"END:VEVENT", b"END:VCALENDAR", b""),
    )
)
_SHEET = "Nom;Prénom;Téléphone\r\nN’Diaye;Aïssatou;0612345678\r\n"

TARGETS: dict[str, Target] = {
    "header": Target(read_header, lambda: [header()]),
    "mark": Target(read_mark, lambda: [_mark()]),
    "code-slot": Target(read_code_slot, _code_slots),
    "keyring-entry": Target(read_keyring_entry, _keyring_entries),
    "snapshot-name": Target(
        read_snapshot_name,
        lambda: [b"snapshot-000007-20261124T0840.db", b"snapshot-000007-99991231T2359.db"],
    ),
    "recovery-words": Target(
        read_recovery_words, lambda: [" ".join(_paper().words()).encode(), b"1. ABAI 2) agre"]
    ),
    "share-words": Target(
        read_share_words,
        lambda: [" ".join(split_new_key(SeededRandom(3))[1][1].words()).encode()],
    ),
    "share": Target(read_share, lambda: [split_new_key(SeededRandom(3))[1][2].to_bytes()]),
    "export": Target(read_export, lambda: [export()]),
    "export-manifest": Target(read_export_manifest, lambda: [_MANIFEST]),
    "statement": Target(read_statement, lambda: [statement()]),
    "certificate": Target(read_certificate, lambda: [certificate()]),
    "circle-text": Target(
        read_circle_text, lambda: [CircleSecret(KEY).seal(b"Des mots", _IN_CIRCLE)]
    ),
    "note": Target(read_note, lambda: [note()]),
    "bundle": Target(read_bundle, lambda: [_bundle()]),
    "opening-request": Target(read_opening_request, lambda: [opening_request_file()]),
    "opening-grant": Target(read_opening_grant, lambda: [_opening_grant()]),
    "spreadsheet": Target(
        read_spreadsheet, lambda: [_SHEET.encode(code) for code in ("utf-8", "utf-16", "cp1252")]
    ),
    "calendar": Target(read_calendar, lambda: [_CALENDAR]),
    "policy": Target(beside.read_policy_file, lambda: [beside.POLICY]),
    "preferences": Target(beside.read_preferences, lambda: [beside.PREFERENCES]),
    "tries": Target(beside.read_tries, lambda: [beside.TRIES]),
    "left": Target(beside.read_left_in_keyring, lambda: [beside.LEFT_IN_KEYRING]),
    "withdrawal": Target(beside.read_withdrawal, lambda: [beside.withdrawal()]),
}


def write_samples(name: str, folder: Path) -> None:
    """Put what a target reads well where a fuzzer begins."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(TARGETS[name].samples()):
        (folder / f"sample-{number}").write_bytes(sample)
