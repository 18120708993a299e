using Microsoft.Extensions.Logging;
using MimeKit;
using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Processors.Sites;
using Platform.Projections.Security;

namespace Platform.Processors.Analytics;

/// <summary>
/// Mails summaries to those to whom they were addressed: an address is opened when it's written to and kept nowhere. Each attempt is an event.
/// </summary>
public sealed class SummaryMails(
    IDocumentStore store, CommandRunner runner, MailClient client, MailOptions options, PersonalData personal, SummaryFiles files, TenantRegister tenants, ILogger<SummaryMails> log) : Subscription
{
    /// <summary>Who acts, as the events say.</summary>
    public const string User = "platform:mails";

    private static readonly DataSubjects Persons = new();

    public override string Name => "summary-mails";

    public override IReadOnlyList<string> EventTypes { get; } = [.. EventCatalog.All.Values.Where(e => e.ClrType == typeof(DailySummaryAddressed) || e.ClrType == typeof(DailySummaryResent)).Select(e => e.Alias)];

    public override RetryPolicy Retry => options.Retry;

    public override DeliveryLimits Limits { get; } = new(32, 8, 4, 3 * options.Patience);

    public override ValueTask<IReadOnlyCollection<string>> HeldAsync(CancellationToken cancel) => tenants.HeldAsync(cancel);

    public override Task<IReadOnlyList<Route>> RouteAsync(IReadOnlyList<Event> events, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<Route>>([.. events.SelectMany(e => RecipientsOf(e).Select(user => Route.Deliver(e, $"{user}")))]);

    public override async Task<DeliveryOutcome> HandleAsync(Delivery delivery, CancellationToken cancel)
    {
        try
        {
            return await MailAsync(delivery, cancel);
        }
        catch (Exception x) when (x is not OperationCanceledException && delivery.RetryIn is null)
        {
            // Our own trouble isn't to use up the last attempt: what became of it isn't recorded, so nobody could see it.
            log.LogWarning(x, "Summary {Run} of tenant {Tenant}: what came of its mail to user {User} couldn't be recorded; it's tried again.", delivery.Event.StreamId, delivery.Event.TenantId, delivery.Target);
            return new DeliveryOutcome.Failed($"{x.GetType().Name}: {x.Message}", store.Options.Time.GetUtcNow() + options.Retry.Longest);
        }
    }

    private async Task<DeliveryOutcome> MailAsync(Delivery delivery, CancellationToken cancel)
    {
        var (e, user) = (delivery.Event, Guid.Parse(delivery.Target));
        var session = store.QuerySession(e.TenantId);
        // A process may have ended after the mail went and before that was noted.
        if ((await session.Events.AggregateStreamAsync<SummaryRun>(e.StreamId, cancel: cancel)).State.Mailed.Contains(SummaryRun.KeyOf(e.Id, user)))
            return new DeliveryOutcome.Done();
        var (to, refusal) = await AddressAsync(session, user, cancel);
        var answer = refusal ?? await SendAsync(session, e, user, to!, cancel);
        var retryAt = answer is { Error: not null, IsFinal: false } && delivery.RetryIn is { } pause ? Micro(store.Options.Time.GetUtcNow() + pause) : (DateTimeOffset?)null;
        await runner.RunAsync(
            new Arrival(e.TenantId, User, "mail", CorrelationId: $"mail:{e.StreamId}"), 200,
            (s, c) => ReportCommands.Record(new RecordMail(e.StreamId, e.Id, user, delivery.Attempt, answer.Error, retryAt), s, c), cancel);
        if (answer.Error is not { } error)
            return new DeliveryOutcome.Done();
        log.LogInformation("Summary {Run} of tenant {Tenant} couldn't be mailed to user {User}: {Error}", e.StreamId, e.TenantId, user, error);
        // What was given up stands in the day's stream, and sending it again is another mail: no dead letter is left for anybody to drop.
        return retryAt is null ? new DeliveryOutcome.Done() : new DeliveryOutcome.Failed(error, retryAt);
    }

    private async Task<MailAnswer> SendAsync(IQuerySession session, Event e, Guid user, MailboxAddress to, CancellationToken cancel)
    {
        if (options.From is not { } from)
            return new MailAnswer("This installation sends no mail: Mail:From isn't set.", IsFinal: true);
        return await session.Events.FetchStreamAsync(e.StreamId, limit: 1, cancel: cancel) is [{ Data: DailySummaryMade made }]
            ? await client.SendAsync(e.TenantId, SummaryMessage.Of(made, from, to, e.Id, user, store.Options.Time.GetUtcNow(), files), cancel)
            : new MailAnswer("The summary can't be read.", IsFinal: true);
    }

    private async Task<(MailboxAddress? To, MailAnswer? Refusal)> AddressAsync(IQuerySession session, Guid userId, CancellationToken cancel)
    {
        var user = (await session.Events.AggregateStreamAsync<MailRecipient>(userId, cancel: cancel)).State;
        if (!user.Exists)
            return Final("The user isn't known any more.");
        if (user.IsSuspended)
            return Final("The user is suspended.");
        var person = await session.Events.AggregateStreamAsync(Persons, user.PersonId, cancel: cancel);
        if (person?.Restriction is not null)
            return Final("The person's data is restricted.");
        if (PlacedText.Of(person?.Members.Email, user.PersonId, "email") is not { } placed)
            return Final("No address of the user is kept.");
        return (await personal.OpenAsync(session.TenantId, [placed], cancel))[placed] switch
        {
            PersonalData.Erased => Final("The user's address was erased."),
            PersonalData.Unavailable => (null, new MailAnswer("The user's address can't be opened now.")),
            var text => MailboxAddress.TryParse(text, out var mailbox) ? (mailbox, null) : Final("What is kept as the user's address is none."),
        };

        static (MailboxAddress?, MailAnswer?) Final(string error) => (null, new MailAnswer(error, IsFinal: true));
    }

    private static IEnumerable<Guid> RecipientsOf(Event e) => e.Data switch { DailySummaryAddressed to => to.Recipients, DailySummaryResent again => again.Recipients, _ => [] };

    // What PostgreSQL keeps of a time.
    private static DateTimeOffset Micro(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
