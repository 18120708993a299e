using Platform.Api.Http;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Processors.Audit;

namespace Platform.Api.Audit;

/// <summary>What an auditor trusts, as this log sees it.</summary>
internal static class LedgerKeysOf
{
    public static async Task<IResult> GetAsync(HttpContext http, PublishedLog log, WitnessOptions witnesses)
    {
        var head = await log.HeadAsync(http.RequestAborted);
        Reading.Index(http, (head?.Size ?? 0) - 1);
        return Results.Text((await log.TrustAsync(witnesses.Policy, http.RequestAborted)).ToJson(), "application/json; charset=utf-8");
    }
}
