using System.Security.Cryptography;
using Platform.Domain;
using Platform.EventStore;

namespace Platform.Processors;

/// <summary>Everything that comes with a command besides its own members.</summary>
/// <param name="TenantId">From the token.</param>
/// <param name="User">Subject of the token, or the part of the platform that acts.</param>
/// <param name="Trigger"><c>http</c>, <c>import</c>, <c>seed</c>...</param>
/// <param name="CorrelationId">Ties the events of one piece of work together.</param>
/// <param name="CausationId">What caused it, e.g. the caller's span.</param>
/// <param name="ExpectedVersion">From If-Match: the command is for this version of its stream only.</param>
/// <param name="IdempotencyKey">The client's key; null: none.</param>
/// <param name="Fingerprint">Digest of the request, with a key.</param>
public sealed record Arrival(
    string TenantId, string? User, string Trigger, string? CorrelationId = null, string? CausationId = null,
    long? ExpectedVersion = null, string? IdempotencyKey = null, byte[]? Fingerprint = null);

/// <summary>What a handler did in its session: the stream its receipt is about, and how it was decided.</summary>
/// <param name="StreamId">The command's own stream.</param>
/// <param name="Version">The stream's version when it was decided on.</param>
/// <param name="Rejection">Null: accepted, with whatever the session has pending.</param>
/// <param name="Merged">The decision took into account what came between the version that the command was made for and this one: it's no reason to refuse.</param>
public sealed record Handled(Guid StreamId, long Version, Rejection? Rejection = null, bool Merged = false);

/// <summary>How a command ended.</summary>
public abstract record CommandResult
{
    public sealed record Accepted(Receipt Receipt, int Status) : CommandResult;
    public sealed record Refused(Rejection Rejection) : CommandResult;
    /// <param name="CurrentVersion">Where the stream is.</param>
    /// <param name="Rejection">The decision's own words, where it was the decision that found the command stale.</param>
    public sealed record Stale(long CurrentVersion, Rejection? Rejection = null) : CommandResult;
    public sealed record KeyReused : CommandResult;
}

/// <summary>
/// Runs commands, whoever sends them: loads, decides and appends, again when somebody else appended in between; once an idempotency key.
/// </summary>
public sealed class CommandRunner(IDocumentStore store)
{
    private const int Attempts = 20;
    private readonly Turns _turns = new();

    /// <param name="arrival">Who, for whom, on what conditions.</param>
    /// <param name="status">HTTP status of acceptance.</param>
    /// <param name="handle">Decides on fresh state and enlists the events in the session; called again after a conflict.</param>
    /// <param name="cancel">Stops between attempts.</param>
    /// <exception cref="UnexpectedVersionException">Conflicts in every attempt.</exception>
    public async Task<CommandResult> RunAsync(Arrival arrival, int status, Func<IDocumentSession, CancellationToken, Task<Handled>> handle, CancellationToken cancel = default)
    {
        Turns.Turn? turn = null;
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    if (await AttemptAsync(arrival, status, handle, cancel) is { } result)
                        return result;
                }
                catch (UnexpectedVersionException e) when (attempt < Attempts)
                {
                    // Whichever stream moved on: the next round sees whether that makes the command stale.
                    if (turn?.StreamId == e.StreamId)
                        continue;
                    turn?.Dispose();
                    turn = null;
                    turn = await _turns.TakeAsync(arrival.TenantId, e.StreamId, cancel);
                }
            }
        }
        finally
        {
            turn?.Dispose();
        }
    }

    // Null: the other request with this key has ended, and the next round finds its outcome.
    private async Task<CommandResult?> AttemptAsync(Arrival arrival, int status, Func<IDocumentSession, CancellationToken, Task<Handled>> handle, CancellationToken cancel)
    {
        var session = store.LightweightSession(new SessionOptions(arrival.TenantId, arrival.User, arrival.Trigger, arrival.CorrelationId, arrival.CausationId));
        if (await FindOutcomeAsync(session, arrival, cancel) is { } known)
            return known;
        try
        {
            var handled = await handle(session, cancel);
            return Refusal(arrival, handled) is { } refused
                // Perhaps because the other request with this key was accepted since we looked for it; then its answer is ours.
                ? await FindOutcomeAsync(session, arrival, cancel) ?? refused
                : await SaveAsync(session, arrival, status, handled, cancel);
        }
        catch (IdempotencyKeyTakenException)
        {
            return null;
        }
    }

    private static CommandResult? Refusal(Arrival arrival, Handled handled) =>
        handled.Rejection is { Kind: RejectionKind.Stale } stale ? new CommandResult.Stale(handled.Version, stale)
        : handled is { Merged: false, Version: > 0 } && arrival.ExpectedVersion is { } expected && expected != handled.Version ? new CommandResult.Stale(handled.Version)
        : handled.Rejection is { } rejection ? new CommandResult.Refused(rejection)
        : null;

    private static async Task<CommandResult?> FindOutcomeAsync(IDocumentSession session, Arrival arrival, CancellationToken cancel)
    {
        if (arrival.IdempotencyKey is null || await session.FindOutcomeAsync(KeyOf(arrival), session.Now, cancel) is not { } outcome)
            return null;
        if (!CryptographicOperations.FixedTimeEquals(outcome.Fingerprint, arrival.Fingerprint))
            return new CommandResult.KeyReused();
        var events = outcome.Events == 0 ? [] : await session.Events.FetchReceiptAsync(outcome.StreamId, outcome.Version - outcome.Events + 1, outcome.Version, cancel);
        return new CommandResult.Accepted(new Receipt(outcome.StreamId, outcome.Version, [.. events.Select(ReceiptEvent.Of)], outcome.At), outcome.Status);
    }

    private static async Task<CommandResult> SaveAsync(IDocumentSession session, Arrival arrival, int status, Handled handled, CancellationToken cancel)
    {
        var key = arrival.IdempotencyKey is null ? null : new IdempotencyKey(KeyOf(arrival), arrival.Fingerprint!, status, handled.StreamId);
        if (key is not null)
            session.UseIdempotencyKey(key);
        var appended = await session.SaveChangesAsync(cancel);
        var own = appended.Where(e => e.StreamId == handled.StreamId).ToList();
        if (appended.Count == 0 && key is not null)
        {
            // The first to remember counts; what it remembered is everybody's answer.
            await session.RememberOutcomeAsync(key, handled.Version, cancel);
            return await FindOutcomeAsync(session, arrival, cancel) ?? throw new InvalidOperationException($"The outcome of {key.Key} is gone.");
        }
        return new CommandResult.Accepted(
            new Receipt(handled.StreamId, own.Count > 0 ? own[^1].Version : handled.Version, [.. own.Select(ReceiptEvent.Of)], appended.Count > 0 ? appended[0].Timestamp : session.Now), status);
    }

    // Two clients of a tenant may choose the same string. The length says where the user's name, which may hold any character, ends.
    private static string KeyOf(Arrival arrival) => $"{arrival.User?.Length}/{arrival.User}/{arrival.IdempotencyKey}";
}
