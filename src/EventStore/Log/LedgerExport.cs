using Npgsql;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>What an export is to hold.</summary>
/// <param name="Tenant">Only this tenant's events, and the announcements of keys; null: all.</param>
/// <param name="From">First index of the log; 0: from its beginning.</param>
/// <param name="Policy">Witnesses and quorum, for the trust file.</param>
public sealed record ExportScope(string? Tenant, long From = 0, WitnessPolicy? Policy = null);

/// <summary>
/// Writes a bundle for an auditor (docs/ledger-format.md) from the database, as a stream: memory holds one tile's events. The tree is that of the last checkpoint when it began.
/// </summary>
public sealed class LedgerExport(NpgsqlDataSource auditor)
{
    private const int EventsPerPage = 4_096;

    private readonly PublishedLog _log = new(auditor);

    /// <param name="output">The tar; written in order, and left open.</param>
    /// <param name="scope">What to export.</param>
    /// <param name="now">Noted as the time of the export.</param>
    /// <param name="begun">What an earlier, interrupted export wrote already; null: none.</param>
    /// <param name="progress">Indices done, and how many there are.</param>
    /// <param name="cancel">Stops between entries.</param>
    /// <returns>Size of the tree that the bundle is about.</returns>
    /// <exception cref="InvalidOperationException">No checkpoint was signed yet, or none of that size.</exception>
    public async Task<long> WriteAsync(Stream output, ExportScope scope, DateTimeOffset now, BundleBegun? begun = null, Action<long, long>? progress = null, CancellationToken cancel = default)
    {
        var head = await _log.HeadAsync(cancel) ?? throw new InvalidOperationException("No checkpoint was signed yet: there is nothing to export.");
        var about = begun?.About ?? new BundleAbout(
            Checkpoint.Parse(SignedNote.Parse(head.Note).Text).Origin, await _log.OriginsAsync(cancel), scope.Tenant, scope.From, head.Size, L1.Time(now));
        var note = begun?.Checkpoint ?? (head.CosignedSize == head.Size ? head.CosignedNote! : head.Note);
        if (about.From > about.To)
            throw new InvalidOperationException($"The log has {about.To} entries so far.");
        await using var bundle = new BundleWriter(output, about, begun?.Entries);
        await bundle.WriteAboutAsync(await _log.TrustAsync(scope.Policy, cancel), note, cancel);
        foreach (var (size, kept) in await _log.KeptAsync(about.To, cancel))
            await bundle.WriteCheckpointAsync(size, kept, cancel);
        foreach (var tile in TileMath.Of(about.To).Where(tile => tile.Level > 0 || tile.Index >= about.From / TilePath.Width))
            if (!bundle.Has(tile))
                await bundle.WriteTileAsync(tile, await _log.ReadAsync(tile, cancel), cancel);
        await WriteEventsAsync(bundle, about, begun?.NextIndex ?? about.From, progress, cancel);
        return about.To;
    }

    private async Task WriteEventsAsync(BundleWriter bundle, BundleAbout about, long from, Action<long, long>? progress, CancellationToken cancel)
    {
        await using var connection = await auditor.OpenConnectionAsync(cancel);
        var events = new LoggedEvents(connection);
        var at = await StartOfAppendAsync(connection, from, cancel);
        while (at < about.To)
        {
            var to = Math.Min(about.To, await events.PageEndAsync(at, EventsPerPage, cancel));
            if (to == at)
                break;
            await foreach (var e in events.ReadAsync(at, to, about.Tenant, cancel))
                if (e.Index >= from && e.Index < about.To && (about.Tenant is null || e.Tenant == about.Tenant || e.AnnouncesKey))
                    await bundle.WriteEventAsync(LineOf(e), cancel);
            at = to;
            progress?.Invoke(at - about.From, about.To - about.From);
        }
    }

    private static BundleEvent LineOf(in LoggedEvent e) => new(
        e.Index, e.Stored.Chain?.Epoch ?? 0, e.Tenant, e.Stream, e.Stored.Version, e.Stored.Id, e.Stored.Type, e.Stored.Timestamp, e.Stored.Data, e.Stored.BinaryData,
        e.Stored.Correlation, e.Stored.Causation, e.Stored.Headers, e.Prev ?? default, e.Stored.Chain?.Hash ?? default, e.Stored.Chain?.PayloadCheck ?? 0, e.Stored.Chain?.MetadataCheck ?? 0, e.Writer);

    // An append is read as a whole, wherever in it the export begins.
    private static async Task<long> StartOfAppendAsync(NpgsqlConnection connection, long index, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select first_index from ledger.log where first_index <= $1 order by first_index desc limit 1", connection) { Parameters = { new() { Value = index } } };
        return await command.ExecuteScalarAsync(cancel) as long? ?? 0;
    }
}
