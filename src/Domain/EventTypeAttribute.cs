namespace Platform.Domain;

/// <summary>
/// The wire name of an event, such as <c>content.item-published</c>: what stands in the ledger, in receipts and in the API.
/// It never changes, whatever the record is called; a later shape of the same event is another record whose alias ends in <c>_v2</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventTypeAttribute(string alias) : Attribute
{
    public string Alias { get; } = alias;
}
