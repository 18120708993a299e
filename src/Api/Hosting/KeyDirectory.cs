using System.Security.Cryptography;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Api.Hosting;

/// <summary>
/// The ledger's private keys as files (PKCS #8 in PEM, mode 0600), one a key, named by role, algorithm and the first bytes of the public key's digest. Nodes share the directory.
/// </summary>
/// <param name="path">The directory; made when the first key is.</param>
public sealed class KeyDirectory(string path)
{
    private const string Label = "PRIVATE KEY";

    // RFC 8410, section 7: version, algorithm 1.3.101.112, the seed in an octet string in an octet string.
    private static readonly byte[] Ed25519Prefix = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    // RFC 9881, section 6: algorithm 2.16.840.1.101.3.4.3.18, the seed alone, tagged [0].
    private static readonly byte[] MlDsa65Prefix =
        [0x30, 0x34, 0x02, 0x01, 0x00, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12, 0x04, 0x22, 0x80, 0x20];

    public string Path => path;

    /// <summary>What a process signs with: these keys, those made later included.</summary>
    public LedgerKeyRing Ring() => new(Load);

    /// <summary>Makes the keys of a first start: of each role an Ed25519 key, and an ML-DSA-65 key of the log where the machine can sign with one.</summary>
    public void Prepare()
    {
        PrivateFiles.CreateDirectory(path);
        using var alone = Alone();
        var held = Load();
        foreach (var (role, algorithm) in new[] { (KeyRole.Log, KeyAlgorithm.Ed25519), (KeyRole.Writer, KeyAlgorithm.Ed25519), (KeyRole.Log, KeyAlgorithm.MlDsa65) })
            if (!held.Any(key => key.Role == role && key.Algorithm == algorithm) && (algorithm != KeyAlgorithm.MlDsa65 || MlDsa65.IsSupported))
                Create(role, algorithm);
    }

    // Two nodes that start together must not make two keys of a role. The kernel gives the lock back, however its holder ends.
    private FileStream Alone()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return PrivateFiles.Open(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileShare.None);
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Sleep(50);
            }
        }
    }

    /// <summary>A new key, on disk before it's returned.</summary>
    public LedgerKey Create(KeyRole role, KeyAlgorithm algorithm)
    {
        var seed = RandomNumberGenerator.GetBytes(Ed25519.SeedSize);
        var key = new LedgerKey(role, algorithm, PublicKeyOf(algorithm, seed), seed);
        PrivateFiles.CreateDirectory(path);
        using var file = PrivateFiles.Open(FileOf(key), FileMode.CreateNew, FileShare.None);
        using (var writer = new StreamWriter(file, leaveOpen: true))
            writer.WriteLine(PemEncoding.WriteString(Label, [.. algorithm == KeyAlgorithm.MlDsa65 ? MlDsa65Prefix : Ed25519Prefix, .. seed]));
        file.Flush(flushToDisk: true);
        return key;
    }

    /// <summary>32 random bytes that stay the same: in a file of their own (base64, mode 0600), made when they are first asked for.</summary>
    /// <param name="name">The file's name.</param>
    /// <exception cref="InvalidDataException">The file holds something else, or others than its owner may use it.</exception>
    public byte[] Secret(string name)
    {
        PrivateFiles.CreateDirectory(path);
        using var alone = Alone();
        var file = System.IO.Path.Combine(path, name);
        if (!File.Exists(file))
        {
            using (var stream = PrivateFiles.Create($"{file}.new"))
            {
                stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n"));
                stream.Flush(flushToDisk: true);
            }
            File.Move($"{file}.new", file);
        }
        return Read32(file);
    }

    private static byte[] Read32(string file)
    {
        RefuseIfOpen(file, "and make a new one");
        var bytes = new byte[32];
        return Convert.TryFromBase64String(File.ReadAllText(file).Trim(), bytes, out var length) && length == bytes.Length
            ? bytes
            : throw new InvalidDataException($"{file} doesn't hold 32 bytes in base64.");
    }

    /// <summary>A secret that is there; null: it isn't. Makes nothing, and waits for nobody.</summary>
    /// <exception cref="InvalidDataException">The file holds something else, or others than its owner may use it.</exception>
    public byte[]? Find(string name)
    {
        var file = System.IO.Path.Combine(path, name);
        return File.Exists(file) ? Read32(file) : null;
    }

    /// <summary>Names of the files that a pattern fits.</summary>
    public IEnumerable<string> Names(string pattern) => !Directory.Exists(path) ? [] : Directory.EnumerateFiles(path, pattern).Select(file => System.IO.Path.GetFileName(file));

    /// <summary>Overwrites a secret and removes its file. One that is gone: nothing.</summary>
    public void Shred(string name)
    {
        using var alone = Alone();
        PrivateFiles.Shred(System.IO.Path.Combine(path, name));
    }

    /// <summary>The keys that this machine can sign with; others share the directory.</summary>
    /// <exception cref="InvalidDataException">A file isn't a key, or others than its owner may use it.</exception>
    private List<LedgerKey> Load() => !Directory.Exists(path) ? [] : [.. Directory.EnumerateFiles(path, "*.pem").Order(StringComparer.Ordinal).Select(Read).OfType<LedgerKey>()];

    // Null: it's of ML-DSA-65, which this machine hasn't.
    private static LedgerKey? Read(string file)
    {
        RefuseIfOpen(file, "and rotate the key (./platform keys rotate)");
        var parts = System.IO.Path.GetFileName(file).Split('-');
        var role = parts[0] switch { "log" => KeyRole.Log, "writer" => KeyRole.Writer, _ => throw NoKey(file) };
        var pem = File.ReadAllText(file);
        if (!PemEncoding.TryFind(pem, out var fields) || pem[fields.Label] != Label)
            throw NoKey(file);
        var der = Convert.FromBase64String(pem[fields.Base64Data]).AsSpan();
        var (algorithm, prefix) = der.StartsWith(Ed25519Prefix) ? (KeyAlgorithm.Ed25519, Ed25519Prefix)
            : der.StartsWith(MlDsa65Prefix) ? (KeyAlgorithm.MlDsa65, MlDsa65Prefix) : throw NoKey(file);
        if (der.Length != prefix.Length + Ed25519.SeedSize)
            throw NoKey(file);
        var seed = der[prefix.Length..].ToArray();
        return algorithm == KeyAlgorithm.MlDsa65 && !MlDsa65.IsSupported ? null : new LedgerKey(role, algorithm, PublicKeyOf(algorithm, seed), seed);
    }

    private static void RefuseIfOpen(string file, string remedy)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
            throw new InvalidDataException($"{file} is open to everybody on this machine: chmod 600 it, {remedy}.");
    }

    private string FileOf(LedgerKey key) => System.IO.Path.Combine(path,
        $"{(key.Role == KeyRole.Log ? "log" : "writer")}-{(key.Algorithm == KeyAlgorithm.MlDsa65 ? "mldsa65" : "ed25519")}-{Convert.ToHexStringLower(SHA256.HashData(key.PublicKey))[..8]}.pem");

    private static byte[] PublicKeyOf(KeyAlgorithm algorithm, byte[] seed) => algorithm == KeyAlgorithm.MlDsa65 ? MlDsa65.PublicKey(seed) : Ed25519.PublicKey(seed);

    private static InvalidDataException NoKey(string file) =>
        new($"{file} isn't a private key of the ledger: log-... or writer-..., PKCS #8 in PEM, Ed25519 or ML-DSA-65 by its seed.");
}
