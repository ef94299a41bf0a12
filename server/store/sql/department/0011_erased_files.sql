-- When the tables were written anew, and nothing of who was erased was left in PostgreSQL's own files
-- (server/services/erasure.py). Null: what was removed may still be in the free space of a page.
ALTER TABLE erasure ADD COLUMN rewritten_at timestamptz;

-- PostgreSQL's statistics quote values, in a table of its own that no erasure reaches: it keeps none of
-- columns that say something of a person. Giving a column its type again drops those it has, and the
-- way it is stored, which is said again.
ALTER TABLE record ALTER COLUMN data TYPE jsonb, ALTER COLUMN digest TYPE bytea;
ALTER TABLE record ALTER COLUMN data SET STATISTICS 0, ALTER COLUMN digest SET STATISTICS 0,
    ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE history ALTER COLUMN value TYPE jsonb;
ALTER TABLE history ALTER COLUMN value SET STATISTICS 0, ALTER COLUMN value SET STORAGE EXTERNAL;
ALTER TABLE piece ALTER COLUMN body TYPE bytea;
ALTER TABLE piece ALTER COLUMN body SET STATISTICS 0, ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE device ALTER COLUMN reply TYPE bytea;
ALTER TABLE device ALTER COLUMN reply SET STATISTICS 0;
ALTER TABLE opening ALTER COLUMN reason TYPE text;
ALTER TABLE opening ALTER COLUMN reason SET STATISTICS 0;
ALTER TABLE bucket ALTER COLUMN digest TYPE numeric(39), ALTER COLUMN mark TYPE numeric(39);
ALTER TABLE bucket ALTER COLUMN digest SET STATISTICS 0, ALTER COLUMN mark SET STATISTICS 0;
