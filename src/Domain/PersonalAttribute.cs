using System.Collections.Immutable;

namespace Platform.Domain;

/// <summary>
/// Marks a member of an event as a text about a person: of type <see cref="Platform.Ledger.PersonalText"/>, sealed under that person's key before the event is written.
/// </summary>
/// <param name="subject">The member that names the person: an id, or none where this member is empty.</param>
/// <param name="category">What kind of data it is, for the record of processing: see <see cref="PersonalCategory"/>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PersonalAttribute(string subject, string category) : Attribute
{
    public string Subject { get; } = subject;
    public string Category { get; } = category;

    /// <summary>People are found by it.</summary>
    public bool IsSearchable { get; init; }
}

/// <summary>Kinds of personal data, as the record of processing names them.</summary>
public static class PersonalCategory
{
    public const string Identity = "identity";
    public const string Contact = "contact";

    /// <summary>What somebody said or gave, in their words.</summary>
    public const string Statement = "statement";

    public static ImmutableArray<string> All { get; } = [Identity, Contact, Statement];
}

/// <summary>A member of a kind of event that is about a person.</summary>
/// <param name="Name">As in JSON.</param>
/// <param name="Category">See <see cref="PersonalCategory"/>.</param>
/// <param name="IsSearchable">People are found by it.</param>
/// <param name="Subject">Whose it is, by the event.</param>
/// <param name="Text">The text, by the event.</param>
public sealed record PersonalMember(string Name, string Category, bool IsSearchable, Func<object, Guid?> Subject, Func<object, Platform.Ledger.PersonalText?> Text);
