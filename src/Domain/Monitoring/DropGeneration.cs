namespace Platform.Domain.Monitoring;

/// <summary>Drops a generation of a read model that nobody reads any more.</summary>
/// <param name="Projection">The model's name.</param>
/// <param name="Generation">Its number.</param>
/// <param name="CodeVersion">The version of the code that wrote it; null: there is no such generation.</param>
/// <param name="IsRead">It is what readers see, whatever their code.</param>
public sealed record DropGeneration(string Projection, int Generation, int? CodeVersion, bool IsRead) : ICommand<DropGeneration, OperatedProjection>
{
    public static Decision Decide(DropGeneration command, OperatedProjection state) => command switch
    {
        { CodeVersion: null } => Reject.NotFound($"{command.Projection} has no generation {command.Generation}."),
        { IsRead: true } => Reject.Conflict($"Generation {command.Generation} of {command.Projection} is what readers see."),
        _ when state.WhileRebuilt(command.Projection) is { } under => under,
        _ => Decision.Of(new GenerationDropped(command.Projection, command.Generation, command.CodeVersion.Value)),
    };
}
