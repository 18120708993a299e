namespace Platform.Domain.Personalization;

/// <summary>What a visitor had, once an item, in the order in which it was told. 16 bytes an item.</summary>
internal sealed class VisitorHistory
{
    private readonly List<KeptInteraction> _kept = [];

    public int Count => _kept.Count;

    public KeptInteraction this[int at] => _kept[at];

    public KeptInteraction Last => _kept[^1];

    /// <summary>-1: the visitor didn't have it.</summary>
    public int IndexOf(int item) => _kept.FindIndex(kept => kept.Item == item);

    public void Add(KeptInteraction kept) => _kept.Add(kept);

    public void Set(int at, KeptInteraction kept) => _kept[at] = kept;

    public void RemoveAt(int at) => _kept.RemoveAt(at);

    /// <summary>The last items, the latest last.</summary>
    public int[] Items(int most = int.MaxValue) => [.. _kept.Skip(Math.Max(0, _kept.Count - most)).Select(kept => kept.Item)];
}

/// <param name="Item">Its number.</param>
/// <param name="Ticks">UTC, of the first contact.</param>
/// <param name="Weight">The largest told.</param>
internal readonly record struct KeptInteraction(int Item, long Ticks, float Weight)
{
    public DateTimeOffset At => new(Ticks, TimeSpan.Zero);
}
