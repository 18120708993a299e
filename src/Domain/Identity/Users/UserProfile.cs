namespace Platform.Domain.Identity;

/// <summary>A user as a directory has them (RFC 7643, section 4.1): of its attributes those that are kept.</summary>
/// <param name="UserName">What they are called uniquely in the tenant; letter case doesn't count. Null: nothing yet.</param>
/// <param name="ExternalId">What the directory calls them.</param>
/// <param name="GivenName">The name that they were given.</param>
/// <param name="FamilyName">Their family's.</param>
/// <param name="DisplayName">What they are called; null: by their names, or else by their user name.</param>
/// <param name="Email">Where they are reached.</param>
/// <param name="IsActive">They may what they are granted.</param>
public sealed record UserProfile(
    string? UserName, string? ExternalId = null, string? GivenName = null, string? FamilyName = null, string? DisplayName = null, string? Email = null, bool IsActive = true)
{
    private const int Longest = 320, LongestName = 200;

    /// <summary>What they are called, where nothing else is said: by both names.</summary>
    public string? Names => string.Join(' ', new[] { GivenName, FamilyName }.Where(name => name is not null)) is { Length: > 0 } names ? names : null;

    /// <summary>Without space around the texts; those that are empty are none.</summary>
    public UserProfile Trimmed()
    {
        var trimmed = new UserProfile(Text(UserName), Text(ExternalId), Text(GivenName), Text(FamilyName), Text(DisplayName), Text(Email), IsActive);
        return trimmed with { DisplayName = trimmed.DisplayName ?? trimmed.Names ?? trimmed.UserName };
    }

    /// <summary>What is wrong with what differs from what was there, by attribute.</summary>
    /// <param name="before">Null: nothing was.</param>
    internal FieldErrors Check(UserProfile? before) => new FieldErrors()
        .Add("userName", UserName == before?.UserName && before is not null ? null : UserName is null ? "Is required." : Problem(UserName, null, Longest))
        .Add("externalId", Problem(ExternalId, before?.ExternalId, Longest))
        .Add("name.givenName", Problem(GivenName, before?.GivenName, LongestName))
        .Add("name.familyName", Problem(FamilyName, before?.FamilyName, LongestName))
        .Add("displayName", Problem(DisplayName, before?.DisplayName, LongestName))
        .Add("emails.value", Email is null || Email == before?.Email ? null : RegisterUser.EmailProblem(Email));

    private static string? Problem(string? text, string? before, int longest) => text is null || text == before ? null
        : text.Length > longest ? $"Must be at most {longest} characters long."
        : text.Any(char.IsControl) ? "Must hold no control characters."
        : null;

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
