using Platform.Ledger;

namespace Platform.Api.Cli;

/// <summary>The findings of a verification, the first of very many.</summary>
internal sealed class FindingList
{
    private const int MostShown = 1_000;

    private long _count;

    public List<Finding> Shown { get; } = [];

    public void Add(Finding finding)
    {
        _count++;
        if (Shown.Count < MostShown)
            Shown.Add(finding);
    }

    /// <summary>Prints two lines a finding, for people.</summary>
    public void Print()
    {
        foreach (var f in Shown)
            Console.WriteLine($"{f.Code}  tenant {f.Tenant ?? "-"}  stream {f.Stream?.ToString() ?? "-"}  version {f.Version?.ToString(null, null) ?? "-"}  index {f.Index?.ToString(null, null) ?? "-"}\n  {f.Detail}");
        if (_count > Shown.Count)
            Console.WriteLine($"... and {_count - Shown.Count} more");
    }
}
