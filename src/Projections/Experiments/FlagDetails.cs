using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Experiments;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Experiments;

/// <summary>A feature that is on, off or otherwise, for some or for all.</summary>
/// <param name="Id">The flag; its stream.</param>
/// <param name="Key">What code calls it.</param>
/// <param name="Name">For people.</param>
/// <param name="Content">What it is for whom.</param>
/// <param name="KilledBecause">Why it's its default for everybody; null: its rules count.</param>
/// <param name="DefinedAt">Since when there is one.</param>
/// <param name="DefinedBy">Who made it so.</param>
/// <param name="ChangedAt">When it was last said anew, killed or revived; null: never.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record FlagDetails(Guid Id, string Key, string Name, FlagContent Content, string? KilledBecause, DateTimeOffset DefinedAt, string? DefinedBy, DateTimeOffset? ChangedAt, long Version)
{
    public const string ReadModel = "flags";

    /// <summary>In key order, without archived ones.</summary>
    public static Task<Answer<FlagDetails>> ListAsync(IQuerySession session, string after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select data from read.flags where key > $1 and not is_archived order by key limit $2", [new() { Value = after }, new() { Value = limit }], row => Read(row.GetFieldValue<byte[]>(0)).Flag, cancel);

    /// <summary>What changed after a place in the log, archived ones among it; of all that there is, those that aren't archived.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="after">-1: all that there is.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<KeptFlag>> SinceAsync(IQuerySession session, long after, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select data from read.flags where tenant_id = $1 and changed > $2 and (not is_archived or $2 >= 0)",
        [new() { Value = session.TenantId, NpgsqlDbType = NpgsqlDbType.Varchar }, new() { Value = after }], row => Read(row.GetFieldValue<byte[]>(0)), cancel);

    private static KeptFlag Read(byte[] json) => JsonSerializer.Deserialize(json, ExperimentsReadJson.Default.KeptFlag)!;
}

/// <summary>A flag as it's shown, with where in the log it last changed.</summary>
/// <param name="Flag">As it is now.</param>
/// <param name="IsArchived">There is none any more.</param>
/// <param name="Changed">Log index of the event that made it so.</param>
public sealed record KeptFlag(FlagDetails Flag, bool IsArchived, long Changed);

public sealed class Flags : SingleStreamProjection<KeptFlag>
{
    public override string Name => FlagDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(FlagDefined), typeof(FlagChanged), typeof(FlagKilled), typeof(FlagRevived), typeof(FlagArchived));

    protected override JsonTypeInfo<KeptFlag> Json => ExperimentsReadJson.Default.KeptFlag;

    protected override IReadOnlyList<(ReadColumn Column, Func<KeptFlag, object?> Value)> Columns { get; } =
    [
        (new("key", "varchar collate \"C\" not null", NpgsqlDbType.Varchar), d => d.Flag.Key),
        (new("is_archived", "boolean not null", NpgsqlDbType.Boolean), d => d.IsArchived),
        (new("changed", "bigint not null", NpgsqlDbType.Bigint), d => d.Changed),
    ];

    protected override IReadOnlyList<string> Indexes => ["key", "changed"];

    public override AnalystView Analysts { get; } = new(
        "flags", "Which feature flags are there, and what are they for whom?", "a flag", ["id"],
        [
            new("id", "The flag's stream."),
            new("key", "What code calls it."),
            new("name", "For people.", "data->'flag'->>'name'", "text"),
            new("kind", "Of its values: boolean, text, number or json.", "data->'flag'->'content'->>'kind'", "text"),
            new("default_value", "What it is where no rule says otherwise, as JSON.", "data->'flag'->'content'->'default'", "jsonb"),
            new("rules", "Who gets something else, as JSON: name, condition, value or variants, percent, needs, from, until.", "data->'flag'->'content'->'rules'", "jsonb"),
            new("killed_because", "Why it's its default for everybody; null: its rules count.", "data->'flag'->>'killedBecause'", "text"),
            new("is_archived", "Whether there is none any more."),
            new("defined_at", "Since when there is one, UTC.", "data->'flag'->>'definedAt'", "timestamptz"),
            new("version", "Events of the flag so far.", "data->'flag'->>'version'", "bigint"),
        ],
        "select key, name, killed_because from analytics.flags where not is_archived order by key", Permission.FlagsRead);

    public override KeptFlag? Evolve(KeptFlag? document, Event e) => e.Data switch
    {
        FlagDefined d => new(new(d.FlagId, d.Key, d.Name, d.Content, null, e.Timestamp, e.Headers.User, null, e.Version), false, e.Index ?? 0),
        _ when document is null => null,
        FlagChanged c => After(document, document.Flag with { Name = c.Name, Content = c.Content }, e),
        FlagKilled k => After(document, document.Flag with { KilledBecause = k.Reason }, e),
        FlagRevived => After(document, document.Flag with { KilledBecause = null }, e),
        FlagArchived => After(document, document.Flag, e) with { IsArchived = true },
        _ => document,
    };

    private static KeptFlag After(KeptFlag document, FlagDetails flag, Event e) => document with { Flag = flag with { ChangedAt = e.Timestamp, Version = e.Version }, Changed = e.Index ?? 0 };
}

/// <summary>How the read models of this capability are written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeptFlag))]
[JsonSerializable(typeof(KeptExperiment))]
public sealed partial class ExperimentsReadJson : JsonSerializerContext;
