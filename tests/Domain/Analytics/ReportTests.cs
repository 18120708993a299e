using System.Collections.Immutable;
using Platform.Domain.Analytics;
using Platform.Domain.Sites;

namespace Platform.Domain.Tests.Analytics;

public sealed class ReportTests
{
    private static readonly Guid _id = new("0198c5a0-0000-7000-8000-000000000001"), _site = new("0198c5a0-0000-7000-8000-000000000002"), _ann = new("0198c5a0-0000-7000-8000-000000000003"), _run = SummaryRun.IdOf(_id, EventExamples.Summary.Date);
    private static readonly ReportedSite _known = ReportedSite.Initial.Evolve(new SiteCreated(_site, "News", "news.example.org", Fields.Empty), 1);

    [Fact]
    public void A_report_is_scheduled_and_listed_and_ends_once()
    {
        Schedule(new ScheduleReport(_id, _site, " Mornings ", 7, [_ann])).Streams.SelectMany(stream => stream.Events).Select(e => e.GetType())
            .ShouldBe([typeof(ReportScheduled), typeof(ReportListed)]);
        EndReport.Decide(new EndReport(_id), Scheduled()).Streams.SelectMany(stream => stream.Events).ShouldBe([new ReportEnded(_id), new ReportUnlisted(_id)]);
        EndReport.Decide(new EndReport(_id), Scheduled().Evolve(new ReportEnded(_id), 2)).Streams.ShouldBeEmpty();
        EndReport.Decide(new EndReport(_id), Report.Initial).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);
    }

    [Fact]
    public void What_is_wrong_is_named()
    {
        Schedule(new ScheduleReport(_id, _site, "", 0, [_ann, _ann])).Rejection!.Errors.Keys.ShouldBe(["hour", "name", "recipients"]);
        Schedule(new ScheduleReport(_id, _site, "a", 24, [Guid.Empty])).Rejection!.Errors.Keys.ShouldBe(["hour", "recipients"]);
        Schedule(new ScheduleReport(_id, _site, "a", 7, [new("0198c5a0-0000-7000-8000-000000000009")])).Rejection!.Errors["recipients"].ShouldHaveSingleItem().ShouldStartWith("There is no user 0198c5a0");
        Schedule(new ScheduleReport(_id, _site, "a", 7, [.. Enumerable.Range(1, 21).Select(n => new Guid(n, 0, 0, new byte[8]))])).Rejection!.Errors.Keys.ShouldBe(["recipients"]);
        Schedule(new ScheduleReport(_id, _site, "a", 7, [_ann]), canMail: false).Rejection!.Errors["recipients"].ShouldHaveSingleItem().ShouldContain("Mail:Host");
        ScheduleReport.Decide(new ScheduleReport(_id, _site, "a", 7, []), Report.Initial, ReportList.Initial, ReportedSite.Initial, [], true).Rejection!.Errors.Keys.ShouldBe(["siteId"]);
        ScheduleReport.Decide(new ScheduleReport(_id, _site, "a", 7, []), Report.Initial, ReportList.Initial, _known.Evolve(new SiteArchived(_site, null), 2), [], true).Rejection!.Errors.Keys.ShouldBe(["siteId"]);
        Schedule(new ScheduleReport(_id, _site, "a", 7, []), canMail: false).Accepted.ShouldBeTrue("nobody is to be mailed");
    }

    [Fact]
    public void A_tenant_has_at_most_200()
    {
        var full = Enumerable.Range(1, ReportList.Most).Aggregate(ReportList.Initial, (list, n) => list.Evolve(new ReportListed(new Guid(n, 0, 0, new byte[8])), n));
        ScheduleReport.Decide(new ScheduleReport(_id, _site, "a", 7, []), Report.Initial, full, _known, [], true).Rejection!.Kind.ShouldBe(RejectionKind.Conflict);
        ScheduleReport.Decide(new ScheduleReport(_id, _site, "a", 7, []), Report.Initial, full.Evolve(new ReportUnlisted(new Guid(1, 0, 0, new byte[8])), 201), _known, [], true).Accepted.ShouldBeTrue();
    }

    [Fact]
    public void Said_anew_the_same_way_nothing_changes_and_one_that_ended_is_not_changed()
    {
        ChangeReport.Decide(new ChangeReport(_id, "Mornings", 7, [_ann]), Scheduled(), [_ann], true).Events.ShouldBeEmpty();
        ChangeReport.Decide(new ChangeReport(_id, "Mornings", 8, [_ann]), Scheduled(), [_ann], true).Events.ShouldHaveSingleItem().ShouldBeOfType<ReportChanged>().Hour.ShouldBe(8);
        ChangeReport.Decide(new ChangeReport(_id, "Mornings", 8, []), Scheduled().Evolve(new ReportEnded(_id), 2), [], true).Rejection!.Kind.ShouldBe(RejectionKind.Conflict);
        ChangeReport.Decide(new ChangeReport(_id, "Mornings", 8, []), Report.Initial, [], true).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);
    }

    [Fact]
    public void A_day_is_made_once_and_addressed_to_whom_the_report_goes()
    {
        var made = MakeSummary.Decide(new MakeSummary(_id, EventExamples.Summary), SummaryRun.Initial, Scheduled());
        made.Events.Select(e => e.GetType()).ShouldBe([typeof(DailySummaryMade), typeof(DailySummaryAddressed)]);
        MakeSummary.Decide(new MakeSummary(_id, EventExamples.Summary), Made(), Scheduled()).Events.ShouldBeEmpty();
        MakeSummary.Decide(new MakeSummary(_id, EventExamples.Summary), SummaryRun.Initial, Scheduled([])).Events.ShouldHaveSingleItem().ShouldBeOfType<DailySummaryMade>();
        MakeSummary.Decide(new MakeSummary(_id, EventExamples.Summary), SummaryRun.Initial, Scheduled().Evolve(new ReportEnded(_id), 2)).Rejection!.Kind.ShouldBe(RejectionKind.Conflict);
        SummaryRun.IdOf(_id, new(2026, 3, 29)).ShouldNotBe(SummaryRun.IdOf(_id, new(2026, 3, 30)));
    }

    [Fact]
    public void A_mail_that_was_taken_is_noted_once_and_a_failure_after_it_is_none()
    {
        var addressed = new Guid("0198c5a0-0000-7000-8000-00000000000a");
        RecordMail.Decide(new RecordMail(_run, addressed, _ann, 1, "It's away."), Made()).Events.ShouldBe([new DailySummaryMailFailed(_run, addressed, _ann, 1, "It's away.")]);
        RecordMail.Decide(new RecordMail(_run, addressed, _ann, 2), Made()).Events.ShouldBe([new DailySummaryMailed(_run, addressed, _ann, 2)]);
        var mailed = Made().Evolve(new DailySummaryMailed(_run, addressed, _ann, 2), 3);
        RecordMail.Decide(new RecordMail(_run, addressed, _ann, 3, "It's away."), mailed).Events.ShouldBeEmpty();
        // Sent again it's another mail.
        RecordMail.Decide(new RecordMail(_run, _id, _ann, 1), mailed).Events.ShouldHaveSingleItem();
    }

    [Fact]
    public void What_was_made_can_be_sent_again_to_whom_the_report_goes_now_50_times()
    {
        var (command, eventId) = (new ResendSummary(_id, EventExamples.Summary.Date), new Guid("0198c5a0-0000-7000-8000-00000000000a"));
        ResendSummary.Decide(command, Made(), Scheduled().Evolve(new ReportEnded(_id), 2), eventId, true).Events.ShouldHaveSingleItem().ShouldBeOfType<DailySummaryResent>().Recipients.ShouldBe([_ann]);
        ResendSummary.Decide(command, Made(), Scheduled(), eventId, canMail: false).Events.ShouldHaveSingleItem().ShouldBeOfType<DailySummaryResent>().Recipients.ShouldBeEmpty();
        ResendSummary.Decide(command, SummaryRun.Initial, Scheduled(), null, true).Rejection!.Kind.ShouldBe(RejectionKind.NotFound);
        var often = Enumerable.Range(2, 50).Aggregate(Made(), (run, version) => run.Evolve(new DailySummaryResent(_run, _id, _site, eventId, []), version));
        ResendSummary.Decide(command, often, Scheduled(), eventId, true).Rejection!.Kind.ShouldBe(RejectionKind.Conflict);
    }

    private static JointDecision Schedule(ScheduleReport command, bool canMail = true) => ScheduleReport.Decide(command, Report.Initial, ReportList.Initial, _known, [_ann], canMail);

    private static Report Scheduled(ImmutableArray<Guid>? to = null) => Report.Initial.Evolve(new ReportScheduled(_id, _site, "Mornings", 7, to ?? [_ann]), 1);

    private static SummaryRun Made() => SummaryRun.Initial.Evolve(new DailySummaryMade(_run, _id, _site, "Mornings", EventExamples.Summary), 1);
}
