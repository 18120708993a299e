namespace Platform.EventStore;

/// <summary>A column as analysts see it.</summary>
/// <param name="Name">Lower case with underscores.</param>
/// <param name="Description">What it holds, with its unit; a sentence.</param>
/// <param name="Sql">An expression over the columns of the model's table; null: its column of this name.</param>
/// <param name="Type">PostgreSQL type of the expression; null without one: the column's own.</param>
/// <param name="Nullable">With an expression: whether it may be null.</param>
public sealed record AnalystColumn(string Name, string Description, string? Sql = null, string? Type = null, bool Nullable = false);

/// <summary>What analysts see of a read model: the view <c>analytics.NAME</c>, with <c>tenant_id</c> in front of its columns.</summary>
/// <param name="Name">Lower case with underscores.</param>
/// <param name="Question">What it answers, as a question.</param>
/// <param name="Row">What a row is, e.g. <c>a site</c>.</param>
/// <param name="Key">Columns that, after <c>tenant_id</c>, identify a row; none of them null.</param>
/// <param name="Columns">In their order.</param>
/// <param name="Example">A query over it, one statement.</param>
/// <param name="Permission">What a caller of the API needs beside the right to read analytics, because other routes that show the same ask for it.</param>
/// <param name="Changed">A column with the time of a row's last change; null: there is none.</param>
/// <param name="AboutTenant">A column of the model's table with the tenant that a row is about, where that's another than it belongs to: it sees the row too.</param>
public sealed record AnalystView(
    string Name, string Question, string Row, IReadOnlyList<string> Key, IReadOnlyList<AnalystColumn> Columns, string Example, string Permission,
    string? Changed = null, string? AboutTenant = null)
{
    /// <summary>The view over a projection's model.</summary>
    internal AnalystTable Over(Projection projection) => new(
        Name, projection.Name, Question, Row, [ReadTable.Tenant.Name, .. Key],
        [
            new(ReadTable.Tenant.Name, "The tenant.", "varchar", false, AboutTenant ?? ReadTable.Tenant.Name),
            .. Columns.Select(column => column.Sql is { } sql
                ? new TypedColumn(column.Name, column.Description, column.Type!, column.Nullable, $"({sql})::{column.Type}")
                : Own(column, projection.Table.All.Single(own => own.Name == column.Name))),
        ],
        Example, Permission, Changed);

    private static TypedColumn Own(AnalystColumn column, ReadColumn own) =>
        new(column.Name, column.Description, own.Type.Replace(" not null", "", StringComparison.Ordinal).Split(" collate ")[0], !own.Type.EndsWith(" not null", StringComparison.Ordinal), own.Name);
}

/// <summary>A view of schema <c>analytics</c> as it stands in the catalog.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Projection">The model behind it; null: those of all views.</param>
/// <param name="Question">What it answers.</param>
/// <param name="Row">What a row is.</param>
/// <param name="Key">Columns that identify a row.</param>
/// <param name="Columns">In their order.</param>
/// <param name="Example">A query over it.</param>
/// <param name="Permission">What a caller of the API needs beside the right to read analytics; null: nothing.</param>
/// <param name="Changed">The column with the time of a row's last change; null: there is none.</param>
public sealed record AnalystTable(
    string Name, string? Projection, string Question, string Row, IReadOnlyList<string> Key, IReadOnlyList<TypedColumn> Columns, string Example, string? Permission, string? Changed);

/// <summary>A column of a view.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it holds.</param>
/// <param name="Type">PostgreSQL type.</param>
/// <param name="IsNullable">Whether it may be null.</param>
/// <param name="Sql">An expression over the columns of what is behind the view.</param>
public sealed record TypedColumn(string Name, string Description, string Type, bool IsNullable, string Sql);
