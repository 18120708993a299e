using Platform.Domain.Experiments;
using Platform.Domain.Personalization;
using Platform.EventStore;

namespace Platform.Projections.Tests;

// What is tried on visitors.
public sealed partial class RandomHistory
{
    private void Experiment(IDocumentSession session)
    {
        var id = Guid.CreateVersion7();
        var content = new ExperimentContent(
            [new("a", "Größe", 0.5, AttributeValue.Of(random.Next())), new("b", "🌍", 0.5, AttributeValue.Of(random.Next()))], "a", new InSegment(id), new("signups", ExperimentMetric.Conversion, "signed_up"), Coverage: 0.25);
        session.Events.Append(id, new ExperimentDeclared(id, $"experiment-{id:n}", $"name {random.Next()}", content));
        if (random.Next(2) == 0)
            session.Events.Append(id, new ExperimentChanged(id, "Größe 🌍", content with { Hypothesis = "It's better." }));
        session.Events.Append(id, new ExperimentOverridesSet(id, [new("tester 🌍", "b")]));
        if (random.Next(4) == 0)
        {
            session.Events.Append(id, new ExperimentArchived(id));
            return;
        }
        session.Events.Append(id, new ExperimentStarted(id, Dawn.AddMinutes(random.Next(600))));
        if (random.Next(2) == 0)
            session.Events.Append(id, new ExperimentCoverageRaised(id, 0.75));
        if (random.Next(2) == 0)
            session.Events.Append(id, new ExperimentPaused(id, "Broken."));
        if (random.Next(2) == 0)
            session.Events.Append(id, new ExperimentResumed(id));
        if (random.Next(2) == 0)
            return;
        session.Events.Append(id, new ExperimentStopped(id, "Known.", random.Next(2) == 0 ? "b" : null));
        if (random.Next(2) == 0)
            session.Events.Append(id, new ExperimentRolledBack(id, "b", "Broken."));
    }
}
