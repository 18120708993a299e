namespace Platform.Ledger.Tests;

/// <summary>What a bundle is written from, for tests to alter.</summary>
internal sealed class BundleParts
{
    public required BundleAbout About { get; set; }

    public required LogTrust Trust { get; set; }

    public required string Note { get; set; }

    public required SortedDictionary<long, string> Kept { get; set; }

    public required Hash[] Leaves { get; set; }

    public required List<BundleEvent> Events { get; set; }

    /// <summary>Alters a tile's bytes before they are written.</summary>
    public Action<TileId, byte[]> Tile { get; set; } = (_, _) => { };

    /// <summary>Alters the tar once it's written.</summary>
    public Func<byte[], byte[]> Tamper { get; set; } = tar => tar;

    public async Task<byte[]> WriteAsync()
    {
        using var output = new MemoryStream();
        await using (var bundle = new BundleWriter(output, About))
        {
            await bundle.WriteAboutAsync(Trust, Note);
            foreach (var (size, note) in Kept)
                await bundle.WriteCheckpointAsync(size, note);
            var log = new TiledLog(Leaves);
            foreach (var tile in TileMath.Of(Leaves.Length).Where(tile => tile.Level > 0 || tile.Index >= About.From / TilePath.Width))
            {
                var bytes = log.Tiles[tile].ToArray();
                Tile(tile, bytes);
                await bundle.WriteTileAsync(tile, bytes);
            }

            foreach (var e in Events)
                await bundle.WriteEventAsync(e);
        }

        return Tamper(output.ToArray());
    }

    public async Task<(List<Finding> Findings, BundleReport Report)> VerifyAsync(LogTrust? trust = null) => await VerifyAsync(await WriteAsync(), trust);

    public static async Task<(List<Finding> Findings, BundleReport Report)> VerifyAsync(byte[] bundle, LogTrust? trust = null)
    {
        var findings = new List<Finding>();
        var report = await new BundleVerifier().VerifyAsync(new MemoryStream(bundle), trust, findings.Add);
        report.Findings.ShouldBe(findings.Count);
        (report.Trust is null).ShouldBe(findings.Count > 0);
        return (findings, report);
    }
}
