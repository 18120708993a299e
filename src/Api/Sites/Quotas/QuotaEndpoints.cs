using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Domain.Sites;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Sites;

namespace Platform.Api.Sites;

/// <summary>What tenants may use: set by operators, seen by the tenant.</summary>
public static class QuotaEndpoints
{
    private static QuotaBodies Json => QuotaBodies.Default;

    public static void MapQuotas(this RouteGroupBuilder api)
    {
        var tenants = api.MapGroup("/tenants").WithTags("Quotas");
        tenants.MapReplace("/{id:guid}/quotas", Json.QuotasBody, (body, to) => new LimitsOfTenant(to.Id, LimitsOf(body)), QuotaCommands.Change)
            .Requires(Permission.QuotasOperate).Describe("ChangeQuotas", "Replace a tenant's own limits", "By the id of the tenant's stream. They hold on every node within a second; what isn't named is as the platform's defaults say.");
        tenants.MapGet("/{id:guid}/quotas", GetOfTenantAsync).Requires(Permission.QuotasOperate).Answers<QuotasAnswer>().Problems(ProblemKind.NotFound).WithMetadata(new Lagging())
            .Describe("GetTenantQuotas", "What a tenant may use, and what it uses", "By the id of the tenant's stream. Its ETag is the version of the tenant's own limits.");

        var quotas = api.MapGroup("/quotas").WithTags("Quotas");
        quotas.MapGet("/", GetAsync).Requires(Permission.QuotasRead).Counted<QuotasAnswer>()
            .Describe("GetQuotas", "What one's own tenant may use, and what it uses", "Limits are those that hold, its own or the platform's defaults.");
        quotas.MapGet("/usage", UsageAsync).Requires(Permission.QuotasRead).Collection<DayUse>()
            .Describe("GetQuotaUsage", "What one's own tenant recorded, day by day", "Latest first, days in UTC.");
    }

    private static ImmutableArray<QuotaLimit> LimitsOf(QuotasBody body) =>
    [
        .. new (string Quota, LimitBody? Limit)[]
        {
            (Quotas.EventsPerDay, body.EventsPerDay), (Quotas.RequestsPerSecond, body.RequestsPerSecond), (Quotas.Sites, body.Sites), (Quotas.StorageBytes, body.StorageBytes), (Quotas.Users, body.Users),
        }.Where(named => named.Limit is not null).Select(named => new QuotaLimit(named.Quota, named.Limit!.Soft, named.Limit.Hard)),
    ];

    private static async Task<IResult> GetOfTenantAsync(HttpContext http, Guid id, IDocumentStore store, TenantUse use)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var tenant = (await session.Events.AggregateStreamAsync<Tenant>(id, cancel: http.RequestAborted)).State;
        return tenant.Exists ? await AnswerAsync(http, tenant.TenantId, store, use) : new Problem(ProblemKind.NotFound, "There is no such tenant.");
    }

    private static async Task<IResult> GetAsync(HttpContext http, IDocumentStore store, TenantUse use)
    {
        await Reading.AwaitAsync(http, store.QuerySession(Caller.Of(http).TenantId), DayUse.ReadModel);
        return await AnswerAsync(http, Caller.Of(http).TenantId, store, use);
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, string tenant, IDocumentStore store, TenantUse use)
    {
        var version = (await store.QuerySession(DocumentStore.PlatformTenant).Events.AggregateStreamAsync<TenantQuotas>(TenantQuotas.IdOf(tenant), cancel: http.RequestAborted)).Version;
        var answer = await use.OfAsync(tenant, http.RequestAborted);
        Reading.Index(http, answer);
        http.Response.Headers.ETag = $"\"{version}\"";
        return Results.Json(new QuotasAnswer(tenant, [.. answer.Items.Select(AnswerOf)], version), Json.QuotasAnswer);
    }

    private static QuotaAnswer AnswerOf(QuotaUse use) => new(
        use.Limit.Quota, use.Limit.Soft, use.Limit.Hard, use.Used, use.Day is { } day ? new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) : null, use.IsOwn);

    private static async Task<IResult> UsageAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, before) = (Reading.Limit(http), Reading.Cursor(http));
        await Reading.AwaitAsync(http, session, DayUse.ReadModel);
        var answer = await DayUse.ListAsync(session, before, limit, http.RequestAborted);
        Reading.Index(http, answer);
        return Results.Json(new Page<DayUse>(answer.Items, Reading.NextCursor(answer.Items, limit, day => day.Day)), Json.PageDayUse);
    }
}
