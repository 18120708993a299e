using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Personalization;

/// <summary>What a recommendation service is asked, by /schemas/recommendation-question.v1.json.</summary>
/// <param name="Version">Of the schema.</param>
/// <param name="Site">The site.</param>
/// <param name="Limit">Items that are of use at most: more than are shown, because some may not be.</param>
/// <param name="Candidates">The local model's best, in order of ids so that the same ones are the same question; none where it isn't to be told.</param>
/// <param name="Item">What is being read.</param>
/// <param name="Locale">Of what is being read.</param>
/// <param name="Visitor">Null: nobody of whom something may be told.</param>
public sealed record ServiceQuestion(int Version, Guid Site, int Limit, ImmutableArray<Guid> Candidates, Guid? Item = null, string? Locale = null, ServiceVisitor? Visitor = null)
{
    public const int CurrentVersion = 1;

    /// <summary>The same question is the same bytes: UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ServiceJson.Default.ServiceQuestion);
}

/// <summary>What a service is told of a visitor who agreed to be recognised: no number, no time, no page.</summary>
/// <param name="Affinities">What they are drawn to, by dimension, the strongest first, at most 20 of each.</param>
/// <param name="Recent">Items they had last on the site, the latest first, at most 50.</param>
public sealed record ServiceVisitor(ImmutableArray<ServiceAffinity> Affinities, ImmutableArray<Guid> Recent)
{
    private const int MostOfDimension = 20, MostRecent = 50, Decimals = 2;
    private const string Item = "item";

    /// <param name="acts">Of somebody who agreed to be recognised, in any order; those of other sites are left out.</param>
    /// <param name="siteId">The site.</param>
    /// <param name="settings">What profiles are made of.</param>
    /// <param name="now">As of when.</param>
    /// <param name="isShown">The site may show an item: of others nothing is told.</param>
    /// <returns>Null: there is nothing to tell.</returns>
    public static ServiceVisitor? Of(ImmutableArray<VisitorAct> acts, Guid siteId, ProfileSettings settings, DateTimeOffset now, Func<Guid, bool> isShown)
    {
        ImmutableArray<VisitorAct> here = [.. acts.Where(act => act.SiteId == siteId)];
        var ids = settings.Dimensions.Where(dimension => dimension.Prop == Item).Select(dimension => dimension.Name).ToHashSet(StringComparer.Ordinal);
        // Shares, and few digits: weights are others each moment, and the question with them.
        var affinities = VisitorProfile.Of(here, Fields.Empty, settings, now).Affinities.Where(affinity => !ids.Contains(affinity.Dimension))
            .GroupBy(affinity => affinity.Dimension, StringComparer.Ordinal)
            .SelectMany(group => group.Take(MostOfDimension).Select(affinity => new ServiceAffinity(affinity.Dimension, affinity.Value, Math.Round(affinity.Share, Decimals))));
        var recent = here.OrderByDescending(act => act.At).ThenByDescending(act => act.EventId).Select(ItemOf).OfType<Guid>().Distinct().Where(isShown).Take(MostRecent);
        var visitor = new ServiceVisitor([.. affinities], [.. recent]);
        return visitor.Affinities.IsEmpty && visitor.Recent.IsEmpty ? null : visitor;
    }

    private static Guid? ItemOf(VisitorAct act) =>
        act.Props?.Find(Item) is { ValueKind: JsonValueKind.String } value && Guid.TryParseExact(value.GetString(), "D", out var id) ? id : null;
}

/// <summary>What a visitor is drawn to.</summary>
/// <param name="Dimension">Such as topic.</param>
/// <param name="Value">Such as sport.</param>
/// <param name="Share">Of all that the dimension has of them, 0 to 1.</param>
public sealed record ServiceAffinity(string Dimension, string Value, double Share);

/// <summary>How a service is asked.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServiceQuestion))]
internal sealed partial class ServiceJson : JsonSerializerContext;
