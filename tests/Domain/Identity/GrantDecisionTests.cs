using System.Collections.Immutable;
using Platform.Domain.Identity;

namespace Platform.Domain.Tests.Identity;

/// <summary>Grants, denials, users and clients as they are decided; what needs several states is tried over HTTP as well.</summary>
public sealed class GrantDecisionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid GrantId = Guid.Parse("019a0000-0000-7000-8000-000000000001"), UserId = Guid.Parse("019a0000-0000-7000-8000-000000000002");
    private static readonly Grantee Ann = State.Of<Grantee>(new UserRegistered(UserId, GrantId, "ann"));
    private static readonly RoleTable Roles = RoleTable.Of(BuiltInRoles.All.Values.Select(role => new RoleNode(role.Name, role.Permissions, [])), isPlatform: false);
    private static readonly ImmutableSortedSet<string> Everything = Permission.All, Nothing = [];

    private static GiveGrant Give(string role = "editor", string by = "bea", ImmutableSortedSet<string>? held = null, int others = 0, DateTimeOffset? until = null) =>
        new(GrantId, new GranteeNamed(UserId, null), role, null, null, until, by, held ?? Everything, others, Noon);

    private static Outcome Given(GiveGrant command, bool hasSite = true) => Spec.Given<Grant>().When(grant => GiveGrant.Decide(command, grant, Ann, Roles, hasSite));

    private static Outcome Approve(string by, bool isClient = false, ImmutableSortedSet<string>? held = null, params object[] before) =>
        Spec.Given<Grant>(before).When(grant => ApproveGrant.Decide(new ApproveGrant(GrantId, by, isClient, held ?? Everything, Noon), grant, Ann, Roles));

    [Fact]
    public void A_role_is_given_and_a_dangerous_one_is_asked_for()
    {
        Given(Give()).Then(new GrantGiven(GrantId, UserId, "editor", "bea"));
        Given(Give("admin", until: Noon.AddDays(1))).Then(new GrantRequested(GrantId, UserId, "admin", "bea", null, null, Noon.AddDays(1)));
    }

    [Fact]
    public void Whatever_is_operated_for_all_tenants_takes_four_eyes() =>
        Permission.All.Where(permission => permission.EndsWith(".operate", StringComparison.Ordinal)).Except(Permission.Dangerous).ShouldBeEmpty();

    [Fact]
    public void Nobody_gives_what_they_lack_and_nothing_to_themselves_and_not_without_end()
    {
        Given(Give(held: Everything.Remove("content.publish"))).ThenForbidden("You can't give what you don't have there yourself: content.publish.");
        Given(Give(by: "ann")).ThenForbidden("Nobody gives themselves a role, nor a group that they are in.");
        Given(Give() with { IsMember = true }).ThenForbidden("Nobody gives themselves a role, nor a group that they are in.");
        Given(Give(others: 1_000)).ThenRejected("A user, client or group has at most 1000 grants.");
        Given(Give("emperor")).ThenInvalid(("role", "There is no such role."));
    }

    [Fact]
    public void What_a_role_grants_must_be_known_in_all()
    {
        var cut = RoleTable.Of(Roles.All, isPlatform: false, isCut: true);
        var asked = new GrantRequested(GrantId, UserId, "auditor", "bea");
        const string why = "The role has come to inherit from more roles than can be looked through; have it inherit from fewer.";
        Spec.Given<Grant>().When(grant => GiveGrant.Decide(Give(), grant, Ann, cut, hasSite: true)).ThenRejected(why);
        Spec.Given<Grant>(asked).When(grant => ApproveGrant.Decide(new ApproveGrant(GrantId, "cleo", false, Everything, Noon), grant, Ann, cut)).ThenRejected(why);
    }

    [Fact]
    public void Four_eyes_are_those_of_two_people_neither_of_whom_it_is_for()
    {
        var asked = new GrantRequested(GrantId, UserId, "auditor", "bea");
        Approve("bea", before: asked).ThenForbidden("Somebody else must approve the grant: neither who asked for it nor whom it's for.");
        Approve("ann", before: asked).ThenForbidden("Somebody else must approve the grant: neither who asked for it nor whom it's for.");
        Approve("client:1", isClient: true, before: asked).ThenForbidden("It takes a person to approve a grant.");
        Approve("cleo", held: Nothing.Add("grants.manage"), before: asked).ThenForbidden(
            "You can't give what you don't have there yourself: audit.sign, clients.read, content.read, ledger.read, privacy.read, roles.read, sites.read, users.read, webhooks.read.");
        Approve("cleo", before: asked).Then(new GrantApproved(GrantId, "cleo", ["privacy.read"]));
        Approve("cleo", before: [asked, new GrantApproved(GrantId, "cleo", ["privacy.read"])]).ThenNothing();
    }

    [Fact]
    public void What_was_refused_revoked_or_has_expired_is_not_approved()
    {
        var asked = new GrantRequested(GrantId, UserId, "admin", "bea", ExpiresAt: Noon.AddDays(1));
        Approve("cleo", before: [asked, new GrantRefused(GrantId, "dan")]).ThenRejected("The grant was refused or revoked.");
        Approve("cleo", before: [asked, new GrantRevoked(GrantId, "dan")]).ThenRejected("The grant was refused or revoked.");
        Approve("cleo", before: asked with { ExpiresAt = Noon }).ThenRejected("The grant has expired.");
        Approve("cleo").ThenNotFound("There is no such grant.");
    }

    [Fact]
    public void A_grant_is_revoked_once_and_refused_only_while_it_awaits_approval()
    {
        var given = new GrantGiven(GrantId, UserId, "editor", "bea");
        Spec.Given<Grant>(given).When(new RevokeGrant(GrantId, "cleo")).Then(new GrantRevoked(GrantId, "cleo"));
        Spec.Given<Grant>(given, new GrantRevoked(GrantId, "cleo")).When(new RevokeGrant(GrantId, "dan")).ThenNothing();
        Spec.Given<Grant>(given).When(new RefuseGrant(GrantId, "cleo")).ThenRejected("The grant doesn't await approval; revoke it.");
    }

    [Fact]
    public void A_denial_is_lifted_by_who_has_what_it_denies()
    {
        var denied = new DenialSet(GrantId, UserId, "content.edit", "bea");
        Spec.Given<Denial>(denied).When(new LiftDenial(GrantId, "cleo", Nothing)).ThenForbidden("You can't give what you don't have there yourself: content.edit.");
        Spec.Given<Denial>(denied).When(new LiftDenial(GrantId, "cleo", Everything)).Then(new DenialLifted(GrantId, "cleo"));
    }

    [Fact]
    public void A_client_is_noted_once_an_hour_and_key()
    {
        var used = new ClientUsed(UserId, "a", Noon);
        Spec.Given<ClientUse>().When(new NoteClientUse(UserId, "a", Noon)).Then(used);
        Spec.Given<ClientUse>(used).When(new NoteClientUse(UserId, "a", Noon.AddMinutes(59))).ThenNothing();
        Spec.Given<ClientUse>(used).When(new NoteClientUse(UserId, "b", Noon.AddMinutes(1))).Then(new ClientUsed(UserId, "b", Noon.AddMinutes(1)));
        Spec.Given<ClientUse>(used, new ClientUsed(UserId, "b", Noon.AddMinutes(1))).When(new NoteClientUse(UserId, "a", Noon.AddMinutes(59))).ThenNothing();
        Spec.Given<ClientUse>(used, new ClientUsed(UserId, "b", Noon.AddMinutes(1))).When(new NoteClientUse(UserId, "a", Noon.AddMinutes(60))).Then(new ClientUsed(UserId, "a", Noon.AddMinutes(60)));
        State.Of<ClientUse>(used, new ClientUsed(UserId, "b", Noon.AddMinutes(60))).Recent.Keys.ShouldBe(["b"]);
        Spec.Given<ClientUse>(used).When(new NoteClientUse(UserId, "a", Noon.AddMinutes(60))).Then(new ClientUsed(UserId, "a", Noon.AddMinutes(60)));
    }

    [Fact]
    public void A_key_says_its_tenant_and_matches_itself_alone_until_it_ends()
    {
        var (key, kept) = KeyText.Write("demotenant22", "abcdefgh", new byte[32]);
        key.ShouldBe($"pk_demotenant22abcdefgh_{new string('A', 43)}");
        KeyText.Read(key, "*DEFAULT*").ShouldBe(("demotenant22abcdefgh", "demotenant22"));
        kept.Matches(key, Noon).ShouldBeTrue();
        kept.Matches(key[..^1] + "E", Noon).ShouldBeFalse();
        (kept with { Until = Noon }).Matches(key, Noon).ShouldBeFalse();
        KeyText.Read(KeyText.Write("*DEFAULT*", "abcdefgh", new byte[32]).Key, "*DEFAULT*")!.Value.TenantId.ShouldBe("*DEFAULT*");
        KeyText.Read(key + "\n", "*DEFAULT*").ShouldBeNull();
    }
}
