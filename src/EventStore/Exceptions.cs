using Npgsql;

namespace Platform.EventStore;

/// <summary>The append wasn't accepted; nothing was written.</summary>
public abstract class AppendRefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The stream moved on, or exists already where it should be started.</summary>
public sealed class UnexpectedVersionException(Guid streamId, long? expected, long actual, Exception? inner = null)
    : AppendRefusedException($"Stream {streamId} is at version {actual}, not {expected}.", inner)
{
    public Guid StreamId { get; } = streamId;
    public long? Expected { get; } = expected;
    public long Actual { get; } = actual;
}

public sealed class StreamArchivedException(Guid streamId, Exception? inner = null)
    : AppendRefusedException($"Stream {streamId} is archived.", inner)
{
    public Guid StreamId { get; } = streamId;
}

/// <summary>Another request took the idempotency key first; its answer can be read now.</summary>
public sealed class IdempotencyKeyTakenException(string key, Exception? inner = null)
    : AppendRefusedException($"Idempotency key {key} is taken.", inner);

/// <summary>Some of the ids were accepted before, or by somebody else meanwhile.</summary>
public sealed class AlreadyAcceptedException(Exception? inner = null) : AppendRefusedException("An id was accepted already.", inner);

/// <summary>A value that the ledger can't hash on every platform alike, e.g. a number beyond double precision.</summary>
public sealed class ValueRefusedException(string message, Exception? inner = null) : AppendRefusedException(message, inner);

/// <summary>The tenant may not have that many more.</summary>
/// <param name="quota">Which limit.</param>
/// <param name="limit">The hard limit.</param>
/// <param name="used">What is used of it.</param>
/// <param name="resetsAt">When it begins anew; null: it doesn't, something must go first.</param>
/// <param name="inner">Whence it came.</param>
public sealed class QuotaExceededException(string quota, long limit, long used, DateTimeOffset? resetsAt = null, Exception? inner = null)
    : AppendRefusedException($"The quota {quota} of the tenant is {limit}, and {used} of it are used.", inner)
{
    public string Quota { get; } = quota;
    public long Limit { get; } = limit;
    public long Used { get; } = used;
    public DateTimeOffset? ResetsAt { get; } = resetsAt;
}

/// <summary>An event of the stream isn't chained, or the trigger that chains is gone: nothing may be appended until an operator has looked.</summary>
public sealed class ChainBrokenException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The lease passed to another process: what was about to be written must not be.</summary>
public sealed class LeaseLostException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The read model isn't there yet: this code needs a version of it that is being built.</summary>
public sealed class ReadModelMissingException(string projection, Exception? inner = null) : Exception($"The read model {projection} is being built.", inner);

internal static class SqlErrors
{
    /// <summary>What <c>ledger.append_all</c> says of an append that it left out, e.g. <c>PL002|stream|expected|actual</c>.</summary>
    public static Exception Refusal(string refusal, string? key)
    {
        var parts = refusal.Split('|');
        return parts[0] switch
        {
            "PL002" => new UnexpectedVersionException(Guid.Parse(parts[1]), long.TryParse(parts[2], out var expected) ? expected : null, long.Parse(parts[3], null)),
            "PL004" => new StreamArchivedException(Guid.Parse(parts[1])),
            _ => new IdempotencyKeyTakenException(key ?? ""),
        };
    }

    /// <summary>Turns the errors that our SQL raises (class PL) into exceptions; null for any other.</summary>
    public static Exception? Translate(PostgresException e)
    {
        switch (e.SqlState)
        {
            case "PL002":
                var parts = (e.Detail ?? "||").Split('|');
                return new UnexpectedVersionException(Guid.Parse(parts[0]), long.TryParse(parts[1], out var expected) ? expected : null, long.Parse(parts[2], null), e);
            case PostgresErrorCodes.UniqueViolation when e.ConstraintName == "pk_mt_events_stream_and_version":
            case "PL005":
                return new UnexpectedVersionException(Guid.Empty, null, -1, e);
            case PostgresErrorCodes.UniqueViolation when e.ConstraintName == "accepted_pkey":
                return new AlreadyAcceptedException(e);
            case "PL004":
                return new StreamArchivedException(Guid.Parse(e.Detail!), e);
            case "PL006":
                return new ValueRefusedException(e.MessageText, e);
            case "PL007":
                return new IdempotencyKeyTakenException(e.MessageText, e);
            case "PL008" or "PL009":
                return new LeaseLostException(e.MessageText, e);
            case "PL012":
                var quota = e.Detail!.Split('|');
                return new QuotaExceededException(quota[0], long.Parse(quota[1], null), long.Parse(quota[2], null), inner: e);
            case "PL010":
                return new ChainBrokenException(e.MessageText, e);
            default:
                return null;
        }
    }
}
