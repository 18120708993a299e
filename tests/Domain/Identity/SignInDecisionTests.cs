using System.Collections.Immutable;
using Platform.Domain.Identity;
using Platform.Domain.Security;

namespace Platform.Domain.Tests.Identity;

public sealed class SignInDecisionTests
{
    private const string Issuer = "https://id.example.org";

    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly RoleTable Roles = RoleTable.Of(BuiltInRoles.All.Values.Select(role => new RoleNode(role.Name, role.Permissions, [])), isPlatform: false);
    private static readonly Guid SessionId = Session.IdOf("state"), UserId = Guid.CreateVersion7(), PersonId = Guid.CreateVersion7();

    private static readonly SignInProviderConfigured Configured = new("corp", Issuer, "platform", ["email", "profile"], [new("groups", "editors", "editor")], SignInAdmits.Everyone, 60, "sealed");

    private static readonly ConfigureSignInProvider Configure = new(
        Starts: true, "corp", Issuer, null, "platform", "sealed", KeepsSecret: false, ["openid", "profile", "email"], [new("groups", "editors", "editor")], SignInAdmits.Everyone, 60, BuiltInRoles.All["admin"].Permissions);

    private static SignInProvider Provider(params object[] events) => events.Aggregate(SignInProvider.Initial, (state, e) => state.Evolve(e, state.Version + 1));

    private static OpenSession Open(string sub = "ann", bool isVerified = true, params string[] groups) => new(
        SessionId, new SignedInClaims(sub, "sid-1", "Ann Example", "ann@example.org", isVerified, ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("groups", [.. groups])), UserId, PersonId, Noon);

    private static JointDecision Decide(OpenSession command, SignInProvider provider, Guid? known = null, User? user = null, User? invited = null, Session? session = null) =>
        OpenSession.Decide(command, session ?? Session.Initial, provider, new SubjectReservation { UserId = known }, user ?? User.Initial, invited ?? User.Initial);

    [Fact]
    public void A_provider_is_configured_once()
    {
        Check(Configure, Provider(), Configured);
        ConfigureSignInProvider.Decide(Configure, Provider(Configured), Roles, 0).Rejection!.Errors.Keys.ShouldBe(["name"]);
    }

    [Fact]
    public void What_isnt_there_isnt_changed()
    {
        ConfigureSignInProvider.Decide(Configure with { Starts = false }, Provider(), Roles, 0).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);
        ConfigureSignInProvider.Decide(Configure with { Starts = false }, Provider(Configured, new SignInProviderRemoved("corp")), Roles, 0).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);
    }

    [Fact]
    public void The_same_again_is_nothing() => ConfigureSignInProvider.Decide(Configure with { Starts = false }, Provider(Configured), Roles, 0).Events.ShouldBeEmpty();

    [Fact]
    public void A_secret_that_isnt_named_stays() => Check(Configure with { Starts = false, SealedSecret = null, KeepsSecret = true, ClientId = "other" }, Provider(Configured), Configured with { ClientId = "other" });

    [Fact]
    public void A_removed_provider_keeps_no_secret() =>
        Check(Configure with { SealedSecret = null, KeepsSecret = true }, Provider(Configured, new SignInProviderRemoved("corp")), Configured with { SealedSecret = null });

    [Fact]
    public void A_name_belongs_to_its_issuer_also_after_its_removal() =>
        ConfigureSignInProvider.Decide(Configure with { Issuer = "https://other.example.org" }, Provider(Configured, new SignInProviderRemoved("corp")), Roles, 0).Rejection!.Errors.Keys.ShouldBe(["issuer"]);

    [Fact]
    public void Nobody_lets_a_provider_give_what_they_lack() =>
        ConfigureSignInProvider.Decide(Configure with { Held = [Permission.SignInManage] }, Provider(), Roles, 0).Rejection!.Kind.ShouldBe(RejectionKind.Forbidden);

    [Theory]
    [InlineData("Corp", "name")]
    [InlineData("", "name")]
    [InlineData("a|b", "name")]
    public void A_bad_name_is_refused(string name, string field) => Refused(Configure with { Name = name }, field);

    [Fact]
    public void Whatever_else_is_wrong_is_named()
    {
        Refused(Configure with { IssuerProblem = "Must be an https URL." }, "issuer");
        Refused(Configure with { Issuer = Issuer + "?a=b" }, "issuer");
        Refused(Configure with { ClientId = "" }, "clientId");
        Refused(Configure with { ClientId = "Größe" }, "clientId");
        Refused(Configure with { Scopes = ["a b"] }, "scopes[0]");
        Refused(Configure with { Scopes = [.. Enumerable.Range(0, 17).Select(n => $"s{n}")] }, "scopes");
        Refused(Configure with { Roles = [null] }, "roles[0].claim", "roles[0].role", "roles[0].value");
        Refused(Configure with { Roles = [new("groups", "editors", "nobody")] }, "roles[0].role");
        Refused(Configure with { Admits = "all" }, "admits");
        Refused(Configure with { SessionMinutes = 4 }, "sessionMinutes");
        Refused(Configure with { SessionMinutes = 1_441 }, "sessionMinutes");
    }

    [Fact]
    public void A_tenant_has_so_many_providers_and_no_more()
    {
        ConfigureSignInProvider.Decide(Configure, Provider(), Roles, 49).Accepted.ShouldBeTrue();
        ConfigureSignInProvider.Decide(Configure, Provider(), Roles, 50).Rejection!.Kind.ShouldBe(RejectionKind.Conflict);
        ConfigureSignInProvider.Decide(Configure with { Starts = false, ClientId = "other" }, Provider(Configured), Roles, 50).Accepted.ShouldBeTrue();
    }

    [Fact]
    public void A_role_that_reaches_more_than_can_be_looked_through_is_given_by_no_rule() =>
        ConfigureSignInProvider.Decide(Configure, Provider(), RoleTable.Of(Roles.All, isPlatform: false, isCut: true), 0).Rejection!.Kind.ShouldBe(RejectionKind.Conflict);

    [Fact]
    public void Claims_give_so_many_roles_and_no_more()
    {
        var rules = Enumerable.Range(0, 33).Select(n => new ClaimRole("groups", $"g{n}", $"role-{n}")).ToImmutableArray();
        Decide(Open(groups: [.. Enumerable.Range(0, 32).Select(n => $"g{n}")]), Provider(Configured with { Roles = rules }), known: UserId).Accepted.ShouldBeTrue();
        Decide(Open(groups: [.. Enumerable.Range(0, 33).Select(n => $"g{n}")]), Provider(Configured with { Roles = rules }), known: UserId).Rejection!.Errors.Keys.ShouldBe(["roles"]);
    }

    [Fact]
    public void A_provider_is_removed_once()
    {
        Spec.Given<SignInProvider>(Configured).When(new RemoveSignInProvider("corp")).Then(new SignInProviderRemoved("corp"));
        Spec.Given<SignInProvider>(Configured, new SignInProviderRemoved("corp")).When(new RemoveSignInProvider("corp")).ThenNothing();
        Spec.Given<SignInProvider>().When(new RemoveSignInProvider("corp")).ThenNotFound("There is no such provider.");
    }

    [Fact]
    public void Everybody_whom_the_provider_admits_becomes_a_user()
    {
        var decision = Decide(Open(groups: "editors"), Provider(Configured));
        decision.Streams.Select(stream => stream.StreamId).ShouldBe([SessionId, UserId, PersonId, SubjectReservation.IdOf("oidc:corp|ann")]);
        decision.Streams[0].Events.ShouldBe([new SessionOpened(SessionId, "corp", 1, "oidc:corp|ann", ["editor"], Noon.AddMinutes(60), "sid-1")], new ByJson());
        decision.Streams[1].Events.ShouldBe([new UserRegistered(UserId, PersonId, "oidc:corp|ann")]);
        ((SubjectRegistered)decision.Streams[2].Events.Single()).Email.ShouldNotBeNull();
    }

    [Fact]
    public void An_address_that_isnt_verified_isnt_kept() =>
        ((SubjectRegistered)Decide(Open(isVerified: false), Provider(Configured)).Streams[2].Events.Single()).Email.ShouldBeNull();

    [Fact]
    public void Whoever_is_known_only_gets_a_session() => Decide(Open(), Provider(Configured), known: UserId).Streams.ShouldHaveSingleItem().StreamId.ShouldBe(SessionId);

    [Fact]
    public void Claims_that_no_rule_names_give_nothing() =>
        ((SessionOpened)Decide(Open(groups: "Editors"), Provider(Configured), known: UserId).Streams[0].Events[0]).Roles.ShouldBeEmpty();

    [Theory]
    [InlineData(SignInAdmits.Known, false)]
    [InlineData(SignInAdmits.Invited, false)]
    [InlineData(SignInAdmits.Everyone, true)]
    public void Who_isnt_known_comes_in_as_the_provider_says(string admits, bool comesIn) => Decide(Open(), Provider(Configured with { Admits = admits })).Accepted.ShouldBe(comesIn);

    [Theory]
    [InlineData(SignInAdmits.Known, true, false)]
    [InlineData(SignInAdmits.Invited, true, true)]
    [InlineData(SignInAdmits.Invited, false, false)]
    public void An_invitation_is_accepted_by_a_verified_address(string admits, bool isVerified, bool comesIn)
    {
        var invited = User.Initial.Evolve(new UserRegistered(UserId, PersonId), 1);
        var decision = Decide(Open(isVerified: isVerified), Provider(Configured with { Admits = admits }), invited: invited);
        decision.Accepted.ShouldBe(comesIn);
        if (comesIn)
            decision.Streams[1].Events.ShouldBe([new UserLinked(UserId, "oidc:corp|ann")]);
    }

    [Fact]
    public void A_sign_in_is_done_once()
    {
        var session = Session.Initial.Evolve(new SessionOpened(SessionId, "corp", 1, "oidc:corp|ann", [], Noon), 1);
        Decide(Open(), Provider(Configured), session: session).Rejection!.Kind.ShouldBe(RejectionKind.Conflict);
    }

    [Fact]
    public void Nobody_signs_in_with_a_removed_provider() => Decide(Open(), Provider(Configured, new SignInProviderRemoved("corp"))).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);

    [Fact]
    public void Whoever_is_suspended_doesnt_sign_in() =>
        Decide(Open(), Provider(Configured), known: UserId, user: new User { Exists = true, UserId = UserId, IsSuspended = true }).Rejection!.Kind.ShouldBe(RejectionKind.Forbidden);

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    public void A_subject_that_is_none_is_refused(string sub) => Decide(Open(sub), Provider(Configured)).Rejection!.Errors.Keys.ShouldBe(["sub"]);

    [Fact]
    public void A_subject_that_is_too_long_with_the_providers_name_is_refused() => Decide(Open(new string('a', 246)), Provider(Configured)).Rejection!.Errors.Keys.ShouldBe(["sub"]);

    [Fact]
    public void A_session_ends_once()
    {
        var opened = new SessionOpened(SessionId, "corp", 1, "oidc:corp|ann", [], Noon);
        Spec.Given<Session>(opened).When(new EndSession(SessionId, SessionEnd.Revoked)).Then(new SessionEnded(SessionId, SessionEnd.Revoked));
        Spec.Given<Session>(opened, new SessionEnded(SessionId, SessionEnd.SignedOut)).When(new EndSession(SessionId, SessionEnd.Revoked)).ThenNothing();
        Spec.Given<Session>().When(new EndSession(SessionId, SessionEnd.Revoked)).ThenNotFound("There is no such session.");
    }

    private static void Check(ConfigureSignInProvider command, SignInProvider provider, SignInProviderConfigured expected) =>
        ConfigureSignInProvider.Decide(command, provider, Roles, 0).Events.ShouldBe([expected], new ByJson());

    private static void Refused(ConfigureSignInProvider command, params string[] fields) => ConfigureSignInProvider.Decide(command, Provider(), Roles, 0).Rejection!.Errors.Keys.ShouldBe(fields);

    // Collections in records are equal as they are written, not by reference.
    private sealed class ByJson : IEqualityComparer<object>
    {
        public new bool Equals(object? a, object? b) => Text(a) == Text(b);

        public int GetHashCode(object e) => 0;

        private static string Text(object? e) => System.Text.Json.JsonSerializer.Serialize(e, e!.GetType(), IdentityJson.Default);
    }
}
