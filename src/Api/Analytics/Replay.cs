using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Platform.Api.Hosting;

namespace Platform.Api.Analytics;

/// <summary>The replay can't go on; the message says why.</summary>
public sealed class ReplayStoppedException(string message) : Exception(message);

/// <summary>Where a replay goes.</summary>
/// <param name="Url">Of the platform.</param>
/// <param name="Token">With the permission analytics.replay.</param>
public sealed record ReplayTarget(Uri Url, string Token)
{
    /// <exception cref="ReplayStoppedException">Nothing says where.</exception>
    public static ReplayTarget Of(string data, string? url, string? token)
    {
        var file = Path.Combine(Path.GetFullPath(data), "dev.json");
        if ((url is null || token is null) && !File.Exists(file))
            throw new ReplayStoppedException($"There is no running instance in {data}: start one with ./platform run, or say --url and --token.");
        using var instance = File.Exists(file) ? JsonDocument.Parse(File.ReadAllBytes(file)) : null;
        return new ReplayTarget(
            new Uri(url ?? instance!.RootElement.GetProperty("url").GetString()!), token ?? instance!.RootElement.GetProperty("tokens").GetProperty("admin").GetString()!);
    }
}

/// <summary>How a replay ended.</summary>
/// <param name="Lines">Of the record.</param>
/// <param name="Accepted">Events that are in the ledger now.</param>
/// <param name="Duplicates">Events that were there before.</param>
/// <param name="Uncounted">Lines that are no event, such as requests for pictures.</param>
/// <param name="UnreadLines">Lines that couldn't be read.</param>
/// <param name="Unread">The first of them, with why.</param>
public sealed record ReplayReport(long Lines, long Accepted, long Duplicates, long Uncounted, long UnreadLines, ImmutableArray<(long Line, string Reason)> Unread)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Lines} lines: {Accepted} events accepted, {Duplicates} were there before, {Uncounted} lines not counted, {UnreadLines} couldn't be read");
}

/// <summary>Sends a record to the platform in batches, in its order, each again until it's answered: an event that is sent twice is kept once.</summary>
/// <param name="target">Where to.</param>
/// <param name="siteId">The site.</param>
/// <param name="speed">How much faster than it was; null: as fast as can be.</param>
public sealed class Replay(ReplayTarget target, Guid siteId, double? speed)
{
    private const int BatchEvents = 500, MostUnread = 20, Attempts = 30;

    public async Task<ReplayReport> RunAsync(string path, IReplayFormat format, Action<long, long> report, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = target.Url, Timeout = TimeSpan.FromSeconds(100) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", target.Token);
        await using var file = File.OpenRead(path);
        await using var content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var text = new StreamReader(content);
        var (sum, batch, unread) = (new ReplayReport(0, 0, 0, 0, 0, []), new List<ReplayedBody>(BatchEvents), ImmutableArray.CreateBuilder<(long, string)>());
        var (pace, length) = (new Pace(speed), file.Length);
        foreach (var line in format.Read(text, siteId).Select(Checked))
        {
            cancel.ThrowIfCancellationRequested();
            sum = sum with { Lines = sum.Lines + 1, Uncounted = sum.Uncounted + (line is { Event: null, Problem: null } ? 1 : 0), UnreadLines = sum.UnreadLines + (line.Problem is null ? 0 : 1) };
            if (line.Problem is { } problem && unread.Count < MostUnread)
                unread.Add((line.Number, problem));
            if (line is not { Event: { } e, Problem: null })
                continue;
            if (batch.Count > 0 && pace.IsAhead(e.At!.Value) || batch.Count == BatchEvents)
            {
                sum = await SendAsync(http, batch, sum, cancel);
                report(file.Position, length);
            }
            await pace.WaitAsync(e.At!.Value, cancel);
            batch.Add(e);
        }
        if (batch.Count > 0)
            sum = await SendAsync(http, batch, sum, cancel);
        report(length, length);
        return sum with { Unread = unread.ToImmutable() };
    }

    // One event that the platform refuses would have its whole batch refused.
    private ReplayedLine Checked(ReplayedLine line)
    {
        if (line.Event is not { } e)
            return line;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(e, TrackBodies.Default.ReplayedBody).Length;
        return bytes > TrackedEvents.MaxEventBytes ? line with { Problem = $"The event has {bytes} bytes, more than {TrackedEvents.MaxEventBytes}." }
            : e.Refuse(siteId, TimeProvider.System.GetUtcNow()) is { } refused ? line with { Problem = refused.Summary }
            : line;
    }

    private async Task<ReplayReport> SendAsync(HttpClient http, List<ReplayedBody> batch, ReplayReport sum, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(batch, TrackBodies.Default.ListReplayedBody);
        batch.Clear();
        for (var attempt = 1; ; attempt++)
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            try
            {
                using var answer = await http.PostAsync($"/api/sites/{siteId}/track", content, cancel);
                if (answer.IsSuccessStatusCode)
                {
                    var receipt = JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(cancel), TrackBodies.Default.TrackReceipt)!;
                    return sum with { Accepted = sum.Accepted + receipt.Accepted, Duplicates = sum.Duplicates + receipt.Duplicates };
                }
                if (attempt == Attempts || answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
                    throw new ReplayStoppedException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancel)}");
                await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), cancel);
            }
            catch (HttpRequestException) when (attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            }
        }
    }

    // The time of the record against the clock.
    private sealed class Pace(double? speed)
    {
        private readonly long _begun = TimeProvider.System.GetTimestamp();
        private DateTimeOffset? _first;

        public bool IsAhead(DateTimeOffset at) => Ahead(at) > TimeSpan.FromMilliseconds(100);

        public Task WaitAsync(DateTimeOffset at, CancellationToken cancel) => IsAhead(at) ? Task.Delay(Ahead(at), cancel) : Task.CompletedTask;

        private TimeSpan Ahead(DateTimeOffset at) => speed is { } times ? (at - (_first ??= at)) / times - TimeProvider.System.GetElapsedTime(_begun) : TimeSpan.Zero;
    }
}
