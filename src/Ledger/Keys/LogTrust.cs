namespace Platform.Ledger;

/// <summary>Whom an auditor believes about a log, from which size to which (<c>trust.json</c> of docs/ledger-format.md).</summary>
/// <param name="Keys">Keys of log and writer, those of the past included.</param>
/// <param name="Witnesses">Witnesses, each name and each key once.</param>
/// <param name="Quorum">Which of them must have cosigned a checkpoint; null for none.</param>
/// <param name="HybridFrom">From this size on a checkpoint needs a valid line of each algorithm; null for never.</param>
/// <param name="Checkpoint">The last note that the auditor verified; null before the first.</param>
public sealed record LogTrust(
    IReadOnlyList<TrustedKey> Keys, IReadOnlyList<TrustedWitness> Witnesses, Quorum? Quorum = null, long? HybridFrom = null, SignedNote? Checkpoint = null)
{
    /// <summary>Reads <c>trust.json</c>. Every member must be there, be it null, so that none is left out by misspelling; unknown ones are ignored.</summary>
    /// <exception cref="FormatException">It isn't as described; the message names the member.</exception>
    public static LogTrust Parse(string json) => TrustJson.Read(json);

    public string ToJson() => TrustJson.Write(this);

    /// <summary>The keys that speak for a tree of this size; an event at index i belongs to size i + 1.</summary>
    public IReadOnlyList<TrustedKey> KeysAt(KeyRole role, long size) => [.. Keys.Where(key => key.Role == role && key.SpeaksAt(size))];

    /// <summary>
    /// Whether a checkpoint is signed by the log's keys of its time, by both algorithms from <see cref="HybridFrom"/> on, and cosigned by a quorum. An invalid line of
    /// any trusted key counts against it. Whether the log still contains what was signed before is for consistency proofs to show.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">Only ML-DSA keys speak for its size, and the platform has none.</exception>
    public TrustCheck Check(SignedNote note)
    {
        if (!Ledger.Checkpoint.TryParse(note.Text, out var checkpoint))
            return Refused(null, FindingCode.BadCheckpointSignature, "The note's text is no checkpoint.");
        var ofLog = Keys.Where(key => key.Role == KeyRole.Log && key.Key.Name == checkpoint.Origin).ToList();
        if (ofLog.Count == 0)
            return Refused(checkpoint, FindingCode.WrongOrigin, $"The checkpoint is of {checkpoint.Origin}, of which no key is trusted.");
        var current = ofLog.FindAll(key => key.SpeaksAt(checkpoint.Size)).ConvertAll(key => key.Key);
        if (current.Count > 0 && !current.Exists(key => key.IsVerifiable))
            throw new PlatformNotSupportedException(MlDsa65.Missing);

        var known = ofLog.Select(key => key.Key).Concat(Witnesses.Select(witness => witness.Key)).Distinct().ToLookup(key => key.IsVerifiable);
        var verification = note.Verify(known[true]);
        var notChecked = known[false].Where(key => note.Signatures.Any(signature => signature.IsBy(key))).ToList();
        if (verification.Problem is { } problem)
            return Refused(checkpoint, FindingCode.BadCheckpointSignature, problem) with { Unchecked = notChecked };

        var problems = new List<TrustProblem>();
        var isHybrid = HybridFrom <= checkpoint.Size;
        foreach (var algorithm in isHybrid ? [KeyAlgorithm.Ed25519, KeyAlgorithm.MlDsa65] : new KeyAlgorithm?[] { null })
            if (!current.Exists(key => Fits(key, algorithm) && (verification.Keys.Contains(key) || (isHybrid && notChecked.Contains(key)))))
                problems.Add(Missing(checkpoint, algorithm, ofLog.Exists(key => Fits(key.Key, algorithm) && verification.Keys.Contains(key.Key))));

        var cosigned = Witnesses.Where(witness => verification.Keys.Contains(witness.Key)).Select(witness => witness.Name).ToHashSet();
        if (Quorum?.IsMet(cosigned) == false)
            problems.Add(new TrustProblem(FindingCode.NoQuorum, cosigned.Count == 0
                ? "No trusted witness cosigned the checkpoint." : $"Of the trusted witnesses only {string.Join(", ", cosigned)} cosigned the checkpoint."));
        return new TrustCheck(checkpoint, problems, [.. cosigned], notChecked);
    }

    /// <summary>
    /// The same of a checkpoint that is shown as the log's last: it mustn't be smaller than the one that was verified before, nor of the same size with another root.
    /// An older checkpoint still proves what it contains: a proof's is for <see cref="Check"/>.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">As <see cref="Check"/>.</exception>
    public TrustCheck CheckCurrent(SignedNote note)
    {
        var check = Check(note);
        if (!check.IsTrusted || check.Checkpoint is not { } shown || Checkpoint is null || Ledger.Checkpoint.Parse(Checkpoint.Text) is not { } last || last.Origin != shown.Origin)
            return check;
        return shown.Size < last.Size ? check with { Problems = [new TrustProblem(FindingCode.Stale, $"The checkpoint has {shown.Size} entries; one of {last.Size} was verified before.")] }
            : shown.Size == last.Size && shown.Root != last.Root ? check with { Problems = [new TrustProblem(FindingCode.SplitView, $"The log signed two roots for size {shown.Size}.")] }
            : check;
    }

    /// <summary>The trust after a rotation at an index of the log: the former key's time ends at this size, the new key's begins at the next.</summary>
    /// <exception cref="ArgumentException">It is no rotation, its signatures aren't valid, or the former key doesn't speak at this size.</exception>
    public LogTrust Rotated(KeyAnnouncement rotation, long index)
    {
        var former = rotation.Previous is { } previous && rotation.IsValid
            ? Keys.Where(key => key.Role == rotation.Role && key.Key.Algorithm == rotation.Algorithm && key.SpeaksAt(index) && key.Key.PublicKey.Span.SequenceEqual(previous.Span)).ToList()
            : throw new ArgumentException("This is no rotation that both keys signed.", nameof(rotation));
        if (former.Count == 0)
            throw new ArgumentException($"The key before isn't one that speaks at size {index}.", nameof(rotation));
        var next = former.Select(key => new TrustedKey(key.Role, new VerifierKey(key.Key.Name, rotation.Algorithm, rotation.PublicKey), index + 1, key.ToSize));
        return this with { Keys = [.. Keys.Select(key => former.Contains(key) ? key with { ToSize = index } : key), .. next] };
    }

    /// <summary>
    /// The trust after an announcement in the log: <see cref="Rotated"/>, or the same where there is nothing to follow: a first key, a rotation that the trust knows already or
    /// that its keys of that time didn't sign, and one of ML-DSA-65 where the platform has none.
    /// </summary>
    /// <param name="announced">What an event of the log says; announcements are followed in the log's order.</param>
    /// <param name="index">The event's.</param>
    public LogTrust Following(KeyAnnouncement announced, long index) =>
        announced.Previous is { } previous && (announced.Algorithm != KeyAlgorithm.MlDsa65 || MlDsa65.IsSupported) && announced.IsValid
        && Keys.Any(key => key.Role == announced.Role && key.Key.Algorithm == announced.Algorithm && key.ToSize is null && key.SpeaksAt(index) && key.Key.PublicKey.Span.SequenceEqual(previous.Span))
            ? Rotated(announced, index) : this;

    private static TrustCheck Refused(Checkpoint? checkpoint, string code, string detail) => new(checkpoint, [new TrustProblem(code, detail)], [], []);

    private static bool Fits(VerifierKey key, KeyAlgorithm? algorithm) => algorithm is null || key.Algorithm == algorithm;

    private static TrustProblem Missing(Checkpoint checkpoint, KeyAlgorithm? algorithm, bool isOfOtherTime) => isOfOtherTime
        ? new TrustProblem(FindingCode.KeyExpired, $"The checkpoint of size {checkpoint.Size} is signed with a key that doesn't speak for this size.")
        : new TrustProblem(FindingCode.BadCheckpointSignature, $"The checkpoint of size {checkpoint.Size} has no {(algorithm is { } name ? KeyNames.Of(name) + " " : "")}signature of {checkpoint.Origin}.");
}
