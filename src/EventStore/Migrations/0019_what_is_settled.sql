-- Who waits for all that is committed asks what the log lacks: above the floor a lower id may be committed after a higher one is in the log.
grant select on platform.sequencer to platform_projections;
