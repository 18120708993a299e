using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Content;
using Platform.EventStore;
using Platform.Processors;

namespace Platform.Api.Content;

/// <summary>Many commands on items in one request.</summary>
/// <param name="Commands">1 to 1,000. Those on one item run in their order, others side by side.</param>
public sealed record BulkBody(IReadOnlyList<BulkCommandBody?>? Commands);

/// <summary>One of them.</summary>
/// <param name="Verb">create, edit, publish, unpublish, archive, restore, revert, slug, place, unplace, labels, share, unshare, schedule or unschedule.</param>
/// <param name="Id">The item; not with create.</param>
/// <param name="IfMatch">The version that the command is for.</param>
/// <param name="Body">As the verb's own route takes it.</param>
public sealed record BulkCommandBody(string? Verb, Guid? Id, long? IfMatch, JsonElement? Body);

/// <summary>How all of them ended.</summary>
/// <param name="Accepted">Commands with a receipt.</param>
/// <param name="Refused">Commands with a problem.</param>
/// <param name="Results">In the order of the commands.</param>
public sealed record BulkAnswer(int Accepted, int Refused, IReadOnlyList<BulkResult> Results);

/// <summary>How one of them ended: as it would have on its own route.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Receipt">Where it was accepted.</param>
/// <param name="Problem">Where it was refused. What others changed is told of 50 stale commands at most.</param>
public sealed record BulkResult(int Status, Receipt? Receipt, ProblemBody? Problem);

/// <summary>Runs commands on items, each for itself: what one of them meets stops no other.</summary>
internal static class BulkItems
{
    private const int MostCommands = 1000;
    private const int SideBySide = 8;
    private const int MostTold = 50;

    public static async Task<IResult> RunAsync(HttpContext http, CommandRunner runner, TimeProvider time)
    {
        var body = await JsonBody.ReadAsync(http, BulkJson.Default.BulkBody);
        var commands = body.Value.Commands ?? [];
        if (commands.Count is 0 or > MostCommands)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "commands", $"Give 1 to {MostCommands:N0} commands."));

        var arrival = Arrivals.Of(http, body.Bytes);
        var caller = Caller.Of(http);
        var work = new BulkWork(http, runner, arrival, caller, CallerAccess.Of(http), CommandTarget.NowOf(time));
        var results = new BulkResult[commands.Count];
        var lines = commands.Index().GroupBy(c => c.Item?.Id is { } id ? (id, -1) : (Guid.Empty, c.Index));
        await Parallel.ForEachAsync(lines, new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = http.RequestAborted }, async (line, _) =>
        {
            foreach (var (index, command) in line)
                results[index] = await work.RunAsync(index, command);
        });
        var accepted = results.Count(r => r.Problem is null);
        return Results.Json(new BulkAnswer(accepted, results.Length - accepted, results), BulkJson.Default.BulkAnswer);
    }

    private sealed record BulkWork(HttpContext Http, CommandRunner Runner, Arrival Arrival, Caller Caller, CallerAccess Access, DateTimeOffset Now)
    {
        private int _told;

        public async Task<BulkResult> RunAsync(int index, BulkCommandBody? command)
        {
            try
            {
                var (verb, arrival, bound, id) = Bind(index, command);
                var home = await RequireSitesAsync(verb, bound.Command, command!.Id);
                var status = verb.Starts ? StatusCodes.Status201Created : StatusCodes.Status200OK;
                var result = await Runner.RunAsync(arrival, status, bound.Handle, Http.RequestAborted);
                return result is CommandResult.Accepted accepted
                    ? new BulkResult(accepted.Status, accepted.Receipt, null)
                    : Refused(await CommandEndpoints.RefusalAsync(Http, result, id, arrival.ExpectedVersion, bound.Command, tells: Tells(result), home));
            }
            catch (Exception e) when (!Http.RequestAborted.IsCancellationRequested)
            {
                return Refused(ProblemMiddleware.Report(Http, e, Http.RequestServices.GetRequiredService<ILogger<ProblemMiddleware>>()));
            }
        }

        // What changed may be 100 KiB for each command, of an item that all of them are for.
        private bool Tells(CommandResult result) => result is CommandResult.Stale && Interlocked.Increment(ref _told) <= MostTold;

        private (IVerb Verb, Arrival Arrival, BoundCommand Bound, Guid Id) Bind(int index, BulkCommandBody? command)
        {
            if (command?.Verb is null || !ItemVerbs.All.TryGetValue(command.Verb, out var verb))
                throw new ProblemException(Problem.Field(ProblemKind.Invalid, "verb", $"Must be one of {string.Join(", ", ItemVerbs.All.Keys.Order(StringComparer.Ordinal))}."));
            if (!Access.Tenant.AllowsSomewhere(Access.Who, verb.Permission, Access.Now))
                throw SitesOfEndpoints.Refusal(Http, verb.Permission, "on some site");
            if (verb.Starts != command.Id is null)
                throw new ProblemException(Problem.Field(ProblemKind.Invalid, "id", verb.Starts ? "What is created gets its id here." : "Is required."));

            var id = command.Id ?? Guid.CreateVersion7();
            // Each command has a key of its own, so that the whole request may be sent again.
            var arrival = Arrival.IdempotencyKey is not { } key
                ? Arrival with { ExpectedVersion = command.IfMatch }
                : Arrival with { ExpectedVersion = command.IfMatch, IdempotencyKey = $"{key}#{index}", Fingerprint = FingerprintOf(command) };
            try
            {
                var body = command.Body ?? JsonElement.Parse("{}");
                return (verb, arrival, verb.Bind(body, new CommandTarget(id, Caller, Now, [], command.IfMatch, Access)), id);
            }
            catch (JsonException e)
            {
                throw new ProblemException(JsonBody.ProblemOf(e, "body"));
            }
        }

        // As on the verb's own route: on the item's home site, and on the site that the body names. Gives the home site, where what the caller may depends on it.
        private async Task<Guid?> RequireSitesAsync(IVerb verb, object command, Guid? itemId)
        {
            if (!Access.Who.DependsOnSite)
                return null;
            var store = Http.RequestServices.GetRequiredService<IDocumentStore>();
            var item = itemId is { } id ? (await store.QuerySession(Caller.TenantId).Events.AggregateStreamAsync<Item>(id, cancel: Http.RequestAborted)).State : null;
            var home = item is { Exists: true } ? item.SiteId : (Guid?)null;
            if (home is not null)
                await SitesOfEndpoints.RequireSiteAsync(Http, verb.Permission, home);
            if (verb.SiteIn(command) is { } site)
                await SitesOfEndpoints.RequireSiteAsync(Http, verb.Permission, site);
            return home;
        }

        private BulkResult Refused(Problem problem) => new(problem.Kind.Status, null, problem.ToBody(Http));

        private static byte[] FingerprintOf(BulkCommandBody command) =>
            SHA256.HashData(Encoding.UTF8.GetBytes($"{command.Verb}\n{command.Id}\n{command.IfMatch}\n{command.Body?.GetRawText()}"));
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BulkBody))]
[JsonSerializable(typeof(BulkAnswer))]
internal sealed partial class BulkJson : JsonSerializerContext;
