using Npgsql;

namespace Platform.Api.Cli;

/// <summary>What an operator is told of what went wrong.</summary>
internal static class ErrorText
{
    /// <summary>Its message; of the database's driver, which says only that it couldn't read or write, with the cause.</summary>
    public static string Of(Exception e) => e is NpgsqlException { InnerException: { } cause } ? $"{e.Message} ({cause.Message})" : e.Message;
}
