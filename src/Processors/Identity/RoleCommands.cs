using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Processors.Identity;

/// <summary>Loads what each command on roles is decided on.</summary>
public static class RoleCommands
{
    // A role reaches 64 others when it's defined; more only by what becomes of those.
    private const int MostRoles = 100;

    public static async Task<Handled> Define(DefineRole command, IDocumentSession session, CancellationToken cancel)
    {
        var role = await session.Events.FetchForWriting<Role>(IdOf(command.Name), cancel: cancel);
        var decision = DefineRole.Decide(command, role.Aggregate, await LoadAsync(session, command.Grants.Inherits, command.Name, cancel));
        role.AppendMany(decision.Events);
        return new Handled(role.Id, role.StartingVersion, decision.Rejection);
    }

    public static async Task<Handled> Change(ChangeRole command, IDocumentSession session, CancellationToken cancel)
    {
        var role = await session.Events.FetchForWriting<Role>(IdOf(command.Name), cancel: cancel);
        var decision = ChangeRole.Decide(command, role.Aggregate, await LoadAsync(session, command.Grants.Inherits, command.Name, cancel));
        role.AppendMany(decision.Events);
        return new Handled(role.Id, role.StartingVersion, decision.Rejection);
    }

    public static Task<Handled> Retire(RetireRole command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Role>(IdOf(command.Name), role => RetireRole.Decide(command, role), cancel);

    /// <summary>Roles and all that they inherit from, as they are, up to 100 for each; the append fails if one has changed meanwhile.</summary>
    /// <param name="session">The command's.</param>
    /// <param name="names">As the client wrote them.</param>
    /// <param name="own">The role that the command is for, whose stream is fetched already; null: none.</param>
    /// <param name="cancel">Cancels the loading.</param>
    internal static async Task<RoleTable> LoadAsync(IDocumentSession session, IEnumerable<string?> names, string? own, CancellationToken cancel)
    {
        var nodes = new Dictionary<string, RoleNode>(StringComparer.Ordinal);
        var waiting = new Queue<string?>(names);
        var most = MostRoles * Math.Max(1, waiting.Count);
        while (nodes.Count < most && waiting.TryDequeue(out var name))
        {
            if (name is null || nodes.ContainsKey(name))
                continue;
            if (BuiltInRoles.All.TryGetValue(name, out var builtIn))
            {
                nodes.Add(name, new RoleNode(name, builtIn.Permissions, []));
                continue;
            }
            // What is no name has no stream.
            if (RoleName.Problem(name) is not null)
                continue;
            var role = name == own
                ? (await session.Events.AggregateStreamAsync<Role>(Role.IdOf(name), cancel: cancel)).State
                : (await session.Events.FetchForWriting<Role>(Role.IdOf(name), cancel: cancel)).Aggregate;
            if (!role.Exists)
                continue;
            if (name != own)
                session.Events.EnforceConsistency(Role.IdOf(name));
            nodes.Add(name, role.Node);
            foreach (var inherited in role.Inherits)
                waiting.Enqueue(inherited);
        }
        return RoleTable.Of(nodes.Values, session.TenantId == DocumentStore.PlatformTenant, isCut: waiting.Any(name => name is not null && !nodes.ContainsKey(name)));
    }

    // A name that can't be a role's is refused by the decision; what has no UTF-8 form has no stream.
    private static Guid IdOf(string name) => Role.IdOf(RoleName.Problem(name) is null || BuiltInRoles.All.ContainsKey(name) ? name : "");
}
