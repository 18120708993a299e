using System.IO.Compression;
using System.Security.Cryptography;

namespace Platform.Api.Analytics;

/// <summary>The script that pages load, as the build made it from <c>tracker.js</c>, packed once.</summary>
public static class Tracker
{
    /// <summary>The most bytes that it may have as browsers are sent it, packed by brotli.</summary>
    public const int MaxBytes = 1_024;

    public static byte[] Script { get; } = Read();

    /// <summary>By brotli at its best, quality 11.</summary>
    public static byte[] Brotli { get; } = Pack(to => new BrotliStream(to, CompressionLevel.SmallestSize));

    public static byte[] Gzip { get; } = Pack(to => new GZipStream(to, CompressionLevel.SmallestSize));

    /// <summary>Of its content: half of a SHA-256, in lower hex.</summary>
    public static string Fingerprint { get; } = Convert.ToHexStringLower(SHA256.HashData(Script).AsSpan(0, 16));

    /// <summary>For the attribute of that name: pages run this script or none.</summary>
    public static string Integrity { get; } = $"sha384-{Convert.ToBase64String(SHA384.HashData(Script))}";

    private static byte[] Read()
    {
        using var resource = typeof(Tracker).Assembly.GetManifestResourceStream("tracker.js") ?? throw new InvalidOperationException("The build left the tracker's script out.");
        using var script = new MemoryStream();
        resource.CopyTo(script);
        return script.ToArray();
    }

    private static byte[] Pack(Func<Stream, Stream> packer)
    {
        using var packed = new MemoryStream();
        using (var packing = packer(packed))
            packing.Write(Script);
        return packed.ToArray();
    }
}
