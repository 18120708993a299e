using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>Says which service ranks what the tenant's sites recommend, or that none does.</summary>
/// <param name="Url">Null: none.</param>
/// <param name="UrlProblem">What is wrong with it as an address that the platform calls; null: nothing.</param>
/// <param name="SealedCredential">Sealed already; null: none, or it stays as it is.</param>
/// <param name="KeepsCredential">It stays as it is.</param>
/// <param name="SiteIds">At most 50; none: for all sites.</param>
/// <param name="TimeoutMilliseconds">50 to 2,000.</param>
/// <param name="RequestsPerDay">1 to 10,000,000.</param>
/// <param name="RequestsPerMinute">1 to 100,000.</param>
/// <param name="CacheSeconds">0 to 3,600.</param>
/// <param name="Candidates">0 to 200.</param>
public sealed record SetRecommendationService(
    string? Url, string? UrlProblem, string? SealedCredential, bool KeepsCredential, ImmutableArray<Guid> SiteIds, int TimeoutMilliseconds, int RequestsPerDay, int RequestsPerMinute,
    int CacheSeconds, int Candidates)
{
    public const int MostSites = 50, LeastMilliseconds = 50, MostMilliseconds = 2_000, MostPerDay = 10_000_000, MostPerMinute = 100_000, MostSeconds = 3_600;

    /// <param name="command">The command.</param>
    /// <param name="service">The tenant's, as it is.</param>
    /// <param name="sites">Of those that are named the ones that there are.</param>
    public static Decision Decide(SetRecommendationService command, RecommendationService service, ImmutableHashSet<Guid> sites)
    {
        if (command.Url is null) return service.Settings is null ? Decision.Nothing : Decision.Of(new RecommendationServiceRemoved());
        if (command.Check(service, sites).Rejection is { } invalid) return invalid;

        var settings = new RecommendationServiceSettings(
            command.Url, command.SiteIds.Sort(), command.TimeoutMilliseconds, command.RequestsPerDay, command.RequestsPerMinute, command.CacheSeconds, command.Candidates,
            command.KeepsCredential ? service.Settings?.SealedCredential : command.SealedCredential);
        return settings.Equals(service.Settings) ? Decision.Nothing : Decision.Of(new RecommendationServiceSet(settings));
    }

    private FieldErrors Check(RecommendationService service, ImmutableHashSet<Guid> sites)
    {
        var errors = new FieldErrors()
            // What is in a query is in events, where everybody who reads them sees it: a key is a credential.
            .Add("url", UrlProblem ?? (Url!.Contains('?', StringComparison.Ordinal) ? "Must have no query; what only the service should know is the credential." : null))
            // Else whoever may say where would be sent what was given to another.
            .Add("credential", KeepsCredential && service.Settings is { SealedCredential: not null } before && before.Url != Url ? "Must be given again, or be empty, where the URL is another." : null)
            .Add("timeoutMilliseconds", Range(TimeoutMilliseconds, LeastMilliseconds, MostMilliseconds))
            .Add("requestsPerDay", Range(RequestsPerDay, 1, MostPerDay))
            .Add("requestsPerMinute", Range(RequestsPerMinute, 1, MostPerMinute))
            .Add("cacheSeconds", Range(CacheSeconds, 0, MostSeconds))
            .Add("candidates", Range(Candidates, 0, ServiceRanking.MostItems))
            .Add("siteIds", SiteIds.Length > MostSites ? $"Must be at most {MostSites} sites." : null);
        var seen = new HashSet<Guid>();
        foreach (var (n, id) in SiteIds.Take(MostSites).Index())
            errors.Add($"siteIds[{n}]", !sites.Contains(id) ? "There is no such site." : seen.Add(id) ? null : "Stands there twice.");
        return errors;
    }

    private static string? Range(int value, int least, int most) => value >= least && value <= most ? null : $"Must be {least} to {most}.";
}
