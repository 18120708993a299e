using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Personalization;

/// <summary>What some visitors are shown otherwise.</summary>
/// <param name="Id">The rule; its stream.</param>
/// <param name="SiteId">It counts there and on the sites below.</param>
/// <param name="Key">A rule with the same key on a site below overrides it there.</param>
/// <param name="Name">For people.</param>
/// <param name="Draft">As it's written.</param>
/// <param name="WrittenBy">Who wrote it last.</param>
/// <param name="Live">As it counts; null: it doesn't.</param>
/// <param name="LiveName">What it was called when it was published.</param>
/// <param name="IsPublished">It's live as it's written.</param>
/// <param name="IsProposed">Somebody wants it live as it's written, and somebody else has to agree.</param>
/// <param name="ProposedBy">Who wants it.</param>
/// <param name="RefusedBecause">Why somebody didn't agree, last time; null: nobody refused what is written.</param>
/// <param name="DefinedAt">Since when there is one.</param>
/// <param name="PublishedAt">When it last came live.</param>
/// <param name="PublishedBy">Who let it, or agreed to it.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record RuleDetails(
    Guid Id, Guid SiteId, string Key, string Name, RuleContent Draft, string? WrittenBy, RuleContent? Live, string? LiveName, bool IsPublished, bool IsProposed, string? ProposedBy, string? RefusedBecause,
    DateTimeOffset DefinedAt, DateTimeOffset? PublishedAt, string? PublishedBy, long Version)
{
    public const string ReadModel = "personalization_rules";

    /// <summary>In id order, without archived ones.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="siteId">Only of this site; null: of any.</param>
    /// <param name="among">Only of these sites; null: of any.</param>
    /// <param name="proposed">Only those that wait for somebody's agreement.</param>
    /// <param name="after">Id.</param>
    /// <param name="limit">At most.</param>
    /// <param name="cancel">Gives up.</param>
    public static Task<Answer<RuleDetails>> ListAsync(IQuerySession session, Guid? siteId, IReadOnlyCollection<Guid>? among, bool proposed, Guid after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, """
        select data from read.personalization_rules
        where id > $1 and not is_archived and ($3::uuid is null or site_id = $3) and ($4::uuid[] is null or site_id = any($4)) and (not $5 or is_proposed) order by id limit $2
        """,
        [
            new() { Value = after }, new() { Value = limit }, new() { Value = (object?)siteId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            new() { Value = (object?)among?.ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid }, new() { Value = proposed },
        ], row => Read(row.GetFieldValue<byte[]>(0)).Rule, cancel);

    /// <summary>What changed after a place in the log; of all that there is, those that aren't archived.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="after">-1: all that there is.</param>
    /// <param name="cancel">Gives up.</param>
    public static Task<Answer<KeptRule>> SinceAsync(IQuerySession session, long after, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select data from read.personalization_rules where tenant_id = $1 and changed > $2 and (not is_archived or $2 >= 0)",
        [new() { Value = session.TenantId, NpgsqlDbType = NpgsqlDbType.Varchar }, new() { Value = after }], row => Read(row.GetFieldValue<byte[]>(0)), cancel);

    private static KeptRule Read(byte[] json) => JsonSerializer.Deserialize(json, PersonalizationReadJson.Default.KeptRule)!;
}

/// <summary>A rule as it's shown, with where in the log it last changed.</summary>
/// <param name="Rule">As it is now.</param>
/// <param name="IsArchived">There is none any more.</param>
/// <param name="Changed">Log index of the event that made it so.</param>
public sealed record KeptRule(RuleDetails Rule, bool IsArchived, long Changed);

public sealed class PersonalizationRules : SingleStreamProjection<KeptRule>
{
    public override string Name => RuleDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } =
        Aliases.Of(typeof(RuleDefined), typeof(RuleChanged), typeof(RuleProposed), typeof(RuleRefused), typeof(RulePublished), typeof(RuleWithdrawn), typeof(RuleArchived));

    protected override JsonTypeInfo<KeptRule> Json => PersonalizationReadJson.Default.KeptRule;

    protected override IReadOnlyList<(ReadColumn Column, Func<KeptRule, object?> Value)> Columns { get; } =
    [
        (new("site_id", "uuid not null", NpgsqlDbType.Uuid), d => d.Rule.SiteId),
        (new("is_proposed", "boolean not null", NpgsqlDbType.Boolean), d => d.Rule.IsProposed),
        (new("is_archived", "boolean not null", NpgsqlDbType.Boolean), d => d.IsArchived),
        (new("changed", "bigint not null", NpgsqlDbType.Bigint), d => d.Changed),
    ];

    protected override IReadOnlyList<string> Indexes => ["site_id", "changed"];

    public override AnalystView Analysts { get; } = new(
        "personalization_rules", "What are some visitors shown otherwise?", "a rule", ["id"],
        [
            new("id", "The rule's stream."),
            new("site_id", "It counts there and on the sites below: sites.id."),
            new("key", "A rule with the same key on a site below overrides it there.", "data->'rule'->>'key'", "text"),
            new("name", "For people.", "data->'rule'->>'name'", "text"),
            new("draft", "As it's written, as JSON: priority, condition, actions, pages, from, until, isLocked, isLast.", "data->'rule'->'draft'", "jsonb"),
            new("live", "As it counts, as JSON; null: it doesn't.", "data->'rule'->'live'", "jsonb"),
            new("is_proposed", "Whether it waits for somebody's agreement."),
            new("published_at", "When it last came live, UTC.", "data->'rule'->>'publishedAt'", "timestamptz"),
            new("is_archived", "Whether there is none any more."),
            new("version", "Events of the rule so far.", "data->'rule'->>'version'", "bigint"),
        ],
        "select site_id, key, name, live->>'priority' as priority from analytics.personalization_rules where live is not null order by site_id, key", Permission.RulesRead);

    public override KeptRule? Evolve(KeptRule? document, Event e) => e.Data switch
    {
        RuleDefined d => new(new(d.RuleId, d.SiteId, d.Key, d.Name, d.Content, d.By, null, null, false, false, null, null, e.Timestamp, null, null, e.Version), false, e.Index ?? 0),
        _ when document is null => null,
        RuleChanged c => After(document.Rule with { Name = c.Name, Draft = c.Content, WrittenBy = c.By, IsPublished = false, IsProposed = false, ProposedBy = null, RefusedBecause = null }, e),
        RuleProposed p => After(document.Rule with { IsProposed = true, ProposedBy = p.By, RefusedBecause = null }, e),
        RuleRefused r => After(document.Rule with { IsProposed = false, ProposedBy = null, RefusedBecause = r.Reason }, e),
        RulePublished p => After(document.Rule with { Live = p.Content, LiveName = p.Name, IsPublished = true, IsProposed = false, ProposedBy = null, RefusedBecause = null, PublishedAt = e.Timestamp, PublishedBy = e.Headers.User }, e),
        RuleWithdrawn => After(document.Rule with { Live = null, LiveName = null, IsPublished = false, IsProposed = false, ProposedBy = null }, e),
        RuleArchived => After(document.Rule with { Live = null, LiveName = null, IsPublished = false, IsProposed = false, ProposedBy = null }, e) with { IsArchived = true },
        _ => document,
    };

    private static KeptRule After(RuleDetails rule, Event e) => new(rule with { Version = e.Version }, false, e.Index ?? 0);
}
