-- What is long in a record is sealed and does not compress: PostgreSQL spends a fifth of a batch on
-- trying. Long values go beside their row as they are.
ALTER TABLE record ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE history ALTER COLUMN value SET STORAGE EXTERNAL;
