using System.Collections.Immutable;
using System.Security.Cryptography;
using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors;
using Platform.Processors.Identity;
using Platform.Projections.Identity;

namespace Platform.Api.Identity;

/// <summary>Programs that call, and their keys.</summary>
public static class ClientEndpoints
{
    private const int MostGrants = 20;

    private static readonly Clients Details = new();

    // Nothing has a key once its request is answered; what was given to the command that was decided is told, what was made for one that was sent again never was a key.
    private static readonly AfterCommand Told = new(typeof(KeyReceipt), IdentityBodies.Default, async (http, command, accepted) =>
    {
        var made = ((IMakesKey)command).Made;
        var client = await http.RequestServices.GetRequiredService<IDocumentStore>().QuerySession(Caller.Of(http).TenantId).Events.AggregateStreamAsync<ApiClient>(accepted.StreamId, accepted.Version, cancel: http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        var key = client.State.Keys is [var kept, ..] && kept.Hash == made.Kept.Hash ? made.Key : null;
        return receipt => new KeyReceipt(receipt.StreamId, receipt.Version, receipt.Events, receipt.Timestamp, receipt.State, key);
    });

    /// <summary>A command with the key that was made for it.</summary>
    private interface IMakesKey
    {
        (string Key, ClientKey Kept) Made { get; }
    }

    private sealed record Registration(NewClient Client, (string Key, ClientKey Kept) Made) : IMakesKey;

    private sealed record Rotation(WantedKey Wanted, (string Key, ClientKey Kept) Made) : IMakesKey;

    private static IdentityBodies Json => IdentityBodies.Default;

    public static void MapClients(this RouteGroupBuilder api)
    {
        var clients = api.MapGroup("/clients").WithTags("Identity");
        var commands = ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<ClientCommands>();

        clients.MapStart("/", Json.RegisterClientBody, Register, (command, session, cancel) => commands.Register(command.Client, session, cancel), Told)
            .Requires(Permission.ClientsManage).Describe("RegisterClient", "Register a program that calls",
                "The answer has its key, this once: a request that is sent again gets the receipt without it. What it's granted is granted as to a user: of what the caller has, and with somebody else's approval where it's dangerous.");
        clients.MapVerb("/{id:guid}/rotate", Json.RotateClientKeyBody, Rotate, (command, session, cancel) => commands.Rotate(command.Wanted, session, cancel), optional: true, after: Told)
            .Requires(Permission.ClientsManage).Describe("RotateClientKey", "Give a client another key", "The answer has it, this once. The one before goes on until previousUntil, earlier ones don't. The caller must have all that the client was granted.");
        clients.MapVerb("/{id:guid}/revoke", Json.EmptyBody, (_, to) => new RevokeClient(to.Id), ClientCommands.Revoke, optional: true)
            .Requires(Permission.ClientsManage).Describe("RevokeClient", "End a client", "All its keys and tokens end within a second, on every node.");
        clients.MapGet("/", ListAsync).Requires(Permission.ClientsRead).Collection<ClientDetails>()
            .Describe("ListClients", "Programs that may call, or might", "In id order. Of keys the prefix is shown.");
        clients.MapGet("/{id:guid}", GetAsync).Requires(Permission.ClientsRead).UnsettledResource<ClientAnswer>()
            .Describe("GetClient", "A client, and when it last called", "Read from its streams: never stale. A call is noted once an hour and key.");
    }

    private static Registration Register(RegisterClientBody body, CommandTarget to)
    {
        var grants = body.Grants ?? [];
        if (grants.Length > MostGrants)
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "grants", $"At most {MostGrants}."));
        var made = NewKey(to.Caller.TenantId);
        return new Registration(
            new NewClient(
                new RegisterClient(to.Id, body.Name, made.Kept, body.Scopes, body.ExpiresAt, to.Now),
                [.. grants.Select(g => to.Give(Guid.CreateVersion7(), new GranteeNamed(null, to.Id), g?.Role, g?.SiteId, g?.NotBefore, g?.ExpiresAt))]),
            made);
    }

    private static Rotation Rotate(RotateClientKeyBody body, CommandTarget to)
    {
        var made = NewKey(to.Caller.TenantId);
        return new Rotation(new WantedKey(to.Id, made.Kept, body.PreviousUntil, to.Who, to.Now), made);
    }

    private static (string Key, ClientKey Kept) NewKey(string tenantId) =>
        KeyText.Write(tenantId, RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 8), RandomNumberGenerator.GetBytes(32));

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.IdCursor(http));
        await Reading.AwaitAsync(http, session, ClientDetails.ReadModel);
        return Reading.Page(http, await ClientDetails.ListAsync(session, after, limit, http.RequestAborted), limit);
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var client = await Reading.FoldAsync(http, store, Details, id);
        var use = (await store.QuerySession(Caller.Of(http).TenantId).Events.AggregateStreamAsync<ClientUse>(ClientUse.IdOf(id), cancel: http.RequestAborted)).State;
        return Reading.Single(
            http, client is null ? null : new ClientAnswer(client, use.At, use.At is null ? null : use.Prefix), client?.Version ?? 0, IdentityBodies.Default.ClientAnswer, isSettled: false);
    }
}
