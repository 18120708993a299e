namespace Platform.Api.Tests.Http;

// What is tried on visitors.
public sealed partial class EveryWrite
{
    private async Task ExperimentAsync()
    {
        await DoAsync("SetHoldout", new { name = $"held-{Mark}", share = 0.05 });
        await DoAsync("DeclareExperiment", Body("old"));
        await DoAsync("ArchiveExperiment");
        await DoAsync("DeclareExperiment", Body("new"));
        await DoAsync("ChangeExperiment", Body("new", $"{Mark} newer"));
        await DoAsync("SetExperimentOverrides", new { overrides = new Dictionary<string, string> { [$"tester-{Mark}"] = "b" } });
        await DoAsync("StartExperiment");
        await DoAsync("RaiseExperimentCoverage", new { coverage = 0.75 });
        await DoAsync("PauseExperiment", new { reason = $"{Mark} fails" });
        await DoAsync("ResumeExperiment");
        await DoAsync("StopExperiment", new { reason = $"{Mark} is known", rollOut = "b" });
        await DoAsync("RollBackExperiment", new { reason = $"{Mark} fails" });
    }

    private object Body(string suffix, string? name = null) => new
    {
        key = $"{Mark}-{suffix}",
        name = name ?? $"{Mark} {suffix}",
        variants = new[] { new { key = "a", name = "A", weight = 0.5, value = 1 }, new { key = "b", name = "B", weight = 0.5, value = 2 } },
        control = "a",
        metric = new { name = "signups", kind = "conversion", @event = "signed_up" },
        coverage = 0.5,
    };
}
