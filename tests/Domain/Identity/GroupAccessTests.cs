using Platform.Domain.Identity;

namespace Platform.Domain.Tests.Identity;

/// <summary>What a user may through groups, and after they were removed.</summary>
public sealed class GroupAccessTests
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Ann = Id(1), New = Id(2), Editors = Id(3), Other = Id(4);

    private static readonly TenantAccess Empty = TenantAccess.Of(RoleTable.Of(BuiltInRoles.All.Values.Select(role => new RoleNode(role.Name, role.Permissions, [])), isPlatform: true));

    private static readonly TenantAccess Tenant = Empty.With([
        new(Group: new(Editors, "Editors")), new(Group: new(Other, "Gone", IsRemoved: true)), new(User: new(Ann, "ann", Groups: [Editors, Other])), new(Grant: Grant(Id(100), Editors, "editor")), new(Grant: Grant(Id(101), Other, "admin"))]);

    private static Guid Id(int n) => new(n, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);

    private static AccessGrant Grant(Guid id, Guid to, string role) => new(id, to, role, null, null, null, GrantStatus.Given, []);

    private static AccessDecision Decide(TenantAccess tenant, string subject = "ann", params string[] roles) => tenant.Decide(tenant.OfToken(subject, [.. roles]), "content.edit", null, Noon);

    [Fact]
    public void A_member_has_what_the_group_is_granted_and_is_told_so()
    {
        var decision = Decide(Tenant);
        decision.Allowed.ShouldBeTrue();
        (decision.Reasons.Single().Effect, decision.Reasons.Single().Id, decision.Reasons.Single().GroupId).ShouldBe((AccessEffect.Grants, Id(100), Editors));
        Decide(Tenant.With([new(Grant: Grant(Id(102), Ann, "editor"))])).Reasons.Select(reason => reason.GroupId).ShouldBe([null, Editors]);
    }

    [Fact]
    public void Who_left_and_whose_group_is_no_more_has_nothing_of_it()
    {
        Decide(Tenant.With([new(User: new(Ann, "ann"))])).Allowed.ShouldBeFalse();
        Decide(Tenant.With([new(Group: new(Editors, "Editors", IsRemoved: true))])).Allowed.ShouldBeFalse();
        Decide(Tenant.With([new(Grant: Grant(Id(100), Editors, "editor") with { Status = GrantStatus.Revoked })])).Allowed.ShouldBeFalse();
    }

    [Fact]
    public void A_denial_stands_above_what_a_group_is_granted_and_whoever_is_suspended_may_nothing()
    {
        Decide(Tenant.With([new(Denial: new(Id(200), Ann, "content.edit", null))])).Allowed.ShouldBeFalse();
        Decide(Tenant.With([new(User: new(Ann, "ann", IsSuspended: true, Groups: [Editors]))])).Allowed.ShouldBeFalse();
    }

    [Fact]
    public void Whoever_was_removed_may_nothing_whatever_their_token_says_until_another_user_has_their_subject()
    {
        var removed = new AccessFact(User: new(Ann, "ann", IsRemoved: true));
        var another = new AccessFact(User: new(New, "ann"));
        Decide(Tenant.With([removed]), "ann", "editor").Allowed.ShouldBeFalse();
        foreach (var tenant in new[] { Tenant.With([removed]).With([another]), Empty.With([removed, another]), Empty.With([another, removed]), Empty.With([another]).With([removed]) })
        {
            tenant.OfToken("ann", []).Id.ShouldBe(New);
            Decide(tenant, "ann", "editor").Allowed.ShouldBeTrue();
        }
        Decide(Empty.With([another]).With([new(User: new(New, "ann", IsRemoved: true)), removed]), "ann", "editor").Allowed.ShouldBeFalse();
    }

    [Fact]
    public void What_is_lacked_of_a_group_is_what_it_is_granted()
    {
        Tenant.LacksOf(Tenant.OfToken("bea", ["admin"]), Tenant.OfGroup(Editors), Noon).ShouldBeEmpty();
        Tenant.LacksOf(Tenant.OfToken("bea", []), Tenant.OfGroup(Editors), Noon).ShouldContain("content.edit");
        Tenant.IsMember(Tenant.OfToken("ann", []), Editors).ShouldBeTrue();
        Tenant.IsMember(Tenant.OfToken("bea", []), Editors).ShouldBeFalse();
    }
}
