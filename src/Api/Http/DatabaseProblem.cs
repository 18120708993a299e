using Npgsql;

namespace Platform.Api.Http;

/// <summary>What a caller is told when the database fails: whether anything may have been changed, and what to do.</summary>
internal static class DatabaseProblem
{
    private const string SendAgain = "Send it again with the same Idempotency-Key.";

    /// <summary>503 where the same request may succeed later, otherwise 500.</summary>
    public static Problem Of(NpgsqlException e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => Unavailable("The database's disk is full; nothing was changed. It will be taken again when there is room."),
        PostgresException p when IsRefused(p.SqlState) => Unavailable("The database can't take the request right now; nothing was changed. Try again."),
        PostgresException p when IsEnded(p.SqlState) => Unavailable($"The database went away meanwhile. {SendAgain}"),
        PostgresException => new Problem(ProblemKind.Internal),
        { InnerException: TimeoutException } => Unavailable($"The database is too busy, or doesn't answer. {SendAgain}"),
        _ => Unavailable($"The database can't be reached right now. {SendAgain}"),
    };

    private static Problem Unavailable(string detail) => new(ProblemKind.Unavailable, detail);

    // Errors that end a statement, and with it its transaction: resources (class 53), cancelled, locks, a server that only reads, its disk.
    private static bool IsRefused(string state) =>
        state.StartsWith("53", StringComparison.Ordinal)
        || state is PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.ReadOnlySqlTransaction
            or PostgresErrorCodes.IoError;

    // Errors that end the connection: a commit may have been on its way.
    private static bool IsEnded(string state) =>
        state.StartsWith("08", StringComparison.Ordinal)
        || state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.DatabaseDropped or PostgresErrorCodes.IdleSessionTimeout;
}
