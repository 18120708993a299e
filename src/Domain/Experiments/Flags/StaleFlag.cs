using Platform.Domain.Personalization;

namespace Platform.Domain.Experiments;

/// <summary>Whether a flag still decides anything.</summary>
public static class StaleFlag
{
    /// <summary>Why code needn't ask for it any more; null: it's still needed.</summary>
    /// <param name="content">What it is for whom.</param>
    /// <param name="isKilled">Its default counts for everybody.</param>
    /// <param name="now">When it's asked.</param>
    public static string? WhyOf(FlagContent content, bool isKilled, DateTimeOffset now)
    {
        if (isKilled) return "It's killed: everybody gets the default.";
        var counting = content.Rules.Where(rule => rule.Until is not { } until || until > now).ToArray();
        if (counting.Length == 0) return content.Rules.IsEmpty ? "It has no rules: everybody gets the default." : "All its rules are over: everybody gets the default.";
        if (counting.All(rule => rule.Variants is null && rule.Value == content.Default)) return "All its rules give the default.";
        return counting[0] is { Value: not null, Percent: null or 100, Needs: null or [], From: var from } && counting[0].Condition == Condition.Always && (from is not { } begins || begins <= now)
            ? $"Everybody gets what its rule {counting[0].Name} gives." : null;
    }
}
