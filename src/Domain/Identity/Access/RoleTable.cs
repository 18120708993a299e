using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>A role as decisions about access know it.</summary>
/// <param name="Name">As grants and tokens name it.</param>
/// <param name="Permissions">Its own.</param>
/// <param name="Inherits">Names of the roles whose permissions it has as well.</param>
/// <param name="IsRetired">It grants nothing.</param>
public sealed record RoleNode(string Name, ImmutableSortedSet<string> Permissions, ImmutableSortedSet<string> Inherits, bool IsRetired = false);

/// <summary>Roles with all that they inherit worked out, so that a look-up is all a decision needs.</summary>
public sealed class RoleTable
{
    private readonly FrozenDictionary<string, RoleNode> _nodes;
    private readonly FrozenDictionary<string, FrozenDictionary<string, ImmutableArray<string>>> _lines;
    private readonly Lazy<RoleTable> _ofTenants;

    private RoleTable(FrozenDictionary<string, RoleNode> nodes, bool isPlatform)
    {
        _nodes = nodes;
        _lines = nodes.Values.ToFrozenDictionary(node => node.Name, node => Work(node, isPlatform), StringComparer.Ordinal);
        _ofTenants = new(() => Of(All, isPlatform: false));
    }

    public static RoleTable Empty { get; } = Of([], isPlatform: false);

    internal static Rejection TooMany { get; } = Reject.Conflict("The role has come to inherit from more roles than can be looked through; have it inherit from fewer.");

    public int Count => _nodes.Count;

    /// <summary>Roles that some of these inherit from aren't among them: what those grant in all isn't known.</summary>
    public bool IsCut { get; init; }

    /// <summary>The platform's roles as all other tenants have them, worked out once.</summary>
    public RoleTable OfTenants => _ofTenants.Value;

    public IEnumerable<RoleNode> All => _nodes.Values;

    /// <param name="nodes">Every role; of two with one name the first holds, so built-in ones come first.</param>
    /// <param name="isPlatform">Of the platform's own tenant: in any other, permissions over the platform are granted by nothing.</param>
    /// <param name="isCut">Not all that they inherit from is among them.</param>
    public static RoleTable Of(IEnumerable<RoleNode> nodes, bool isPlatform, bool isCut = false) =>
        new(nodes.DistinctBy(node => node.Name).ToFrozenDictionary(node => node.Name, StringComparer.Ordinal), isPlatform) { IsCut = isCut };

    public RoleNode? Find(string name) => _nodes.GetValueOrDefault(name);

    /// <summary>The roles through which a role has a permission: itself first, then the one that it inherits from, down to the one whose own it is. Null: it hasn't.</summary>
    public ImmutableArray<string>? LineTo(string role, string permission) =>
        _lines.TryGetValue(role, out var lines) && lines.TryGetValue(permission, out var line) ? line : null;

    /// <summary>All that a role grants.</summary>
    public IEnumerable<string> PermissionsOf(string role) => _lines.TryGetValue(role, out var lines) ? lines.Keys : [];

    /// <summary>Whether a role inherits from another, directly or not.</summary>
    public bool Reaches(string role, string other) => Walk(role, withRetired: true).Skip(1).Any(line => line[^1].Name == other);

    private FrozenDictionary<string, ImmutableArray<string>> Work(RoleNode role, bool isPlatform)
    {
        var lines = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var line in Walk(role.Name, withRetired: false))
            foreach (var permission in line[^1].Permissions.Where(p => isPlatform || !BuiltInRoles.PlatformWide.Contains(p)))
                lines.TryAdd(permission, [.. line.Select(node => node.Name)]);
        return lines.ToFrozenDictionary(StringComparer.Ordinal);
    }

    // Nearest first, each role once: what a circle would lead back to was there before.
    private IEnumerable<ImmutableArray<RoleNode>> Walk(string name, bool withRetired)
    {
        if (!_nodes.TryGetValue(name, out var first) || first.IsRetired && !withRetired) yield break;
        var seen = new HashSet<string>(StringComparer.Ordinal) { name };
        var waiting = new Queue<ImmutableArray<RoleNode>>([[first]]);
        while (waiting.TryDequeue(out var line))
        {
            yield return line;
            foreach (var inherited in line[^1].Inherits)
                if (_nodes.TryGetValue(inherited, out var node) && (withRetired || !node.IsRetired) && seen.Add(inherited)) waiting.Enqueue(line.Add(node));
        }
    }
}
