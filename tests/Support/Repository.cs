namespace Platform.Tests.Support;

/// <summary>The checkout that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The directory of Platform.sln.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string directory) =>
        File.Exists(Path.Combine(directory, "Platform.sln")) ? directory
        : Path.GetDirectoryName(directory) is { } parent ? Find(parent)
        : throw new DirectoryNotFoundException("No directory above the test binary holds Platform.sln.");
}
