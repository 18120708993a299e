namespace Platform.Domain.Content;

/// <param name="Type">Name of the content type.</param>
/// <param name="Field">Its unique field.</param>
/// <param name="Value">As JSON.</param>
/// <param name="ItemId">Whose it is.</param>
/// <param name="Locale">Where the field is localised; else null.</param>
[EventType("content.value-reserved")]
public sealed record ValueReserved(string Type, string Field, string Value, Guid ItemId, string? Locale = null);

/// <summary>See <see cref="ValueReserved"/>.</summary>
[EventType("content.value-released")]
public sealed record ValueReleased(string Type, string Field, string Value, Guid ItemId, string? Locale = null);

/// <summary>Which item has a value in a unique field. A stream of its own for each type, field, locale and value makes it unique.</summary>
[StateType("content.value-reservation", 1)]
public sealed record ValueReservation : IState<ValueReservation>, IReservation
{
    public static ValueReservation Initial { get; } = new();

    /// <summary>Null while no item has the value.</summary>
    public Guid? HeldBy { get; init; }

    public long Version { get; init; }

    /// <summary>The stream of a value.</summary>
    public static Guid IdOf(string type, string field, string? locale, string value) =>
        DerivedId.From("content.value", type, field, locale?.ToLowerInvariant() ?? "", value);

    public ValueReservation Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private ValueReservation Apply(object @event) => @event switch
    {
        ValueReserved reserved => this with { HeldBy = reserved.ItemId },
        ValueReleased => this with { HeldBy = null },
        _ => this,
    };
}
