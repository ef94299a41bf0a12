-- The contents of documents, in encrypted pieces (docs/protocol.md, "Documents").
CREATE TABLE piece (
    document uuid NOT NULL,
    n integer NOT NULL,
    bucket uuid NOT NULL REFERENCES bucket,
    received_at timestamptz NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (document, n)
);
CREATE INDEX piece_by_bucket ON piece (bucket);
-- encrypted: trying to compress it is time lost
ALTER TABLE piece ALTER COLUMN body SET STORAGE EXTERNAL;
