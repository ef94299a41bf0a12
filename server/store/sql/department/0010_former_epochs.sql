-- The data sets that came before this one, and the number at which each was left: a laptop that speaks
-- of one has read our data up to there. Of those that no backup kept, nothing is known.
CREATE TABLE former_epoch (
    epoch uuid PRIMARY KEY,
    left_at bigint NOT NULL
);
ALTER TABLE sequence DROP COLUMN epoch_seq;
