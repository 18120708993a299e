using System.Collections.Immutable;
using Npgsql;

namespace Platform.Api.Content;

/// <param name="Path">Relative to what is imported, <c>/</c> between folders, Unicode NFC.</param>
/// <param name="FullPath">Where it lies.</param>
public sealed record ArticlePath(string Path, string FullPath);

/// <summary>The Markdown files below a directory. Symbolic links aren't followed, and names that start with a dot are passed over.</summary>
/// <param name="Files">In order of their paths.</param>
/// <param name="Refused">Folders that couldn't be looked into, and files that share their path with another.</param>
public sealed record ArticleDirectory(ImmutableArray<ArticlePath> Files, ImmutableArray<ImportRefusal> Refused)
{
    public const int MaxFiles = 1_000_000;
    public const int MaxDepth = 64;

    private static readonly EnumerationOptions Visible = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden | FileAttributes.System | FileAttributes.Device,
        IgnoreInaccessible = false,
    };

    /// <param name="root">The directory.</param>
    /// <param name="database">Any connection to a UTF-8 database: without ICU, .NET has no Unicode normalization and PostgreSQL has.</param>
    /// <param name="cancel">Stops listing.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="ImportImpossibleException">More than <see cref="MaxFiles"/>.</exception>
    public static async Task<ArticleDirectory> ListAsync(string root, NpgsqlDataSource database, CancellationToken cancel)
    {
        var directory = new DirectoryInfo(root);
        if (!directory.Exists)
            throw new DirectoryNotFoundException($"There is no directory {root}.");
        var files = new List<ArticlePath>();
        var refused = new List<ImportRefusal>();
        List(directory, "", 1, files, refused, cancel);
        return await ComposeAsync(files, refused, database, cancel);
    }

    /// <summary>Whether a path that isn't among <see cref="Files"/> may be there all the same, in a folder that couldn't be looked into.</summary>
    public bool MayHave(string path) => Refused.Any(u => u.Path.Length == 0 || path.StartsWith($"{u.Path}/", StringComparison.Ordinal));

    private static void List(DirectoryInfo directory, string prefix, int depth, List<ArticlePath> files, List<ImportRefusal> refused, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (depth > MaxDepth)
        {
            refused.Add(new(prefix.TrimEnd('/'), $"The folder lies deeper than {MaxDepth} levels."));
            return;
        }
        try
        {
            foreach (var entry in directory.EnumerateFileSystemInfos("*", Visible))
                if (entry is DirectoryInfo folder)
                    List(folder, $"{prefix}{folder.Name}/", depth + 1, files, refused, cancel);
                else if (entry.Extension.ToLowerInvariant() is ".md" or ".markdown")
                    files.Add(new($"{prefix}{entry.Name}", entry.FullName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            refused.Add(new(prefix.TrimEnd('/'), $"The folder can't be read: {e.Message}"));
        }
        if (files.Count > MaxFiles)
            throw new ImportImpossibleException($"There are more than {MaxFiles} files.");
    }

    private static async Task<ArticleDirectory> ComposeAsync(List<ArticlePath> files, List<ImportRefusal> refused, NpgsqlDataSource database, CancellationToken cancel)
    {
        var composed = await UnicodeNames.ComposeAsync([.. files.Select(f => f.Path), .. refused.Select(u => u.Path)], database, cancel);
        var folders = refused.Select((u, i) => u with { Path = composed[files.Count + i] });
        var named = files.Select((f, i) => f with { Path = composed[i] })
            .OrderBy(f => f.Path, StringComparer.Ordinal).ThenBy(f => f.FullPath, StringComparer.Ordinal)
            .ToLookup(f => f.Path, StringComparer.Ordinal);
        var twins = named.SelectMany(same => same.Skip(1), (same, _) => new ImportRefusal(same.Key, "Another file has the same path but for its Unicode form."));
        return new([.. named.Select(same => same.First())], [.. folders, .. twins]);
    }
}
