namespace Platform.Ledger.Tests;

internal static class Repository
{
    /// <summary>The repository's root: the nearest directory above the test binary that holds the solution.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string directory) =>
        File.Exists(Path.Combine(directory, "Platform.sln")) ? directory
        : Path.GetDirectoryName(directory) is { } parent ? Find(parent)
        : throw new DirectoryNotFoundException("No directory above the test binary holds Platform.sln.");
}
