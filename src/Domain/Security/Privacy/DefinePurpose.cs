using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Platform.Domain.Security;

/// <summary>What a purpose says.</summary>
/// <param name="LegalBasis">See <see cref="Security.LegalBasis"/>.</param>
/// <param name="Description">1-2,000 characters.</param>
/// <param name="Categories">At least one of <see cref="PersonalCategory.All"/>, each once.</param>
public sealed record PurposeTerms(string LegalBasis, string Description, ImmutableArray<string> Categories)
{
    private const int LongestDescription = 2_000;

    internal FieldErrors Check()
    {
        var errors = new FieldErrors()
            .Add("legalBasis", Security.LegalBasis.All.Contains(LegalBasis) ? null : $"One of {string.Join(", ", Security.LegalBasis.All)}.")
            .Add("description", DisplayName.Problem(Description, LongestDescription))
            .Add("categories", Categories.IsEmpty ? "At least one is required." : null);
        for (var n = 0; n < Categories.Length; n++)
            errors.Add($"categories[{n}]", !PersonalCategory.All.Contains(Categories[n]) ? $"One of {string.Join(", ", PersonalCategory.All)}." : Categories.IndexOf(Categories[n]) < n ? "Stands twice." : null);
        return errors;
    }

    internal PurposeDefined Defined(string name, long version) => new(name, version, LegalBasis, Description.Trim(), [.. Categories.Order(StringComparer.Ordinal)]);
}

/// <summary>Says for the first time what a purpose is; its stream is <see cref="Purpose.IdOf"/> its name.</summary>
/// <param name="Name">1-63 characters: a lower-case letter, then lower-case letters, digits and hyphens.</param>
/// <param name="Terms">What it says.</param>
public sealed partial record DefinePurpose(string Name, PurposeTerms Terms) : ICommand<DefinePurpose, Purpose>
{
    public static Decision Decide(DefinePurpose command, Purpose state)
    {
        if (command.Terms.Check().Add("name", PurposeName().IsMatch(command.Name) ? null : "Must be 1-63 lower-case letters, digits and hyphens, a letter first.").Rejection is { } invalid) return invalid;
        if (state.Exists) return Reject.Conflict($"The purpose '{command.Name}' is already defined: it takes a new version.");
        return Decision.Of(command.Terms.Defined(command.Name, state.Version + 1));
    }

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,62}\z")]
    private static partial Regex PurposeName();
}

/// <summary>Makes a new version of a purpose, all of it. Who consented to the version before hasn't consented to this one.</summary>
/// <param name="PurposeId">Its stream.</param>
/// <param name="Terms">What it says from now on.</param>
public sealed record ChangePurpose(Guid PurposeId, PurposeTerms Terms) : ICommand<ChangePurpose, Purpose>
{
    public static Decision Decide(ChangePurpose command, Purpose state)
    {
        if (!state.Exists) return Purpose.Missing;
        if (command.Terms.Check().Rejection is { } invalid) return invalid;
        var next = command.Terms.Defined(state.Name, state.Version + 1);
        return next.LegalBasis == state.LegalBasis && next.Description == state.Description && next.Categories.SequenceEqual(state.Categories) ? Decision.Nothing : Decision.Of(next);
    }
}
