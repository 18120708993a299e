using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>A sealed text, and where its reader found it: what was sealed elsewhere isn't opened there, whoever moved it.</summary>
/// <param name="Text">The text.</param>
/// <param name="SubjectId">Whose it is, by what has it.</param>
/// <param name="Property">The event's member that it was sealed as, by what has it.</param>
/// <param name="EventId">The event; null: a read model has it, which doesn't say.</param>
public sealed record PlacedText(PersonalText Text, Guid SubjectId, string Property, Guid? EventId = null)
{
    /// <summary>Null: there is no text.</summary>
    public static PlacedText? Of(PersonalText? text, Guid subjectId, string property) => text is null ? null : new(text, subjectId, property);

    /// <summary>Whether a text says that it was sealed here; what it says is authenticated when it's opened.</summary>
    internal bool IsPlaceOf(SealedText text) => text.SubjectId == SubjectId && text.Property == Property && (EventId is null || text.EventId == EventId);
}
