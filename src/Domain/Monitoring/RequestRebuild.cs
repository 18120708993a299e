using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Platform.Domain.Monitoring;

/// <summary>Has a read model built anew from the log.</summary>
/// <param name="Projection">Its name.</param>
/// <param name="RebuildId">New, given by the caller.</param>
/// <param name="CodeVersion">The version of the projection's code to build by.</param>
/// <param name="TenantId">Only this tenant's rows; null: everything.</param>
/// <param name="SwapDifferent">Takes the place even of a model that differs, or with events parked.</param>
/// <param name="Reason">See <see cref="OperatorReason"/>; null: none.</param>
public sealed partial record RequestRebuild(string Projection, Guid RebuildId, int CodeVersion, string? TenantId, bool SwapDifferent, string? Reason) : ICommand<RequestRebuild, OperatedProjection>
{
    public static Decision Decide(RequestRebuild command, OperatedProjection state)
    {
        if (Check(command.TenantId, command.Reason).Rejection is { } invalid) return invalid;
        if (state.WhileRebuilt(command.Projection) is { } under) return under;

        return Decision.Of(new ProjectionRebuildRequested(
            command.Projection, command.RebuildId, command.CodeVersion, command.SwapDifferent, command.TenantId, OperatorReason.Trimmed(command.Reason)));
    }

    internal static FieldErrors Check(string? tenantId, string? reason) => new FieldErrors()
        .Add("tenantId", tenantId is null || Tenant().IsMatch(tenantId) ? null : "Must be 12 lower-case base32 characters, or *DEFAULT*.")
        .Add("reason", OperatorReason.Problem(reason, isNeeded: false));

    [GeneratedRegex(@"^([a-z2-7]{12}|\*DEFAULT\*)\z")]
    private static partial Regex Tenant();
}

/// <summary>Has several read models built anew in one pass over the log.</summary>
/// <param name="RebuildId">New, given by the caller; the rebuild's stream.</param>
/// <param name="TenantId">As in <see cref="RequestRebuild"/>.</param>
/// <param name="SwapDifferent">As in <see cref="RequestRebuild"/>.</param>
/// <param name="Reason">As in <see cref="RequestRebuild"/>.</param>
public sealed record RequestRebuilds(Guid RebuildId, string? TenantId, bool SwapDifferent, string? Reason)
{
    /// <param name="command">The command.</param>
    /// <param name="projections">The models by name, each with the version of its code and what operators want of it.</param>
    public static JointDecision Decide(RequestRebuilds command, IReadOnlyDictionary<string, (int CodeVersion, OperatedProjection State)> projections)
    {
        var (errors, streams) = (new FieldErrors(), ImmutableArray.CreateBuilder<StreamEvents>());
        foreach (var (name, (version, state)) in projections.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var decision = RequestRebuild.Decide(new RequestRebuild(name, command.RebuildId, version, command.TenantId, command.SwapDifferent, command.Reason), state);
            if (decision.Rejection is { Kind: RejectionKind.Invalid } invalid) return invalid;

            errors.Add(name, decision.Rejection?.Detail);
            streams.Add(new StreamEvents(OperatedProjection.IdOf(name), decision.Events));
        }

        return errors.Rejection is { } rejection
            ? Reject.Conflict("Nothing is rebuilt: not all of the read models can be now.", rejection.Errors)
            : JointDecision.Of([
                new StreamEvents(command.RebuildId, new RebuildRequested(
                    command.RebuildId, [.. projections.Keys.Order(StringComparer.Ordinal)], command.SwapDifferent, command.TenantId, OperatorReason.Trimmed(command.Reason))),
                .. streams,
            ]);
    }
}
