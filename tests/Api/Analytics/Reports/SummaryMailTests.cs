using System.Text.Json;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Platform.Domain.Analytics;
using Platform.EventStore;
using SmtpServer.Protocol;

namespace Platform.Api.Tests.Analytics;

/// <summary>Mails by SMTP to a real receiver, which is away, slow or doesn't want them.</summary>
public sealed class SummaryMailTests(ReportHost host) : IClassFixture<ReportHost>
{
    private const string Date = "2026-04-02";

    [Fact]
    public async Task A_mail_has_a_text_a_page_and_a_chart_and_an_id_of_its_own()
    {
        var (address, other) = (Address(), Address());
        await using var tenant = await ReportTenant.StartAsync(host);
        await tenant.ReplayAsync(PastVisits.View("ann", "2026-04-02T10:00", "/news-of-today"));
        var (ann, bob) = (await tenant.UserAsync(address), await tenant.UserAsync(other));
        var report = await tenant.ScheduleAsync(ann, bob);
        await tenant.MakeAsync(report, Date);
        var mail = (await host.Mail.WaitAsync(address)).ShouldHaveSingleItem();
        (mail.From.ToString(), mail.To.ToString(), mail.Subject).ShouldBe(("\"Reports\" <reports@platform.example>", address, "www.example.org on 2026-04-02: 1 visitors"));
        mail.Headers["Auto-Submitted"].ShouldBe("auto-generated");
        mail.TextBody!.ShouldContain("/news-of-today");
        mail.HtmlBody!.ShouldContain("/news-of-today");
        var picture = mail.BodyParts.OfType<MimePart>().Single(part => part.ContentType.MimeType == "image/svg+xml");
        mail.HtmlBody!.ShouldContain($"cid:{picture.ContentId}");
        using var svg = new MemoryStream();
        picture.Content!.DecodeTo(svg);
        svg.Position = 0;
        XDocument.Load(svg).Root!.Name.LocalName.ShouldBe("svg");
        var table = mail.Attachments.OfType<MimePart>().ShouldHaveSingleItem();
        (table.FileName, table.ContentType.MimeType).ShouldBe(("www.example.org_2026-04-02.csv", "text/csv"));
        using var csv = new MemoryStream();
        table.Content!.DecodeTo(csv);
        System.Text.Encoding.UTF8.GetString(csv.ToArray()).ShouldContain("2026-04-02,www.example.org,page_views_of_page,/news-of-today,1");
        (await host.Mail.WaitAsync(other)).ShouldHaveSingleItem().MessageId.ShouldNotBe(mail.MessageId);
        (await tenant.MailAsync(report, Date, ann, "mailed")).GetProperty("attempts").GetInt32().ShouldBe(1);
        // No address is in an event, a read model or the queue in plain.
        await using var command = host.Owner.CreateCommand("""
            select (select count(*) from public.mt_events where position($1 in data::text || coalesce(headers::text, '')) > 0) + (select count(*) from read.report_runs where position($1 in data::text) > 0)
                + (select count(*) from platform.delivery d where position($1 in d::text) > 0)
            """);
        command.Parameters.Add(new() { Value = address });
        (await command.ExecuteScalarAsync()).ShouldBe(0L);
    }

    [Fact]
    public async Task What_is_refused_for_now_is_tried_again_with_the_same_id_and_what_is_refused_for_good_is_not()
    {
        var (soon, never, broken) = (Address(), Address(), Address());
        host.Mail.Unknown[never] = true;
        host.Mail.Answer = (address, attempt) => address == soon && attempt < 3 ? new SmtpResponse((SmtpReplyCode)451, $"{address} is busy") : address == broken ? new SmtpResponse((SmtpReplyCode)554, $"{address} no") : null;
        await using var tenant = await ReportTenant.StartAsync(host);
        var (a, b, c) = (await tenant.UserAsync(soon), await tenant.UserAsync(never), await tenant.UserAsync(broken));
        var report = await tenant.ScheduleAsync(a, b, c);
        await tenant.MakeAsync(report, Date);
        await host.Mail.WaitAsync(soon);
        (await tenant.MailAsync(report, Date, a, "mailed")).GetProperty("attempts").GetInt32().ShouldBe(3);
        host.Mail.Asked[soon].ShouldBe(3);
        var refused = await tenant.MailAsync(report, Date, b, "failed");
        (refused.GetProperty("attempts").GetInt32(), refused.GetProperty("error").GetString()).ShouldBe((1, "The mail server refused the recipient's address (550)."));
        (await tenant.MailAsync(report, Date, c, "failed")).GetProperty("error").GetString().ShouldBe("The mail server refused the mail (554).");
        (await tenant.EventsAsync("analytics.daily-summary-mail%")).Order().ShouldBe([.. Enumerable.Repeat("analytics.daily-summary-mail-failed", 4), "analytics.daily-summary-mailed"]);
        // Sent again it's another mail, to all.
        host.Mail.Unknown.Clear();
        (await tenant.Admin.PostAsync($"/api/analytics/reports/{report}/runs/{Date}/resend")).ShouldBe(200);
        await host.Mail.WaitAsync(never);
        var twice = await host.Mail.WaitAsync(soon, 2);
        twice.Select(mail => mail.MessageId).ShouldBeUnique();
        await tenant.MailAsync(report, Date, b, "mailed");
        var run = await tenant.RunAsync(report, Date);
        (run.GetProperty("resends").GetInt32(), run.GetProperty("resentBy").GetString()).ShouldBe((1, "test-admin"));
    }

    [Fact]
    public async Task A_slow_server_is_left_after_a_time_and_one_that_is_away_is_waited_for()
    {
        var (slow, away) = (Address(), Address());
        host.Mail.Pause = (address, attempt) => address == slow && attempt == 1 ? TimeSpan.FromSeconds(10) : TimeSpan.Zero;
        await using var tenant = await ReportTenant.StartAsync(host);
        var user = await tenant.UserAsync(slow);
        var report = await tenant.ScheduleAsync(user);
        await tenant.MakeAsync(report, Date);
        await host.Mail.WaitAsync(slow);
        (await tenant.MailAsync(report, Date, user, "mailed")).GetProperty("attempts").GetInt32().ShouldBe(2);

        await host.Mail.StopAsync();
        var late = await tenant.UserAsync(away);
        var other = await tenant.ScheduleAsync(late);
        await tenant.MakeAsync(other, Date);
        JsonElement waiting = default;
        await Until.HoldsAsync(async () => (waiting = await tenant.MailAsync(other, Date, late, "waiting")).GetProperty("attempts").GetInt32() > 0);
        waiting.GetProperty("error").GetString().ShouldStartWith("The mail server can't be reached");
        waiting.TryGetProperty("nextAt", out _).ShouldBeTrue();
        host.Mail.Start();
        await host.Mail.WaitAsync(away);
        await tenant.MailAsync(other, Date, late, "mailed");
    }

    [Fact]
    public async Task Who_has_no_address_is_suspended_restricted_removed_or_erased_is_not_mailed()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        var addresses = Enumerable.Range(0, 4).Select(_ => Address()).ToArray();
        var (nowhere, suspended, restricted, removed, erased) = (await tenant.UserAsync(null), await tenant.UserAsync(addresses[0]), await tenant.UserAsync(addresses[1]), await tenant.UserAsync(addresses[2]), await tenant.UserAsync(addresses[3]));
        var report = await tenant.ScheduleAsync(nowhere, suspended, restricted, removed, erased);
        (await tenant.Admin.PostAsync($"/api/users/{suspended}/suspend")).ShouldBe(200);
        (await tenant.Admin.PostAsync($"/api/privacy/subjects/{await PersonAsync(restricted)}/restrict", new { reason = "Asked" })).ShouldBe(200);
        (await tenant.Admin.PostAsync($"/api/users/{removed}/remove")).ShouldBe(200);
        await EraseAsync(await PersonAsync(erased));
        await tenant.MakeAsync(report, Date);
        foreach (var (user, error) in new[]
        {
            (nowhere, "No address of the user is kept."), (suspended, "The user is suspended."), (restricted, "The person's data is restricted."), (removed, "The user isn't known any more."), (erased, "The user's address was erased."),
        })
            (await tenant.MailAsync(report, Date, user, "failed")).GetProperty("error").GetString().ShouldBe(error);
        host.Mail.Asked.Keys.ShouldNotContain(address => addresses.Contains(address));

        async Task<Guid> PersonAsync(Guid user) => (await tenant.Admin.AskAsync($"/api/users/{user}")).ShouldBe(200).Json.GetProperty("personId").GetGuid();

        async Task EraseAsync(Guid person)
        {
            (await tenant.Admin.PostAsync($"/api/privacy/subjects/{person}/erase")).ShouldBe(200);
            await Until.HoldsAsync(async () => (await tenant.Admin.AskAsync($"/api/privacy/subjects/{person}")).Text.Contains("completed"));
        }
    }

    [Fact]
    public async Task A_mail_that_went_before_its_process_ended_does_not_go_again()
    {
        var address = Address();
        await using var tenant = await ReportTenant.StartAsync(host);
        var user = await tenant.UserAsync(address);
        var report = await tenant.ScheduleAsync(user);
        await tenant.MakeAsync(report, Date);
        await tenant.MailAsync(report, Date, user, "mailed");
        // Handed over once more, as after a crash between recording and leaving the queue.
        var mails = host.App.Services.GetServices<Subscription>().Single(subscription => subscription.Name == "summary-mails");
        var events = await host.App.Store.QuerySession(tenant.Id).Events.FetchStreamAsync(SummaryRun.IdOf(report, DateOnly.Parse(Date, null)));
        var addressed = events.Single(e => e.Data is DailySummaryAddressed);
        (await mails.HandleAsync(new Delivery($"{user}", addressed, "", 2, null), CancellationToken.None)).ShouldBeOfType<DeliveryOutcome.Done>();
        host.Mail.Asked[address].ShouldBe(1);
        (await tenant.EventsAsync("analytics.daily-summary-mailed")).Count.ShouldBe(1);
    }

    private static string Address() => $"u{Guid.NewGuid():n}@example.org";
}
