using System.Collections.Frozen;
using Platform.Domain.Audit;
using Platform.Domain.Identity;
using Platform.Domain.Security;

namespace Platform.Domain.Sites;

/// <summary>
/// Events that no quota may keep from being recorded, and that count toward none: what protects people and the tenant, what the law asks for, and what the platform notes by itself.
/// </summary>
public static class QuotaExemptions
{
    /// <summary>The trigger of what comes over HTTP: only that is held to quotas. The platform's own work isn't, e.g. a publication when its time has come.</summary>
    public const string CallersTrigger = "http";

    public static FrozenSet<Type> Types { get; } = FrozenSet.Create(
        typeof(AttemptDenied), typeof(ClientUsed), typeof(QuotasChanged), typeof(QuotaSoftLimitReached), typeof(QuotaSoftLimitCleared),
        // Rights of people whom texts are about.
        typeof(SubjectRectified), typeof(ConsentWithdrawn), typeof(SubjectRestricted), typeof(RestrictionLifted), typeof(SubjectObjected), typeof(ObjectionWithdrawn), typeof(ObjectionOverridden),
        typeof(SubjectDataProvided), typeof(ErasureRequested), typeof(ErasureApproved), typeof(ErasureRefused), typeof(ErasureCompleted),
        // Taking away what somebody may.
        typeof(UserSuspended), typeof(GrantRevoked), typeof(GrantRefused), typeof(DenialSet), typeof(ClientRevoked), typeof(ClientKeyRotated), typeof(RoleRetired),
        typeof(SigningKeyRevoked), typeof(KeyRotated), typeof(Analytics.AnalystAccessRevoked));

    private static readonly FrozenSet<string> _aliases = EventCatalog.All.Values.Where(entry => Types.Contains(entry.ClrType)).Select(entry => entry.Alias).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether an event that was recorded counts toward the events of its day.</summary>
    /// <param name="trigger">What set it off.</param>
    /// <param name="alias">Its type.</param>
    public static bool Counts(string? trigger, string alias) => trigger == CallersTrigger && !_aliases.Contains(alias);
}
