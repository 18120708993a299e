using System.Globalization;
using Microsoft.Extensions.Configuration;
using Platform.Domain.Sites;

namespace Platform.Processors.Sites;

/// <summary>Limits of tenants that have none of their own: <c>Quotas:eventsPerDay:Soft</c>, <c>Quotas:eventsPerDay:Hard</c> and so on; what isn't set is unlimited.</summary>
public sealed record QuotaOptions(IReadOnlyDictionary<string, QuotaLimit> Defaults)
{
    /// <exception cref="InvalidOperationException">A setting isn't a limit.</exception>
    public static QuotaOptions Of(IConfiguration configuration)
    {
        var section = configuration.GetSection("Quotas");
        if (section.GetChildren().FirstOrDefault(quota => !Quotas.All.Contains(quota.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new InvalidOperationException($"Setting {unknown.Path} is of no quota; there are {string.Join(", ", Quotas.All)}.");
        var limits = Quotas.All.Select(quota => new QuotaLimit(quota, Number(section, $"{quota}:Soft"), Number(section, $"{quota}:Hard"))).ToDictionary(limit => limit.Quota, StringComparer.Ordinal);
        return ChangeQuotas.Decide(new ChangeQuotas("", [.. limits.Values.Where(limit => limit is not { Soft: null, Hard: null })]), TenantQuotas.Initial).Rejection is { } rejection
            ? throw new InvalidOperationException($"Settings of Quotas: {rejection.Summary}")
            : new QuotaOptions(limits);
    }

    private static long? Number(IConfigurationSection section, string name) => section[name] switch
    {
        null or "" => null,
        var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new InvalidOperationException($"Setting {section.Path}:{name} must be a whole number."),
    };
}
