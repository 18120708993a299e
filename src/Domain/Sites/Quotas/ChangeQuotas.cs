using System.Collections.Immutable;

namespace Platform.Domain.Sites;

/// <summary>Gives a tenant limits of its own, all that it has.</summary>
/// <param name="TenantId">Whose; it exists.</param>
/// <param name="Limits">At most one for each of <see cref="Quotas.All"/>.</param>
public sealed record ChangeQuotas(string TenantId, ImmutableArray<QuotaLimit> Limits) : ICommand<ChangeQuotas, TenantQuotas>
{
    /// <summary>A thousand million million: more than there is, and exact in every JSON reader.</summary>
    private const long Most = 1_000_000_000_000_000;

    private const long MostRequestsPerSecond = 1_000_000;

    public static Decision Decide(ChangeQuotas command, TenantQuotas state)
    {
        if (Check(command).Rejection is { } invalid) return invalid;

        var limits = command.Limits.Sort((a, b) => string.CompareOrdinal(a.Quota, b.Quota));
        return limits.SequenceEqual(state.Limits) ? Decision.Nothing : Decision.Of(new QuotasChanged(command.TenantId, limits));
    }

    private static FieldErrors Check(ChangeQuotas command)
    {
        var errors = new FieldErrors();
        foreach (var (quota, soft, hard) in command.Limits)
            errors
                .Add(quota, Quotas.All.Contains(quota) ? null : $"There is no such quota; there are {string.Join(", ", Quotas.All)}.")
                .Add($"{quota}.soft", quota == Quotas.RequestsPerSecond && soft is not null ? "Requests have a hard limit only." : Problem(quota, soft) ?? Order(soft, hard))
                .Add($"{quota}.hard", Problem(quota, hard));
        return errors;
    }

    private static string? Problem(string quota, long? limit) => limit switch
    {
        null => null,
        < 0 => "Can't be negative.",
        0 when quota == Quotas.RequestsPerSecond => "Must be at least 1.",
        > MostRequestsPerSecond when quota == Quotas.RequestsPerSecond => $"At most {MostRequestsPerSecond:#,##0}; null for no limit.",
        > Most => $"At most {Most:#,##0}; null for no limit.",
        _ => null,
    };

    private static string? Order(long? soft, long? hard) => soft > hard ? "The tenant is warned before it's refused: can't be above the hard limit." : null;
}
