namespace Platform.Api.Analytics;

/// <summary>What the columns of a record are.</summary>
/// <param name="Of">By column: a property of the event, and a form that its value is put in, in place of <c>{}</c>.</param>
public sealed record ReplayColumns(IReadOnlyDictionary<string, (string Property, string? Form)> Of)
{
    public static IReadOnlyList<string> Properties { get; } = ["at", "name", "page", "referrer", "visitor", "userAgent", "address", "country", "engaged", "scroll"];

    /// <param name="map">As given: <c>column=property</c> or <c>column=property:form</c>, with commas between them.</param>
    /// <exception cref="ArgumentException">It can't be understood.</exception>
    public static ReplayColumns Parse(IEnumerable<string> map) => Parse(map, Properties, [("at", "the time")]);

    /// <param name="map">As given: <c>column=property</c> or <c>column=property:form</c>, with commas between them.</param>
    /// <param name="properties">There are.</param>
    /// <param name="required">Of these, with what they are.</param>
    /// <exception cref="ArgumentException">It can't be understood.</exception>
    public static ReplayColumns Parse(IEnumerable<string> map, IReadOnlyList<string> properties, IEnumerable<(string Property, string Meaning)> required)
    {
        var columns = new Dictionary<string, (string, string?)>(StringComparer.Ordinal);
        foreach (var pair in map.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (pair.Split('=', 2) is not [{ Length: > 0 } column, { Length: > 0 } target])
                throw new ArgumentException($"--map takes COLUMN=PROPERTY, not {pair}.");
            var (property, form) = target.Split(':', 2) switch { [var name, var shape] => (name, (string?)shape), var parts => (parts[0], null) };
            if (!properties.Contains(property))
                throw new ArgumentException($"There is no property {property}; there are {string.Join(", ", properties)}.");
            if (!columns.TryAdd(column, (property, form)))
                throw new ArgumentException($"The column {column} stands twice.");
        }
        foreach (var (property, meaning) in required)
            if (!columns.Values.Any(column => column.Item1 == property))
                throw new ArgumentException($"--map has to say which column is {meaning}: COLUMN={property}.");
        return new ReplayColumns(columns);
    }
}
