namespace Platform.Domain.Sites;

/// <summary>How much of something a tenant may have.</summary>
/// <param name="Quota">Of what: a name of <see cref="Quotas"/>.</param>
/// <param name="Soft">From here on the tenant is warned; null: never.</param>
/// <param name="Hard">What goes beyond is refused; null: nothing is.</param>
public sealed record QuotaLimit(string Quota, long? Soft = null, long? Hard = null);
