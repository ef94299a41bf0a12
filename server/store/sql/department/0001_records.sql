-- One département. Times are informative; the only order is sequence.seq (docs/protocol.md).

CREATE TABLE sequence (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),
    seq bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 20);
INSERT INTO sequence DEFAULT VALUES;

CREATE TABLE bucket (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('reference', 'dossier', 'private')),
    created_seq bigint NOT NULL,
    seq bigint NOT NULL
) WITH (fillfactor = 70);
INSERT INTO bucket VALUES ('00000000-0000-7000-8000-000000000001', 'reference', 0, 0);

CREATE TABLE record (
    kind smallint NOT NULL,
    rid uuid NOT NULL,
    bucket uuid NOT NULL REFERENCES bucket,
    tier text NOT NULL,
    seq bigint NOT NULL,
    created_seq bigint NOT NULL,
    created_device uuid,
    created_hlc bigint NOT NULL,
    hlc bigint NOT NULL,
    state text NOT NULL CHECK (state IN ('live', 'deleted')),
    -- {field: [seq, device or null, hlc]} of fields written after creation; '' is the deletion
    fseq jsonb NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (kind, rid)
);
CREATE INDEX record_by_bucket ON record (bucket, seq);
CREATE INDEX record_circle ON record (bucket) WHERE kind = 6;

CREATE TABLE history (
    kind smallint NOT NULL,
    rid uuid NOT NULL,
    field text NOT NULL,
    seq bigint NOT NULL,
    value jsonb,
    hlc bigint NOT NULL,
    device uuid,
    professional uuid
);
CREATE INDEX history_by_record ON history (kind, rid);

CREATE TABLE grant_ (
    professional uuid NOT NULL,
    bucket uuid NOT NULL REFERENCES bucket,
    open boolean NOT NULL,
    granted_seq bigint NOT NULL,
    revoked_seq bigint,
    until date,
    PRIMARY KEY (professional, bucket)
);

CREATE TABLE device (
    id uuid PRIMARY KEY,
    professional uuid NOT NULL,
    public_key bytea NOT NULL,
    identity_key bytea NOT NULL,
    encryption_key bytea NOT NULL,
    certificate bytea NOT NULL,
    account_bundle bytea NOT NULL,
    platform text,
    schema integer,
    last_op bigint NOT NULL DEFAULT 0,
    reply bytea,
    reply_first_op bigint,
    cursor bigint NOT NULL DEFAULT 0,
    enrolled_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    revoked_at timestamptz,
    lease_until timestamptz
);
CREATE INDEX device_by_professional ON device (professional);

-- Apart from device: written at each request, and without waiting for the disk.
CREATE TABLE request_counter (
    device uuid PRIMARY KEY REFERENCES device,
    last bigint NOT NULL
) WITH (fillfactor = 20);

CREATE TABLE invitation (
    code_hash bytea PRIMARY KEY,
    professional uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    used_by_device uuid
);
