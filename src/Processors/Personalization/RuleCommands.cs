using System.Collections.Immutable;
using Platform.Domain.Personalization;
using Platform.Domain.Sites;
using Platform.EventStore;

namespace Platform.Processors.Personalization;

/// <summary>Loads what each command on rules is decided on.</summary>
public static class RuleCommands
{
    private const int MostLevels = 64;

    public static async Task<Handled> Define(DefineRule command, IDocumentSession session, CancellationToken cancel)
    {
        var (rule, list) = await LoadAsync(session, command.RuleId, cancel);
        return session.Enlist(command.RuleId, rule.StartingVersion, DefineRule.Decide(command, rule.Aggregate, list, await PathAsync(session, command.SiteId, cancel)));
    }

    public static Task<Handled> Change(ChangeRule command, IDocumentSession session, CancellationToken cancel) => session.DecideAsync<Rule>(command.RuleId, rule => ChangeRule.Decide(command, rule), cancel);

    public static Task<Handled> Refuse(RefuseRule command, IDocumentSession session, CancellationToken cancel) => session.DecideAsync<Rule>(command.RuleId, rule => RefuseRule.Decide(command, rule), cancel);

    public static async Task<Handled> Publish(PublishRule command, IDocumentSession session, CancellationToken cancel)
    {
        var (rule, list) = await LoadAsync(session, command.RuleId, cancel);
        // Fetched for writing: a policy that is set meanwhile counts.
        var policy = await session.Events.FetchForWriting<RulePolicy>(RulePolicy.Id, cancel: cancel);
        return session.Enlist(command.RuleId, rule.StartingVersion, PublishRule.Decide(command, rule.Aggregate, list, policy.Aggregate, await PathAsync(session, rule.Aggregate.SiteId, cancel)));
    }

    public static async Task<Handled> Approve(ApproveRule command, IDocumentSession session, CancellationToken cancel)
    {
        var (rule, list) = await LoadAsync(session, command.RuleId, cancel);
        return session.Enlist(command.RuleId, rule.StartingVersion, ApproveRule.Decide(command, rule.Aggregate, list, await PathAsync(session, rule.Aggregate.SiteId, cancel)));
    }

    public static async Task<Handled> Withdraw(WithdrawRule command, IDocumentSession session, CancellationToken cancel)
    {
        var (rule, _) = await LoadAsync(session, command.RuleId, cancel);
        return session.Enlist(command.RuleId, rule.StartingVersion, WithdrawRule.Decide(command, rule.Aggregate));
    }

    public static async Task<Handled> Archive(ArchiveRule command, IDocumentSession session, CancellationToken cancel)
    {
        var (rule, _) = await LoadAsync(session, command.RuleId, cancel);
        return session.Enlist(command.RuleId, rule.StartingVersion, ArchiveRule.Decide(command, rule.Aggregate));
    }

    // Read from streams: a site that was just made has rules too. One that is moved meanwhile may bring a locked rule above: what counts is decided anew with each look at the tree.
    private static async Task<ImmutableArray<Guid>> PathAsync(IDocumentSession session, Guid siteId, CancellationToken cancel)
    {
        var path = ImmutableArray.CreateBuilder<Guid>();
        for (Guid? next = siteId; next is { } id && path.Count < MostLevels;)
        {
            if ((await session.Events.AggregateStreamAsync<Site>(id, cancel: cancel)).State is not { Exists: true } site) break;
            path.Add(id);
            next = site.ParentId;
        }
        return path.ToImmutable();
    }

    private static async Task<(EventStream<Rule> Rule, RuleList List)> LoadAsync(IDocumentSession session, Guid id, CancellationToken cancel) =>
        (await session.Events.FetchForWriting<Rule>(id, cancel: cancel), (await session.Events.FetchForWriting<RuleList>(RuleList.Id, cancel: cancel)).Aggregate);
}
