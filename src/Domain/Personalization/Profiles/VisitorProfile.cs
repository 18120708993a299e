using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain.Analytics;

namespace Platform.Domain.Personalization;

/// <summary>What a visitor is drawn to.</summary>
/// <param name="Dimension">Such as topic.</param>
/// <param name="Value">Such as sport.</param>
/// <param name="Weight">What they did, each act halved for every half-life that it lies back.</param>
/// <param name="Share">Of all that the dimension has of them, 0 to 1.</param>
public sealed record Affinity(string Dimension, string Value, double Weight, double Share);

/// <summary>How often something was so.</summary>
/// <param name="Value">What.</param>
/// <param name="Times">Acts of which it was so.</param>
public sealed record SeenValue(string Value, int Times);

/// <summary>An act that an attribute comes of.</summary>
/// <param name="EventId">The event in the ledger.</param>
/// <param name="At">When it happened.</param>
/// <param name="Name">What was done.</param>
/// <param name="Page">Path of the page.</param>
/// <param name="Weight">What it weighs by now; of what isn't weighed 1.</param>
public sealed record ProfileReason(Guid EventId, DateTimeOffset At, string Name, string Page, double Weight);

/// <summary>What is known of a visitor who agreed to be recognised: made of what they did, and of nothing else than that and what they said that they prefer.</summary>
/// <param name="At">As of when.</param>
/// <param name="FirstSeen">When they first did something; null: never.</param>
/// <param name="LastSeen">When they last did something.</param>
/// <param name="Visits">Visits, by pauses of more than 30 minutes on a site.</param>
/// <param name="PageViews">Pages that they were shown.</param>
/// <param name="Affinities">By dimension, the strongest first, at most 50 of each.</param>
/// <param name="Devices">The most frequent first.</param>
/// <param name="Countries">The most frequent first.</param>
/// <param name="Preferences">What they said.</param>
public sealed record VisitorProfile(
    DateTimeOffset At, DateTimeOffset? FirstSeen, DateTimeOffset? LastSeen, int Visits, int PageViews, ImmutableArray<Affinity> Affinities, ImmutableArray<SeenValue> Devices,
    ImmutableArray<SeenValue> Countries, Fields Preferences)
{
    /// <summary>Acts that a profile is made of at most: the latest.</summary>
    public const int MostActs = 1_000;

    private const int MostOfDimension = 50, MostValuesOfProp = 20, LongestValue = 100;

    /// <param name="acts">In any order; those to come are left out.</param>
    /// <param name="preferences">What they said.</param>
    /// <param name="settings">What profiles are made of.</param>
    /// <param name="now">As of when.</param>
    public static VisitorProfile Of(ImmutableArray<VisitorAct> acts, Fields preferences, ProfileSettings settings, DateTimeOffset now)
    {
        var past = acts.Where(act => act.At <= now).OrderBy(act => act.At).ThenBy(act => act.EventId).ToArray();
        return new(
            now, past.FirstOrDefault()?.At, past.LastOrDefault()?.At, VisitsOf(past).Count, past.Count(act => act.Name == "page_view"), [.. settings.Dimensions.SelectMany(dimension => Drawn(past, dimension, settings, now))],
            Seen(past, act => act.Device), Seen(past, act => act.Country), preferences);
    }

    /// <summary>As conditions look at it: visits, page_views, days_since_first, days_since_last, is_returning, device, devices, country, countries, affinity (dimension, value: share), top (dimension: value), preferences.</summary>
    public AttributeValue Attributes() => AttributeValue.Of(new Dictionary<string, AttributeValue>(StringComparer.Ordinal)
    {
        ["visits"] = AttributeValue.Of(Visits),
        ["page_views"] = AttributeValue.Of(PageViews),
        ["days_since_first"] = DaysSince(FirstSeen),
        ["days_since_last"] = DaysSince(LastSeen),
        ["is_returning"] = AttributeValue.Of(Visits > 1),
        ["device"] = AttributeValue.Of(Devices.FirstOrDefault()?.Value),
        ["devices"] = AttributeValue.Of(Devices.Select(seen => AttributeValue.Of(seen.Value))),
        ["country"] = AttributeValue.Of(Countries.FirstOrDefault()?.Value),
        ["countries"] = AttributeValue.Of(Countries.Select(seen => AttributeValue.Of(seen.Value))),
        ["affinity"] = AttributeValue.Of(Affinities.GroupBy(affinity => affinity.Dimension, StringComparer.Ordinal)
            .Select(group => KeyValuePair.Create(group.Key, AttributeValue.Of(group.Select(affinity => KeyValuePair.Create(affinity.Value, AttributeValue.Of(affinity.Share))))))),
        ["top"] = AttributeValue.Of(Affinities.GroupBy(affinity => affinity.Dimension, StringComparer.Ordinal).Select(group => KeyValuePair.Create(group.Key, AttributeValue.Of(group.First().Value)))),
        ["preferences"] = AttributeValue.Of(Preferences.Values.Select(member => KeyValuePair.Create(member.Key, AttributeValue.Of(member.Value)))),
    });

    /// <summary>The acts that an attribute comes of, the weightiest and then the latest first; null: there is no such attribute, or it doesn't come of acts.</summary>
    /// <param name="attribute">As conditions name it within a profile, such as visits or affinity.topic.sport.</param>
    /// <param name="acts">As for the profile.</param>
    /// <param name="settings">As for the profile.</param>
    /// <param name="now">As for the profile.</param>
    public static ImmutableArray<ProfileReason>? Why(string attribute, ImmutableArray<VisitorAct> acts, ProfileSettings settings, DateTimeOffset now)
    {
        var past = acts.Where(act => act.At <= now).OrderBy(act => act.At).ThenBy(act => act.EventId).ToArray();
        var parts = attribute.Split('.', 3);
        return parts switch
        {
            ["visits" or "is_returning"] => Plain(VisitsOf(past)),
            ["page_views"] => Plain(past.Where(act => act.Name == "page_view")),
            ["days_since_first"] => Plain(past.Take(1)),
            ["days_since_last"] => Plain(past.TakeLast(1)),
            ["device" or "devices"] => Plain(past),
            ["country" or "countries"] => Plain(past.Where(act => act.Country is not null)),
            ["affinity", var name, var value] when settings.Dimensions.FirstOrDefault(one => one.Name == name) is { } dimension => Weighed(past.Where(act => ValuesOf(act, dimension).Contains(value)), dimension),
            ["top", var name] when settings.Dimensions.FirstOrDefault(one => one.Name == name) is { } dimension
                && Drawn(past, dimension, settings, now).FirstOrDefault()?.Value is { } value => Weighed(past.Where(act => ValuesOf(act, dimension).Contains(value)), dimension),
            _ => null,
        };

        ImmutableArray<ProfileReason> Plain(IEnumerable<VisitorAct> some) => [.. some.Reverse().Select(act => new ProfileReason(act.EventId, act.At, act.Name, act.Page, 1))];

        ImmutableArray<ProfileReason> Weighed(IEnumerable<VisitorAct> some, AffinityDimension dimension) =>
        [
            .. some.Select(act => new ProfileReason(act.EventId, act.At, act.Name, act.Page, WeightOf(act, dimension, settings, now)))
                .Where(reason => reason.Weight > 0).OrderByDescending(reason => reason.Weight).ThenByDescending(reason => reason.At),
        ];
    }

    private static IEnumerable<Affinity> Drawn(VisitorAct[] acts, AffinityDimension dimension, ProfileSettings settings, DateTimeOffset now)
    {
        var weights = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var act in acts)
            if (WeightOf(act, dimension, settings, now) is > 0 and var weight)
                foreach (var value in ValuesOf(act, dimension))
                    weights[value] = weights.GetValueOrDefault(value) + weight;
        var all = weights.Values.Sum();
        return weights.OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal).Take(MostOfDimension).Select(one => new Affinity(dimension.Name, one.Key, one.Value, one.Value / all));
    }

    private static double WeightOf(VisitorAct act, AffinityDimension dimension, ProfileSettings settings, DateTimeOffset now) =>
        settings.WeightOf(act.Name) * double.Exp2(-(now - act.At).TotalDays / dimension.HalfLifeDays);

    private static IEnumerable<string> ValuesOf(VisitorAct act, AffinityDimension dimension)
    {
        var text = dimension.Prop is not { } prop ? act.Page.Split('/', 3) is [_, { Length: > 0 } section, ..] ? section : null
            : act.Props?.Find(prop) is not { } value ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? AttributeValue.Of(value).ToString()
            : null;
        return text is null ? []
            : text.Split(',', MostValuesOfProp, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(one => one.Length <= LongestValue).Distinct(StringComparer.Ordinal);
    }

    /// <summary>The first act of each visit: of the same site, after a pause of more than <see cref="Visit.Inactivity"/>.</summary>
    private static List<VisitorAct> VisitsOf(VisitorAct[] past)
    {
        var (visits, last) = (new List<VisitorAct>(), new Dictionary<Guid, DateTimeOffset>());
        foreach (var act in past)
        {
            if (!last.TryGetValue(act.SiteId, out var before) || act.At - before > Visit.Inactivity) visits.Add(act);
            last[act.SiteId] = act.At;
        }
        return visits;
    }

    private static ImmutableArray<SeenValue> Seen(VisitorAct[] past, Func<VisitorAct, string?> valueOf) =>
    [
        .. past.Select(valueOf).OfType<string>().CountBy(value => value, StringComparer.Ordinal).OrderByDescending(seen => seen.Value).ThenBy(seen => seen.Key, StringComparer.Ordinal)
            .Select(seen => new SeenValue(seen.Key, seen.Value)),
    ];

    private AttributeValue DaysSince(DateTimeOffset? then) => then is { } at ? AttributeValue.Of(Math.Floor((At - at).TotalDays)) : AttributeValue.Null;
}
