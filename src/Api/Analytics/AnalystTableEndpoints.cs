using System.Collections.Frozen;
using Microsoft.AspNetCore.Http.Timeouts;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections;

namespace Platform.Api.Analytics;

/// <summary>What analysts see in SQL, over HTTP: what there is, and each of it as a file.</summary>
public static class AnalystTableEndpoints
{
    private static readonly FrozenDictionary<string, AnalystTable> Tables = AnalystViews.Of(ReadModels.All).ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);

    public static void MapAnalystTables(this RouteGroupBuilder api)
    {
        var tables = api.MapGroup("/analytics/tables").WithTags("Analytics");

        tables.MapGet("/", ListAsync).Requires(Permission.AnalyticsRead).Paged<AnalystTableBody>()
            .Describe("ListAnalystTables", "The data dictionary", "Each view of schema analytics: what it answers, what a row is, its columns, an example. In name order.");
        tables.MapGet("/{name}/export", ExportAsync).Requires(Permission.AnalyticsRead).Expensive(isLong: true).Problems(ProblemKind.NotFound, ProblemKind.Invalid)
            .Produces<string>(StatusCodes.Status200OK, Csv.ContentType, JsonLines.ContentType)
            .WithMetadata(new Indexed(), new QueryParameter("format", "csv (default) or jsonl"), new DisableRequestTimeoutAttribute())
            .Filter("since", "RFC 3339 time: only rows that changed then or later, where the view tells when (changed)")
            .Awaiting()
            .Describe("ExportAnalystTable", "A view as a file", "The tenant's rows in the order of their key. As CSV by RFC 4180; a cell that a spreadsheet would run begins with an apostrophe. Some views need another permission as well, see the data dictionary. A file that ends without its last line break was cut short: ask again.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var (limit, after) = (Reading.Limit(http), Reading.Cursor(http));
        Reading.Index(http, await store.QuerySession(Caller.Of(http).TenantId).Events.LogSizeAsync(http.RequestAborted) - 1);
        var page = Tables.Values.Where(t => string.CompareOrdinal(t.Name, after) > 0).OrderBy(t => t.Name, StringComparer.Ordinal).Take(limit).Select(AnalystTableBody.Of).ToList();
        return Results.Json(new Page<AnalystTableBody>(page, Reading.NextCursor(page, limit, t => t.Name)), AnalyticsBodies.Default.PageAnalystTableBody);
    }

    private static async Task<IResult> ExportAsync(HttpContext http, string name, IDocumentStore store, Database database)
    {
        var caller = Caller.Of(http);
        if (!Tables.TryGetValue(name, out var table))
            return new Problem(ProblemKind.NotFound, "There is no such view; GET /api/analytics/tables lists them.");
        if (table.Permission is { } needed)
            await SitesOfEndpoints.RequireSiteAsync(http, needed, null);
        var (file, since) = (new TableFile(table, Reading.Text(http, "format", "csv", "jsonl") is null or "csv"), Reading.Instant(http, "since"));
        if (since is not null && table.Changed is null)
            return Problem.Field(ProblemKind.Invalid, "since", "The view doesn't tell when a row changed.");
        await PositionAsync(http, store.QuerySession(caller.TenantId), table);

        // The first page is read before the answer begins, so that what is wrong is still a problem.
        var pages = file.PagesAsync(new AnalystRows(database.App, caller.TenantId, table), since, http.RequestAborted).GetAsyncEnumerator(http.RequestAborted);
        http.Response.RegisterForDisposeAsync(pages);
        var hasPage = await pages.MoveNextAsync();
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{file.Name}\"";
        return Results.Stream(async body =>
        {
            await body.WriteAsync(file.Header, http.RequestAborted);
            for (var has = hasPage; has; has = await pages.MoveNextAsync())
                await body.WriteAsync(file.Lines(pages.Current), http.RequestAborted);
        }, file.ContentType);
    }

    private static async Task PositionAsync(HttpContext http, IQuerySession session, AnalystTable table)
    {
        if (table.Projection is not { } projection)
        {
            Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
            return;
        }
        await Reading.AwaitAsync(http, session, projection);
        Reading.Index(http, (await session.QueryAsync(projection, "select 1", [], _ => 0, http.RequestAborted)).Index);
    }
}
