using System.Text.Json;
using Platform.Domain.Analytics;

namespace Platform.Domain.Personalization;

/// <summary>A visitor said what they prefer.</summary>
/// <param name="VisitorId">Their number.</param>
/// <param name="Preferences">All of it, instead of what they said before.</param>
[EventType("personalization.preferences-set")]
public sealed record PreferencesSet(Guid VisitorId, Fields Preferences);

/// <summary>A site knows who a visitor is: whoever else it knows to be the same is one with them.</summary>
/// <param name="VisitorId">Number of a browser's visitor.</param>
/// <param name="KnownId">Number of the person: an HMAC of what the site calls them.</param>
[EventType("personalization.visitor-identified")]
public sealed record VisitorIdentified(Guid VisitorId, Guid KnownId);

/// <summary>The visitor is by themselves again.</summary>
[EventType("personalization.visitor-separated")]
public sealed record VisitorSeparated(Guid VisitorId);

/// <summary>What the visitor said, and who a site knew them to be, doesn't count any more.</summary>
[EventType("personalization.visitor-choices-forgotten")]
public sealed record VisitorChoicesForgotten(Guid VisitorId);

/// <summary>What a visitor said of themselves, and a site of them.</summary>
[StateType("personalization.visitor-choices", 1)]
public sealed record VisitorChoices : IState<VisitorChoices>
{
    public static VisitorChoices Initial { get; } = new();

    /// <summary>The stream of a visitor.</summary>
    /// <param name="visitorId">Their number.</param>
    public static Guid IdOf(Guid visitorId) => DerivedId.From("personalization.visitor", visitorId.ToString());

    public Fields Preferences { get; init; } = Fields.Empty;

    public Guid? KnownId { get; init; }

    public long Version { get; init; }

    /// <summary>Something counts.</summary>
    public bool Exists => !Preferences.IsEmpty || KnownId is not null;

    public VisitorChoices Evolve(object @event, long version) => @event switch
    {
        PreferencesSet e => this with { Preferences = e.Preferences, Version = version },
        VisitorIdentified e => this with { KnownId = e.KnownId, Version = version },
        VisitorSeparated => this with { KnownId = null, Version = version },
        VisitorChoicesForgotten => Initial with { Version = version },
        _ => this with { Version = version },
    };
}

/// <summary>Says what a visitor prefers.</summary>
/// <param name="VisitorId">Their number.</param>
/// <param name="Preferences">At most 20 texts (200 characters), numbers, booleans and lists of 20 texts, 1,024 bytes in all; it's all that counts from now on.</param>
public sealed record SetPreferences(Guid VisitorId, Fields Preferences) : ICommand<SetPreferences, VisitorChoices>
{
    public const int MostMembers = 20, MostBytes = 1_024;

    private const int LongestText = 200, MostItems = 20;

    public static Decision Decide(SetPreferences command, VisitorChoices state)
    {
        var preferences = command.Preferences.WithoutNulls();
        var errors = new FieldErrors().Add("preferences", preferences.Values.Count > MostMembers ? $"Must have at most {MostMembers} members."
            : preferences.CountBytes() > MostBytes ? $"Must have at most {MostBytes} bytes." : null);
        foreach (var (name, value) in preferences.Values.Take(MostMembers))
            errors.Add($"preferences.{name}", !AnalyticsName.IsOne(name) ? $"Of its name: {AnalyticsName.Rule}" : Refuse(value));
        return errors.Rejection is { } invalid ? invalid : preferences == state.Preferences ? Decision.Nothing : Decision.Of(new PreferencesSet(command.VisitorId, preferences));
    }

    private static string? Refuse(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => IsShort(value) ? null : $"Must have at most {LongestText} characters.",
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => null,
        JsonValueKind.Array when value.GetArrayLength() <= MostItems && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && IsShort(item)) => null,
        _ => $"Must be a text, a number, a boolean or a list of at most {MostItems} texts.",
    };

    private static bool IsShort(JsonElement text) => text.GetString()!.Length <= LongestText;
}

/// <summary>Says who a visitor is.</summary>
/// <param name="VisitorId">Number of a browser's visitor.</param>
/// <param name="KnownId">Number of the person.</param>
public sealed record IdentifyVisitor(Guid VisitorId, Guid KnownId) : ICommand<IdentifyVisitor, VisitorChoices>
{
    public static Decision Decide(IdentifyVisitor command, VisitorChoices state) =>
        state.KnownId == command.KnownId ? Decision.Nothing : Decision.Of(new VisitorIdentified(command.VisitorId, command.KnownId));
}

/// <summary>Says that a browser isn't that person's any more.</summary>
/// <param name="VisitorId">Number of a browser's visitor.</param>
public sealed record SeparateVisitor(Guid VisitorId) : ICommand<SeparateVisitor, VisitorChoices>
{
    public static Decision Decide(SeparateVisitor command, VisitorChoices state) => state.KnownId is null ? Decision.Nothing : Decision.Of(new VisitorSeparated(command.VisitorId));
}

/// <summary>Lets go of what a visitor said of themselves, and sites of them.</summary>
/// <param name="VisitorId">Their number.</param>
public sealed record ForgetVisitorChoices(Guid VisitorId) : ICommand<ForgetVisitorChoices, VisitorChoices>
{
    public static Decision Decide(ForgetVisitorChoices command, VisitorChoices state) => state.Exists ? Decision.Of(new VisitorChoicesForgotten(command.VisitorId)) : Decision.Nothing;
}
