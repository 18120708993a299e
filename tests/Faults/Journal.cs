using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Platform.Processors;

namespace Platform.Faults.Tests;

/// <summary>A command as a client sends it, and would send it again.</summary>
internal sealed record Sent(string Key, HttpMethod Method, string Path, string Body, long? IfMatch = null);

/// <summary>
/// What the clients know: each command that was acknowledged, with its receipt; each that wasn't; and each answer that no client should get.
/// </summary>
internal sealed class Journal(HttpClient client)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    private readonly ConcurrentDictionary<string, Receipt> _receipts = new();
    private readonly ConcurrentDictionary<string, Sent> _sent = new();
    private readonly Lock _waits = new();

    public IReadOnlyDictionary<string, Receipt> Receipts => _receipts;
    public IEnumerable<Sent> Unanswered => _sent.Values.Where(s => !_receipts.ContainsKey(s.Key));

    /// <summary>Answers other than 2xx, 412 on an If-Match, and 503 as documented.</summary>
    public ConcurrentQueue<string> Wrong { get; } = [];

    /// <summary>Documented 503 answers.</summary>
    public ConcurrentQueue<string> Away { get; } = [];

    /// <summary>The longest that a client waited for an answer of any kind.</summary>
    public TimeSpan LongestWait { get; private set; }

    /// <summary>Sends a command.</summary>
    /// <returns>Its status; 0: no answer.</returns>
    public async Task<int> SendAsync(Sent command)
    {
        _sent[command.Key] = command;
        using var request = new HttpRequestMessage(command.Method, command.Path) { Content = new StringContent(command.Body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", command.Key);
        if (command.IfMatch is { } version)
            request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version}\""));
        var began = Environment.TickCount64;
        try
        {
            using var response = await client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Answered(command, response, text);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
        catch (TaskCanceledException)
        {
            Wrong.Enqueue($"{command.Method} {command.Path}: no answer in {client.Timeout.TotalSeconds} s");
            return 0;
        }
        finally
        {
            var waited = TimeSpan.FromMilliseconds(Environment.TickCount64 - began);
            lock (_waits)
                LongestWait = waited > LongestWait ? waited : LongestWait;
        }
    }

    /// <summary>Sends everything that has no receipt again, with its key, until each has one.</summary>
    public async Task SettleAsync(TimeSpan within)
    {
        var deadline = Environment.TickCount64 + (long)within.TotalMilliseconds;
        while (Unanswered.ToList() is { Count: > 0 } open)
        {
            await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (command, _) => await SendAsync(command));
            if (Unanswered.Any())
            {
                (Environment.TickCount64 < deadline).ShouldBeTrue($"{Unanswered.Count()} commands stay without a receipt after {within}; {string.Join('\n', Away.Concat(Wrong).TakeLast(3))}");
                await Task.Delay(100);
            }
        }
    }

    private void Answered(Sent command, HttpResponseMessage response, string text)
    {
        switch ((int)response.StatusCode)
        {
            case 200 or 201:
                var receipt = JsonSerializer.Deserialize<Receipt>(text, Web)!;
                if (_receipts.TryGetValue(command.Key, out var known) && !receipt.Events.SequenceEqual(known.Events))
                    Wrong.Enqueue($"{command.Key} has two receipts: {JsonSerializer.Serialize(known)} and {text}");
                _receipts[command.Key] = receipt;
                break;
            case 412 when command.IfMatch is not null:
                _sent.TryRemove(command.Key, out _);
                break;
            case 503 when response.Headers.RetryAfter is not null && response.Content.Headers.ContentType?.MediaType == "application/problem+json":
                Away.Enqueue(text);
                break;
            default:
                Wrong.Enqueue($"{command.Method} {command.Path}: {(int)response.StatusCode} {response.Content.Headers.ContentType} {text}");
                break;
        }
    }
}
