using Platform.Api.Hosting;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Api.Cli;

/// <summary>Verifies an instance's database: its streams, its public log, and both against what was signed.</summary>
/// <param name="instance">The instance.</param>
/// <param name="database">Its database.</param>
internal sealed class LiveVerification(Instance instance, Database database)
{
    /// <param name="stream">Only this stream; null: everything.</param>
    /// <param name="since">Only what came after this checkpoint; null: everything.</param>
    /// <param name="trust">An auditor's own keys; null: those that the log announced.</param>
    /// <param name="report">Receives the findings.</param>
    /// <param name="progress">Events done, and how many there are.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<VerificationSummary> RunAsync(Guid? stream, SignedNote? since, LogTrust? trust, Action<Finding> report, Action<long, long>? progress, CancellationToken cancel)
    {
        var guard = new FileCheckpointGuard(LedgerFiles.OfEnvironment(instance.DataDirectory).Guard);
        var anchor = await LogAnchor.ReadAsync(new PublishedLog(database.Auditor), guard, trust, cancel);
        var verification = new LedgerVerification(database.Auditor);
        if (since is null)
            return await verification.RunAsync(stream, anchor, report, progress, cancel);
        if (anchor.Trust.Check(since) is { IsTrusted: false } check && check.Problems.Any(problem => problem.Code != FindingCode.NoQuorum))
            throw new InvalidDataException($"The checkpoint of --since isn't to be trusted: {check.Problems[0].Detail}");
        return await verification.RunSinceAsync(Checkpoint.Parse(since.Text), anchor, report, progress, cancel);
    }
}
