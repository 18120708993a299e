using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain.Identity;

namespace Platform.Api.Identity;

/// <summary>A user's attributes as they are read from a request: whole, or one change after the other.</summary>
internal sealed class ScimProfile
{
    // What RFC 7643 has of a user (sections 3.1, 4.1 and 4.3) and isn't kept: it's passed over, so that a directory may send all that it has.
    private static readonly ImmutableHashSet<string> NotKept = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase, "nickname", "profileurl", "title", "usertype", "preferredlanguage", "locale", "timezone", "password", "phonenumbers", "ims", "photos", "addresses", "entitlements", "roles",
        "x509certificates", "name.middlename", "name.honorificprefix", "name.honorificsuffix", "emails.display", "emails.type", "emails.primary");

    private static readonly string[] ReadOnly = ["id", "meta", "groups"];

    private readonly UserProfile _before;
    private UserProfile _profile;
    private bool _isNamed;

    private ScimProfile(UserProfile before, UserProfile start) => (_before, _profile) = (before, start);

    /// <summary>A user who is replaced, or made: what isn't named is kept no more.</summary>
    /// <param name="body">The user.</param>
    /// <param name="before">As they are; null: they are new.</param>
    public static UserProfile Whole(JsonElement body, UserProfile? before)
    {
        var read = new ScimProfile(before ?? new UserProfile(null), new UserProfile(null, IsActive: before?.IsActive ?? true));
        foreach (var (name, value) in ScimValue.Members(body, "$"))
            if (!ReadOnly.Contains(name, StringComparer.OrdinalIgnoreCase))
                read.Set(ScimPath.Parse(name), value, "invalidSyntax");
        return read._profile;
    }

    /// <summary>A user after changes.</summary>
    public static UserProfile After(UserProfile before, IEnumerable<ScimChange> changes)
    {
        var read = new ScimProfile(before, before);
        foreach (var change in changes)
            read.Change(change);
        var after = read._profile;
        // Whoever was called by their names is called by the new ones, unless something else was said.
        return !read._isNamed && after.Names != before.Names && (before.DisplayName == before.Names || before.DisplayName == before.UserName) ? after with { DisplayName = null } : after;
    }

    private void Change(ScimChange change)
    {
        var path = change.Path!;
        if (path.Attribute.Split('.')[0] is var attribute && ReadOnly.Contains(attribute))
            throw ScimError.Of("mutability", $"{attribute}: Can't be changed here.");
        if (!change.IsRemoval)
            Set(path, change.Value, "invalidPath");
        else if (path.Attribute == "active")
            throw ScimError.Value("active", "Can't be removed.");
        else
            Set(path, default, "invalidPath");
    }

    // Undefined: it's removed.
    private void Set(ScimPath path, JsonElement value, string unknown)
    {
        var attribute = path.Attribute;
        if (path.Which is not null && !attribute.StartsWith("emails", StringComparison.Ordinal) && !IsNotKept(attribute))
            throw ScimError.Of("invalidPath", $"{attribute}: It has no several values to choose among.");
        switch (attribute)
        {
            case "schemas":
                break;
            case "username":
                _profile = _profile with { UserName = Text(value, "userName") };
                break;
            case "externalid":
                _profile = _profile with { ExternalId = Text(value, "externalId") };
                break;
            case "displayname":
            case "name.formatted" when !_isNamed:
                (_profile, _isNamed) = (_profile with { DisplayName = Text(value, "displayName") }, attribute == "displayname");
                break;
            case "name.formatted":
                break;
            case "name.givenname":
                _profile = _profile with { GivenName = Text(value, "name.givenName") };
                break;
            case "name.familyname":
                _profile = _profile with { FamilyName = Text(value, "name.familyName") };
                break;
            case "name":
                SetName(value, unknown);
                break;
            case "active":
                _profile = _profile with { IsActive = ScimValue.Flag(value, "active") };
                break;
            case "emails" or "emails.value":
                SetEmail(path, value);
                break;
            default:
                if (!IsNotKept(attribute))
                    throw ScimError.Of(unknown, $"{attribute}: There is no such attribute.");
                break;
        }
    }

    private void SetName(JsonElement value, string unknown)
    {
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            _profile = _profile with { GivenName = null, FamilyName = null };
        else
            foreach (var (name, part) in ScimValue.Members(value, "name"))
                Set(ScimPath.Parse($"name.{name}"), part, unknown);
    }

    // The one that is kept is the primary one, of type work.
    private void SetEmail(ScimPath path, JsonElement value)
    {
        if (path.Which is { } which && !IsKept(which))
            return;
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            _profile = _profile with { Email = null };
        else if (path.Attribute == "emails.value")
            _profile = _profile with { Email = Text(value, "emails.value") };
        else
            _profile = _profile with { Email = Chosen(ScimValue.Values(value, "emails")) };
    }

    private bool IsKept(ScimClause which) => which.Attribute switch
    {
        "type" => ScimValue.Is(which.Value, "work"),
        "primary" => which.Value == "true",
        "value" => _before.Email is { } email && ScimValue.Is(email, which.Value),
        _ => throw ScimError.Of("invalidPath", $"emails.{which.Attribute}: Choose by type, primary or value."),
    };

    private static string? Chosen(IReadOnlyList<JsonElement> emails)
    {
        var read = emails.Select(email => ScimValue.Members(email, "emails").ToDictionary(member => member.Name, member => member.Value, StringComparer.OrdinalIgnoreCase)).ToList();
        var chosen = read.FirstOrDefault(email => email.TryGetValue("primary", out var primary) && ScimValue.Flag(primary, "emails.primary"))
            ?? read.FirstOrDefault(email => email.TryGetValue("type", out var type) && ScimValue.Is(ScimValue.Text(type, "emails.type") ?? "", "work"))
            ?? read.FirstOrDefault();
        return chosen is null ? null : chosen.TryGetValue("value", out var value) && Text(value, "emails.value") is { } text ? text : throw ScimError.Value("emails.value", "Is required.");
    }

    private static string? Text(JsonElement value, string attribute) =>
        value.ValueKind == JsonValueKind.Undefined || ScimValue.Text(value, attribute) is not { } text || string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static bool IsNotKept(string attribute) =>
        NotKept.Contains(attribute) || NotKept.Contains(attribute.Split('.')[0]) || attribute.StartsWith("urn:ietf:params:scim:schemas:extension:", StringComparison.OrdinalIgnoreCase);
}
