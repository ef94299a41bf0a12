-- What happens to data and laptops over the years: access that was lost, databases put back from a
-- backup, laptops that go on as another, persons who are erased (docs/protocol.md).

-- the number at which the present epoch began
ALTER TABLE sequence ADD COLUMN epoch_seq bigint NOT NULL DEFAULT 0;

-- the first day without access: what was written before it is still taken in for a while
ALTER TABLE grant_ ADD COLUMN revoked_on date;
UPDATE grant_ SET revoked_on = current_date WHERE NOT open;

-- protocol: spoken when last heard; given: the horizon of the last page given to the device;
-- renews: the device that this laptop was before
ALTER TABLE device ADD COLUMN protocol integer;
ALTER TABLE device ADD COLUMN given bigint NOT NULL DEFAULT 0;
UPDATE device SET given = (SELECT seq FROM sequence);
ALTER TABLE device ADD COLUMN renews uuid REFERENCES device;
ALTER TABLE device ADD COLUMN renewed_by uuid REFERENCES device;
CREATE INDEX device_by_renewed ON device (renews) WHERE renews IS NOT NULL;

-- laptops that know more than this database: it was put back from a backup
CREATE TABLE ahead (
    device uuid PRIMARY KEY REFERENCES device,
    cause text NOT NULL CHECK (cause IN ('cursor', 'gap')),
    claimed bigint NOT NULL,
    held bigint NOT NULL,
    seen_at timestamptz NOT NULL
);

-- A person erased: no word of her remains, only what keeps her from coming back.
CREATE TABLE erasure (
    seq bigint PRIMARY KEY,
    bucket uuid NOT NULL,
    reason text NOT NULL,
    records integer NOT NULL,
    made_at timestamptz NOT NULL
);
ALTER TABLE bucket ADD COLUMN erased_seq bigint;
CREATE TABLE erased_record (
    kind smallint NOT NULL,
    rid uuid NOT NULL,
    bucket uuid NOT NULL,
    erasure bigint NOT NULL REFERENCES erasure,
    PRIMARY KEY (kind, rid)
);
CREATE INDEX erased_record_by_erasure ON erased_record (erasure);

-- what each laptop is told to erase, until it says that it has
CREATE TABLE erasure_notice (
    device uuid NOT NULL REFERENCES device,
    erasure bigint NOT NULL REFERENCES erasure,
    kind smallint NOT NULL,
    rid uuid NOT NULL,
    acknowledged_at timestamptz,
    PRIMARY KEY (device, erasure, kind, rid)
);
CREATE INDEX erasure_notice_by_erasure ON erasure_notice (erasure);
