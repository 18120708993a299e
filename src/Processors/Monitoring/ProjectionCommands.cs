using Platform.Domain;
using Platform.Domain.Monitoring;
using Platform.EventStore;
using Platform.Projections.Monitoring;

namespace Platform.Processors.Monitoring;

/// <summary>Loads what each command of operators on read models is decided on. All of them are for the platform's own tenant.</summary>
public sealed class ProjectionCommands(DocumentStore store)
{
    /// <summary>Projections whose models are stored, by name.</summary>
    public IReadOnlyDictionary<string, Projection> Stored { get; } =
        store.Options.Projections.Where(p => p.Lifecycle != ProjectionLifecycle.Live).ToDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>That there is no projection of a name; null: there is.</summary>
    public Rejection? Unknown(string name) =>
        Stored.ContainsKey(name) ? null : Reject.NotFound($"There is no projection {name}; there are {string.Join(", ", Stored.Keys.Order(StringComparer.Ordinal))}.");

    public Task<Handled> Pause(string name, string? reason, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, name, (_, state) => PauseProjection.Decide(new PauseProjection(name, name == ProjectionControl.ReadModel, reason), state), cancel);

    public Task<Handled> Resume(string name, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, name, (_, state) => ResumeProjection.Decide(new ResumeProjection(name), state), cancel);

    public Task<Handled> Rebuild(string name, Guid rebuildId, string? tenantId, bool swapDifferent, string? reason, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, name, (projection, state) => RequestRebuild.Decide(new RequestRebuild(name, rebuildId, projection.Version, tenantId, swapDifferent, reason), state), cancel);

    /// <summary>Several at once.</summary>
    /// <param name="names">Null or empty: all.</param>
    /// <param name="command">The command.</param>
    /// <param name="session">Of the platform's own tenant.</param>
    /// <param name="cancel">Stops the loading.</param>
    public async Task<Handled> Rebuild(IReadOnlyCollection<string>? names, RequestRebuilds command, IDocumentSession session, CancellationToken cancel)
    {
        var chosen = names is { Count: > 0 } ? names.Distinct(StringComparer.Ordinal).ToList() : [.. Stored.Keys];
        var errors = new FieldErrors();
        foreach (var (name, n) in chosen.Select((name, n) => (name, n)))
            errors.Add($"projections[{n}]", Unknown(name)?.Detail);
        if (errors.Rejection is { } unknown)
            return new Handled(command.RebuildId, 0, unknown);
        var states = new Dictionary<string, (int, OperatedProjection)>(StringComparer.Ordinal);
        foreach (var name in chosen)
            states.Add(name, (Stored[name].Version, (await FetchAsync(session, name, cancel)).Aggregate));
        return session.Enlist(command.RebuildId, 0, RequestRebuilds.Decide(command, states));
    }

    public async Task<Handled> Cancel(string name, Guid rebuildId, IDocumentSession session, CancellationToken cancel)
    {
        if (Unknown(name) is { } unknown)
            return new Handled(OperatedProjection.IdOf(name), 0, unknown);
        var own = await FetchAsync(session, name, cancel);
        if (!await IsOfAsync(session, name, rebuildId, cancel))
            return new Handled(own.Id, own.StartingVersion, Reject.NotFound($"{name} has no rebuild {rebuildId}."));
        var states = new Dictionary<string, OperatedProjection>(StringComparer.Ordinal) { [name] = own.Aggregate };
        foreach (var other in (await RequestedAsync(session, rebuildId, cancel)).Where(other => other != name))
            states.Add(other, (await FetchAsync(session, other, cancel)).Aggregate);
        return session.Enlist(own.Id, own.StartingVersion, CancelRebuild.Decide(new CancelRebuild(name, rebuildId), states));
    }

    public Task<Handled> Resolve(string name, Guid rebuildId, long sequence, bool skip, string? reason, IDocumentSession session, CancellationToken cancel) =>
        DecideAsync(session, name, async (projection, state) =>
        {
            var parked = await ProjectionOperations.ParkedAsync(store.Options.Database, name, null, 1, sequence, cancel: cancel);
            return ResolveParkedEvent.Decide(new ResolveParkedEvent(name, rebuildId, projection.Version, sequence, parked.Count == 0 ? null : parked[0].TenantId, skip, reason), state);
        }, cancel);

    public Task<Handled> Drop(string name, int generation, IDocumentSession session, CancellationToken cancel) => DecideAsync(session, name, async (_, state) =>
    {
        var found = (await ProjectionStatus.AllAsync(store.Options.Database, cancel)).FirstOrDefault(s => s.Name == name && s.Generation == generation);
        return DropGeneration.Decide(new DropGeneration(name, generation, found?.Version, found?.State is "live" or "paused" or "failed"), state);
    }, cancel);

    /// <summary>The names that a rebuild of several was requested for; none: it's of one.</summary>
    public static async Task<IReadOnlyList<string>> RequestedAsync(IQuerySession session, Guid rebuildId, CancellationToken cancel) =>
        await session.Events.FetchStreamAsync(rebuildId, limit: 1, cancel: cancel) is [{ Data: RebuildRequested requested }] ? requested.Projections : [];

    private static async Task<bool> IsOfAsync(IDocumentSession session, string name, Guid rebuildId, CancellationToken cancel) =>
        (await session.Events.AggregateStreamAsync(new ProjectionControls(), OperatedProjection.IdOf(name), cancel: cancel))?.Rebuilds.Any(r => r.Id == rebuildId) == true;

    private static Task<EventStream<OperatedProjection>> FetchAsync(IDocumentSession session, string name, CancellationToken cancel) =>
        session.Events.FetchForWriting<OperatedProjection>(OperatedProjection.IdOf(name), cancel: cancel);

    private Task<Handled> DecideAsync(IDocumentSession session, string name, Func<Projection, OperatedProjection, Decision> decide, CancellationToken cancel) =>
        DecideAsync(session, name, (projection, state) => Task.FromResult(decide(projection, state)), cancel);

    private async Task<Handled> DecideAsync(IDocumentSession session, string name, Func<Projection, OperatedProjection, Task<Decision>> decide, CancellationToken cancel)
    {
        if (Unknown(name) is { } unknown)
            return new Handled(OperatedProjection.IdOf(name), 0, unknown);
        var stream = await FetchAsync(session, name, cancel);
        var decision = await decide(Stored[name], stream.Aggregate);
        stream.AppendMany(decision.Events);
        return new Handled(stream.Id, stream.StartingVersion, decision.Rejection);
    }
}
