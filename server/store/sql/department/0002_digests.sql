-- What the office holds, in digests it can compare with a laptop's (docs/protocol.md, "Proof").
-- Those of existing rows are filled in right after this migration (server/store/digests.py).

-- BLAKE2b-128 of the row as it stands; null while it is deleted
ALTER TABLE record ADD COLUMN digest bytea CHECK (octet_length(digest) = 16);

-- of its live records: how many, the sum of their digests, and what they add to a root
ALTER TABLE bucket ADD COLUMN n integer NOT NULL DEFAULT 0;
ALTER TABLE bucket ADD COLUMN digest numeric(39) NOT NULL DEFAULT 0;
ALTER TABLE bucket ADD COLUMN mark numeric(39) NOT NULL DEFAULT 0;

-- Pages are read along the sequence, from the index alone until a record's turn has come.
CREATE INDEX record_by_seq ON record (seq, kind, rid) INCLUDE (bucket, created_seq, created_device);
