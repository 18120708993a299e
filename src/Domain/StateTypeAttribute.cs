namespace Platform.Domain;

/// <summary>
/// The wire name of a state that may be kept as a snapshot, such as <c>content.item</c>, and the version of its JSON shape.
/// A snapshot of another shape is worthless and is built again from the events, so raise the shape whenever the record
/// or what it makes of its events changes.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StateTypeAttribute(string alias, int shape) : Attribute
{
    public string Alias { get; } = alias;

    public int Shape { get; } = shape;
}
