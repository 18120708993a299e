using Platform.Domain;
using Platform.Domain.Audit;
using Platform.EventStore;

namespace Platform.Processors.Audit;

/// <summary>Loads what each command of keys and signatures is decided on.</summary>
public static class SignatureCommands
{
    public static Task<Handled> Register(RegisterSigningKey command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<SigningKey>(SigningKey.IdOf(command.PublicKey), key => RegisterSigningKey.Decide(command, key), cancel);

    public static Task<Handled> Revoke(RevokeSigningKey command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<SigningKey>(command.KeyId, key => RevokeSigningKey.Decide(command, key), cancel);

    public static async Task<Handled> Sign(GiveSignature command, IDocumentSession session, CancellationToken cancel)
    {
        var hash = await session.Events.FindHashAsync(command.StreamId, command.StreamVersion, cancel);
        var key = await session.Events.FetchForWriting<SigningKey>(command.KeyId, cancel: cancel);
        var handled = await session.DecideAsync<Signature>(
            command.SignatureId, signature => GiveSignature.Decide(command, signature, key.Aggregate, hash), cancel);
        // A key that is revoked at this moment signs no more.
        if (handled.Rejection is null)
            session.Events.EnforceConsistency(command.KeyId);
        return handled;
    }

    /// <summary>The hash of the event at a version of a stream, lower hex; null: there is none.</summary>
    public static async Task<string?> FindHashAsync(this IEventQueries events, Guid streamId, long version, CancellationToken cancel) =>
        version > 0 && await events.FetchReceiptAsync(streamId, version, version, cancel) is [{ Hash.Length: > 0 } found] ? found.Hash : null;
}
