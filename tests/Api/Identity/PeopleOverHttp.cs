namespace Platform.Api.Tests.Identity;

/// <summary>A test over HTTP about what people may: they sign in with a subject of their own and no roles, unless some are named.</summary>
public abstract class PeopleOverHttp(SharedApp shared) : OverHttp(shared)
{
    protected HttpClient SignIn(string subject, params string[] roles) => SignInTo(Tenant, subject, roles);

    protected HttpClient SignInTo(string tenant, string subject, params string[] roles) =>
        WithToken(App.Issuer.Issue(subject, tenant, roles, TimeSpan.FromHours(1), DateTimeOffset.UtcNow));

    protected HttpClient WithKey(string key) => WithToken(key);

    protected async Task<Guid> RegisterAsync(string subject) =>
        (await Admin.PostAsync("/api/users", new { subject, name = $"Name of {subject}", email = $"{subject}@example.org" })).ShouldBe(201).Receipt.StreamId;

    protected async Task<Guid> GrantAsync(Guid user, string role, Guid? site = null, DateTimeOffset? expiresAt = null) =>
        (await Admin.PostAsync("/api/grants", new { userId = user, role, siteId = site, expiresAt })).ShouldBe(201).Receipt.StreamId;

    protected async Task<Guid> DenyAsync(Guid user, string permission, Guid? site = null) =>
        (await Admin.PostAsync("/api/denials", new { userId = user, permission, siteId = site })).ShouldBe(201).Receipt.StreamId;

    /// <summary>Asks until it's answered so; what was granted or revoked is on every node's mind within a second.</summary>
    protected static Task<Answer> UntilAsync(Func<Task<Answer>> ask, int status) => Until.AnsweredAsync(ask, status);
}
