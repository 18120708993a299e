namespace Platform.Domain.Monitoring;

/// <summary>Stops a rebuild, of all models that it's of; what was built is kept for the next one.</summary>
public sealed record CancelRebuild(string Projection, Guid RebuildId)
{
    /// <param name="command">The command; its projection is one of those below.</param>
    /// <param name="projections">The models that the rebuild is of, by name.</param>
    public static JointDecision Decide(CancelRebuild command, IReadOnlyDictionary<string, OperatedProjection> projections)
    {
        var pending = projections.Where(p => p.Value.Rebuild?.RebuildId == command.RebuildId).Select(p => p.Key)
            .OrderBy(name => name != command.Projection).ThenBy(name => name, StringComparer.Ordinal);
        return JointDecision.Of([.. pending.Select(name => new StreamEvents(OperatedProjection.IdOf(name), new ProjectionRebuildCancelled(name, command.RebuildId)))]);
    }
}

/// <summary>Records what came of a rebuild: once, whoever finds out.</summary>
public sealed record FinishRebuild(string Projection, Guid RebuildId, RebuildOutcome Outcome) : ICommand<FinishRebuild, OperatedProjection>
{
    public static Decision Decide(FinishRebuild command, OperatedProjection state) => state.Rebuild?.RebuildId == command.RebuildId
        ? Decision.Of(new ProjectionRebuildFinished(command.Projection, command.RebuildId, command.Outcome))
        : Decision.Nothing;
}

/// <summary>Records that a version of a projection's code was built by itself, and whether it was put in place: once a version and answer.</summary>
public sealed record RecordBuild(string Projection, Guid RebuildId, int CodeVersion, RebuildOutcome Outcome) : ICommand<RecordBuild, OperatedProjection>
{
    public static Decision Decide(RecordBuild command, OperatedProjection state) =>
        command.CodeVersion <= state.BuiltVersion || !command.Outcome.Swapped && command.CodeVersion <= state.RejectedVersion
            ? Decision.Nothing
            : Decision.Of(new ProjectionVersionBuilt(command.Projection, command.RebuildId, command.CodeVersion, command.Outcome));
}
