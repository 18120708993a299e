namespace Platform.Ledger;

/// <summary>
/// Verifies streams from their stored rows, one stream at a time, each alteration reported once and at its place:
/// <see cref="Begin"/>, then <see cref="Next"/> for each row in order of version, then <see cref="End"/>; after the last stream
/// <see cref="Complete"/>. Everything is recomputed from bodies with suite <see cref="L1"/>. Memory doesn't grow with a stream's
/// length, but for the ids of its first <see cref="IdsHeld"/> events (about 40 bytes each); a replay further apart than that is the
/// business of a sort over all ids. Serves one thread.
/// </summary>
/// <param name="origins">The log's name with its epoch, by epoch.</param>
/// <param name="report">Receives the findings.</param>
/// <param name="recordedHash">
/// What <c>ledger.event</c> still holds for an event that is gone, by tenant, stream and version, so that its successor can be checked too.
/// Optional; null for none.
/// </param>
public sealed partial class StreamVerifier(
    IReadOnlyDictionary<int, string> origins, Action<Finding> report, Func<string, Guid, long, Hash?>? recordedHash = null)
{
    /// <summary>Ids remembered within one stream, to find an event that was appended again.</summary>
    public const int IdsHeld = 1_000_000;

    private const string Tombstone = "tombstone";

    // Trying each suspect at each place is quadratic. More of them than this is no reordering but an overwritten stream.
    private const int SuspectsHeld = 64;

    private readonly L1 _suite = new();
    private readonly StreamLog _log = new();
    private readonly MissingEvents _missing = new();
    private readonly List<Suspect> _suspects = [];
    private readonly List<Absence> _absences = [];

    private HashSet<Guid> _ids = [];
    private string _tenant = "";
    private Guid _stream;
    private long _rowVersion;
    private long _last;
    private long _lastOwn;
    private Predecessor? _before;
    private string? _origin;
    private (EventFields Fields, Hash Prev)? _unchained;
    private (Finding First, long Count)? _foreign;

    /// <summary>Events checked so far.</summary>
    public long Checked { get; private set; }

    /// <summary>Opens a stream.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="rowVersion"><c>mt_streams.version</c>, or null if the stream has no row.</param>
    /// <param name="log">The rows of <c>ledger.log</c> for this stream id in any tenant; others with its events' sequences may be among them.</param>
    public void Begin(string tenant, Guid stream, long? rowVersion, IReadOnlyList<LoggedAppend> log)
    {
        (_tenant, _stream, _rowVersion) = (tenant, stream, rowVersion ?? 0);
        (_last, _lastOwn, _foreign, _unchained, _origin) = (0, 0, null, null, null);
        _before = Predecessor.Sound(_suite.Genesis(tenant, stream));
        _log.Load(tenant, stream, log);
        _suspects.Clear();
        _absences.Clear();
        // Clearing costs by capacity: a long stream's set isn't carried through a million short ones.
        if (_ids.Count > 4096)
            _ids = [];
        else
            _ids.Clear();
    }

    /// <summary>Checks the next row of the stream.</summary>
    public void Next(in StoredEvent e)
    {
        Checked++;
        var fields = new EventFields(e.Id, e.Version, e.Type, e.Timestamp,
            _suite.Payload(e.Data.Span, e.BinaryData), _suite.MetadataUtf8(e.Correlation, e.Causation, e.Headers));
        if (e.Version <= _last)
        {
            Judge(e, fields, before: null);
            return;
        }

        if (e.Type == Tombstone)
            _log.PassTombstone(e.Version);
        else if (e.Version > _last + 1)
            PassGap(_last + 1, e.Version - 1);

        var before = Judge(e, fields, _before);
        (_before, _last) = (before, e.Version);
    }

    /// <summary>Closes the stream: tells what the doubtful events are, and what is missing at the end.</summary>
    public void End()
    {
        var known = Math.Max(_log.LastVersion, _rowVersion);
        if (known > _last)
        {
            var from = _log.FirstWithin(_last + 1, known) ?? _last + 1;
            _absences.Add(new Absence(from, known, _before) { Index = _log.IndexOf(from) });
        }

        var empty = new Rearrangement(_suite, _tenant, _stream, _suspects).Resolve(_absences);
        ReportSuspects();
        foreach (var suspect in _suspects.Where(suspect => !suspect.IsDisplaced))
            _lastOwn = Math.Max(_lastOwn, suspect.Version);
        if (_foreign is { } foreign)
            report(foreign.First with { Detail = $"{foreign.First.Detail} Events of this stream in that state: {Text(foreign.Count)}." });
        if (_foreign is null || _lastOwn > 0 || _log.LastVersion > 0)
            NoteMissing(empty, known);
    }

    /// <summary>After the last stream: reports what is missing and doesn't stand in another stream.</summary>
    public void Complete() => _missing.Report(report);

    private void PassGap(long from, long to)
    {
        _absences.Add(new Absence(from, to, _before) { Index = _log.IndexOf(from) });
        _before = recordedHash?.Invoke(_tenant, _stream, to) is { } hash ? Predecessor.Sound(hash) : null;
    }

    /// <summary>Checks an event on its predecessor, and returns on what its successor may rest; null when nothing is known.</summary>
    private Predecessor? Judge(in StoredEvent e, in EventFields fields, Predecessor? before)
    {
        if (e.Chain is not { } chain)
            return JudgeUnchained(fields, before);

        if (!origins.TryGetValue(chain.Epoch, out var origin))
        {
            Report(FindingCode.LeafMismatch, e.Version,
                $"The event is recorded under epoch {Text(chain.Epoch)}, which the log doesn't have.");
            _lastOwn = Math.Max(_lastOwn, e.Version);
            return Predecessor.Sound(chain.Hash);
        }

        _origin = origin;
        var recomputed = before is { } known ? Recompute(origin, fields, known, chain.Hash) : chain.Hash;
        if (before is not null && recomputed == chain.Hash)
        {
            JudgeSound(fields, chain);
            return Predecessor.Sound(chain.Hash);
        }

        var claim = _log.ClaimElsewhere(e.Version, e.Sequence);
        if (claim is not null && claim.Tenant != _tenant)
        {
            NoteForeign(claim, e.Version);
            return null;
        }

        if (ChainEntry.Check(fields.Payload) != chain.PayloadCheck)
            ReportOwn(FindingCode.PayloadMismatch, e.Version, "The event's body isn't the one that was hashed when it was appended.");
        else if (ChainEntry.Check(fields.Metadata) != chain.MetadataCheck)
            ReportOwn(FindingCode.MetaMismatch, e.Version,
                "The event's correlation, causation or headers aren't those that were hashed when it was appended.");
        else
            Doubt(e, fields, origin, chain.Hash, LosesTombstone(e, before) ? null : before, claim);

        return new Predecessor(chain.Hash, recomputed);
    }

    private Predecessor? JudgeUnchained(in EventFields fields, Predecessor? before)
    {
        _lastOwn = Math.Max(_lastOwn, fields.Version);
        if (_ids.Contains(fields.Id))
            Report(FindingCode.Duplicate, fields.Version, $"Event {fields.Id} stands in this stream already, and this copy isn't chained.");
        else
            Report(FindingCode.Unchained, fields.Version, "The event was stored without being chained: the trigger didn't run for it.");
        if (before is not { } known)
            return null;
        // A successor was chained to what was there: this event, or the last one that the ledger knew.
        _unchained = (fields, known.Recomputed);
        var origin = _origin ?? origins[origins.Keys.Min()];
        return known with { Recomputed = _suite.Event(origin, _tenant, _stream, fields, known.Recomputed) };
    }

    private void JudgeSound(in EventFields fields, in ChainEntry chain)
    {
        (_lastOwn, _unchained) = (fields.Version, null);
        if (ChainEntry.Check(fields.Payload) != chain.PayloadCheck || ChainEntry.Check(fields.Metadata) != chain.MetadataCheck)
            Report(FindingCode.LeafMismatch, fields.Version,
                "The event's hash stands, but the short checks recorded beside it were altered.");
        else if (_ids.Contains(fields.Id))
            Report(FindingCode.Duplicate, fields.Version, $"Event {fields.Id} stands in this stream already: it was appended again.");
        else if (_ids.Count < IdsHeld)
            _ids.Add(fields.Id);
    }

    /// <summary>The hash on the predecessor as recomputed, unless only the one on the predecessor as recorded is what was stored.</summary>
    private Hash Recompute(string origin, in EventFields fields, in Predecessor before, in Hash stored)
    {
        var hash = _suite.Event(origin, _tenant, _stream, fields, before.Recomputed);
        if (hash != stored && before.Stored != before.Recomputed)
            hash = _suite.Event(origin, _tenant, _stream, fields, before.Stored);
        // Nothing tells an unchained event's epoch: it's that of the event before it or of the one after it.
        if (hash != stored && _unchained is { } unchained)
            hash = _suite.Event(origin, _tenant, _stream, fields, _suite.Event(origin, _tenant, _stream, unchained.Fields, unchained.Prev));
        return hash;
    }

    /// <summary>A tombstone may follow a gap, so only its hash and the log tell that one before it is gone.</summary>
    private bool LosesTombstone(in StoredEvent e, Predecessor? before)
    {
        if (e.Type != Tombstone || before is not { } known || _log.FirstWithin(_last + 1, e.Version - 1) is not { } gone)
            return false;
        _absences.Add(new Absence(gone, e.Version - 1, known) { Index = _log.IndexOf(gone) });
        return true;
    }

    private void Doubt(in StoredEvent e, in EventFields fields, string origin, in Hash stored, Predecessor? before, LoggedAppend? claim)
    {
        var isExtra = e.Version <= _last;
        if (_suspects.Count < SuspectsHeld)
        {
            _suspects.Add(new Suspect
            {
                Index = _log.IndexOf(e.Version),
                Fields = fields,
                Origin = origin,
                Stored = stored,
                Before = before,
                IsExtra = isExtra,
                IsForeign = _log.GivesToAnother(e.Version, e.Sequence),
                Claim = claim,
            });
        }
        else
        {
            _lastOwn = Math.Max(_lastOwn, e.Version);
            if (isExtra || before is not null)
                Report(FindingCode.LeafMismatch, e.Version, Altered);
        }
    }
}
