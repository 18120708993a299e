namespace Platform.Tests.Support;

/// <summary>
/// Public case collections that lie beside the repository, in <c>../shared/acceptance</c> or where <c>PLATFORM_ACCEPTANCE</c> says.
/// </summary>
public static class AcceptanceSets
{
    /// <summary>The set's folder, or null if it isn't on this machine.</summary>
    /// <param name="name">Such as <c>identity/jose</c>.</param>
    public static string? Find(string name)
    {
        var folder = Environment.GetEnvironmentVariable("PLATFORM_ACCEPTANCE") is { Length: > 0 } given
            ? Path.Combine(given, name)
            : Path.Combine(Repository.Root, "..", "shared", "acceptance", name);
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }

    /// <summary>What a test says when it is skipped for want of its set.</summary>
    public static string Absent(string name) => $"not run: acceptance set {name} absent";
}
