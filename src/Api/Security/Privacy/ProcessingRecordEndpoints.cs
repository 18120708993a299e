using System.Text.Json;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Collaboration;
using Platform.Domain.Identity;
using Platform.Domain.Personalization;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Projections.Collaboration;
using Platform.Projections.Security;

namespace Platform.Api.Security;

/// <summary>The record of processing activities: made of what there is, each time it's asked for.</summary>
public static class ProcessingRecordEndpoints
{
    private const string Ranking =
        "Of visitors who agreed to be recognised: what they are drawn to, and the ids of items that they had last on the site; of all others the item that is read. No number of anybody, no time, no address.";

    private const string Sealing = "Each text is sealed before its event is written: JWE (RFC 7516), dir, A256GCM, under a key of the person's own, which lies outside the database, wrapped by a key-encryption key that rotates.";

    private static readonly ProcessingPlace[] Places =
    [
        new("Events, and every copy of them: backups, replicas, bundles, webhooks", "Texts, sealed; ids that say nothing of anybody", "The same; nobody can open it"),
        new("Read models, snapshots and analysts' tables", "The same sealed texts, or whether there is one", "The same"),
        new("Key store, apart from the database and its backups", "A wrapped key a person; keyed digests that they are found by", "The ids of the destroyed keys"),
        new("Memory of a process", "Unwrapped keys, for half a second each", "Nothing, after a second"),
    ];

    public static void MapProcessingRecord(this RouteGroupBuilder api) => api.MapGroup("/privacy/processing-record").WithTags("Privacy")
        .MapGet("/", GetAsync).Requires(Permission.PrivacyRead).Produces<ProcessingRecord>(StatusCodes.Status200OK, "application/json", "text/html").Problems(ProblemKind.Invalid)
        .WithMetadata(new Indexed(), new QueryParameter("format", "json (default), for programs, or html, for people: one page, to be read or printed")).Awaiting()
        .Describe("GetProcessingRecord", "The record of processing activities", "Made of the purposes, the kinds of events that hold texts about people, webhooks and the recommendation service, the privacy policy and the roles, as they are now (GDPR, Article 30). It's never stored.");

    private static async Task<IResult> GetAsync(HttpContext http, IDocumentStore store, TimeProvider time)
    {
        var (session, cancel) = (store.QuerySession(Caller.Of(http).TenantId), http.RequestAborted);
        var format = Reading.Text(http, "format", "json", "html") ?? "json";
        await Reading.AwaitAsync(http, session, PurposeDetails.ReadModel);
        var purposes = await PurposeDetails.AllAsync(session, cancel);
        Reading.Index(http, purposes);
        http.Response.Headers.CacheControl = "no-store";
        var recipients = await RecipientsAsync(http, session);
        var policy = (await session.Events.AggregateStreamAsync<PrivacyPolicy>(PrivacyPolicy.Id, cancel: cancel)).State;
        var record = new ProcessingRecord(
            session.TenantId, time.GetUtcNow(), purposes.Items, Data(), Sealing, Places, recipients,
            [.. policy.Retention.Select(rule => new RetentionRuleBody(rule.Name, rule.Days, rule.Since))],
            $"When the person asks, when there is no purpose any more, or when a law says so: within {policy.DeadlineDays} days, {(policy.FourEyes ? "once somebody else approved" : "without another approval")}.",
            Readers(CallerAccess.Of(http)), [store.Options.Region]);
        if (format == "json")
            return Results.Json(record, PrivacyBodies.Default.ProcessingRecord);
        PrintedPage.Prepare(http, "processing-record.html");
        return Results.Text(Page(record), PrintedPage.ContentType);
    }

    private static async Task<IReadOnlyList<DataRecipient>> RecipientsAsync(HttpContext http, IQuerySession session)
    {
        await Reading.AwaitAsync(http, session, WebhookDetails.ReadModel);
        var webhooks = (await WebhookDetails.ListAsync(session, Guid.Empty, WebhookList.Most, http.RequestAborted)).Items
            .Select(stored => JsonSerializer.Deserialize(stored.Json, CollaborationReadJson.Default.WebhookDetails)!).Where(webhook => webhook.Enabled)
            .Select(webhook => new DataRecipient("webhook", new Uri(webhook.Url).Host, $"Events: {string.Join(", ", webhook.Events)}. Their texts about people are sealed."));
        var service = (await session.Events.AggregateStreamAsync<RecommendationService>(RecommendationService.Id, cancel: http.RequestAborted)).State.Settings;
        return [.. webhooks, .. service is null ? [] : new[] { new DataRecipient("recommendation-service", new Uri(service.Url).Host, Ranking) }];
    }

    private static IReadOnlyList<ProcessedData> Data() =>
        [.. EventCatalog.All.Values.OrderBy(entry => entry.Alias, StringComparer.Ordinal).SelectMany(entry => entry.Personal.Select(member => new ProcessedData(entry.Alias, member.Name, member.Category, member.IsSearchable)))];

    private static IReadOnlyList<string> Readers(CallerAccess access) =>
        [.. access.Tenant.Roles.All.Select(role => role.Name).Where(role => access.Tenant.Roles.LineTo(role, Permission.PersonalRead) is not null).Order(StringComparer.Ordinal)];

    private static string Page(ProcessingRecord record) =>
        PrintedPage.Start("Record of processing activities")
        + PrintedPage.Paragraph($"Of {record.Tenant}, made {PrintedPage.At(record.CreatedAt)}.")
        + PrintedPage.Heading("Purposes")
        + PrintedPage.Table("None were defined.", ["Purpose", "Legal basis", "Description", "Kinds of data", "Version"],
            [.. record.Purposes.Select(p => new[] { p.Name, p.LegalBasis, p.Description, string.Join(", ", p.Categories), $"{p.Version}, since {PrintedPage.At(p.ChangedAt)}" })])
        + PrintedPage.Heading("Data")
        + PrintedPage.Table("None.", ["Event", "Text", "Kind of data", "People are found by it"], [.. record.Data.Select(d => new[] { d.Event, d.Member, d.Category, d.IsSearchable ? "yes" : "no" })])
        + PrintedPage.Paragraph(record.Sealing)
        + PrintedPage.Heading("Where it's kept")
        + PrintedPage.Table("Nowhere.", ["Where", "What", "After an erasure"], [.. record.Places.Select(p => new[] { p.Where, p.What, p.AfterErasure })])
        + PrintedPage.Paragraph($"Regions: {string.Join(", ", record.Regions)}.")
        + PrintedPage.Heading("To whom it's passed on")
        + PrintedPage.Table("To nobody, by the platform.", ["To", "Host", "What"], [.. record.Recipients.Select(r => new[] { r.Kind, r.Host, r.What })])
        + PrintedPage.Heading("How long")
        + PrintedPage.Table("No rule erases by itself.", ["Rule", "Days", "Since"], [.. record.Retention.Select(r => new[] { r.Name, r.Days?.ToString(null, null), r.Since == RetentionStart.Registration ? "registration" : "the last event about the person" })])
        + PrintedPage.Paragraph(record.Erasure)
        + PrintedPage.Heading("Who may read it")
        + PrintedPage.Paragraph($"Roles: {string.Join(", ", record.Readers)}.")
        + PrintedPage.End;
}
