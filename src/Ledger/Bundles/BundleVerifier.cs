namespace Platform.Ledger;

/// <summary>
/// Verifies a bundle (docs/ledger-format.md) without database and network, in one pass over the tar: every hash recomputed from bodies, every event against the log's tree, the tree
/// against the signed checkpoint and against what the auditor verified before, every stream's chain, every key's announcement. Each alteration is one finding, at its place. Memory
/// doesn't grow with events, streams or bodies; what has to be remembered of them lies in temporary files (about 170 bytes an event) once it is more than a budget.
/// </summary>
/// <param name="directory">Where temporary files may lie; null: where the system has them.</param>
/// <param name="threads">How many recompute; null: one a processor.</param>
/// <param name="memory">Bytes of what has to be remembered that may stay in memory.</param>
public sealed partial class BundleVerifier(string? directory = null, int? threads = null, long memory = 24 << 20)
{
    private readonly string _directory = directory ?? Path.GetTempPath();
    private readonly int _threads = threads ?? Environment.ProcessorCount;

    /// <summary>Verifies a bundle in a file.</summary>
    /// <inheritdoc cref="VerifyAsync(Stream, LogTrust?, Action{Finding}, Action{long, long}?, CancellationToken)"/>
    public async Task<BundleReport> VerifyAsync(string path, LogTrust? trust, Action<Finding> report, Action<long, long>? progress = null, CancellationToken cancel = default)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17, FileOptions.SequentialScan | FileOptions.Asynchronous);
        return await VerifyAsync(file, trust, report, progress, cancel);
    }

    /// <summary>Verifies a bundle that is read once, from where the stream stands.</summary>
    /// <param name="bundle">The tar.</param>
    /// <param name="trust">The auditor's own trust, which overrides the bundle's; null: there is none, and the bundle's keys are taken at their word.</param>
    /// <param name="report">Receives each finding, one at a time.</param>
    /// <param name="progress">Indices done, and how many there are.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="InvalidDataException">This is no bundle, or not a whole one; the message says where.</exception>
    /// <exception cref="FormatException">One of its documents isn't as the format has it.</exception>
    /// <exception cref="PlatformNotSupportedException">Only keys that this platform can't verify speak for the checkpoint, or there is no libcrypto.</exception>
    public async Task<BundleReport> VerifyAsync(Stream bundle, LogTrust? trust, Action<Finding> report, Action<long, long>? progress = null, CancellationToken cancel = default)
    {
        var tar = new BundleTar(bundle);
        var opening = await BundleOpening.ReadAsync(tar, cancel);
        var about = opening.About;
        var remembered = (trust ?? opening.Trust).Checkpoint;
        if (remembered is not null && Checkpoint.Parse(remembered.Text) is var last && last.Size < about.From)
            throw new InvalidDataException($"The bundle begins at index {about.From}, and what was verified before ends at size {last.Size}: it takes a bundle from there on.");

        var (log, origins, problem) = opening.Origins(trust ?? opening.Trust);
        var keys = new BundleKeys(trust ?? opening.Trust, trust is null, log, origins, about.From);
        using var tiles = new BundleTiles(about, _directory, memory / 3);
        var findings = 0L;
        var run = new Run(about, keys, tiles, (_directory, memory / 3), finding => { findings++; report(finding); });
        using (run)
        {
            var heads = new BundleHeads(about, opening.Note, keys, remembered, run.Report);
            var more = await ReadHeadsAsync(tar, heads, tiles, about, cancel);
            var parsers = new ParserPool(() => new BundleLines(run.Names, ["", .. origins], () => keys.Writers));
            await ReadEventsAsync(tar, more, run, parsers, progress, cancel);
            run.End(cancel);
            var head = await heads.JudgeAsync(tiles, run.Forged, problem, cancel);
            progress?.Invoke(about.To - about.From, about.To - about.From);
            if (trust is null)
                keys.Unchecked.Add("Whose keys these are: they are the bundle's own, and only a trust file got on another way vouches for them.");
            if (about.From > 0 && remembered is null)
                keys.Unchecked.Add($"The events before index {about.From}, which the bundle doesn't have.");
            if (about.Tenant is not null)
                keys.Unchecked.Add("The events of other tenants, of which a tenant's bundle has the hashes alone, and whether it leaves out the last events of a stream.");
            return new BundleReport(about, head, run.Checked, findings, keys.Unchecked, findings > 0 || head is null ? null : keys.Trust with { Checkpoint = opening.Note });
        }
    }
}
