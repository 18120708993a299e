-- A turn looks at what is pending above its floor, a handful of rows as a rule. A plan made while the tables were small, or for any floor whatever, reads the whole log for them: a turn then
-- took 100 ms at half a million rows, and append to read model with it. By index it's the same however long the log is.
alter function ledger.sequence(uuid, bigint, int) set enable_seqscan = off;
alter function ledger.sequence(uuid, bigint, int) set enable_hashjoin = off;
alter function ledger.sequence(uuid, bigint, int) set enable_mergejoin = off;
