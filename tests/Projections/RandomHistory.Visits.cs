using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.Domain.Experiments;
using Platform.Domain.Monitoring;
using Platform.Domain.Personalization;
using Platform.EventStore;

namespace Platform.Projections.Tests;

// What visitors do, and what is measured elsewhere.
public sealed partial class RandomHistory
{
    private static readonly DateTimeOffset Dawn = new(2026, 3, 29, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid VisitedSite = new("0198c0de-0000-7000-8000-00000000aaaa");

    // A few visitors, whose events come in any order and up to some hours apart.
    private void Behave(IDocumentSession session, Guid id)
    {
        for (var n = random.Next(1, 6); n > 0; n--)
        {
            var hit = new Hit(
                Guid.CreateVersion7(), VisitedSite, new Guid(random.Next(4), 0, 0, new byte[8]), Dawn.AddMinutes(random.Next(600)), $"/page-{random.Next(5)}", "mobile", IsBot: random.Next(5) == 0,
                IsRecognised: random.Next(3) > 0 ? true : null);
            session.Events.Append(id, random.Next(5) switch
            {
                0 => new EngagementMeasured(hit, random.Next(60_000), random.Next(101)),
                1 => new EventTracked(hit, "signed_up", Fields.Parse("""{"plan":"free"}""")),
                2 => new ConsentChanged(hit, random.Next(3) > 0),
                3 => new PageViewed(hit, Fields.Parse($$"""{"item":"{{new Guid(random.Next(6), 0, 1, new byte[8])}}"}""")),
                _ => new PageViewed(hit),
            });
        }
        if (random.Next(3) == 0)
        {
            var from = Dawn.AddMinutes(random.Next(600));
            session.Events.Append(id, new VisitorErased(new Guid(random.Next(4), 0, 0, new byte[8]), [new VisitSpan(VisitedSite, from, from.AddMinutes(random.Next(300)))]));
        }
        session.Events.Append(VisitorRetention.Id, new VisitorRetentionSet(Dawn, random.Next(1, 9)));
        if (random.Next(5) == 0)
            session.Events.Append(VisitorRetention.Id, new VisitorsForgotten(Dawn.AddMinutes(random.Next(300))));
        var segment = Guid.CreateVersion7();
        session.Events.Append(segment, new SegmentDefined(segment, $"name {random.Next()}", [new BehaviourFilter("country", ["AT", "Größe 🌍"], random.Next(2) == 0)]));
        if (random.Next(2) == 0)
            session.Events.Append(segment, new SegmentChanged(segment, $"name {random.Next()}", [new BehaviourFilter("device", ["mobile"])], random.Next(2) == 0 ? null : [new BehaviourCondition("like", AtLeast: random.Next(1, 9), Days: 30)], random.Next(2) == 0 ? null : [VisitedSite]));
        if (random.Next(3) == 0)
            session.Events.Append(segment, new SegmentArchived(segment));
        var (node, since) = (new Guid(random.Next(2), 0, 0, new byte[8]), Dawn.AddMinutes(random.Next(60)));
        session.Events.Append(PerformanceRecord.IdOf(node, since), new PerformanceMeasured(node, since, [
            new(Operations.Read, new(3, 1, random.Next(2), random.Next(90_000), [random.Next(3), .. Enumerable.Repeat(0L, random.Next(8)), 2])), new(Operations.Mail, new(1, 0, 0, random.Next(90_000), [1]))]));
        Report(session);
        Flag(session);
        Choose(session);
        Rule(session);
        session.Events.Append(RecommendationRules.IdOf(VisitedSite), new RecommendationRulesSet(VisitedSite, [id], [], [node]));
        session.Events.Append(RecommendationService.Id, random.Next(2) == 0
            ? new RecommendationServiceSet(new("https://rank.example.org/", [VisitedSite], 300, 10_000, 600, 60, 100))
            : new RecommendationServiceRemoved());
        Experiment(session);
        session.Events.Append(MetricRecord.IdOf(VisitedSite, Dawn), new MetricsRecorded(Fields.Parse("""{"page_views":150,"load_time":420.5}"""), VisitedSite));
    }

    private void Flag(IDocumentSession session)
    {
        var flag = Guid.CreateVersion7();
        var content = new FlagContent("number", AttributeValue.Of(random.Next()), [new("Größe", new InSegment(flag), AttributeValue.Of(random.Next()), Percent: random.Next(101))]);
        session.Events.Append(flag, new FlagDefined(flag, $"flag-{flag:n}", $"name {random.Next()}", content));
        if (random.Next(2) == 0)
            session.Events.Append(flag, new FlagChanged(flag, "Größe 🌍", content with { Rules = [] }));
        if (random.Next(2) == 0)
            session.Events.Append(flag, new FlagKilled(flag, "Broken."));
        if (random.Next(3) == 0)
            session.Events.Append(flag, new FlagRevived(flag));
        if (random.Next(3) == 0)
            session.Events.Append(flag, new FlagArchived(flag));
    }

    private void Choose(IDocumentSession session)
    {
        session.Events.Append(ProfileSettings.Id, new ProfileSettingsSet([new AffinityDimension("topic", 1 + random.Next(30), "topic")], []));
        var visitor = new Guid(random.Next(8), 0, 0, new byte[8]);
        session.Events.Append(VisitorChoices.IdOf(visitor), new PreferencesSet(visitor, random.Next(4) == 0 ? Fields.Empty : Fields.Parse("""{"language":"de"}""")));
        if (random.Next(2) == 0)
            session.Events.Append(VisitorChoices.IdOf(visitor), new VisitorIdentified(visitor, new Guid(random.Next(3), 1, 0, new byte[8])));
        if (random.Next(3) == 0)
            session.Events.Append(VisitorChoices.IdOf(visitor), new VisitorSeparated(visitor));
        if (random.Next(4) == 0)
            session.Events.Append(VisitorChoices.IdOf(visitor), new VisitorChoicesForgotten(visitor));
        Place(session, visitor);
    }

    private void Place(IDocumentSession session, Guid visitor)
    {
        var (segment, since) = (new Guid(random.Next(3), 2, 0, new byte[8]), Dawn.AddMinutes(random.Next(600)));
        session.Events.Append(VisitorSegments.IdOf(visitor), new VisitorJoinedSegments(visitor, [segment, Guid.CreateVersion7()], since));
        if (random.Next(2) == 0)
            session.Events.Append(VisitorSegments.IdOf(visitor), new VisitorLeftSegments(visitor, [new SegmentMembership(segment, since)], since.AddMinutes(random.Next(300))));
        if (random.Next(5) == 0)
            session.Events.Append(VisitorSegments.IdOf(visitor), new VisitorSegmentsForgotten(visitor));
    }

    private void Rule(IDocumentSession session)
    {
        var rule = Guid.CreateVersion7();
        var content = new RuleContent(random.Next(9), new InSegment(rule), [new RuleAction("attribute", "tone", Value: AttributeValue.Of(random.Next()))], ["/größe/*"], Dawn);
        session.Events.Append(RulePolicy.Id, new RulePolicySet(random.Next(2) == 0));
        session.Events.Append(rule, new RuleDefined(rule, VisitedSite, $"rule-{rule:n}", $"name {random.Next()}", content, "ann"));
        if (random.Next(2) == 0)
            session.Events.Append(rule, new RulePublished(rule, "Größe 🌍", content));
        if (random.Next(2) == 0)
            session.Events.Append(rule, new RuleChanged(rule, "Größe 🌍", content with { Priority = 9 }, "bob"));
        if (random.Next(2) == 0)
            session.Events.Append(rule, new RuleProposed(rule, "bob"));
        if (random.Next(3) == 0)
            session.Events.Append(rule, new RuleRefused(rule, "Too loud."));
        if (random.Next(3) == 0)
            session.Events.Append(rule, new RuleWithdrawn(rule));
        if (random.Next(4) == 0)
            session.Events.Append(rule, new RuleArchived(rule));
    }

    private void Report(IDocumentSession session)
    {
        var (report, users, date) = (Guid.CreateVersion7(), new[] { Guid.CreateVersion7(), Guid.CreateVersion7() }, new DateOnly(2026, 3, 1 + random.Next(28)));
        session.Events.Append(report, new ReportScheduled(report, VisitedSite, $"name {random.Next()}", 7, [users[0]]));
        if (random.Next(2) == 0)
            session.Events.Append(report, new ReportChanged(report, $"Größe 🌍 {random.Next()}", random.Next(1, 24), [.. users]));
        if (random.Next(3) == 0)
            session.Events.Append(report, new ReportEnded(report));
        var figures = new SummaryFigures(random.Next(), random.Next(), random.Next(), random.Next(), random.Next(2) == 0 ? null : 0.25, 61_500, 2.4);
        var run = SummaryRun.IdOf(report, date);
        session.Events.Append(
            run,
            new DailySummaryMade(run, report, VisitedSite, "name", new DailySummary(
                DailySummary.SchemaName, DailySummary.Version, "Größe 🌍", "example.org", "de", date, "Europe/Vienna", Dawn, Dawn.AddHours(23), random.Next(), true, figures, figures, figures, [new("/", 80)], [], [], [new(0, 100)])),
            new DailySummaryAddressed(run, [.. users]),
            new DailySummaryMailFailed(run, report, users[0], 1, "The mail server refused the mail (451).", random.Next(2) == 0 ? null : Dawn),
            new DailySummaryMailed(run, report, users[1], 1));
        if (random.Next(2) == 0)
            session.Events.Append(run, new DailySummaryResent(run, report, VisitedSite, report, [users[0]]));
    }
}
