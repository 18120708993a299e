using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>A member of a type of event that is about a person, and is sealed before the event is written.</summary>
/// <param name="Name">As in JSON.</param>
/// <param name="Subject">Whose it is, by the event; null: the event names nobody there, and then the member must be empty.</param>
/// <param name="Text">The text, by the event; null: there is none.</param>
/// <param name="IsSearchable">Subjects are found by it, see <see cref="PersonalData.FindSubjectsAsync"/>.</param>
public sealed record PersonalProperty(string Name, Func<object, Guid?> Subject, Func<object, PersonalText?> Text, bool IsSearchable = false);
