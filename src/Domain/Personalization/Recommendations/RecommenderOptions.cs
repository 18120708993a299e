using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>Bounds and half-lives of a recommender.</summary>
public sealed record RecommenderOptions
{
    public static RecommenderOptions Default { get; } = new();

    /// <summary>Of trending; at least one.</summary>
    public ImmutableArray<TimeSpan> HalfLives { get; init; } = [TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromHours(24), TimeSpan.FromDays(7)];

    /// <summary>In which what is new loses half of its newness.</summary>
    public TimeSpan Freshness { get; init; } = TimeSpan.FromDays(2);

    /// <summary>Items at a time, withdrawn ones that nothing has replaced yet included.</summary>
    public int MostItems { get; init; } = 20_000;

    /// <summary>Visitors at a time: for a new one, one that did nothing for long is forgotten.</summary>
    public int MostVisitors { get; init; } = 100_000;

    /// <summary>
    /// Items kept of a visitor; for a new one the first is forgotten, and counts no more. Whatever a visitor does, no more than this says
    /// anything.
    /// </summary>
    public int MostKept { get; init; } = 200;

    /// <summary>Last items of a visitor that scores are made of.</summary>
    public int MostHad { get; init; } = 50;

    /// <summary>Pairs kept of an item (<see cref="CoVisits"/>).</summary>
    public int MostNeighbours { get; init; } = 500;

    /// <summary>Items that a choice is compared with when weights are learnt: all, or evenly drawn ones.</summary>
    public int MostCompared { get; init; } = 4096;

    /// <summary>
    /// Items that learning looks at for each contact, on average: with more items than that only every so many contacts are learnt from.
    /// </summary>
    public int LearningBudget { get; init; } = 1000;

    /// <summary>How many times a topic counts as a word.</summary>
    public int TopicWeight { get; init; } = 3;
}
