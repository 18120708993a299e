using System.Text.RegularExpressions;

namespace Platform.Domain.Identity;

/// <summary>The name of a tenant's own role: 1-63 lower-case letters, digits and hyphens, a letter first; none of the built-in ones.</summary>
public static partial class RoleName
{
    /// <summary>What is wrong with it, as a sentence; null: nothing.</summary>
    public static string? Problem(string? name) =>
        string.IsNullOrEmpty(name) ? "Is required."
        : !Form().IsMatch(name) ? "Must be 1 to 63 lower-case letters, digits and hyphens, a letter first."
        : BuiltInRoles.All.ContainsKey(name) ? "Is the name of a built-in role."
        : null;

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,62}\z")]
    private static partial Regex Form();
}
