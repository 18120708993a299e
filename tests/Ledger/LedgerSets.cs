using System.IO.Compression;
using System.Text.Json;
using Platform.Tests.Support;

namespace Platform.Ledger.Tests;

/// <summary>The public case collections below <c>acceptance/ledger</c>. A test that asks for an absent one is skipped and says so.</summary>
internal static class LedgerSets
{
    public static string Folder(string name)
    {
        var folder = AcceptanceSets.Find($"ledger/{name}");
        Assert.SkipWhen(folder is null, AcceptanceSets.Absent($"ledger/{name}"));
        return folder!;
    }

    public static JsonElement Json(string name, string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder(name), file));
        if (!file.EndsWith(".gz", StringComparison.Ordinal))
            return JsonDocument.Parse(bytes).RootElement;
        using var content = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        return JsonDocument.Parse(content).RootElement;
    }

    public static string Text(this JsonElement json, string member) => json.GetProperty(member).GetString()!;

    /// <summary>A member's bytes, written in hexadecimal; none where it is absent.</summary>
    public static byte[] Hex(this JsonElement json, string member) => json.TryGetProperty(member, out var text) ? Convert.FromHexString(text.GetString()!) : [];

    public static IEnumerable<JsonElement> Each(this JsonElement json, string member) => json.GetProperty(member).EnumerateArray();
}
