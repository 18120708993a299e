using System.Text;
using Npgsql;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>
/// The second look at a page of the log before it's signed: each event is read back, its hash recomputed from what is stored, by other code than the database's, and compared
/// with the recorded one.
/// </summary>
internal sealed class LogPage(NpgsqlConnection connection, IReadOnlyDictionary<int, string> origins)
{
    private readonly LoggedEventCheck _check = new(origins);

    /// <summary>Announcements of keys among the events, in order.</summary>
    public List<(long Index, KeyAnnouncement Key)> Keys { get; } = [];

    /// <param name="from">First index.</param>
    /// <param name="to">After the last; both boundaries of appends.</param>
    /// <param name="accept">Gets each entry, in order.</param>
    /// <param name="cancel">Cancels the reading.</param>
    /// <exception cref="LogHaltedException">An event isn't there, or isn't what was hashed.</exception>
    public async Task CheckAsync(long from, long to, Action<Hash> accept, CancellationToken cancel)
    {
        var next = from;
        await foreach (var e in new LoggedEvents(connection).ReadAsync(from, to, tenant: null, cancel))
        {
            if (e.Index != next)
                throw Missing(next);
            accept(Check(e));
            next++;
            if (e.AnnouncesKey && KeyAnnouncement.TryParse(e.Stored.Type, Encoding.UTF8.GetString(e.Stored.Data.Span), out var key))
                Keys.Add((e.Index, key));
        }
        if (next != to)
            throw Missing(next);
    }

    private Hash Check(in LoggedEvent e) => _check.Problem(e) is not { } problem ? e.Stored.Chain!.Value.Hash
        : throw new LogHaltedException(problem.Code, $"{problem.Detail} It's at index {e.Index} (tenant {e.Tenant}, stream {e.Stream}, version {e.Stored.Version}). Run ./platform verify.");

    private static LogHaltedException Missing(long index) =>
        new(FindingCode.MissingPayload, $"The event at index {index} of the log is gone. Run ./platform verify.");
}
