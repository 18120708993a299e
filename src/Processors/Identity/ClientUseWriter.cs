using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Processors.Identity;

/// <summary>
/// Notes when clients last called: beside the requests, one event an hour and key. What can't be written, because the database is away or the queue is full, is noted at the next call.
/// </summary>
public sealed class ClientUseWriter(CommandRunner runner, TimeProvider time, ILogger<ClientUseWriter> log) : BackgroundService
{
    private const int MostWaiting = 1_000, MostKnown = 100_000;

    private readonly ConcurrentDictionary<(string Tenant, string Prefix), DateTimeOffset> _noted = new();
    private readonly Channel<(string Tenant, NoteClientUse Use)> _waiting = Channel.CreateBounded<(string, NoteClientUse)>(MostWaiting);

    /// <summary>Notes a call; returns at once.</summary>
    public void Note(string tenantId, Guid clientId, string prefix)
    {
        var now = Now();
        if (_noted.TryGetValue((tenantId, prefix), out var last) && now < last + NoteClientUse.Every)
            return;
        if (_noted.Count > MostKnown)
            _noted.Clear();
        if (_waiting.Writer.TryWrite((tenantId, new NoteClientUse(clientId, prefix, now))))
            _noted[(tenantId, prefix)] = now;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (tenant, use) in _waiting.Reader.ReadAllAsync(stoppingToken))
                await WriteAsync(tenant, use, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task WriteAsync(string tenant, NoteClientUse use, CancellationToken cancel)
    {
        try
        {
            await runner.RunAsync(new Arrival(tenant, TenantAccess.SubjectOf(use.ClientId), "http"), 200, (session, c) => ClientCommands.NoteUse(use, session, c), cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            _noted.TryRemove((tenant, use.Prefix), out _);
            log.LogWarning("That a client called couldn't be noted: {Reason}", e.Message);
        }
    }

    // What PostgreSQL keeps of a time.
    private DateTimeOffset Now()
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
