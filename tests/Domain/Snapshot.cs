using System.Runtime.CompilerServices;

namespace Platform.Domain.Tests;

/// <summary>Holds a text against the file of that name beside the test.</summary>
public static class Snapshot
{
    /// <param name="name">File name of the snapshot, such as <c>EventShapes.snapshot.json</c>.</param>
    /// <param name="text">The text as it is now.</param>
    /// <param name="caller">Filled in by the compiler.</param>
    public static void Match(string name, string text, [CallerFilePath] string caller = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(caller)!, name);
        var actual = text.ReplaceLineEndings("\n").TrimEnd() + "\n";

        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        var expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (actual != expected) Assert.Fail(Explain(name, expected.Split('\n'), actual.Split('\n')));
    }

    private static string Explain(string name, string[] expected, string[] actual)
    {
        var line = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"""
            {name} differs from line {line + 1} on.
            expected: {expected.ElementAtOrDefault(line) ?? "(nothing)"}
            actual:   {actual.ElementAtOrDefault(line) ?? "(nothing)"}
            If the change is meant, run the tests once with UPDATE_SNAPSHOTS=1 and review the difference.
            """;
    }
}
