namespace Platform.Domain.Personalization;

/// <summary>A visitor had to do with an item.</summary>
/// <param name="VisitorId">Who.</param>
/// <param name="ItemId">With what.</param>
/// <param name="At">When.</param>
/// <param name="Weight">How much it says, above 0 and at most 100: 1 a look, more what costs the visitor more.</param>
public sealed record Interaction(Guid VisitorId, Guid ItemId, DateTimeOffset At, double Weight = 1);
