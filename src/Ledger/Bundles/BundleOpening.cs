using System.Globalization;

namespace Platform.Ledger;

/// <summary>What stands at a bundle's beginning: what it is about, whom to trust, and its checkpoint.</summary>
/// <param name="About">Its <c>bundle.json</c>.</param>
/// <param name="Trust">Its own trust.</param>
/// <param name="Note">Its checkpoint.</param>
internal sealed record BundleOpening(BundleAbout About, LogTrust Trust, SignedNote Note)
{
    private const int LongestText = 16 << 20;
    private const int MostEpochs = 10_000;

    public static async Task<BundleOpening> ReadAsync(BundleTar tar, CancellationToken cancel)
    {
        var about = BundleAbout.Parse(await NextAsync(tar, "bundle.json", cancel));
        var trust = LogTrust.Parse(NoteText.FromUtf8(await NextAsync(tar, "trust.json", cancel)) ?? throw new FormatException("trust.json isn't UTF-8."));
        return new BundleOpening(about, trust, SignedNote.Parse(await NextAsync(tar, "checkpoint", cancel)));
    }

    /// <summary>The log's name and its origins up to the bundle's epoch, and what contradicts them in the bundle; null: nothing does.</summary>
    public (string Log, IReadOnlyList<string> Origins, string? Problem) Origins(LogTrust trust)
    {
        var signed = Checkpoint.TryParse(Note.Text, out var checkpoint) ? checkpoint.Origin : About.Origin;
        // If the two differ, the one that is trusted is the one that events were hashed under.
        var origin = signed != About.Origin && trust.Keys.Any(key => key.Key.Name == About.Origin) && !trust.Keys.Any(key => key.Key.Name == signed) ? About.Origin : signed;
        var slash = origin.LastIndexOf('/');
        if (slash < 1 || !int.TryParse(origin.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) || epoch is < 1 or > MostEpochs)
            throw new FormatException($"The origin {origin} isn't a log's name, a slash, and the number of an epoch.");
        IReadOnlyList<string> origins = [.. Enumerable.Range(1, epoch).Select(n => string.Create(CultureInfo.InvariantCulture, $"{origin[..slash]}/{n}"))];
        var problem = signed != About.Origin ? $"bundle.json is about {About.Origin}, and its checkpoint is of {signed}."
            : About.Epochs.FirstOrDefault(one => one.Key < 1 || one.Key > epoch || one.Value != origins[one.Key - 1]) is { Value: { } other } ? $"bundle.json gives an epoch the origin {other}."
            : About.Epochs.ContainsKey(epoch) ? null : $"bundle.json doesn't name epoch {epoch}, whose checkpoint it has.";
        return (origin[..slash], origins, problem);
    }

    private static async Task<byte[]> NextAsync(BundleTar tar, string name, CancellationToken cancel) =>
        await tar.NextAsync(cancel) && tar.Name == name ? await tar.ContentAsync(LongestText, cancel)
        : throw new InvalidDataException($"A bundle begins with bundle.json, trust.json and checkpoint, and here {name} isn't in its place.");
}
