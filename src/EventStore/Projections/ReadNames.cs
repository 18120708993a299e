using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Platform.EventStore;

/// <summary>
/// Which version of each read model this process's code is written for. Its SQL says <c>read.NAME</c>; what runs is <c>read.NAME_vVERSION</c>, so that nodes
/// of old and new code read their own beside each other. The plain view shows the newest to everybody else.
/// </summary>
internal sealed partial class ReadNames
{
    private readonly Dictionary<string, string> _versioned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _versions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _rewritten = new(StringComparer.Ordinal);

    public ReadNames(IEnumerable<Projection> projections)
    {
        foreach (var projection in projections)
        {
            _versions.Add(projection.Name, projection.Version);
            _versioned.Add(projection.Name, ViewOf(projection));
            if (projection.SumTable is { } sums)
                _versioned.Add(sums.Name, $"{sums.Name}_v{projection.Version}");
            foreach (var function in FunctionsOf(projection))
                _versioned[function] = $"{function}_v{projection.Version}";
        }
    }

    public static string ViewOf(Projection projection) => $"{projection.Name}_v{projection.Version}";

    /// <summary>Names of the functions that a projection defines, without the version.</summary>
    public static IEnumerable<string> FunctionsOf(Projection projection) => CreatedFunction().Matches(projection.Functions ?? "").Select(m => m.Groups[1].Value).Distinct();

    /// <summary>Version of a projection's code; 0 where the name is none of ours.</summary>
    public int VersionOf(string projection) => _versions.GetValueOrDefault(projection);

    /// <summary>The text with the names that this process's code means.</summary>
    public string In(string sql) => _rewritten.GetOrAdd(sql, static (text, names) => Name().Replace(text, m => names.TryGetValue(m.Groups[1].Value, out var name) ? $"read.{name}" : m.Value), _versioned);

    [GeneratedRegex(@"\bread\.([a-z_]+)\b")]
    private static partial Regex Name();

    [GeneratedRegex(@"create (?:or replace )?function read\.([a-z_]+)\b")]
    private static partial Regex CreatedFunction();
}
