using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Domain.Audit;
using Platform.EventStore;

namespace Platform.Processors.Audit;

/// <summary>
/// Writes denied attempts into the ledger, beside the requests and never in their way. While the database is away it waits with what it has; what
/// there is no room for is counted. What is still to be written when the host stops is written then.
/// </summary>
public sealed class DenialWriter(IDocumentStore store, TimeProvider time, ILogger<DenialWriter> log) : BackgroundService
{
    private const int MostWaiting = 20_000;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly DeniedAttempts _attempts = new();
    private readonly Channel<DenialEvent> _waiting = Channel.CreateBounded<DenialEvent>(MostWaiting);
    private long _lost;
    private long _written;

    /// <summary>Events written.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Attempts that the ledger doesn't tell of.</summary>
    public long Dropped => _attempts.Dropped + Interlocked.Read(ref _lost);

    /// <summary>Notes that an attempt was denied; returns at once.</summary>
    public void Note(Denial denial)
    {
        if (_attempts.Note(denial, Now()) is { } first)
            Enqueue(first);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var last in _attempts.TakeAll())
            Enqueue(last);
        var away = false;
        while (_waiting.Reader.TryRead(out var denial))
            if (away || (away = !await TryWriteAsync(denial, cancellationToken)))
                Interlocked.Add(ref _lost, denial.Event.Count);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(LookAsync(stoppingToken), WriteAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(Look, time, cancel);
            foreach (var due in _attempts.Due(Now()))
                Enqueue(due);
        }
    }

    private async Task WriteAsync(CancellationToken cancel)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancel))
            // Peeked, and taken when it's written: what the end of the host interrupts is still there to be written last.
            while (_waiting.Reader.TryPeek(out var denial))
            {
                cancel.ThrowIfCancellationRequested();
                if (await TryWriteAsync(denial, CancellationToken.None))
                    _waiting.Reader.TryRead(out _);
                else
                    await Task.Delay(Look, time, cancel);
            }
    }

    // False: it can be tried again.
    private async Task<bool> TryWriteAsync(DenialEvent denial, CancellationToken cancel)
    {
        try
        {
            var session = store.LightweightSession(new SessionOptions(denial.TenantId, denial.Event.Subject, "http"));
            session.Events.Append(AttemptDenied.StreamOf(denial.Event.Subject), denial.Event);
            await session.SaveChangesAsync(cancel);
            Interlocked.Increment(ref _written);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException { IsTransient: true } or TimeoutException or OperationCanceledException or UnexpectedVersionException or LogUnsignedException)
        {
            log.LogWarning("Denied attempts wait to be written: {Reason}", e.Message);
            return false;
        }
        catch (Exception e)
        {
            log.LogError(e, "A denied attempt couldn't be written.");
            Interlocked.Add(ref _lost, denial.Event.Count);
            return true;
        }
    }

    private void Enqueue(DenialEvent denial)
    {
        if (!_waiting.Writer.TryWrite(denial))
            Interlocked.Add(ref _lost, denial.Event.Count);
    }

    // What PostgreSQL keeps of a time.
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
