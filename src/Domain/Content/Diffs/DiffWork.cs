namespace Platform.Domain.Content;

/// <summary>
/// How much comparing a diff may still do, so that two texts made to be hard can't keep a processor busy. Counted, not timed: the same texts give
/// the same diff everywhere.
/// </summary>
public sealed class DiffWork(long steps)
{
    private long _left = steps;

    /// <summary>Something was left coarser than it could be.</summary>
    public bool Exhausted { get; private set; }

    /// <summary>Takes steps; false once there aren't so many left.</summary>
    public bool Take(long steps)
    {
        if (Exhausted || steps > _left)
            return !(Exhausted = true);
        _left -= steps;
        return true;
    }
}
