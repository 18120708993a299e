using System.Collections;
using System.Security.Claims;

namespace Platform.Api.Http;

/// <summary>What log lines of a request say of whose it is: <c>tenant</c>, as in the token. Nothing where the request has none.</summary>
internal sealed class TenantScope(string tenantId) : IReadOnlyList<KeyValuePair<string, object>>
{
    public static IDisposable? Begin(ILogger log, HttpContext http) => http.User.FindFirstValue("tenant") is { } tenant ? log.BeginScope(new TenantScope(tenant)) : null;

    public int Count => 1;

    public KeyValuePair<string, object> this[int index] => index == 0 ? new("tenant", tenantId) : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<KeyValuePair<string, object>> GetEnumerator()
    {
        yield return this[0];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"tenant:{tenantId}";
}
