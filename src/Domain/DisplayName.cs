namespace Platform.Domain;

/// <summary>A name for people, such as a site's: 1-200 characters once white space around it is trimmed, no control characters.</summary>
public static class DisplayName
{
    private const int MaxLength = 200;

    /// <summary>What is wrong with a name, as a sentence; null when it's fine, trimmed or not.</summary>
    /// <param name="name">As it was given.</param>
    /// <param name="longest">Characters, for texts that may be longer.</param>
    public static string? Problem(string? name, int longest = MaxLength) => name?.Trim() switch
    {
        null or "" => "Is required.",
        { } trimmed when trimmed.Length > longest => $"Must be at most {longest} characters long.",
        { } trimmed when trimmed.Any(char.IsControl) => "Must hold no control characters.",
        _ => null,
    };
}
