using System.Globalization;
using System.Text.Json;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Identity;
using Platform.Projections.Identity;
using Platform.Projections.Security;

namespace Platform.Api.Identity;

/// <summary>Shows users of the tenant as SCIM has them: those whom a directory provisioned, and the others.</summary>
/// <param name="store">Has them.</param>
/// <param name="keys">Finds by texts.</param>
/// <param name="personal">Opens texts.</param>
public sealed class ScimUsers(IDocumentStore store, PersonalData keys, PersonalAnswers personal)
{
    private static readonly Users Details = new();
    private static readonly DataSubjects Persons = new();

    // What a user is found by, and as what the texts of people are.
    private static readonly Dictionary<string, string?> FoundBy = new(StringComparer.Ordinal)
    {
        ["id"] = null,
        ["username"] = "reference",
        ["externalid"] = "externalId",
        ["displayname"] = "name",
        ["emails.value"] = "email",
    };

    /// <summary>As they are in their streams; 404 where they aren't known.</summary>
    public async Task<ScimUser> GetAsync(HttpContext http, Guid id)
    {
        var session = Session(http);
        var user = await session.Events.AggregateStreamAsync(Details, id, cancel: http.RequestAborted) ?? throw new ProblemException(new Problem(ProblemKind.NotFound, "There is no such user."));
        var person = await session.Events.AggregateStreamAsync(Persons, user.PersonId, cancel: http.RequestAborted);
        return (await ShowAsync(http, session, [user], person is null ? [] : [person], user.PersonId)).Single();
    }

    /// <summary>A page of those whom a filter finds, or of all.</summary>
    public async Task<(IReadOnlyList<ScimUser> Page, long All, long Start)> ListAsync(HttpContext http)
    {
        var ((start, count), session, cancel) = (ScimAnswer.Paging(http), Session(http), http.RequestAborted);
        var filter = http.Request.Query["filter"].ToString() is { Length: > 0 } text ? Clauses(text) : [];
        await Reading.AwaitAllAsync(http, session, UserDetails.ReadModel);
        await Reading.AwaitAllAsync(http, session, SubjectDetails.ReadModel);
        if (filter.Count == 0)
            return (await ShowAsync(http, session, Read((await UserDetails.PageAsync(session, start - 1, count, cancel)).Items)), await UserDetails.CountAsync(session, cancel), start);
        var found = await FindAsync(http, session, filter);
        return ([.. found.Skip((int)Math.Min(start - 1, int.MaxValue)).Take(count)], found.Count, start);
    }

    private static IReadOnlyList<ScimClause> Clauses(string text)
    {
        var clauses = ScimPath.ParseFilter(text);
        return clauses.FirstOrDefault(clause => !FoundBy.ContainsKey(clause.Attribute)) is { } unknown
            ? throw ScimError.Of("invalidFilter", $"filter: Users are found by userName, externalId, id, displayName and emails.value, not by {unknown.Attribute}.") : clauses;
    }

    // By the first comparison; whether the others hold too is seen on what is found.
    private async Task<IReadOnlyList<ScimUser>> FindAsync(HttpContext http, IQuerySession session, IReadOnlyList<ScimClause> filter)
    {
        var (first, cancel) = (filter.FirstOrDefault(clause => clause.Attribute == "id") ?? filter[0], http.RequestAborted);
        var isName = first.Attribute == "username";
        var users = new Dictionary<Guid, UserDetails>();
        if (isName || first.Attribute == "id")
            foreach (var user in Read((await UserDetails.NamedAsync(session, Guid.TryParseExact(first.Value, "D", out var id) ? id : null, isName ? first.Value : null, cancel)).Items))
                users[user.Id] = user;
        if (FoundBy[first.Attribute] is { } property)
            foreach (var batch in (await keys.FindSubjectsAsync(session.TenantId, property, first.Value, cancel)).Chunk(ScimAnswer.MostPerPage))
                foreach (var user in Read((await UserDetails.OfPersonsAsync(session, batch, cancel)).Items))
                    users[user.Id] = user;
        var shown = new List<ScimUser>();
        foreach (var batch in users.Values.OrderBy(user => user.Id).Chunk(ScimAnswer.MostPerPage))
            shown.AddRange((await ShowAsync(http, session, batch)).Where(user => filter.All(clause => Matches(user, clause))));
        return shown;
    }

    private static bool Matches(ScimUser user, ScimClause clause) => clause.Attribute switch
    {
        // RFC 7643, section 4.1 and 3.1: letter case counts in ids alone.
        "id" => user.Id == clause.Value,
        "externalid" => user.ExternalId == clause.Value,
        "username" => IsSame(user.UserName, clause),
        "displayname" => IsSame(user.DisplayName, clause),
        _ => user.Emails is [var email, ..] && IsSame(email.Value, clause),
    };

    private static bool IsSame(string? text, ScimClause clause) =>
        text == PersonalData.Unavailable ? throw new PersonalDataUnavailableException("What users are called now can't be read.") : text is not null && PersonalData.Normal(text) == PersonalData.Normal(clause.Value);

    private async Task<IReadOnlyList<ScimUser>> ShowAsync(HttpContext http, IQuerySession session, IReadOnlyList<UserDetails> users, IReadOnlyList<SubjectDetails>? known = null, Guid? about = null)
    {
        var cancel = http.RequestAborted;
        var persons = (known ?? (await SubjectDetails.OfAsync(session, [.. users.Select(user => user.PersonId)], cancel)).Items.Select(d => JsonSerializer.Deserialize(d.Json, SecurityReadJson.Default.SubjectDetails)!)).ToDictionary(person => person.Id);
        var groups = (await GroupDetails.OfAsync(session, [.. users.SelectMany(user => user.Groups ?? []).Distinct()], cancel)).Items
            .Select(d => JsonSerializer.Deserialize(d.Json, IdentityReadJson.Default.GroupDetails)!).ToDictionary(group => group.Id);
        var show = await personal.OpenAsync(http, users.SelectMany(user => TextsOf(user, persons.GetValueOrDefault(user.PersonId))).OfType<PlacedText>(), about);
        return [.. users.Select(user =>
        {
            var person = persons.GetValueOrDefault(user.PersonId);
            var texts = TextsOf(user, person).Select(show).ToArray();
            var changed = new[] { user.ChangedAt, person?.RectifiedAt, user.RegisteredAt }.Max()!.Value;
            return new ScimUser(
                [ScimAnswer.UserSchema], Text(user.Id), texts[1], texts[0] ?? user.Subject ?? Text(user.Id), new ScimName(texts[4], texts[3], texts[2]), texts[4], texts[5] is { } email ? [new ScimEmail(email)] : null,
                user.SuspendedAt is null, [.. (user.Groups ?? []).Where(groups.ContainsKey).Select(id => new ScimReference(Text(id), ScimAnswer.Location(http, $"Groups/{id}"), null, groups[id].Name))],
                new ScimMeta("User", user.RegisteredAt, changed, ScimAnswer.Location(http, $"Users/{user.Id}"), $"W/\"{ProvisioningCommands.TagOf(user.Version, person?.Version ?? 0)}\""));
        })];
    }

    private static PlacedText?[] TextsOf(UserDetails user, SubjectDetails? person) =>
    [
        PlacedText.Of(person?.Members.Reference, user.PersonId, "reference"), PlacedText.Of(user.ExternalId, user.PersonId, "externalId"), PlacedText.Of(user.GivenName, user.PersonId, "givenName"),
        PlacedText.Of(user.FamilyName, user.PersonId, "familyName"), PlacedText.Of(person?.Members.Name, user.PersonId, "name"), PlacedText.Of(person?.Members.Email, user.PersonId, "email"),
    ];

    private IQuerySession Session(HttpContext http) => store.QuerySession(Caller.Of(http).TenantId);

    private static string Text(Guid id) => id.ToString("D", CultureInfo.InvariantCulture);

    private static IReadOnlyList<UserDetails> Read(IReadOnlyList<StoredDocument> documents) => [.. documents.Select(d => JsonSerializer.Deserialize(d.Json, IdentityReadJson.Default.UserDetails)!)];
}
