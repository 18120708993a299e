namespace Platform.Ledger;

/// <summary>The signed tree heads that a bundle must agree with: its checkpoint, those that the log kept, and the one that the auditor remembers.</summary>
internal sealed class BundleHeads(BundleAbout about, SignedNote note, BundleKeys keys, SignedNote? remembered, Action<Finding> report)
{
    private const int MostHeld = 10_000;

    private readonly List<Checkpoint> _kept = [];
    private readonly List<SignedNote> _unsure = [];
    private readonly HashSet<VerifierKey> _unverifiable = [];

    /// <summary>Takes an earlier note. One by a key that isn't known yet waits for the key's announcement.</summary>
    /// <exception cref="InvalidDataException">It isn't of this size.</exception>
    public void Keep(long size, SignedNote earlier)
    {
        if (!Trusted(earlier, out var checkpoint, out var _))
        {
            if (_unsure.Count == MostHeld)
                throw new InvalidDataException($"More than {MostHeld} of the earlier checkpoints aren't signed by a key that is known.");
            _unsure.Add(earlier);
        }
        else if (checkpoint!.Size == size)
            _kept.Add(checkpoint);
        else
            throw new InvalidDataException($"checkpoints/{size} is of size {checkpoint.Size}.");
    }

    /// <summary>After the last event.</summary>
    /// <param name="tiles">The bundle's tree.</param>
    /// <param name="forged">The first event whose line the log doesn't have; null: none.</param>
    /// <param name="origin">What the bundle says whose checkpoint it has; null: its origins are as they should be.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>The bundle's checkpoint; null: it isn't trusted.</returns>
    public async Task<Checkpoint?> JudgeAsync(BundleTiles tiles, Finding? forged, string? origin, CancellationToken cancel)
    {
        var unannounced = keys.KnowsLog ? keys.Unannounced(about.To).FirstOrDefault() : null;
        if (unannounced is not null)
            report(unannounced);
        foreach (var earlier in _unsure)
            if (Trusted(earlier, out var checkpoint, out var problems))
                _kept.Add(checkpoint!);
            else if (keys.KnowsLog)
                Report(problems[0].Code, $"An earlier checkpoint, of size {checkpoint?.Size.ToString(null, null) ?? "unknown"}: {problems[0].Detail}");

        var check = keys.Trust.Check(note);
        _unverifiable.UnionWith(check.Unchecked);
        if (origin is not null)
            Report(FindingCode.WrongOrigin, origin);
        // Whether a key speaks depends on times that aren't those of the log.
        foreach (var problem in check.Problems.Where(problem => (origin is null || problem.Code != FindingCode.WrongOrigin) && (unannounced is null || problem.Code != FindingCode.KeyExpired)))
            Report(problem.Code, problem.Detail);
        keys.Unchecked.AddRange(_unverifiable.Select(key => $"Signatures of {key.Name}+{key.Id:x8}: {MlDsa65.Missing}"));

        var head = check.IsTrusted ? check.Checkpoint : null;
        await CompareAsync(tiles, head, forged, cancel);
        return head;
    }

    private async Task CompareAsync(BundleTiles tiles, Checkpoint? head, Finding? forged, CancellationToken cancel)
    {
        var last = remembered is null ? null : Checkpoint.Parse(remembered.Text);
        var isSplit = head is not null && last is not null && (head.Origin, head.Size) == (last.Origin, last.Size) && head.Root != last.Root;
        var isOther = !isSplit && head is not null && (head.Size != about.To || await tiles.RootAsync(about.To, cancel) != head.Root);
        var (agreed, contradicted) = await CompareKeptAsync(tiles, cancel);
        var (agrees, isLater) = last is null ? (true, true) : (await AgreesAsync(tiles, last, cancel), last.Size <= about.To);
        if (forged is not null || tiles.Inconsistent is not null || isOther)
            report(RootMismatch(tiles, forged, Math.Max(agreed, last is not null && agrees && isLater ? last.Size : 0)));
        if (isSplit)
            Report(FindingCode.SplitView, $"The log signed two roots for size {last!.Size}: the bundle's, and the one that was verified before.");
        else if (last is not null && head is not null && !isLater)
            Report(IsReopened(last, head) ? FindingCode.Rollback : FindingCode.Stale, IsReopened(last, head)
                ? $"The log was reopened with {head.Size} entries, after {last.Size} had been verified." : $"The bundle ends at size {head.Size}; size {last.Size} was verified before.");
        else if (forged is null && tiles.Inconsistent is null && !isOther && (contradicted ?? (agrees ? null : last)) is { } first)
            Report(head is not null && IsReopened(first, head) ? FindingCode.Rollback : FindingCode.InconsistentHistory,
                $"The log's first {first.Size} entries aren't those of the checkpoint that was signed at that size.", first.Size);
    }

    /// <returns>The largest size whose root agrees, 0 if none does, and the smallest checkpoint that contradicts the tree.</returns>
    private async Task<(long Agreed, Checkpoint? Contradicted)> CompareKeptAsync(BundleTiles tiles, CancellationToken cancel)
    {
        var agreed = 0L;
        foreach (var checkpoint in _kept.OrderBy(checkpoint => checkpoint.Size))
            if (checkpoint.Size >= about.From && !await AgreesAsync(tiles, checkpoint, cancel))
                return (agreed, checkpoint);
            else if (checkpoint.Size >= about.From)
                agreed = checkpoint.Size;
        return (agreed, null);
    }

    private async Task<bool> AgreesAsync(BundleTiles tiles, Checkpoint checkpoint, CancellationToken cancel) =>
        checkpoint.Size > about.To || await tiles.RootAsync(checkpoint.Size, cancel) == checkpoint.Root;

    private Finding RootMismatch(BundleTiles tiles, Finding? forged, long agreed)
    {
        if (forged is not null && (tiles.Inconsistent is not { } range || forged.Index < range.To))
            return forged;
        return tiles.Inconsistent is { } found
            ? new Finding(FindingCode.RootMismatch, null, null, null, found.From, $"The tiles contradict each other about the entries {found.From} to {Math.Min(found.To, about.To) - 1}.")
            : new Finding(FindingCode.RootMismatch, null, null, null, Math.Min(agreed, about.To), agreed == 0
                ? $"The {about.To} entries don't give the root that was signed." : $"The {about.To} entries don't give the root that was signed; those before {agreed} are as an earlier checkpoint has them.");
    }

    private bool Trusted(SignedNote earlier, out Checkpoint? checkpoint, out IReadOnlyList<TrustProblem> problems)
    {
        // Earlier ones were kept as the log signed them, before any witness saw them.
        var check = (keys.Trust with { Quorum = null }).Check(earlier);
        _unverifiable.UnionWith(check.Unchecked);
        (checkpoint, problems) = (check.Checkpoint, check.Problems);
        return check.IsTrusted;
    }

    private bool IsReopened(Checkpoint last, Checkpoint head) => last.Origin != head.Origin && about.Epochs.Values.Contains(last.Origin);

    private void Report(string code, string detail, long? index = null) => report(new Finding(code, null, null, null, index, detail));
}
