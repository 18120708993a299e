using System.Collections.Immutable;
using Platform.Domain;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Projections.Identity;

namespace Platform.Processors.Identity;

/// <summary>A group as a caller wants it.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="IsNew">It's to be defined; else it must be there.</param>
/// <param name="Called">What it's called then, by what it's called now.</param>
/// <param name="Members">What becomes of its members.</param>
/// <param name="By">The caller's own subject.</param>
/// <param name="Who">The caller, as access is then.</param>
/// <param name="At">When.</param>
/// <param name="ExpectedTags">The change is for these states of the group only, see <see cref="GroupCommands.TagOf"/>; null: for any.</param>
public sealed record WantedGroup(
    Guid GroupId, bool IsNew, Func<Group, (string? Name, string? ExternalId)> Called, MembersChange Members, string By, Func<TenantAccess, Principal> Who, DateTimeOffset At,
    IReadOnlyCollection<string>? ExpectedTags = null);

/// <summary>A group that is to be removed.</summary>
/// <param name="Command">The command.</param>
/// <param name="ExpectedTags">As of <see cref="WantedGroup"/>.</param>
public sealed record WantedGroupRemoval(RemoveGroup Command, IReadOnlyCollection<string>? ExpectedTags = null);

/// <summary>A user who is to be in a group.</summary>
/// <param name="UserId">The user.</param>
/// <param name="GroupId">The group; null: none was named.</param>
/// <param name="By">The caller's own subject.</param>
/// <param name="Who">The caller, as access is then.</param>
/// <param name="At">When.</param>
public sealed record WantedMembership(Guid UserId, Guid? GroupId, string By, Func<TenantAccess, Principal> Who, DateTimeOffset At);

/// <summary>Loads what each command on groups is decided on.</summary>
public sealed class GroupCommands(AccessModels models)
{
    /// <summary>Members that join and leave by one command.</summary>
    public const int MostChanges = 1_000;

    private static readonly Rejection Moved = Reject.Stale("The group has moved on.");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What a group is in all, members and all: no two states of it have the same.</summary>
    public static string TagOf(long version, MembersState members) => $"{version}.{members.Count}.{members.Last}";

    /// <summary>Defines or changes a group with its members: all of it, or nothing.</summary>
    public async Task<Handled> Change(WantedGroup wanted, IDocumentSession session, CancellationToken cancel)
    {
        var group = await session.Events.FetchForWriting<Group>(wanted.GroupId, cancel: cancel);
        if (wanted.ExpectedTags is { } expected && group.Aggregate.Exists && !expected.Contains(TagOf(group.StartingVersion, await MembersAsync(session, wanted.GroupId, cancel))))
            return new Handled(group.Id, group.StartingVersion, Moved);
        var (name, externalId) = wanted.Called(group.Aggregate);
        var called = wanted.IsNew ? DefineGroup.Decide(new DefineGroup(group.Id, name, externalId), group.Aggregate) : ChangeGroup.Decide(new ChangeGroup(group.Id, name, externalId), group.Aggregate);
        if (called.Rejection is { } refused)
            return new Handled(group.Id, group.StartingVersion, refused);
        group.AppendMany(called.Events);
        var moved = wanted.Members.IsNone ? null : await MoveAsync(wanted, group.Aggregate.After(called.Events), session, cancel);
        return new Handled(group.Id, group.StartingVersion, moved);
    }

    public static async Task<Handled> Remove(WantedGroupRemoval wanted, IDocumentSession session, CancellationToken cancel)
    {
        var id = wanted.Command.GroupId;
        if (wanted.ExpectedTags is { } expected && await session.Events.FetchForWriting<Group>(id, cancel: cancel) is { Aggregate.Exists: true } group && !expected.Contains(TagOf(group.StartingVersion, await MembersAsync(session, id, cancel))))
            return new Handled(id, group.StartingVersion, Moved);
        return await session.DecideAsync<Group>(id, state => RemoveGroup.Decide(wanted.Command, state), cancel);
    }

    public static Task<Handled> Define(DefineGroup command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Group>(command.GroupId, group => DefineGroup.Decide(command, group), cancel);

    public static Task<Handled> Rename(ChangeGroup command, IDocumentSession session, CancellationToken cancel) =>
        session.DecideAsync<Group>(command.GroupId, group => ChangeGroup.Decide(command, group), cancel);

    public async Task<Handled> Join(WantedMembership wanted, IDocumentSession session, CancellationToken cancel)
    {
        var user = await session.Events.FetchForWriting<User>(wanted.UserId, cancel: cancel);
        if (!user.Aggregate.Exists)
            return session.Enlist(wanted.UserId, user.StartingVersion, User.Gone);
        var id = wanted.GroupId ?? Guid.Empty;
        var group = await session.Events.FetchForWriting<Group>(id, cancel: cancel);
        if (!group.Aggregate.Exists)
            return new Handled(wanted.UserId, user.StartingVersion, Reject.Invalid("groupId", "There is no such group."));
        session.Events.EnforceConsistency(id);
        var decision = JoinGroup.Decide(new JoinGroup(wanted.UserId, id, wanted.By, await LackingAsync(id, wanted.Who, wanted.At, session, cancel)), user.Aggregate, group.Aggregate);
        user.AppendMany(decision.Events);
        return new Handled(wanted.UserId, user.StartingVersion, decision.Rejection);
    }

    public static async Task<Handled> Leave(WantedMembership wanted, IDocumentSession session, CancellationToken cancel)
    {
        var user = await session.Events.FetchForWriting<User>(wanted.UserId, cancel: cancel);
        if (!user.Aggregate.Exists)
            return session.Enlist(wanted.UserId, user.StartingVersion, User.Gone);
        if (wanted.GroupId is not { } id)
            return new Handled(wanted.UserId, user.StartingVersion, Reject.Invalid("groupId", "Is required."));
        var decision = LeaveGroup.Decide(new LeaveGroup(wanted.UserId, id), user.Aggregate);
        user.AppendMany(decision.Events);
        return new Handled(wanted.UserId, user.StartingVersion, decision.Rejection);
    }

    private async Task<ImmutableSortedSet<string>> LackingAsync(Guid groupId, Func<TenantAccess, Principal> who, DateTimeOffset at, IDocumentSession session, CancellationToken cancel)
    {
        var access = await models.LatestAsync(session.TenantId, cancel);
        return access.LacksOf(who(access), access.OfGroup(groupId), at);
    }

    private async Task<Rejection?> MoveAsync(WantedGroup wanted, Group group, IDocumentSession session, CancellationToken cancel)
    {
        var now = wanted.Members.IsWhole && !wanted.IsNew ? await MemberIdsAsync(session, wanted.GroupId, cancel) : [];
        var leaving = wanted.Members.IsWhole ? now.Except(wanted.Members.Joining) : wanted.Members.Leaving;
        if (wanted.Members.Joining.Except(now).Count + leaving.Count > MostChanges)
            return Reject.Invalid("members", $"One request changes at most {MostChanges} members.");
        // What is new was granted nothing yet.
        ImmutableSortedSet<string> lacking = wanted.IsNew || wanted.Members.Joining.IsEmpty ? [] : await LackingAsync(wanted.GroupId, wanted.Who, wanted.At, session, cancel);
        if (!wanted.IsNew)
            session.Events.EnforceConsistency(wanted.GroupId);
        foreach (var (id, joins) in wanted.Members.Joining.Select(id => (id, true)).Concat(leaving.Select(id => (id, false))))
        {
            var user = await session.Events.FetchForWriting<User>(id, cancel: cancel);
            var decision = joins ? JoinGroup.Decide(new JoinGroup(id, wanted.GroupId, wanted.By, lacking), user.Aggregate, group) : LeaveGroup.Decide(new LeaveGroup(id, wanted.GroupId), user.Aggregate);
            if (decision.Rejection is { } refused)
                return refused;
            user.AppendMany(decision.Events);
        }
        return null;
    }

    private static async Task<MembersState> MembersAsync(IQuerySession session, Guid groupId, CancellationToken cancel)
    {
        await AwaitAsync(session, cancel);
        return (await GroupMembers.StatesAsync(session, [groupId], cancel)).GetValueOrDefault(groupId, MembersState.None);
    }

    private static async Task<ImmutableSortedSet<Guid>> MemberIdsAsync(IQuerySession session, Guid groupId, CancellationToken cancel)
    {
        await AwaitAsync(session, cancel);
        // More than can leave at once needn't be known.
        return (await GroupMembers.ListAsync(session, groupId, Guid.Empty, 2 * MostChanges + 1, cancel)).Items.Select(member => member.UserId).ToImmutableSortedSet();
    }

    private static async Task AwaitAsync(IQuerySession session, CancellationToken cancel)
    {
        if (!await session.WaitForAllAsync(GroupMembers.ReadModel, Patience, cancel))
            throw new TimeoutException($"The read model {GroupMembers.ReadModel} is behind the log.");
    }
}
