"""The laptop's tables: one for each kind, drawn from its declaration, and those of the engine.

Columns hold the wire form of each field. ``_extra`` keeps, word for word, fields that a newer
office sent and this version does not know.
"""

from protocol.kinds import KINDS
from protocol.kinds.declare import FieldSpec, KindSpec, Rule, Shape, Tier

_COLUMN_TYPES = {
    Shape.INTEGER: "INTEGER",
    Shape.NUMBER: "REAL",
    Shape.FLAG: "INTEGER",
}

_INDEXES = (
    'CREATE INDEX "person_identifier_by_person" ON "person_identifier" ("person")',
    'CREATE INDEX "person_identifier_by_value" ON "person_identifier" ("scheme", "value")',
    'CREATE INDEX "circle_member_by_person" ON "circle_member" ("person")',
    'CREATE INDEX "circle_member_by_professional" ON "circle_member" ("professional", "person")',
    'CREATE INDEX "appointment_by_person" ON "appointment" ("person", "starts_at")',
    # With the outcome: two months of appointments are asked which are still without one.
    'CREATE INDEX "appointment_by_day" ON "appointment" ("professional", "starts_at", "status")',
    'CREATE INDEX "follow_up_by_person" ON "follow_up" ("person", "starts_at")',
    'CREATE INDEX "follow_up_by_appointment" ON "follow_up" ("appointment")',
    'CREATE INDEX "clinical_note_by_follow_up" ON "clinical_note" ("follow_up")',
    'CREATE INDEX "conflict_by_state" ON "conflict" ("state", "dossier")',
    'CREATE INDEX "draft_by_target" ON "draft" ("target")',
    'CREATE INDEX "person_by_birth_date" ON "person" ("birth_date")',
    'CREATE INDEX "opening_slot_by_professional" ON "opening_slot" ("professional")',
    'CREATE INDEX "absence_by_professional" ON "absence" ("professional", "ends_at")',
    'CREATE INDEX "contact_attempt_by_person" ON "contact_attempt" ("person", "at")',
    'CREATE INDEX "waiting_by_state" ON "waiting" ("state", "place")',
    'CREATE INDEX "waiting_by_person" ON "waiting" ("person")',
    'CREATE INDEX "appointment_by_programme" ON "appointment" ("programme", "starts_at")'
    ' WHERE "programme" IS NOT NULL',
    'CREATE INDEX "programme_by_person" ON "programme" ("person", "started_on")',
    'CREATE INDEX "programme_by_professional" ON "programme" ("professional", "ended_on")',
    'CREATE INDEX "step_by_person" ON "step" ("person", "due_on")',
    'CREATE INDEX "step_by_professional" ON "step" ("professional", "state", "due_on")',
    'CREATE INDEX "workshop_session_by_day" ON "workshop_session" ("starts_at")',
    'CREATE INDEX "workshop_place_by_person" ON "workshop_place" ("person")',
    'CREATE INDEX "workshop_place_by_session" ON "workshop_place" ("session")',
    'CREATE INDEX "care_accompaniment_by_person" ON "care_accompaniment" ("person")',
    'CREATE INDEX "care_accompaniment_by_follow_up" ON "care_accompaniment" ("follow_up")',
    'CREATE INDEX "relay_by_person" ON "relay" ("person", "sent_on")',
    'CREATE INDEX "mobility_diagnosis_by_person" ON "mobility_diagnosis" ("person", "reviewed_on")',
    'CREATE INDEX "unmet_need_by_person" ON "unmet_need" ("person")',
    'CREATE INDEX "handout_by_person" ON "handout" ("person", "given_at")',
    'CREATE INDEX "correction_by_follow_up" ON "correction" ("follow_up")',
    'CREATE INDEX "trip_by_day" ON "trip" ("driven_on")',
    'CREATE INDEX "document_by_person" ON "document" ("person", "added_on")',
    'CREATE INDEX "circle_key_by_person" ON "circle_key" ("person")',
    'CREATE INDEX "same_person_by_state" ON "same_person" ("state")',
)

ENGINE_TABLES = (
    """CREATE TABLE "mirror" (
        "kind" TEXT NOT NULL, "rid" TEXT NOT NULL, "data" TEXT NOT NULL,
        PRIMARY KEY ("kind", "rid"))""",
    """CREATE TABLE "outbox" (
        "id" INTEGER PRIMARY KEY AUTOINCREMENT, "n" INTEGER UNIQUE, "kind" TEXT NOT NULL,
        "rid" TEXT NOT NULL, "bucket" TEXT NOT NULL, "verb" INTEGER NOT NULL,
        "creates" INTEGER NOT NULL, "base" INTEGER NOT NULL, "hlc" INTEGER NOT NULL,
        "state" TEXT NOT NULL, "reason" TEXT)""",
    'CREATE INDEX "outbox_by_record" ON "outbox" ("kind", "rid")',
    # Nearly all wait, and are found by their order: an index of those would be written for nothing.
    'CREATE INDEX "outbox_aside" ON "outbox" ("state") WHERE "state" <> \'pending\'',
    """CREATE TABLE "outbox_archive" (
        "id" INTEGER PRIMARY KEY, "n" INTEGER NOT NULL, "device" TEXT NOT NULL,
        "kind" TEXT NOT NULL, "rid" TEXT NOT NULL, "bucket" TEXT NOT NULL, "verb" INTEGER NOT NULL,
        "creates" INTEGER NOT NULL, "base" INTEGER NOT NULL, "hlc" INTEGER NOT NULL,
        "acked_at" TEXT NOT NULL)""",
    # Apart, by the operation's id: texts are written once, while operations are numbered, sent and
    # archived around them.
    'CREATE TABLE "op_fields" ("id" INTEGER PRIMARY KEY, "fields" TEXT NOT NULL)',
    # Keys of dossiers, and the statements about them that were found true: kept whatever the office
    # shows later, as long as the dossier is here.
    """CREATE TABLE "circle_secret" (
        "name" BLOB PRIMARY KEY, "dossier" TEXT NOT NULL, "secret" BLOB NOT NULL) WITHOUT ROWID""",
    'CREATE INDEX "circle_secret_by_dossier" ON "circle_secret" ("dossier")',
    """CREATE TABLE "circle_statement" (
        "rid" TEXT PRIMARY KEY, "dossier" TEXT NOT NULL, "epoch" INTEGER NOT NULL,
        "key" BLOB NOT NULL, "founds" INTEGER NOT NULL, "giver" TEXT NOT NULL,
        "recipient" TEXT NOT NULL, "identity" BLOB NOT NULL, "members" TEXT NOT NULL)""",
    # Who was no longer in a circle when a key was made: "place" is the dossier and the member.
    'CREATE TABLE "circle_closed" ("place" TEXT PRIMARY KEY, "dossier" TEXT NOT NULL,'
    ' "epoch" INTEGER NOT NULL)',
    'CREATE INDEX "circle_statement_by_dossier" ON "circle_statement" ("dossier")',
    """CREATE TABLE "unknown_record" (
        "kind" TEXT NOT NULL, "rid" TEXT NOT NULL, "bucket" TEXT NOT NULL, "data" TEXT NOT NULL,
        PRIMARY KEY ("kind", "rid"))""",
    """CREATE TABLE "bucket_proof" (
        "bucket" TEXT PRIMARY KEY, "records" INTEGER NOT NULL, "digest" BLOB NOT NULL)""",
    """CREATE TABLE "root_proof" (
        "one" INTEGER PRIMARY KEY, "buckets" INTEGER NOT NULL, "records" INTEGER NOT NULL,
        "digest" BLOB NOT NULL)""",
    # What an office restored from an old backup would have replaced by something older.
    """CREATE TABLE "set_aside" (
        "kind" TEXT NOT NULL, "rid" TEXT NOT NULL, "bucket" TEXT NOT NULL, "data" TEXT NOT NULL,
        "since" TEXT NOT NULL, PRIMARY KEY ("kind", "rid", "since"))""",
    # Contents of documents, encrypted once more; "is_sent" once the office is known to have it.
    """CREATE TABLE "piece" (
        "document" TEXT NOT NULL, "n" INTEGER NOT NULL, "bucket" TEXT NOT NULL,
        "is_sent" INTEGER NOT NULL, "body" BLOB NOT NULL, PRIMARY KEY ("document", "n"))""",
    'CREATE INDEX "piece_by_bucket" ON "piece" ("bucket")',
    'CREATE INDEX "piece_to_send" ON "piece" ("document", "n") WHERE "is_sent" = 0',
    'CREATE TABLE "sync_state" ("key" TEXT PRIMARY KEY, "value" TEXT NOT NULL)',
    """CREATE TABLE "sync_journal" (
        "id" INTEGER PRIMARY KEY AUTOINCREMENT, "started_at" TEXT NOT NULL,
        "ended_at" TEXT NOT NULL, "outcome" TEXT NOT NULL, "sent" INTEGER NOT NULL,
        "received" INTEGER NOT NULL, "to_review" INTEGER NOT NULL, "bytes_up" INTEGER NOT NULL,
        "bytes_down" INTEGER NOT NULL)""",
    'CREATE TABLE "keyring" ("name" TEXT PRIMARY KEY, "secret" BLOB NOT NULL)',
    # The keys first seen for each colleague; what the directory tells later replaces none of them.
    """CREATE TABLE "known_identity" (
        "professional" TEXT PRIMARY KEY, "signing" BLOB NOT NULL, "encryption" BLOB NOT NULL,
        "seen_on" TEXT NOT NULL, "verified_on" TEXT, "doubted_on" TEXT) WITHOUT ROWID""",
    'CREATE TABLE "name_word" ("word" TEXT PRIMARY KEY, "sound" TEXT NOT NULL)',
    'CREATE INDEX "name_word_by_sound" ON "name_word" ("sound")',
    """CREATE TABLE "name_variant" (
        "variant" TEXT NOT NULL, "word" TEXT NOT NULL,
        PRIMARY KEY ("variant", "word")) WITHOUT ROWID""",
    'CREATE TABLE "person_order" ("person" TEXT PRIMARY KEY, "name" TEXT NOT NULL)',
    'CREATE INDEX "person_order_by_name" ON "person_order" ("name", "person")',
    """CREATE TABLE "person_word" (
        "word" TEXT NOT NULL, "person" TEXT NOT NULL,
        PRIMARY KEY ("word", "person")) WITHOUT ROWID""",
    'CREATE INDEX "person_word_by_person" ON "person_word" ("person")',
    'CREATE TABLE "person_to_compare" ("person" TEXT PRIMARY KEY) WITHOUT ROWID',
    """CREATE TABLE "person_block" (
        "key" TEXT NOT NULL, "person" TEXT NOT NULL,
        PRIMARY KEY ("key", "person")) WITHOUT ROWID""",
    'CREATE INDEX "person_block_by_person" ON "person_block" ("person")',
    """CREATE TABLE "likely_pair" (
        "one" TEXT NOT NULL, "other" TEXT NOT NULL, "level" INTEGER NOT NULL,
        PRIMARY KEY ("one", "other")) WITHOUT ROWID""",
    'CREATE INDEX "likely_pair_by_other" ON "likely_pair" ("other")',
)


def columns(spec: KindSpec) -> tuple[str, ...]:
    """Return the columns of a kind's table, in order."""
    extra = () if spec.tier is Tier.LOCAL else ("_extra",)
    return ("id", *(item.name for item in spec.fields), *extra)


def table_sql(spec: KindSpec) -> str:
    """Return the statement that makes a kind's table."""
    lines = ['"id" TEXT PRIMARY KEY', *(_column(item) for item in spec.fields)]
    if spec.tier is not Tier.LOCAL:
        lines.append('"_extra" TEXT')
    return f'CREATE TABLE "{spec.name}" ({", ".join(lines)})'


def first_schema() -> tuple[str, ...]:
    """Return every statement of the first version's schema."""
    return (*(table_sql(spec) for spec in KINDS.values()), *_INDEXES, *ENGINE_TABLES)


def _column(item: FieldSpec) -> str:
    kind = "INTEGER" if item.rule is Rule.COUNTER else _COLUMN_TYPES.get(item.shape, "TEXT")
    return f'"{item.name}" {kind}'
