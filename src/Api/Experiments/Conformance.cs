namespace Platform.Api.Experiments;

/// <summary>A case of a public conformance file that we answer otherwise.</summary>
/// <param name="Group">Of cases.</param>
/// <param name="Name">Of the case.</param>
/// <param name="Expected">By the file, as JSON.</param>
/// <param name="Actual">Ours, as JSON.</param>
public sealed record ConformanceMiss(string Group, string Name, string Expected, string Actual);

/// <summary>What came of a public conformance file.</summary>
public sealed record ConformanceResult(int Passed, IReadOnlyList<ConformanceMiss> Misses, IReadOnlyDictionary<string, (int Passed, int All)> Groups)
{
    /// <param name="cases">In the file's order; a case that throws misses.</param>
    public static ConformanceResult Of(IEnumerable<ConformanceCase> cases)
    {
        var (passed, misses, groups) = (0, new List<ConformanceMiss>(), new SortedDictionary<string, (int Passed, int All)>(StringComparer.Ordinal));
        foreach (var one in cases)
        {
            string actual;
            bool isAlike;
            try
            {
                (isAlike, actual) = one.Run();
            }
            catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException)
            {
                (isAlike, actual) = (false, $"{e.GetType().Name}: {e.Message}");
            }
            var (before, all) = groups.GetValueOrDefault(one.Group);
            groups[one.Group] = (before + (isAlike ? 1 : 0), all + 1);
            if (isAlike) passed++;
            else misses.Add(new(one.Group, one.Name, one.Expected, actual));
        }
        return new(passed, misses, groups);
    }
}

/// <summary>A case, and how it's tried.</summary>
/// <param name="Group">Of cases.</param>
/// <param name="Name">Of the case.</param>
/// <param name="Expected">As JSON.</param>
/// <param name="Run">Whether ours is alike, and ours as JSON.</param>
public sealed record ConformanceCase(string Group, string Name, string Expected, Func<(bool IsAlike, string Actual)> Run);
