using System.Text.Json.Serialization;
using Platform.Api.Hosting;
using Platform.Api.Http;
using Platform.Domain.Audit;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Processors;

namespace Platform.Api.Audit;

/// <summary>Which key is to be replaced.</summary>
/// <param name="Role"><c>log</c>: it signs checkpoints; <c>writer</c>: it signs events of weight.</param>
/// <param name="Algorithm"><c>Ed25519</c> (default) or <c>ML-DSA-65</c>.</param>
public sealed record RotateKeyBody(string? Role, string? Algorithm);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(RotateKeyBody))]
internal sealed partial class RotateKeyJson : JsonSerializerContext;

/// <summary>Makes a key, has both sign that it takes the other's place, and appends that: the same for HTTP and <c>./platform keys rotate</c>.</summary>
public sealed class RotateLedgerKey(LedgerFiles files, IDocumentStore store)
{
    /// <summary>Enlists a rotation; called again after a conflict it uses the key that it made.</summary>
    public Handle<(KeyRole Role, KeyAlgorithm Algorithm)> Handler()
    {
        LedgerKey? next = null;
        return async (which, session, cancel) =>
        {
            var keys = await session.Events.FetchForWriting<LedgerKeys>(LedgerKeys.Id, cancel: cancel);
            var (role, algorithm, _) = new LedgerKey(which.Role, which.Algorithm, [], []).Announced;
            var current = keys.Aggregate.Of(role, algorithm) is { } publicKey ? store.Options.Signing!.Keys.Find(which.Role, which.Algorithm, Convert.FromBase64String(publicKey)) : null;
            if (current is null)
                return new Handled(LedgerKeys.Id, keys.StartingVersion, Domain.Reject.Conflict($"This node doesn't hold the current {algorithm} key of the {role}."));
            next ??= files.Keys.Create(which.Role, which.Algorithm);
            var decision = RotateKey.Decide(new RotateKey(Announce(current, next)), keys.Aggregate);
            keys.AppendMany(decision.Events);
            if (which.Role == KeyRole.Writer && decision.Events.Length > 0)
                session.RotateWriter(current, next);
            return new Handled(LedgerKeys.Id, keys.StartingVersion, decision.Rejection);
        };
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
