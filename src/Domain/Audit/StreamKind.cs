namespace Platform.Domain.Audit;

/// <summary>
/// What kind of stream an event stands in, from its alias: <c>content.item</c> of <c>content.item-published</c>. The state of that name where
/// there is one, the capability and the first word else.
/// </summary>
public static class StreamKind
{
    public static string Of(string alias) =>
        StateCatalog.All.Keys.Where(state => alias.StartsWith(state + "-", StringComparison.Ordinal)).MaxBy(state => state.Length)
        ?? alias[..(alias.IndexOf('-', StringComparison.Ordinal) is var end and >= 0 ? end : alias.Length)];
}
