using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.EventStore;

namespace Platform.Projections.Security;

/// <summary>What a tenant processes personal data for.</summary>
/// <param name="Id">The purpose's stream.</param>
/// <param name="Name">What consents and objections name it by.</param>
/// <param name="LegalBasis">consent, contract, obligation, vital-interests, public-interest or legitimate-interests.</param>
/// <param name="Description">For those whose data it is.</param>
/// <param name="Categories">Of data: identity, contact, statement.</param>
/// <param name="DefinedAt">When it was first defined.</param>
/// <param name="ChangedAt">Since when it's as it is.</param>
/// <param name="ChangedBy">Who defined it so.</param>
/// <param name="Version">Of the purpose, and of its stream: what consent names, and what If-Match takes.</param>
public sealed record PurposeDetails(
    Guid Id, string Name, string LegalBasis, string Description, ImmutableArray<string> Categories, DateTimeOffset DefinedAt, DateTimeOffset ChangedAt, string? ChangedBy, long Version)
{
    public const string ReadModel = "purposes";

    private const string Columns = "select name, data from read.purposes";

    private const int Batch = 200;

    /// <summary>All of them, in name order.</summary>
    public static async Task<Answer<PurposeDetails>> AllAsync(IQuerySession session, CancellationToken cancel)
    {
        var (purposes, page) = (new List<PurposeDetails>(), await ListAsync(session, "", Batch, cancel));
        for (var first = page; ; page = await ListAsync(session, purposes[^1].Name, Batch, cancel))
        {
            purposes.AddRange(page.Items.Select(p => JsonSerializer.Deserialize(p.Json, SecurityReadJson.Default.PurposeDetails)!));
            if (page.Items.Count < Batch && !page.IsCut)
                return new Answer<PurposeDetails>(purposes, first.Index, first.Lag);
        }
    }

    /// <summary>In name order.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, string after, int limit, CancellationToken cancel) =>
        session.QueryAsync(ReadModel, $"{Columns} where name > $1 order by name limit $2", [new() { Value = after }, new() { Value = limit }], StoredDocument.Read, cancel);
}

public sealed class Purposes : SingleStreamProjection<PurposeDetails>
{
    public override string Name => PurposeDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(PurposeDefined));

    protected override JsonTypeInfo<PurposeDetails> Json => SecurityReadJson.Default.PurposeDetails;

    protected override IReadOnlyList<(ReadColumn Column, Func<PurposeDetails, object?> Value)> Columns { get; } =
        [(new("name", "varchar not null collate \"C\"", NpgsqlTypes.NpgsqlDbType.Varchar), d => d.Name)];

    protected override IReadOnlyList<string> Indexes => ["name"];

    public override AnalystView Analysts { get; } = new(
        "purposes", "What is personal data processed for, and on what basis?", "a purpose of processing", ["id"],
        [
            new("id", "The purpose's stream."),
            new("name", "What consents name it by: data_subjects.consents."),
            new("legal_basis", "consent, contract, obligation, vital-interests, public-interest or legitimate-interests.", "data->>'legalBasis'", "text"),
            new("categories", "Kinds of data that it needs, in order.", "array(select jsonb_array_elements_text(data->'categories'))", "text[]"),
            new("version", "How often it was defined, from 1.", "data->>'version'", "bigint"),
            new("defined_at", "When it was first defined, UTC.", "data->>'definedAt'", "timestamptz"),
            new("changed_at", "Since when it's as it is, UTC.", "data->>'changedAt'", "timestamptz"),
        ],
        "select p.name, count(*) from analytics.purposes p join analytics.data_subjects s on p.name = any (s.consents) group by p.name order by p.name",
        Permission.PrivacyRead, Changed: "changed_at");

    public override PurposeDetails? Evolve(PurposeDetails? document, Event e) => e.Data is PurposeDefined defined
        ? new PurposeDetails(e.StreamId, defined.Name, defined.LegalBasis, defined.Description, defined.Categories, document?.DefinedAt ?? e.Timestamp, e.Timestamp, e.Headers.User, e.Version)
        : document;
}
