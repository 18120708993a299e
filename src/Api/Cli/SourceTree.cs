namespace Platform.Api.Cli;

/// <summary>The repository that the program was built from, for the verbs that work on source.</summary>
internal static class SourceTree
{
    /// <summary>The directory of Platform.sln above the program.</summary>
    /// <exception cref="InvalidOperationException">The program was copied out of its repository.</exception>
    public static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Platform.sln")))
                return directory.FullName;
        }

        throw new InvalidOperationException("This verb needs the repository: run ./platform there.");
    }
}
