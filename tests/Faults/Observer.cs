using System.Collections.Concurrent;
using System.Net;
using Platform.Ledger;

namespace Platform.Faults.Tests;

/// <summary>An auditor who asks one node for its checkpoint again and again, through every fault, and keeps each answer.</summary>
internal sealed class Observer : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<SignedNote> _notes = [];
    private readonly Task _watching;

    /// <param name="node">The node.</param>
    public Observer(PlatformProcess node)
    {
        _client = node.Client("auditor");
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>Answers that no observer should get.</summary>
    public ConcurrentQueue<string> Wrong { get; } = [];

    public int Count => _notes.Count;

    /// <summary>Stops asking, and holds what all observers saw against each other by the keys and proofs that one of the nodes gives.</summary>
    public static async Task CheckAsync(params IReadOnlyList<Observer> observers)
    {
        foreach (var observer in observers)
        {
            await observer._stop.CancelAsync();
            await observer._watching;
            observer.Wrong.ShouldBeEmpty();
            observer._notes.ShouldNotBeEmpty();
        }
        var client = observers[0]._client;
        var trust = LogTrust.Parse(await client.GetStringAsync("/api/ledger/keys"));
        var seen = observers.SelectMany(o => o._notes).Append(SignedNote.Parse(await client.GetStringAsync("/api/ledger/checkpoint"))).DistinctBy(note => note.Text).ToList();
        foreach (var note in seen)
            trust.Check(note).Problems.ShouldBeEmpty(note.ToString());
        // What is consistent with the next is consistent with all that follow.
        var checkpoints = seen.ConvertAll(note => Checkpoint.Parse(note.Text)).OrderBy(checkpoint => checkpoint.Size).ToList();
        foreach (var (earlier, later) in checkpoints.Zip(checkpoints.Skip(1)).Append((checkpoints[0], checkpoints[^1])))
        {
            var proof = await client.GetStringAsync($"/api/ledger/proof?from={earlier.Size}&to={later.Size}");
            var hashes = proof.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => new Hash(Convert.FromBase64String(line))).ToList();
            MerkleTree.VerifyConsistency(earlier.Size, later.Size, hashes, earlier.Root, later.Root).ShouldBeTrue($"{earlier.ToText()}isn't contained in\n{later.ToText()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        var last = 0L;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var answer = await _client.GetAsync("/api/ledger/checkpoint", _stop.Token);
                var text = await answer.Content.ReadAsStringAsync(_stop.Token);
                if (answer.StatusCode == HttpStatusCode.OK && (_notes.Count == 0 || _notes[^1].ToString() != text))
                    last = Keep(text, last);
                else if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable))
                    Wrong.Enqueue($"{(int)answer.StatusCode} {text}");
                await Task.Delay(Pause, _stop.Token);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // The node is away, or it was the last question.
            }
        }
    }

    private long Keep(string text, long last)
    {
        var note = SignedNote.Parse(text);
        var size = Checkpoint.Parse(note.Text).Size;
        if (size < last)
            Wrong.Enqueue($"after size {last} the node showed size {size}");
        _notes.Add(note);
        return size;
    }
}
