using System.Collections.Immutable;
using System.Reflection;
using Platform.Domain.Identity;

namespace Platform.Domain.Tests.Identity;

public sealed class DefineBuiltInRoleTests
{
    private static readonly ImmutableSortedSet<string> Editor = BuiltInRoles.All["editor"].Permissions;

    public static TheoryData<string> Names => [.. BuiltInRoles.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_role_is_defined_once(string name)
    {
        var defined = new RoleDefined(name, BuiltInRoles.All[name].Permissions, BuiltIn: true);
        Spec.Given<Role>().When(new DefineBuiltInRole(name)).Then(defined);
        Spec.Given<Role>(defined).When(new DefineBuiltInRole(name)).ThenNothing();
    }

    [Fact]
    public void A_new_release_brings_its_permissions()
    {
        var older = new RoleDefined("editor", Editor.Remove(Permission.ContentPublish), BuiltIn: true);
        Spec.Given<Role>(older).When(new DefineBuiltInRole("editor")).Then(new RolePermissionsChanged("editor", Editor));
        Spec.Given<Role>(older, new RolePermissionsChanged("editor", Editor)).When(new DefineBuiltInRole("editor")).ThenNothing();
    }

    [Fact]
    public void A_new_release_takes_permissions_back() =>
        Spec.Given<Role>(new RoleDefined("editor", Editor.Add(Permission.TenantsRead), BuiltIn: true))
            .When(new DefineBuiltInRole("editor"))
            .Then(new RolePermissionsChanged("editor", Editor));

    [Fact]
    public void A_role_of_the_tenants_own_is_left_alone() => Spec.Given<Role>(new RoleDefined("editor", [], BuiltIn: false))
        .When(new DefineBuiltInRole("editor"))
        .ThenRejected("The tenant has a role of its own named 'editor'.");

    [Fact]
    public void An_unknown_role_is_refused() => Spec.Given<Role>()
        .When(new DefineBuiltInRole("emperor"))
        .ThenInvalid(("name", "There is no such built-in role."));

    [Fact]
    public void Every_permission_is_listed_and_granted_by_a_role()
    {
        typeof(Permission).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)
            .ShouldBe(Permission.All, ignoreOrder: true);
        BuiltInRoles.All.Values.SelectMany(role => role.Permissions).Distinct().ShouldBe(Permission.All, ignoreOrder: true);
    }

    [Fact]
    public void Nobody_but_the_operator_reaches_beyond_the_tenant()
    {
        foreach (var role in BuiltInRoles.All.Values.Where(role => role.Name != "operator"))
            role.Permissions.ShouldAllBe(permission => !permission.StartsWith("tenants.") && !permission.StartsWith("projections."));
        BuiltInRoles.All["operator"].Permissions.ShouldNotContain(permission => permission.StartsWith("content"));
    }
}
