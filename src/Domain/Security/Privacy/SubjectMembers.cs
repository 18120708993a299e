using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Platform.Ledger;

namespace Platform.Domain.Security;

/// <summary>What is kept of a data subject itself: each text, or none.</summary>
public sealed record SubjectMembers(PersonalText? Name = null, PersonalText? Email = null, PersonalText? Phone = null, PersonalText? Address = null, PersonalText? Reference = null)
{
    private const int Longest = 500, LongestAddress = 2_000;

    /// <summary>All that there may be, as in JSON.</summary>
    public static ImmutableArray<string> AllNames { get; } = [.. new SubjectMembers().ByName.Select(member => member.Name)];

    /// <summary>Those that are there, as in JSON.</summary>
    [JsonIgnore]
    public ImmutableSortedSet<string> Names => [.. ByName.Where(member => member.Text is not null).Select(member => member.Name)];

    private IEnumerable<(string Name, PersonalText? Text)> ByName => [("name", Name), ("email", Email), ("phone", Phone), ("address", Address), ("reference", Reference)];

    /// <summary>As a command brings them; empty texts are none.</summary>
    public static SubjectMembers Plain(string? name, string? email, string? phone, string? address, string? reference) =>
        new(Text(name), Text(email), Text(phone), Text(address), Text(reference));

    public static SubjectMembers Of(SubjectRegistered e) => new(e.Name, e.Email, e.Phone, e.Address, e.Reference);

    public static SubjectMembers Of(SubjectRectified e) => new(e.Name, e.Email, e.Phone, e.Address, e.Reference);

    /// <summary>These, with what a later rectification says.</summary>
    public SubjectMembers With(SubjectRectified e)
    {
        var removed = e.Removed ?? [];
        return new(
            Next("name", Name, e.Name), Next("email", Email, e.Email), Next("phone", Phone, e.Phone), Next("address", Address, e.Address), Next("reference", Reference, e.Reference));

        PersonalText? Next(string name, PersonalText? before, PersonalText? now) => now ?? (removed.Contains(name) ? null : before);
    }

    /// <summary>What is wrong with plain ones; a problem never repeats the text.</summary>
    internal FieldErrors Check()
    {
        var errors = new FieldErrors();
        foreach (var (name, text) in ByName)
            if (text is not null)
                errors.Add(name, Problem(text.Text, name == "address" ? LongestAddress : Longest, name == "address"));
        if (Email is not null && !(Email.Text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < Email.Text.Length - 1))
            errors.Add("email", "Must be an address such as name@example.org.");
        return errors;
    }

    private static string? Problem(string text, int longest, bool mayBreak) =>
        text.Length > longest ? $"Must be at most {longest} characters long."
        : text.Any(c => char.IsControl(c) && !(mayBreak && c == '\n')) ? "Must hold no control characters."
        : null;

    private static PersonalText? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : PersonalText.Plain(text.Trim());
}
