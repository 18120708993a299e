using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Processors.Sites;

namespace Platform.Processors.Personalization;

/// <summary>Loads what each command on rules is decided on. A site that is moved meanwhile may bring a locked rule above: what counts is worked out anew with each look at the tree.</summary>
public static class RuleCommands
{
    public static async Task<Handled> Define(DefineRule command, IDocumentSession session, CancellationToken cancel)
    {
        var (rule, list) = await LoadAsync(session, command.RuleId, cancel);
        return session.Enlist(command.RuleId, rule.StartingVersion, DefineRule.Decide(command, rule.Aggregate, list, await SitePaths.UpAsync(session, command.SiteId, cancel)));
    }

    public static Task<Handled> Change(ChangeRule command, IDocumentSession session, CancellationToken cancel) => session.DecideAsync<Rule>(command.RuleId, rule => ChangeRule.Decide(command, rule), cancel);

    public static Task<Handled> Refuse(RefuseRule command, IDocumentSession session, CancellationToken cancel) => session.DecideAsync<Rule>(command.RuleId, rule => RefuseRule.Decide(command, rule), cancel);

    public static async Task<Handled> Publish(PublishRule command, IDocumentSession session, CancellationToken cancel)
    {
        var (rule, list) = await LoadAsync(session, command.RuleId, cancel);
        // Fetched for writing: a policy that is set meanwhile counts.
        var policy = await session.Events.FetchForWriting<RulePolicy>(RulePolicy.Id, cancel: cancel);
        return session.Enlist(command.RuleId, rule.StartingVersion, PublishRule.Decide(command, rule.Aggregate, list, policy.Aggregate, await SitePaths.UpAsync(session, rule.Aggregate.SiteId, cancel)));
    }

    public static async Task<Handled> Approve(ApproveRule command, IDocumentSession session, CancellationToken cancel)
    {
        var (rule, list) = await LoadAsync(session, command.RuleId, cancel);
        return session.Enlist(command.RuleId, rule.StartingVersion, ApproveRule.Decide(command, rule.Aggregate, list, await SitePaths.UpAsync(session, rule.Aggregate.SiteId, cancel)));
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

    private static async Task<(EventStream<Rule> Rule, RuleList List)> LoadAsync(IDocumentSession session, Guid id, CancellationToken cancel) =>
        (await session.Events.FetchForWriting<Rule>(id, cancel: cancel), (await session.Events.FetchForWriting<RuleList>(RuleList.Id, cancel: cancel)).Aggregate);
}
