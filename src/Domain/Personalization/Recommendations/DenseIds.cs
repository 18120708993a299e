namespace Platform.Domain.Personalization;

/// <summary>
/// Small whole numbers for ids, from 0, so that models are arrays. A number that was freed is given again. About 60 bytes an id.
/// </summary>
/// <param name="most">Ids at a time.</param>
public sealed class DenseIds(int most)
{
    private readonly Dictionary<Guid, int> _numbers = [];
    private readonly List<Guid> _ids = [];
    private readonly Stack<int> _free = new();

    /// <summary>Ids that have a number.</summary>
    public int Count => _numbers.Count;

    /// <summary>One above the largest number ever given.</summary>
    public int End => _ids.Count;

    public bool IsFull => _numbers.Count >= most;

    /// <summary>The id that a number was last given to.</summary>
    public Guid this[int number] => _ids[number];

    /// <summary>-1: it has none.</summary>
    public int Find(Guid id) => _numbers.GetValueOrDefault(id, -1);

    /// <summary>The id's number, given now if it has none; -1: there is none left.</summary>
    public int Intern(Guid id)
    {
        if (_numbers.TryGetValue(id, out var number))
            return number;
        if (IsFull)
            return -1;
        if (_free.TryPop(out number))
            _ids[number] = id;
        else
        {
            number = _ids.Count;
            _ids.Add(id);
        }
        _numbers.Add(id, number);
        return number;
    }

    public void Free(Guid id)
    {
        if (!_numbers.Remove(id, out var number))
            return;
        _ids[number] = Guid.Empty;
        _free.Push(number);
    }
}
