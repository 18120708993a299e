using System.Text.Json.Serialization;
using Platform.Api.Hosting;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Audit;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Processors;

namespace Platform.Api.Audit;

/// <summary>Which key of a role is to be replaced.</summary>
/// <param name="Algorithm"><c>Ed25519</c> (default) or <c>ML-DSA-65</c>.</param>
public sealed record RotateKeyBody(string? Algorithm);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(RotateKeyBody))]
internal sealed partial class RotateKeyJson : JsonSerializerContext;

/// <summary>Makes a key, has both sign that it takes the other's place, and appends that: the same for HTTP and <c>./platform keys rotate</c>.</summary>
/// <param name="files">Where the private key goes.</param>
/// <param name="keys">Where the current one is.</param>
/// <param name="role">What the key signs.</param>
/// <param name="algorithm">Its algorithm.</param>
internal sealed class RotateLedgerKey(LedgerFiles files, LedgerKeyRing keys, KeyRole role, KeyAlgorithm algorithm)
{
    private LedgerKey? _next;

    public static void Map(RouteGroupBuilder api)
    {
        var services = ((IEndpointRouteBuilder)api).ServiceProvider;
        api.MapVerb("/ledger/keys/{role}/rotate", RotateKeyJson.Default.RotateKeyBody, (body, target) => Bind(body, target, services), (rotation, session, cancel) => rotation.RunAsync(session, cancel), optional: true)
            .WithTags("Ledger").Requires(Permission.LedgerOperate)
            .Describe("RotateLedgerKey", "Replace the key of the log or of the writer", "role: log (signs checkpoints) or writer (signs events of weight). The new private key is made on this node, in the directory that all nodes share; the event is signed by both keys.");
    }

    /// <summary>Enlists the rotation; after a conflict it goes on with the key that it made.</summary>
    public async Task<Handled> RunAsync(IDocumentSession session, CancellationToken cancel)
    {
        var stream = await session.Events.FetchForWriting<LedgerKeys>(LedgerKeys.Id, cancel: cancel);
        var (roleName, algorithmName) = (KeyNames.Of(role), KeyNames.Of(algorithm));
        var current = stream.Aggregate.Of(roleName, algorithmName) is { } publicKey ? keys.Find(role, algorithm, Convert.FromBase64String(publicKey)) : null;
        if (current is null)
            return new Handled(LedgerKeys.Id, stream.StartingVersion, Reject.Conflict($"This node doesn't hold the current {algorithmName} key of the {roleName}."));
        _next ??= files.Keys.Create(role, algorithm);
        var decision = RotateKey.Decide(new RotateKey(Announce(current, _next)), stream.Aggregate);
        stream.AppendMany(decision.Events);
        if (role == KeyRole.Writer && decision.Events.Length > 0)
            session.RotateWriter(current, _next);
        return new Handled(LedgerKeys.Id, stream.StartingVersion, decision.Rejection);
    }

    private static RotateLedgerKey Bind(RotateKeyBody body, CommandTarget target, IServiceProvider services)
    {
        if (!KeyNames.TryParse(target["role"], out KeyRole role))
            throw new ProblemException(new Problem(ProblemKind.NotFound, "There are keys of the roles log and writer."));
        if (!KeyNames.TryParse(body.Algorithm ?? KeyNames.Of(KeyAlgorithm.Ed25519), out KeyAlgorithm algorithm))
            throw new ProblemException(Problem.Field(ProblemKind.Invalid, "algorithm", "Ed25519 or ML-DSA-65."));
        return new RotateLedgerKey(services.GetRequiredService<LedgerFiles>(), services.GetRequiredService<IDocumentStore>().Options.Signing!.Keys, role, algorithm);
    }

    private static KeyRotated Announce(LedgerKey from, LedgerKey to)
    {
        var (role, algorithm, publicKey) = to.Announced;
        var statement = KeyRotation.Statement(to.Role, to.Algorithm, from.PublicKey, to.PublicKey);
        return new KeyRotated(role, algorithm, publicKey, from.Announced.PublicKey, Sign(to, statement), Sign(from, statement));
    }

    private static string Sign(LedgerKey key, byte[] statement) =>
        Convert.ToBase64String(key.Algorithm == KeyAlgorithm.MlDsa65 ? MlDsa65.Sign(key.Seed, statement) : Ed25519.Sign(key.Seed, statement));
}
