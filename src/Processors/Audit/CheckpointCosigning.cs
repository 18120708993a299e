using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.EventStore;
using Platform.Ledger;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Platform.Processors.Audit;

/// <summary>
/// Has the witnesses of the policy cosign the last checkpoint, as soon as there is one. Without a quorum the checkpoint stays published uncosigned, an alarm is raised, and appends go on.
/// </summary>
public sealed class CheckpointCosigning(DocumentStore store, WitnessOptions options, IHttpClientFactory clients, ILogger<CheckpointCosigning> log) : BackgroundService
{
    /// <summary>Name of the HTTP client.</summary>
    public const string Client = "witness";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3), Poll = TimeSpan.FromSeconds(1), AlarmAfter = TimeSpan.FromSeconds(10);

    private readonly PublishedLog _log = new(store.Options.Database.Sequencer);
    private DateTimeOffset _met = store.Options.Time.GetUtcNow();
    private bool _isAlarmed;

    private sealed record Asked(PolicyWitness Witness, WitnessClient Client, ResiliencePipeline Pipeline);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Policy is not { } policy)
            return;
        var asked = policy.Witnesses.Where(witness => witness.Url is not null).Select(witness => new Asked(witness, new WitnessClient(clients.CreateClient(Client), new Uri(witness.Url!)), Pipeline())).ToList();
        try
        {
            while (true)
            {
                var pulse = store.Signals.Published.Next;
                try
                {
                    await RoundAsync(policy, asked, stoppingToken);
                }
                catch (NpgsqlException e)
                {
                    log.LogWarning("Checkpoints can't be cosigned while the database is away: {Reason}", e.Message);
                }
                await Signal.WaitAsync(pulse, Poll, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task RoundAsync(WitnessPolicy policy, List<Asked> asked, CancellationToken cancel)
    {
        if (await _log.HeadAsync(cancel) is not { } head || head.CosignedSize == head.Size)
            return;
        var note = SignedNote.Parse(head.Note);
        var answers = await Task.WhenAll(asked.Select(one => AskAsync(one, head, note, cancel)));
        var signed = answers.OfType<(string Name, NoteSignature Signature)>().ToList();
        var now = store.Options.Time.GetUtcNow();
        if (policy.IsMet(signed.Select(s => s.Name).ToFrozenSet(StringComparer.Ordinal)))
        {
            await WriteAsync(head, note.With(signed.Select(s => s.Signature)), cancel);
            if (_isAlarmed)
                log.LogInformation("Checkpoints are cosigned again, the last one at size {Size}.", head.Size);
            (_met, _isAlarmed) = (now, false);
        }
        else if (now - _met >= AlarmAfter && !_isAlarmed)
        {
            _isAlarmed = true;
            log.LogCritical("Checkpoints are published uncosigned: {Signed} of {Asked} witnesses answered, which is no quorum. Appends go on.", signed.Count, asked.Count);
        }
    }

    private async Task<(string Name, NoteSignature Signature)?> AskAsync(Asked asked, LogHead head, SignedNote note, CancellationToken cancel)
    {
        try
        {
            var lines = await asked.Pipeline.ExecuteAsync(
                async c => await asked.Client.CosignAsync(note, from => _log.Tree(head.Size).ConsistencyAsync(from, c), c), cancel);
            foreach (var line in lines)
                if (line.Name == asked.Witness.Key.Name && line.KeyId == asked.Witness.Key.Id && asked.Witness.Key.Verify(note.Text, line.Bytes.Span))
                    return (asked.Witness.Name, line);
            log.LogWarning("Witness {Witness} answered without a valid cosignature of its own.", asked.Witness.Name);
        }
        catch (WitnessAheadException e)
        {
            log.LogCritical("Witness {Witness} refuses: {Reason}. Run ./platform verify.", asked.Witness.Name, e.Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutRejectedException or InvalidDataException)
        {
            log.LogWarning("Witness {Witness} didn't cosign: {Reason}", asked.Witness.Name, e.Message);
        }
        catch (BrokenCircuitException)
        {
            // It failed several times in a row, which was told; it's asked again in a while.
        }
        return null;
    }

    private async Task WriteAsync(LogHead head, SignedNote cosigned, CancellationToken cancel)
    {
        await using var command = store.Options.Database.Sequencer.CreateCommand("""
            update ledger.head set cosigned_size = $1, cosigned_note = $2, cosigned_at = now() where epoch = $3 and coalesce(cosigned_size, 0) < $1
            """);
        command.Parameters.Add(new() { Value = head.Size });
        command.Parameters.Add(new() { Value = cosigned.ToString() });
        command.Parameters.Add(new() { Value = head.Epoch });
        await command.ExecuteNonQueryAsync(cancel);
        store.Signals.Published.Pulse();
    }

    private static ResiliencePipeline Pipeline() => new ResiliencePipelineBuilder()
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions { MinimumThroughput = 3, FailureRatio = 1, SamplingDuration = TimeSpan.FromSeconds(30), BreakDuration = TimeSpan.FromSeconds(15) })
        .AddTimeout(Patience)
        .Build();
}
