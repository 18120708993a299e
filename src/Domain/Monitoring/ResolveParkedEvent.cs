namespace Platform.Domain.Monitoring;

/// <summary>Settles an event that a read model couldn't apply: tries it again, or leaves it out for good. Either way its tenant's rows are built anew.</summary>
/// <param name="Projection">The model's name.</param>
/// <param name="RebuildId">New, given by the caller.</param>
/// <param name="CodeVersion">The version of the projection's code to build by.</param>
/// <param name="Sequence">The event's.</param>
/// <param name="TenantId">Its tenant; null: no such event is parked there.</param>
/// <param name="Skip">Leave it out.</param>
/// <param name="Reason">See <see cref="OperatorReason"/>.</param>
public sealed record ResolveParkedEvent(string Projection, Guid RebuildId, int CodeVersion, long Sequence, string? TenantId, bool Skip, string? Reason)
    : ICommand<ResolveParkedEvent, OperatedProjection>
{
    public static Decision Decide(ResolveParkedEvent command, OperatedProjection state)
    {
        if (OperatorReason.Problem(command.Reason, isNeeded: true) is { } problem) return Reject.Invalid("reason", problem);
        if (command.TenantId is not { } tenant) return Reject.NotFound($"{command.Projection} has no event of sequence {command.Sequence} parked.");
        if (state.WhileRebuilt(command.Projection) is { } under) return under;

        var reason = command.Reason!.Trim();
        return Decision.Of(
            command.Skip
                ? new ParkedEventSkipped(command.Projection, command.Sequence, tenant, reason)
                : new ParkedEventRetried(command.Projection, command.Sequence, tenant, reason),
            new ProjectionRebuildRequested(command.Projection, command.RebuildId, command.CodeVersion, SwapDifferent: false, tenant, reason));
    }
}
