-- Who waits for all that is committed asks what is pending: the sequences of concurrent appends come in another order than the log has.
grant select on ledger.pending to platform_projections;
