-- A second laptop, shares of a key, names of laptops (docs/protocol.md, "Keys of one person").
ALTER TABLE device ADD COLUMN name text;

CREATE TABLE pairing (
    code_hash bytea PRIMARY KEY REFERENCES invitation ON DELETE CASCADE,
    professional uuid NOT NULL,
    device uuid NOT NULL REFERENCES device,
    opened_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    offered bytea[] NOT NULL DEFAULT '{}',
    joined bytea[] NOT NULL DEFAULT '{}'
);
CREATE INDEX pairing_by_professional ON pairing (professional, opened_at);

CREATE TABLE key_split (
    professional uuid PRIMARY KEY,
    number text NOT NULL,
    bundle bytea NOT NULL,
    made_at timestamptz NOT NULL
);

CREATE TABLE key_share (
    professional uuid NOT NULL REFERENCES key_split ON DELETE CASCADE,
    holder uuid NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (professional, holder)
);
CREATE INDEX key_share_by_holder ON key_share (holder);
