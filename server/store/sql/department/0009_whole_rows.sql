-- A sealed text takes half a page: beside its row it costs two more rows and two more look-ups, each
-- time it is written or read. What fits in a page stays in it.
ALTER TABLE record SET (toast_tuple_target = 8160);
ALTER TABLE history SET (toast_tuple_target = 8160);
