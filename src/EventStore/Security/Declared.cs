namespace Platform.EventStore;

/// <summary>What of the database is beyond row-level security, and why that's right: whatever isn't named here and lies beyond it is a finding.</summary>
public static class Declared
{
    /// <summary>Tables without a tenant, each with its reason.</summary>
    public static IReadOnlyDictionary<string, string> GlobalTables { get; } = new Dictionary<string, string>
    {
        ["public.mt_event_progression"] = "Marten's, how far its own projections are: no tenant's data.",
        ["public.mt_high_water_skips"] = "Marten's, gaps in the sequence: numbers only.",
        ["public.platform_migration"] = "Which scripts have run.",
        ["ledger.epoch"] = "The log's own name and epochs.",
        ["ledger.event"] = "Hashes by sequence; the tenant is hashed in, and the application has no right on it.",
        ["ledger.tile"] = "The public log's hashes.",
        ["ledger.edge"] = "The public log's hashes at its right edge.",
        ["ledger.head"] = "The last checkpoint: size and root.",
        ["ledger.checkpoint"] = "Earlier checkpoints.",
        ["ledger.key"] = "Public keys of the log and of its writer.",
        ["ledger.writer"] = "The writer's public key.",
        ["ledger.writer_signature"] = "Signatures by sequence; the application has no right on it.",
        ["platform.lease"] = "Which process does what.",
        ["platform.projection"] = "How far each read model is, for all tenants at once.",
        ["platform.paused_projection"] = "Which read models don't follow for now, for all tenants at once.",
        ["platform.skipped_event"] = "Sequences that read models leave out.",
        ["platform.subscription"] = "How far each subscription is, for all tenants at once.",
        ["platform.build_progress"] = "How far builds of read models are, for all tenants at once.",
        ["platform.sequencer"] = "How far the log is.",
        ["platform.analyst_view"] = "What the analysts' views were made from.",
    };

    /// <summary>Functions that the application may call and that run with the rights of their owner, so past every policy, each with its reason.</summary>
    public static IReadOnlyDictionary<string, string> OwnersFunctions { get; } = new Dictionary<string, string>
    {
        ["ledger.hashes"] = "Hashes by sequence, which the public log has too.",
        ["ledger.entry_of"] = "An entry's hashes by sequence; its body is read under the policy.",
        ["ledger.find_event"] = "A sequence by event id; the event is read under the policy.",
        ["ledger.index_of"] = "A place in the log by sequence.",
        ["ledger.size"] = "The log's size.",
        ["ledger.name"] = "The log's name.",
        ["ledger.origins"] = "The log's names.",
        ["ledger.countersign"] = "Stores the writer's signatures, of whatever tenant's events; reads nothing.",
        ["ledger.rotate_writer"] = "Changes the writer's key, on the word of an event of the platform's own tenant.",
        ["platform.forget_outcomes"] = "Removes idempotency keys of all tenants once they are a day old; answers how many.",
        ["platform.forget_accepted"] = "Removes ids of all tenants two days after they were accepted; answers how many.",
        ["platform.forget_allowances"] = "Removes what was counted of days that are over, of all tenants; answers nothing.",
        ["platform.count_parked"] = "Counts by read model.",
        ["platform.allow_analyst"] = "Makes the login that an event of the current tenant decided on.",
        ["platform.revoke_analyst"] = "Takes away the login that an event of the current tenant decided on.",
        ["platform.watch_analysts"] = "Ends analysts' sessions that keep others waiting; answers how many.",
        ["platform.subscription_status"] = "Counts by subscription.",
        ["platform.age_of_index"] = "An age by place in the log.",
        ["read.find_content"] = "Hits of the current tenant, which it names itself, so that the index is used.",
        ["read.figures_of_tenants"] = "Sums over six tenants and more of a week that is over, bounded and rounded so that none tells of a single tenant.",
        ["read.find_audit"] = "Entries of the current tenant, which it names itself, so that the index is used.",
    };
}
