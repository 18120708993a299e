using System.Globalization;

namespace Platform.Domain.Analytics;

/// <summary>How often a visitor did something.</summary>
/// <param name="Event">Name, such as page_view; null: whatever visitors do.</param>
/// <param name="SiteId">Where; null: on any site of the tenant.</param>
/// <param name="Page">Path of the page; null: any.</param>
/// <param name="AtLeast">Times, from 0.</param>
/// <param name="AtMost">Times; null: however often.</param>
/// <param name="Days">Of 24 hours, before the moment that it's asked for; null: ever before it.</param>
public sealed record BehaviourCondition(string? Event = null, Guid? SiteId = null, string? Page = null, int AtLeast = 1, int? AtMost = null, int? Days = null)
{
    public const int MaxTimes = 1_000_000, MaxDays = 731;

    private const int LongestName = 200;

    /// <summary>Whether it's as many times as it must be.</summary>
    public bool Admits(int times) => times >= AtLeast && !(times > AtMost);

    internal static FieldErrors Check(string field, BehaviourCondition condition) => new FieldErrors()
        .Add($"{field}.event", condition.Event is { Length: 0 or > LongestName } || condition.Event?.Any(char.IsControl) is true ? Invariant($"Must be 1 to {LongestName} characters, none of them a control character.") : null)
        .Add($"{field}.page", condition.Page is { Length: 0 or > Track.MaxPath } || condition.Page?.Contains('\0') is true ? Invariant($"Must be 1 to {Track.MaxPath} characters, none of them NUL.") : null)
        .Add($"{field}.atLeast", condition.AtLeast is < 0 or > MaxTimes ? Invariant($"Must be 0 to {MaxTimes}.") : null)
        .Add($"{field}.atMost", condition.AtMost is { } most && (most < condition.AtLeast || most > MaxTimes) ? Invariant($"Must be atLeast to {MaxTimes}.")
            : condition.AtLeast == 0 && condition.AtMost is null ? "Must be there where atLeast is 0: else everybody does." : null)
        .Add($"{field}.days", condition.Days is < 1 or > MaxDays ? Invariant($"Must be 1 to {MaxDays}.") : null);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
