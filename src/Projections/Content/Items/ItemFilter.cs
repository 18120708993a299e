using Npgsql;
using NpgsqlTypes;

namespace Platform.Projections.Content;

/// <summary>Which items are wanted; what is null doesn't matter.</summary>
public sealed record ItemFilter(string? Status, string? Type, string? Locale, bool? HasProblems)
{
    /// <summary>For a query, in the order of the members.</summary>
    internal IEnumerable<NpgsqlParameter> Parameters =>
    [
        new() { Value = (object?)Status ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        new() { Value = (object?)Type ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        new() { Value = (object?)Locale ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
        new() { Value = (object?)HasProblems ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Boolean },
    ];
}
