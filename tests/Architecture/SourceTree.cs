using System.Xml.Linq;

namespace Platform.Architecture.Tests;

/// <summary>The repository as text: what git would track, without what builds and runs leave behind.</summary>
internal static class SourceTree
{
    private static readonly string[] _notOurs = ["bin", "obj", ".git", ".platform", "TestResults", "node_modules", ".vs", ".idea", "dist", "wwwroot"];
    private static readonly string[] _binary = [".png", ".jpg", ".ico", ".woff2", ".pdf", ".gz", ".zip", ".wasm", ".bin"];

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Paths from the root, with '/'.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Walk(Root).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    /// <summary>The program's and the tests' source.</summary>
    public static IEnumerable<string> Sources =>
        Below("src").Concat(Below("tests")).Where(f => Path.GetExtension(f) is ".cs" or ".sql" or ".ts" or ".tsx" or ".sh");

    public static IEnumerable<string> TextFiles => Files.Where(f => !_binary.Contains(Path.GetExtension(f)));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>Names of the projects below <c>src</c>.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Below("src").Where(f => Path.GetExtension(f) == ".csproj").Select(f => Path.GetFileNameWithoutExtension(f)!)];

    public static XElement Project(string name) => XElement.Parse(Read($"src/{name}/{name}.csproj"));

    /// <summary>Folders that hold source of a project, by its directory such as <c>src/Domain</c>.</summary>
    public static IReadOnlyList<string> FoldersOf(string project) =>
    [
        .. Below(project).Where(f => Path.GetExtension(f) == ".cs")
            .Select(f => f[(project.Length + 1)..].Split('/')).Where(f => f.Length > 1).Select(f => f[0]).Distinct(),
    ];

    /// <summary>Files of a directory and all below it.</summary>
    public static IEnumerable<string> Below(string directory) => Files.Where(f => f.StartsWith(directory + "/", StringComparison.Ordinal));

    private static IEnumerable<string> Walk(string directory) => Directory.EnumerateFiles(directory)
        .Concat(Directory.EnumerateDirectories(directory).Where(d => !_notOurs.Contains(Path.GetFileName(d))).SelectMany(Walk));

    private static string Find(string directory) =>
        File.Exists(Path.Combine(directory, "Platform.sln")) ? directory : Find(Path.GetDirectoryName(directory)!);
}
