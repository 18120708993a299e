using Platform.Ledger;

namespace Platform.Domain.Security;

/// <summary>What somebody said in their own words: at most 2,000 characters, empty is none. A problem never repeats it.</summary>
internal static class Statement
{
    private const int Longest = 2_000;

    /// <summary>What is wrong with it; null: nothing.</summary>
    public static string? Problem(string? text, bool isRequired) =>
        text?.Length > Longest ? $"Must be at most {Longest} characters long."
        : isRequired && string.IsNullOrWhiteSpace(text) ? "Is required."
        : null;

    /// <summary>As an event has it; null: nothing was said.</summary>
    public static PersonalText? Plain(string? text) => string.IsNullOrWhiteSpace(text) ? null : PersonalText.Plain(text.Trim());
}
