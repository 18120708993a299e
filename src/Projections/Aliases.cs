using Platform.Domain;

namespace Platform.Projections;

internal static class Aliases
{
    /// <summary>The aliases of these event types.</summary>
    public static IReadOnlyList<string> Of(params Type[] events) => [.. EventCatalog.All.Values.Where(e => events.Contains(e.ClrType)).Select(e => e.Alias).Order(StringComparer.Ordinal)];
}
