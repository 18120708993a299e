using Platform.Domain.Identity;
using Platform.Domain.Security;
using Platform.Ledger;

namespace Platform.Domain.Tests.Identity;

/// <summary>Users and groups as a directory provisions them.</summary>
public sealed class ProvisioningDecisionTests
{
    private static readonly Guid UserId = Id(1), PersonId = Id(2), NameId = Id(3), OtherName = Id(4), GroupId = Id(5), OtherId = Id(6);
    private static readonly UserProfile Ann = new("ann@example.org", "e-1", "Ann", "Example", "Ann Example", "ann@example.org");
    private static readonly object[] Provisioned = [new UserRegistered(UserId, PersonId), new UserProvisioned(UserId, PersonId, NameId)];

    private static Guid Id(int n) => new(n, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);

    private static PersonalText Plain(string text) => PersonalText.Plain(text);

    private static Outcome Provision(UserProfile profile, params object[] name) => Spec.Given<User>().When(user =>
        ProvisionUser.Decide(new ProvisionUser(UserId, PersonId, NameId, profile), user, State.Of<UserNameReservation>(name)));

    private static Outcome Change(UserProfile after, Guid? nameId = null, string by = "client:1", string[]? lacking = null, object[]? before = null, object[]? person = null, object[]? name = null) =>
        Spec.Given<User>(before ?? Provisioned).When(user => ChangeUserProfile.Decide(
            new ChangeUserProfile(UserId, nameId ?? NameId, Ann, after, by, [.. lacking ?? []]), user, State.Of<Person>(person ?? []), State.Of<UserNameReservation>(name ?? [])));

    private static Outcome Join(string by = "client:1", string[]? lacking = null, object[]? group = null, params object[] user) => Spec.Given<User>(user).When(state =>
        JoinGroup.Decide(new JoinGroup(UserId, GroupId, by, [.. lacking ?? []]), state, State.Of<Group>(group ?? [new GroupDefined(GroupId, "Editors")])));

    [Fact]
    public void A_user_is_provisioned_with_their_name_reserved()
    {
        Provision(Ann).ThenStreams(
            new StreamEvents(UserId, new UserRegistered(UserId, PersonId), new UserProvisioned(UserId, PersonId, NameId, Plain("e-1"), Plain("Ann"), Plain("Example"))),
            new StreamEvents(PersonId, new SubjectRegistered(PersonId, Plain("Ann Example"), Plain("ann@example.org"), Reference: Plain("ann@example.org"))),
            new StreamEvents(NameId, new UserNameTaken(NameId, UserId)));
        Provision(new UserProfile(" ann ", IsActive: false)).Then(
            new UserRegistered(UserId, PersonId), new UserProvisioned(UserId, PersonId, NameId), new UserSuspended(UserId), new SubjectRegistered(PersonId, Plain("ann"), Reference: Plain("ann")), new UserNameTaken(NameId, UserId));
        Provision(new UserProfile("ann", GivenName: "Ann", FamilyName: "Example")).Then(
            new UserRegistered(UserId, PersonId), new UserProvisioned(UserId, PersonId, NameId, null, Plain("Ann"), Plain("Example")), new SubjectRegistered(PersonId, Plain("Ann Example"), Reference: Plain("ann")), new UserNameTaken(NameId, UserId));
    }

    [Fact]
    public void What_can_be_no_user_is_refused_and_a_name_that_is_taken()
    {
        Provision(new UserProfile(" ", GivenName: new string('x', 201), Email: "nowhere")).ThenInvalid(
            ("userName", "Is required."), ("name.givenName", "Must be at most 200 characters long."), ("displayName", "Must be at most 200 characters long."), ("emails.value", "Must be an address such as name@example.org, at most 320 characters long."));
        Provision(Ann, new UserNameTaken(NameId, OtherId)).ThenTaken("userName", $"The user name is that of user {OtherId}.");
        Provision(Ann with { ExternalId = null, GivenName = null, FamilyName = null }, new UserNameTaken(NameId, OtherId), new UserNameReleased(NameId, OtherId)).Then(
            new UserRegistered(UserId, PersonId), new UserProvisioned(UserId, PersonId, NameId), new SubjectRegistered(PersonId, Plain("Ann Example"), Plain("ann@example.org"), Reference: Plain("ann@example.org")), new UserNameTaken(NameId, UserId));
    }

    [Fact]
    public void Only_what_differs_is_recorded()
    {
        Change(Ann).ThenNothing();
        Change(Ann with { Email = null }).Then(new SubjectRectified(PersonId, Removed: ["email"]));
        Change(Ann with { DisplayName = "Anna" }).Then(new SubjectRectified(PersonId, Plain("Anna"), Removed: []));
        Change(Ann with { ExternalId = null }).Then(new UserProvisioned(UserId, PersonId, NameId, null, Plain("Ann"), Plain("Example")));
        Change(Ann with { IsActive = false }).Then(new UserSuspended(UserId));
        Change(Ann, before: [.. Provisioned, new UserSuspended(UserId)]).Then(new UserResumed(UserId));
        Change(Ann with { UserName = "bea" }, OtherName).ThenStreams(
            new StreamEvents(UserId, new UserProvisioned(UserId, PersonId, OtherName, Plain("e-1"), Plain("Ann"), Plain("Example"))),
            new StreamEvents(PersonId, new SubjectRectified(PersonId, Reference: Plain("bea"), Removed: [])),
            new StreamEvents(NameId, new UserNameReleased(NameId, UserId)),
            new StreamEvents(OtherName, new UserNameTaken(OtherName, UserId)));
    }

    [Fact]
    public void Nobody_is_changed_against_a_rule()
    {
        Change(Ann, before: [.. Provisioned, new UserRemoved(UserId)]).ThenNotFound("There is no such user.");
        Change(Ann with { UserName = null }).ThenInvalid(("userName", "Is required."));
        Change(Ann with { UserName = "bea" }, OtherName, name: [new UserNameTaken(OtherName, OtherId)]).ThenTaken("userName", $"The user name is that of user {OtherId}.");
        Change(Ann with { IsActive = false }, by: "ann", before: [.. Provisioned, new UserLinked(UserId, "ann")]).ThenRejected("You can't suspend yourself: nobody might be left who resumes you.");
        object[] erased = [new SubjectRegistered(PersonId), new ErasureRequested(PersonId, ErasureCause.Subject, "bea", default, false)];
        Change(Ann with { IsActive = false }, person: erased).Then(new UserSuspended(UserId));
        Change(Ann with { DisplayName = "Anna" }, person: erased).ThenRejected("What was known of the person is being erased, or was: nothing is recorded of them any more. Remove the user, and provision them anew.");
        Change(Ann with { DisplayName = "Anna" }, person: [erased[0], new ErasureRequested(PersonId, ErasureCause.Subject, "bea", default, true)]).Then(new SubjectRectified(PersonId, Plain("Anna"), Removed: []));
    }

    [Fact]
    public void Whoever_gives_an_invited_user_another_address_has_what_the_user_was_granted()
    {
        var elsewhere = Ann with { Email = "eve@example.org" };
        Change(elsewhere, lacking: ["content.edit"]).ThenForbidden("You can't give what you don't have there yourself: content.edit.");
        Change(elsewhere, lacking: ["content.edit"], before: [.. Provisioned, new UserLinked(UserId, "ann")]).Then(new SubjectRectified(PersonId, Email: Plain("eve@example.org"), Removed: []));
        Change(Ann with { Email = null }, lacking: ["content.edit"]).Then(new SubjectRectified(PersonId, Removed: ["email"]));
    }

    [Fact]
    public void Whoever_is_removed_leaves_all_and_frees_what_was_theirs()
    {
        Outcome Remove(string by, params object[] more) => Spec.Given<User>([.. Provisioned, .. more]).When(user => RemoveUser.Decide(new RemoveUser(UserId, by), user, [OtherId]));
        Remove("client:1", new UserLinked(UserId, "ann"), new UserJoinedGroup(UserId, GroupId)).ThenStreams(
            new StreamEvents(UserId, new UserLeftGroup(UserId, GroupId), new UserRemoved(UserId)), new StreamEvents(SubjectReservation.IdOf("ann"), new SubjectReleased("ann", UserId)),
            new StreamEvents(OtherId, new SessionEnded(OtherId, SessionEnd.UserRemoved)), new StreamEvents(NameId, new UserNameReleased(NameId, UserId)));
        Remove("ann", new UserLinked(UserId, "ann")).ThenRejected("You can't remove yourself: nobody might be left who lets you in.");
        Remove("client:1", new UserRemoved(UserId)).ThenNotFound("There is no such user.");
        Spec.Given<User>(new UserRegistered(UserId, PersonId)).When(user => RemoveUser.Decide(new RemoveUser(UserId, "bea"), user, [])).Then(new UserRemoved(UserId));
    }

    [Fact]
    public void A_user_joins_a_group_once_and_leaves_it_once()
    {
        Join(user: Provisioned).Then(new UserJoinedGroup(UserId, GroupId));
        Join(user: [.. Provisioned, new UserJoinedGroup(UserId, GroupId)]).ThenNothing();
        Join(user: [.. Provisioned, new UserJoinedGroup(UserId, GroupId), new UserLeftGroup(UserId, GroupId)]).Then(new UserJoinedGroup(UserId, GroupId));
        Join().ThenInvalid(("members", $"There is no such user: {UserId}."));
        Join(group: [new GroupDefined(GroupId, "Editors"), new GroupRemoved(GroupId)], user: Provisioned).ThenNotFound("There is no such group.");
        Join("ann", user: [.. Provisioned, new UserLinked(UserId, "ann")]).ThenForbidden("Nobody puts themselves into a group: they would give themselves its roles.");
        Join(lacking: ["content.edit"], user: Provisioned).ThenForbidden("You can't give what you don't have there yourself: content.edit.");
        Join(user: [.. Provisioned, .. Enumerable.Range(0, 500).Select(n => new UserJoinedGroup(UserId, Id(100 + n)))]).ThenRejected($"A user is in at most 500 groups; user {UserId} is.");
        Spec.Given<User>([.. Provisioned, new UserJoinedGroup(UserId, GroupId)]).When(new LeaveGroup(UserId, GroupId)).Then(new UserLeftGroup(UserId, GroupId));
        Spec.Given<User>(Provisioned).When(new LeaveGroup(UserId, GroupId)).ThenNothing();
    }

    [Fact]
    public void A_group_is_defined_changed_and_removed()
    {
        var defined = new GroupDefined(GroupId, "Editors", "g-1");
        Spec.Given<Group>().When(new DefineGroup(GroupId, " Editors ", "g-1")).Then(defined);
        Spec.Given<Group>().When(new DefineGroup(GroupId, "", "")).ThenInvalid(("name", "Is required."), ("externalId", "Must be 1 to 320 characters long."));
        Spec.Given<Group>(defined).When(new DefineGroup(GroupId, "Editors", null)).ThenRejected($"There is a group {GroupId} already, or was.");
        Spec.Given<Group>(defined).When(new ChangeGroup(GroupId, "Authors", null)).Then(new GroupRenamed(GroupId, "Authors"), new GroupExternalIdChanged(GroupId));
        Spec.Given<Group>(defined).When(new ChangeGroup(GroupId, "Editors", "g-1")).ThenNothing();
        Spec.Given<Group>(defined).When(new RemoveGroup(GroupId)).Then(new GroupRemoved(GroupId));
        Spec.Given<Group>(defined, new GroupRemoved(GroupId)).When(new RemoveGroup(GroupId)).ThenNotFound("There is no such group.");
        Spec.Given<Group>(defined, new GroupRemoved(GroupId)).When(new ChangeGroup(GroupId, "x", null)).ThenNotFound("There is no such group.");
    }

    [Fact]
    public void Steps_of_a_groups_members_come_to_one_change()
    {
        var (a, b, c) = (Id(11), Id(12), Id(13));
        var change = MembersChange.None.Add([a, b]).Remove([b]).Add([c]);
        (change.IsWhole, string.Join(' ', change.Joining), string.Join(' ', change.Leaving)).ShouldBe((false, string.Join(' ', new[] { a, c }.Order()), $"{b}"));
        change = MembersChange.To([a, b]).Remove([a]).Add([c]);
        (change.IsWhole, change.Joining.SetEquals([b, c]), change.Leaving.IsEmpty).ShouldBe((true, true, true));
        MembersChange.None.IsNone.ShouldBeTrue();
        MembersChange.To([]).IsNone.ShouldBeFalse();
    }
}
