namespace Platform.Ledger;

/// <summary>
/// An auditor's trust, carried on through the announcements of keys in a bundle: a rotation that both keys signed is followed, one that contradicts what is trusted is a problem.
/// A log's keys speak under the origin of each of its epochs.
/// </summary>
internal sealed class BundleKeys
{
    private readonly bool _isOwn;
    private readonly long _from;
    private readonly string _writer;
    private readonly IReadOnlyList<string> _origins;
    private readonly HashSet<(KeyRole, KeyAlgorithm, long From)> _announced = [];
    private readonly HashSet<(KeyRole, KeyAlgorithm, long To)> _ended = [];
    private bool _isComplete;

    /// <param name="trust">Where to begin.</param>
    /// <param name="isOwn">Whether it is the bundle's own, which names no other log.</param>
    /// <param name="log">The log's name.</param>
    /// <param name="origins">Its origins, the first epoch's first.</param>
    /// <param name="from">The first index of the bundle: announcements before aren't seen.</param>
    public BundleKeys(LogTrust trust, bool isOwn, string log, IReadOnlyList<string> origins, long from)
    {
        (_isOwn, _origins, _from, _writer) = (isOwn, origins, from, WriterSignature.KeyName(log));
        var ofLog = trust.Keys.Where(key => key.Role == KeyRole.Log && origins.Contains(key.Key.Name)).ToList();
        var elsewhere = ofLog.SelectMany(key => origins.Select(origin => key with { Key = new VerifierKey(origin, key.Key.Algorithm, key.Key.PublicKey) }));
        Trust = trust with { Keys = [.. trust.Keys.Union(elsewhere)] };
        KnowsLog = _isComplete = ofLog.Count > 0;
        Remember();
    }

    /// <summary>The trust as of the last announcement.</summary>
    public LogTrust Trust { get; private set; }

    /// <summary>All keys of the writer known so far, whatever their time; read by other threads.</summary>
    public IReadOnlyList<VerifierKey> Writers { get; private set; } = [];

    /// <summary>What couldn't be verified: sentences.</summary>
    public List<string> Unchecked { get; } = [];

    /// <summary>Whether the trust names a key of this log; if not, there is nothing to carry on.</summary>
    public bool KnowsLog { get; }

    /// <summary>Notes that an announcement was touched or is missing, so that times needn't follow from those that are there.</summary>
    public void Lose() => _isComplete = false;

    /// <summary>Follows an announcement.</summary>
    /// <returns>Why the log's rules don't allow it; null: they do.</returns>
    public string? Announce(long index, KeyAnnouncement? announced)
    {
        var problem = announced is null ? "The event doesn't say which key it announces." : announced.Previous is null ? Begin(index, announced) : Rotate(index, announced);
        if (problem is not null)
            Lose();
        return problem;
    }

    /// <summary>Whether an event of weight is signed as its time demands.</summary>
    public TrustProblem? Judge(long index, in Hash hash, BundleWeight weight)
    {
        var now = Trust.KeysAt(KeyRole.Writer, index + 1).Where(key => key.Key.Name == _writer).Select(key => key.Key).ToList();
        if (now.Count == 0)
            return null;
        if (weight.Signature is not { } signature)
            return new TrustProblem(FindingCode.BadWriterSignature, "The event isn't signed by the log's writer, as events of its type are.");
        var hashed = hash;
        var by = weight.SignedBy ?? Writers.FirstOrDefault(key => WriterSignature.Verify(key, hashed, signature));
        return by is null ? new TrustProblem(FindingCode.BadWriterSignature, "The event's signature isn't that of the log's writer over its hash.")
            : now.Contains(by) ? null : new TrustProblem(FindingCode.KeyExpired, "The event is signed with a key of the writer that doesn't speak at its place in the log.");
    }

    /// <summary>Which times of trusted keys don't follow from the announcements, once all of a bundle's up to this size were seen.</summary>
    public IEnumerable<Finding> Unannounced(long to)
    {
        if (_isOwn && Trust.Keys.FirstOrDefault(key => !IsOurs(key)) is { } foreign)
            yield return Bad(foreign.FromSize, $"The bundle's trust has a key of {foreign.Key.Name}, which is no name of this log.");
        if (!_isComplete)
            yield break;
        foreach (var key in Canonical())
        {
            var (role, algorithm) = (key.Role, key.Key.Algorithm);
            if (Covers(key.FromSize, to) && (role, algorithm, key.FromSize) is var begin && begin != (KeyRole.Log, KeyAlgorithm.Ed25519, 0) && !_announced.Contains(begin))
                yield return Bad(key.FromSize, $"A trusted {KeyNames.Of(algorithm)} key of the {KeyNames.Of(role)} speaks from size {key.FromSize} on, and no event says so.");
            else if (key.ToSize is { } end && end < to && end >= _from && !_ended.Contains((role, algorithm, end)))
                yield return Bad(end, $"A trusted {KeyNames.Of(algorithm)} key of the {KeyNames.Of(role)} speaks up to size {end}, and no event says so.");
        }

        static Finding Bad(long size, string detail) => new(FindingCode.BadKeyAnnouncement, null, null, null, Math.Max(0, size - 1), detail);
    }

    private string? Begin(long index, KeyAnnouncement announced)
    {
        var (role, algorithm) = (announced.Role, announced.Algorithm);
        var from = (role, algorithm) == (KeyRole.Log, KeyAlgorithm.Ed25519) ? 0 : index + 1;
        var known = Of(announced);
        if (known.Exists(key => key.FromSize == from && Is(key, announced.PublicKey)))
            _announced.Add((role, algorithm, from));
        else if (known.Count == 0)
        {
            foreach (var name in role == KeyRole.Log ? _origins : [_writer])
                Trust = Trust with { Keys = [.. Trust.Keys, new TrustedKey(role, new VerifierKey(name, algorithm, announced.PublicKey), from, null)] };
            _announced.Add((role, algorithm, from));
            Remember();
        }
        // Nodes that start together may each register the key that they share.
        else if (!known.Exists(key => key.SpeaksAt(index) && Is(key, announced.PublicKey)))
            return $"The event registers a first {KeyNames.Of(algorithm)} key of the {KeyNames.Of(role)}, and another one is trusted at its place in the log.";
        return null;
    }

    private string? Rotate(long index, KeyAnnouncement announced)
    {
        var (role, algorithm) = (announced.Role, announced.Algorithm);
        var canVerify = algorithm != KeyAlgorithm.MlDsa65 || MlDsa65.IsSupported;
        if (canVerify && !announced.IsValid)
            return "The key after and the key before haven't both signed the rotation.";
        if (!canVerify)
            Unchecked.Add($"The signatures of the ML-DSA-65 rotation at index {index}: {MlDsa65.Missing}");
        var known = Of(announced);
        if (known.Find(key => key.SpeaksAt(index) && Is(key, announced.Previous!.Value)) is not { } former)
            return "The key before isn't one that speaks at the event's place in the log.";
        if (former.ToSize is null && canVerify)
        {
            Trust = Trust.Rotated(announced, index);
            Remember();
        }
        else if (former.ToSize is not null && (former.ToSize != index || !known.Exists(key => key.FromSize == index + 1 && Is(key, announced.PublicKey))))
            return $"What is trusted gives other times to the keys of the rotation: the one before should speak up to size {index}, the one after from the next on.";
        _announced.Add((role, algorithm, index + 1));
        _ended.Add((role, algorithm, index));
        return null;
    }

    private void Remember() => Writers = [.. Trust.Keys.Where(key => key.Role == KeyRole.Writer && key.Key.Name == _writer).Select(key => key.Key)];

    private bool Covers(long size, long to) => size <= to && (_from == 0 || size > _from);

    private bool IsOurs(TrustedKey key) => key.Role == KeyRole.Log ? _origins.Contains(key.Key.Name) : key.Key.Name == _writer;

    // Each key once: those of the log stand there under each origin.
    private IEnumerable<TrustedKey> Canonical() => Trust.Keys.Where(key => key.Key.Name == (key.Role == KeyRole.Log ? _origins[0] : _writer));

    private List<TrustedKey> Of(KeyAnnouncement announced) => [.. Canonical().Where(key => key.Role == announced.Role && key.Key.Algorithm == announced.Algorithm)];

    private static bool Is(TrustedKey key, ReadOnlyMemory<byte> publicKey) => key.Key.PublicKey.Span.SequenceEqual(publicKey.Span);
}
