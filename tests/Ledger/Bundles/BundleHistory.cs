using System.Text;

namespace Platform.Ledger.Tests;

/// <summary>A log in memory as the platform keeps it: events chained and signed by their writer, keys announced, checkpoints signed and cosigned.</summary>
internal sealed class BundleHistory
{
    public const string Log = "platform.example/eu-1";

    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly L1 _suite = new();
    private readonly Dictionary<(string Tenant, Guid Stream), (long Version, Hash Hash)> _heads = [];
    private readonly Guid _keyStream = new("0d0e7f5e-0000-8000-8000-000000000001");
    private readonly List<(KeyAlgorithm Algorithm, KeyRole Role, byte Seed, long From, long? To)> _keys = [];
    private byte _seeds;
    private byte _logSeed;
    private byte? _writerSeed;

    /// <param name="registersLog">Whether the log's first key is announced before anything else.</param>
    public BundleHistory(bool registersLog = true)
    {
        _keys.Add((KeyAlgorithm.Ed25519, KeyRole.Log, _logSeed = ++_seeds, 0, null));
        if (registersLog)
            Register(KeyRole.Log, _logSeed);
    }

    public static WitnessSigner[] Witnesses { get; } = [.. Enumerable.Range(101, 3).Select(n => new WitnessSigner($"w{n}.example", Seed((byte)n)))];

    public List<BundleEvent> Events { get; } = [];

    public SortedDictionary<long, string> Kept { get; } = [];

    public Dictionary<int, string> Origins { get; } = new() { [1] = $"{Log}/1" };

    public bool HasQuorum { get; init; }

    public long Size => Events.Count;

    public string Origin => Origins[Origins.Count];

    /// <summary>What an auditor who was there from the beginning trusts now.</summary>
    public LogTrust Trust => new(
        [.. _keys.SelectMany(key => key.Role == KeyRole.Log
            ? Origins.Values.Select(origin => new TrustedKey(key.Role, Key(origin, key.Seed), key.From, key.To))
            : [new TrustedKey(key.Role, Key(WriterSignature.KeyName(Log), key.Seed), key.From, key.To)])],
        HasQuorum ? [.. Witnesses.Select((witness, n) => new TrustedWitness($"W{n}", witness.Key))] : [],
        HasQuorum ? Quorum.Of(2, [Quorum.Of("W0"), Quorum.Of("W1"), Quorum.Of("W2")]) : null);

    public BundleEvent Append(string tenant, Guid stream, string type, Random random, string? data = null, long skip = 0, Guid? id = null)
    {
        var (version, prev) = _heads.TryGetValue((tenant, stream), out var head) ? head : (0, _suite.Genesis(tenant, stream));
        var body = Encoding.UTF8.GetBytes(data ?? $$"""{"n": {{random.Next()}}, "text": "ü🌍\"\\\n"}""");
        var e = new BundleEvent(Size, Origins.Count, tenant, stream, version + 1 + skip, id ?? Draw.Id(random), type, _start.AddTicks(10 * random.NextInt64(1, 1_000_000_000_000)), body,
            random.Next(3) switch { 0 => null, 1 => [], _ => [1, 2, 3] }, random.Next(2) == 0 ? null : $"correlation-{random.Next()}", random.Next(2) == 0 ? null : "Ursache ä",
            random.Next(2) == 0 ? null : "{\"region\": \"eu\"}"u8.ToArray(), prev, default, 0, 0, null);
        e = Hashed(e);
        if (WriterSignature.Covers(type) && _writerSeed is { } seed)
            e = Signed(e, seed);
        Events.Add(e);
        _heads[(tenant, stream)] = (e.Version, e.Hash);
        return e;
    }

    /// <summary>The event with the hash and checks that follow from its other members.</summary>
    public BundleEvent Hashed(in BundleEvent e)
    {
        var payload = _suite.Payload(e.Data.Span, e.BinaryData);
        var metadata = _suite.MetadataUtf8(e.Correlation, e.Causation, e.Headers);
        var fields = new EventFields(e.Id, e.Version, e.Type, e.Timestamp, payload, metadata);
        return e with
        {
            Hash = _suite.Event(Origins[e.Epoch], e.Tenant, e.Stream, fields, e.Prev),
            PayloadCheck = ChainEntry.Check(payload),
            MetadataCheck = ChainEntry.Check(metadata),
        };
    }

    public void RegisterWriter() => Register(KeyRole.Writer, (byte)(_seeds + 1));

    public void Rotate(KeyRole role, byte? signs = null)
    {
        var (at, former, next) = (_keys.FindIndex(key => key.Role == role && key.To is null), role == KeyRole.Log ? _logSeed : _writerSeed!.Value, ++_seeds);
        var statement = KeyRotation.Statement(role, KeyAlgorithm.Ed25519, Ed25519.PublicKey(Seed(former)), Ed25519.PublicKey(Seed(next)));
        _keys[at] = _keys[at] with { To = Size };
        _keys.Add((KeyAlgorithm.Ed25519, role, next, Size + 1, null));
        if (role == KeyRole.Log)
            _logSeed = next;
        else
            _writerSeed = next;
        Append(KeyRotation.Tenant, _keyStream, KeyRotation.RotatedType, new Random(next),
            $$"""{"role": "{{KeyNames.Of(role)}}", "algorithm": "Ed25519", "previous": "{{Public(former)}}", "publicKey": "{{Public(next)}}", "signature": "{{Sign(next)}}", "previousSignature": "{{Sign(signs ?? former)}}"}""");

        string Sign(byte seed) => Convert.ToBase64String(Ed25519.Sign(Seed(seed), statement));
    }

    public void OpenEpoch() => Origins.Add(Origins.Count + 1, $"{Log}/{Origins.Count + 1}");

    /// <summary>Keeps a checkpoint of this size.</summary>
    public void Keep() => Kept[Size] = SignedNote.Sign(Head(Size), [new Ed25519Signer(Origin, Seed(_logSeed))]).ToString();

    /// <summary>The signed note of the log as it is, or of other leaves; by the key of this time, or another.</summary>
    public SignedNote Note(Hash? root = null, long? size = null, byte? seed = null, string? origin = null)
    {
        var text = new Checkpoint(origin ?? Origin, size ?? Size, root ?? MerkleTree.Root(Leaves().AsSpan())).ToText();
        var note = SignedNote.Sign(text, [new Ed25519Signer(origin ?? Origin, Seed(seed ?? _logSeed))]);
        return HasQuorum ? note.With(Witnesses.Take(2).Select(witness => NoteSignature.By(witness.At(_start), text))) : note;
    }

    public Hash[] Leaves() => [.. Events.Select(e => L1.Leaf(e.Hash))];

    public BundleParts Parts(string? tenant = null, long from = 0) => new()
    {
        About = new BundleAbout(Origin, Origins.ToDictionary(), tenant, from, Size, L1.Time(_start)),
        Trust = Trust,
        Note = Note().ToString(),
        Kept = new(Kept.Where(kept => kept.Key < Size).ToDictionary()),
        Leaves = Leaves(),
        Events = [.. Events.Where(e => e.Index >= from && (tenant is null || e.Tenant == tenant || (e.Tenant == KeyRotation.Tenant && KeyRotation.EventTypes.Contains(e.Type))))],
    };

    public static byte[] Seed(byte of) => [.. Enumerable.Repeat(of, Ed25519.SeedSize)];

    public static BundleEvent Signed(in BundleEvent e, byte seed) =>
        e with { Writer = Convert.FromBase64String(WriterSignature.Sign(new Ed25519Signer(WriterSignature.KeyName(Log), Seed(seed)), e.Hash)) };

    private string Head(long size) => new Checkpoint(Origin, size, MerkleTree.Root(Leaves().AsSpan(0, (int)size))).ToText();

    private void Register(KeyRole role, byte seed)
    {
        if (role == KeyRole.Writer)
        {
            _writerSeed = _seeds = seed;
            _keys.Add((KeyAlgorithm.Ed25519, role, seed, Size + 1, null));
        }

        Append(KeyRotation.Tenant, _keyStream, KeyRotation.RegisteredType, new Random(seed), $$"""{"role": "{{KeyNames.Of(role)}}", "algorithm": "Ed25519", "publicKey": "{{Public(seed)}}"}""");
    }

    private static VerifierKey Key(string name, byte seed) => new(name, KeyAlgorithm.Ed25519, Ed25519.PublicKey(Seed(seed)));

    private static string Public(byte seed) => Convert.ToBase64String(Ed25519.PublicKey(Seed(seed)));
}
