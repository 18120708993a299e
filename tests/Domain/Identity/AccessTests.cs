using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Identity;

namespace Platform.Domain.Tests.Identity;

public sealed class AccessTests
{
    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Ann = Id(1), Top = Id(10), Middle = Id(11), Leaf = Id(12), Other = Id(13);

    private static readonly TenantAccess Tenant = TenantAccess.Of(RoleTable.Of(BuiltInRoles.All.Values.Select(r => new RoleNode(r.Name, r.Permissions, [])), isPlatform: true)).With(
    [
        new(Site: new(Top, null)), new(Site: new(Middle, Top)), new(Site: new(Leaf, Middle)), new(Site: new(Other, null)),
        new(Role: new("chief", ["sites.edit"], ["editor"])), new(Role: new("gone", ["content.edit"], [], IsRetired: true)), new(Role: new("heir", [], ["gone", "chief"])),
        new(Role: new("round", ["sites.read"], ["about"])), new(Role: new("about", ["content.read"], ["round"])), new(Role: new("admin", ["sites.read"], [])),
        new(User: new(Ann, "ann")),
    ]);

    private static Guid Id(int n) => new(n, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);

    private static AccessGrant Grant(string role, Guid? site = null, GrantStatus status = GrantStatus.Given, DateTimeOffset? from = null, DateTimeOffset? until = null, params string[] approved) =>
        new(Id(100), Ann, role, site, from, until, status, [.. approved]);

    private static Principal With(params AccessGrant[] grants) => new("ann", Ann, [], [.. grants], []);

    private static AccessEffect Effect(AccessGrant grant, string permission = "content.edit", Guid? site = null) => Tenant.Decide(With(grant), permission, site, Noon).Reasons.Single().Effect;

    [Fact]
    public void Nothing_is_allowed_that_is_not_granted() => Tenant.Decide(With(), "content.read", null, Noon).Allowed.ShouldBeFalse();

    [Fact]
    public void A_grant_holds_on_its_site_and_below()
    {
        foreach (var (site, allowed) in new (Guid?, bool)[] { (null, false), (Top, false), (Middle, true), (Leaf, true), (Other, false) })
            Tenant.Decide(With(Grant("editor", Middle)), "content.edit", site, Noon).Allowed.ShouldBe(allowed, $"{site}");
        Tenant.Decide(With(Grant("editor")), "content.edit", Leaf, Noon).Allowed.ShouldBeTrue();
    }

    [Fact]
    public void A_denial_anywhere_on_the_way_stands_above_grants_at_and_below_it_and_above_the_tokens_roles()
    {
        foreach (var denied in new Guid?[] { null, Top, Middle, Leaf })
        {
            var who = new Principal("ann", Ann, ["editor"], [Grant("editor"), Grant("editor", Leaf)], [new(Id(200), Ann, "content.edit", denied)]);
            var decision = Tenant.Decide(who, "content.edit", Leaf, Noon);
            decision.Allowed.ShouldBeFalse();
            (decision.Reasons[0].Effect, decision.Reasons[0].Id, decision.Reasons[0].SiteId).ShouldBe((AccessEffect.Denies, Id(200), denied));
            Tenant.Decide(who, "content.read", Leaf, Noon).Allowed.ShouldBeTrue();
            Tenant.Decide(who, "content.edit", Other, Noon).Allowed.ShouldBe(denied is not null);
        }
    }

    [Fact]
    public void Somewhere_is_any_site_that_is_granted_and_not_denied()
    {
        Tenant.AllowsSomewhere(With(Grant("editor", Middle)), "content.edit", Noon).ShouldBeTrue();
        Tenant.AllowsSomewhere(With(), "content.edit", Noon).ShouldBeFalse();
        foreach (var (denied, allowed) in new (Guid?, bool)[] { (Leaf, true), (Middle, false), (Top, false), (null, false), (Other, true) })
            Tenant.AllowsSomewhere(new Principal("ann", Ann, [], [Grant("editor", Middle)], [new(Id(200), Ann, "content.edit", denied)]), "content.edit", Noon).ShouldBe(allowed, $"{denied}");
    }

    [Fact]
    public void A_denial_on_a_site_stands_against_what_is_asked_of_the_whole_tenant()
    {
        var who = new Principal("ann", Ann, ["editor"], [], [new(Id(200), Ann, "content.publish", Leaf)]);
        Tenant.Decide(who, "content.publish", null, Noon).Allowed.ShouldBeFalse();
        Tenant.Decide(who, "content.edit", null, Noon).Allowed.ShouldBeTrue();
        Tenant.SitesWith(who, "content.publish", Noon)!.Order().ShouldBe(new[] { Top, Middle, Other }.Order());
        Tenant.SitesWith(who, "content.edit", Noon).ShouldBeNull();
    }

    [Fact]
    public void Time_ends_a_grant_without_an_event()
    {
        Effect(Grant("editor", from: Noon.AddTicks(1))).ShouldBe(AccessEffect.NotYet);
        Effect(Grant("editor", from: Noon)).ShouldBe(AccessEffect.Grants);
        Effect(Grant("editor", until: Noon)).ShouldBe(AccessEffect.Expired);
        Effect(Grant("editor", until: Noon.AddTicks(1))).ShouldBe(AccessEffect.Grants);
    }

    [Fact]
    public void A_dangerous_permission_counts_once_it_was_approved()
    {
        Effect(Grant("admin", status: GrantStatus.Requested)).ShouldBe(AccessEffect.AwaitsApproval);
        Effect(Grant("admin"), "users.manage").ShouldBe(AccessEffect.AwaitsApproval);
        Effect(Grant("admin", approved: "roles.manage"), "users.manage").ShouldBe(AccessEffect.AwaitsApproval);
        Effect(Grant("admin", approved: "users.manage"), "users.manage").ShouldBe(AccessEffect.Grants);
        Effect(Grant("admin")).ShouldBe(AccessEffect.Grants);
        Tenant.Decide(new("ann", null, ["admin"], [], []), "users.manage", null, Noon).Allowed.ShouldBeTrue();
    }

    [Fact]
    public void A_reason_says_through_which_roles()
    {
        Tenant.Decide(With(Grant("heir")), "content.edit", null, Noon).Reasons.Single().Line.ShouldBe(["heir", "chief", "editor"]);
        Effect(Grant("editor"), "sites.edit").ShouldBe(AccessEffect.RoleLacksIt);
        Effect(Grant("gone")).ShouldBe(AccessEffect.NoSuchRole);
        Effect(Grant("never")).ShouldBe(AccessEffect.NoSuchRole);
        Effect(Grant("editor", Other), site: Leaf).ShouldBe(AccessEffect.Elsewhere);
    }

    [Fact]
    public void Roles_in_a_circle_have_what_each_has() =>
        new[] { "round", "about" }.ShouldAllBe(role => Tenant.Roles.PermissionsOf(role).Order().SequenceEqual(new[] { "content.read", "sites.read" }));

    [Fact]
    public void Of_two_roles_with_one_name_the_built_in_one_holds() => Tenant.Roles.PermissionsOf("admin").ShouldContain("content.edit");

    [Fact]
    public void No_role_grants_what_belongs_to_the_platform_outside_of_it()
    {
        foreach (var permission in BuiltInRoles.PlatformWide)
            Tenant.Decide(new("ann", null, ["operator", "admin"], [], []), permission, null, Noon).Allowed.ShouldBeFalse(permission);
        Tenant.Decide(new("ann", null, ["operator"], [], []), "analytics.read", null, Noon).Allowed.ShouldBeTrue();
    }

    [Fact]
    public void Scopes_narrow_and_whoever_is_barred_may_nothing()
    {
        var client = With(Grant("editor")) with { Scopes = ["content.read"] };
        Tenant.Decide(client, "content.read", Leaf, Noon).Allowed.ShouldBeTrue();
        Tenant.Decide(client, "content.edit", Leaf, Noon).Reasons[0].Effect.ShouldBe(AccessEffect.OutOfScope);
        var barred = With(Grant("editor")) with { IsBarred = true };
        Tenant.Decide(barred, "content.read", Leaf, Noon).Reasons[0].Effect.ShouldBe(AccessEffect.Bars);
        Permission.All.ShouldAllBe(permission => !Tenant.Decide(barred, permission, Leaf, Noon).Allowed && !Tenant.AllowsSomewhere(barred, permission, Noon));
    }

    [Fact]
    public void What_is_denied_further_down_is_not_held_throughout()
    {
        var who = With(Grant("editor", Top)) with { Denials = [new(Id(200), Ann, "content.edit", Leaf)] };
        Tenant.PermissionsAt(who, Middle, Noon).ShouldContain("content.edit");
        Tenant.HeldThroughout(who, Middle, Noon).ShouldNotContain("content.edit");
        Tenant.HeldThroughout(who, Middle, Noon).ShouldContain("content.read");
    }

    [Fact]
    public void What_was_revoked_or_lifted_is_forgotten_and_what_changed_replaces_what_was()
    {
        var with = Tenant.With([new(Grant: Grant("editor", Middle)), new(Denial: new(Id(200), Ann, "content.read", null))]);
        with.Decide(with.OfToken("ann", []), "content.edit", Leaf, Noon).Allowed.ShouldBeTrue();
        with.Decide(with.OfToken("ann", []), "content.read", Leaf, Noon).Allowed.ShouldBeFalse();
        var without = with.With([new(Grant: Grant("editor", Middle, GrantStatus.Revoked)), new(Denial: new(Id(200), Ann, "content.read", null, IsLifted: true)), new(Site: new(Leaf, Other))]);
        without.Decide(without.OfToken("ann", []), "content.edit", Leaf, Noon).Reasons.ShouldBeEmpty();
        without.PathOf(Leaf).ShouldBe([Leaf, Other]);
        with.PathOf(Leaf).ShouldBe([Leaf, Middle, Top]);
    }

    [Fact]
    public void Grants_that_have_expired_do_not_count()
    {
        var with = Tenant.With([new(Grant: Grant("editor", until: Noon)), new(Grant: Grant("editor", until: Noon.AddDays(1)) with { Id = Id(101) }), new(Grant: Grant("editor") with { Id = Id(102) })]);
        with.CountGrants(Ann, Noon.AddTicks(-1)).ShouldBe(3);
        with.CountGrants(Ann, Noon).ShouldBe(2);
    }

    // A tree of twelve sites, each below an earlier one or at the top; grants and denials anywhere.
    [Fact]
    public void The_sites_on_which_somebody_has_a_permission_are_those_where_the_decision_says_so()
    {
        const int sites = 12;
        var gen =
            from parents in Gen.Choose(-1, sites).ArrayOf(sites)
            from granted in Gen.Choose(-1, sites - 1).ArrayOf(3)
            from denied in Gen.Choose(-1, sites - 1).ArrayOf(2)
            from count in Gen.Choose(0, 3)
            from denials in Gen.Choose(0, 2)
            from late in Gen.Elements(true, false)
            select (parents, granted: granted.Take(count).ToList(), denied: denied.Take(denials).ToList(), late);
        Prop.ForAll(gen.ToArbitrary(), x =>
        {
            var tree = Tenant.With([.. Enumerable.Range(0, sites).Select(n => new AccessFact(Site: new(Id(1000 + n), x.parents[n] >= 0 && x.parents[n] < n ? Id(1000 + x.parents[n]) : null)))]);
            var who = new Principal("ann", Ann, [],
                [.. x.granted.Select((n, i) => Grant("editor", n < 0 ? null : Id(1000 + n), until: x.late && i == 0 ? Noon : null))],
                [.. x.denied.Select(n => new AccessDenial(Id(200), Ann, "content.edit", n < 0 ? null : Id(1000 + n)))]);
            var found = tree.SitesWith(who, "content.edit", Noon);
            foreach (var site in Enumerable.Range(0, sites).Select(n => Id(1000 + n)))
                (found?.Contains(site) ?? true).ShouldBe(tree.Decide(who, "content.edit", site, Noon).Allowed);
            if (found is null)
                tree.Decide(who, "content.edit", null, Noon).Allowed.ShouldBeTrue();
        }).QuickCheckThrowOnFailure();
    }
}
