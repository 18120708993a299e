using Platform.Api.Http;
using Platform.Domain.Audit;
using Platform.EventStore;
using Platform.Processors.Audit;

namespace Platform.Api.Audit;

/// <summary>One thing that has to hold of a signature.</summary>
/// <param name="Holds">Whether it does.</param>
/// <param name="Detail">What was found, as a sentence.</param>
public sealed record SignatureCheck(bool Holds, string Detail);

/// <summary>What the ledger has to say of a signature now.</summary>
/// <param name="Valid">Whether all of it holds.</param>
/// <param name="Event">The event is there, with the hash that was signed.</param>
/// <param name="Statement">What was signed is what follows from the ledger.</param>
/// <param name="Signature">It is the key's, over the statement.</param>
/// <param name="Key">The key is registered, was in use at the time, and is the signer's.</param>
/// <param name="Signer">Holder of the key; null: nobody's.</param>
/// <param name="RevokedSince">When the key was revoked, at whatever time; null: it's in use.</param>
public sealed record SignatureReport(
    bool Valid, SignatureCheck Event, SignatureCheck Statement, SignatureCheck Signature, SignatureCheck Key, string? Signer, DateTimeOffset? RevokedSince)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    // The events of a key: registered, and perhaps revoked.
    private sealed record Held(SigningKeyRegistered Registered, long Sequence, Event? Revocation);

    /// <summary>Of a signature as recorded.</summary>
    /// <param name="session">The tenant.</param>
    /// <param name="given">As recorded.</param>
    /// <param name="sequence">Of the event that recorded it.</param>
    /// <param name="cancel">Cancels the reading.</param>
    public static async Task<SignatureReport> OfRecordedAsync(IQuerySession session, SignatureGiven given, long sequence, CancellationToken cancel)
    {
        var hash = await session.Events.FindHashAsync(given.StreamId, given.StreamVersion, cancel);
        var held = await FindAsync(session, given.KeyId, cancel);
        var statement = SigningStatement.OfEvent(session.TenantId, given.Kind, given.StreamId, given.StreamVersion, hash ?? given.EventHash, given.Meaning);
        var key = held is null ? null : PublicKey.TryParse(held.Registered.PublicKey, out _);
        return Of(
            hash is null ? new SignatureCheck(false, "The event isn't there any more.")
                : hash == given.EventHash ? new SignatureCheck(true, $"The event is chained with the hash that was signed, {hash}.")
                : new SignatureCheck(false, $"The event is chained with the hash {hash}; signed was {given.EventHash}."),
            statement == given.Statement ? new SignatureCheck(true, "The recorded statement is what follows from the ledger.")
                : new SignatureCheck(false, "The recorded statement isn't what follows from the ledger."),
            Check(key, given.Statement, given.Value),
            await CheckAsync(session, held, given.Signer, sequence, cancel), held);
    }

    /// <summary>Of a signature that somebody shows, with a key that is registered or not.</summary>
    public static async Task<SignatureReport> OfAsync(IQuerySession session, VerifyBody body, PublicKey? key, CancellationToken cancel)
    {
        var hash = await session.Events.FindHashAsync(body.StreamId!.Value, body.Version!.Value, cancel);
        var held = await FindAsync(session, body.KeyId ?? SigningKey.IdOf(body.PublicKey!), cancel);
        key ??= held is null ? null : PublicKey.TryParse(held.Registered.PublicKey, out _);
        var statement = hash is null ? null : SigningStatement.OfEvent(session.TenantId, body.Kind!, body.StreamId.Value, body.Version.Value, hash, body.Meaning!);
        return Of(
            hash is null ? new SignatureCheck(false, "There is no such event.") : new SignatureCheck(true, $"The event is chained with the hash {hash}."),
            statement is null ? new SignatureCheck(false, "Nothing can be stated of an event that isn't there.") : new SignatureCheck(true, "Made from the ledger."),
            statement is null ? new SignatureCheck(false, "There is no statement that it could be over.") : Check(key, statement, body.Signature!),
            held is null ? new SignatureCheck(false, "The key isn't registered.")
                : held.Revocation is null ? new SignatureCheck(true, "The key is in use.")
                : new SignatureCheck(false, "The key is revoked, and nothing in the ledger says that it signed this before."), held);
    }

    private static SignatureReport Of(SignatureCheck @event, SignatureCheck statement, SignatureCheck signature, SignatureCheck key, Held? held) => new(
        @event.Holds && statement.Holds && signature.Holds && key.Holds, @event, statement, signature, key, held?.Registered.Subject, held?.Revocation?.Timestamp);

    private static SignatureCheck Check(PublicKey? key, string statement, string signature) =>
        key is null ? new SignatureCheck(false, "There is no key to verify it with.")
        : key.Verifies(statement, signature) ? new SignatureCheck(true, $"It's a signature by the key over the statement ({key.Algorithm}).")
        : new SignatureCheck(false, "It isn't a signature by the key over the statement.");

    // By the order of the log, not by clocks: those of several nodes may differ.
    private static async Task<SignatureCheck> CheckAsync(IQuerySession session, Held? held, string signer, long sequence, CancellationToken cancel)
    {
        if (held is null)
            return new SignatureCheck(false, "The key isn't registered.");
        if (held.Registered.Subject != signer)
            return new SignatureCheck(false, $"The key is {held.Registered.Subject}'s, not {signer}'s.");
        var signed = await IndexAsync(session, sequence, cancel);
        if (await IndexAsync(session, held.Sequence, cancel) > signed)
            return new SignatureCheck(false, "The key was registered after it had signed.");
        return held.Revocation is { Sequence: var revoked } && await IndexAsync(session, revoked, cancel) < signed
            ? new SignatureCheck(false, "The key was revoked before it signed.")
            : new SignatureCheck(true, held.Revocation is null ? "The key was in use, and still is." : "The key was in use when it signed; it was revoked since.");
    }

    private static async Task<long> IndexAsync(IQuerySession session, long sequence, CancellationToken cancel) =>
        await session.WaitForIndexAsync(sequence, Wait, cancel)
        ?? throw new ProblemException(new Problem(ProblemKind.Unavailable, $"Event {sequence} has no place in the log yet; waited {Wait.TotalSeconds} s."));

    private static async Task<Held?> FindAsync(IQuerySession session, Guid keyId, CancellationToken cancel)
    {
        var events = await session.Events.FetchStreamAsync(keyId, cancel: cancel);
        return events is [{ Data: SigningKeyRegistered registered } first, ..]
            ? new Held(registered, first.Sequence, events.FirstOrDefault(e => e.Data is SigningKeyRevoked))
            : null;
    }
}
