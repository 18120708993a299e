using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Domain.Monitoring;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Platform.Processors.Monitoring;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Platform.Processors.Personalization;

/// <summary>
/// Has tenants' recommendation services rank, behind a cache, a budget, a circuit breaker and a timeout; whatever comes of it, there is an answer, and it's never an error. Answers are kept by what was
/// asked, so that they are given to nobody of whom something else is told.
/// </summary>
public sealed class RemoteRecommender : IDisposable
{
    // Answers in memory by their items, some 100 bytes each; and tenants, whose breaker and minute begin anew when they are left out.
    private const int MostKept = 400_000, MostTenants = 1_000;

    // Milliseconds after which what is left of a budget is other nodes'.
    private const long Idle = 1_000;

    private static readonly TimeSpan Sampled = TimeSpan.FromSeconds(30), Break = TimeSpan.FromSeconds(15);

    private readonly RecommendationServiceClient _client;
    private readonly TenantCounters _counters;
    private readonly TenantPerformance _performance;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = MostKept });
    private readonly ConcurrentDictionary<string, Guarded> _services = new(StringComparer.Ordinal);

    // Questions under way: who asks the same meanwhile is told the same.
    private readonly ConcurrentDictionary<Key, Lazy<Task<RemoteRanking>>> _asked = new();

    public RemoteRecommender(RecommendationServiceClient client, TenantCounters counters, TenantPerformance performance, TimeProvider time, ILogger<RemoteRecommender> log) =>
        (_client, _counters, _performance, _time, _log) = (client, counters, performance, time, log);

    private sealed record Guarded(long Version, ResiliencePipeline Pipeline, RemoteBudget Budget)
    {
        public long UsedAt { get; set; }
    }

    // Tenant and site by name, though the question names the site.
    private sealed record Key(string TenantId, Guid SiteId, long Version, string Digest);

    /// <param name="tenantId">Whose service it is.</param>
    /// <param name="service">It, with settings.</param>
    /// <param name="question">What it's asked.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<RemoteRanking> RankAsync(string tenantId, RecommendationService service, ServiceQuestion question, CancellationToken cancel)
    {
        var began = _time.GetTimestamp();
        var ranking = await AskAsync(tenantId, service, question, cancel);
        ProcessorMeter.Ranked(_time.GetElapsedTime(began), ranking.Outcome.ToString().ToLowerInvariant());
        return ranking;
    }

    /// <summary>Gives to other nodes what isn't used here of budgets.</summary>
    public async Task ReturnAsync(CancellationToken cancel)
    {
        foreach (var service in _services.Values)
            await service.Budget.ReturnAsync(Idle, cancel);
    }

    public void Dispose() => _answers.Dispose();

    private async Task<RemoteRanking> AskAsync(string tenantId, RecommendationService service, ServiceQuestion question, CancellationToken cancel)
    {
        var json = question.ToJson();
        var key = new Key(tenantId, question.Site, service.Version, Convert.ToHexString(SHA256.HashData(json)));
        if (_answers.TryGetValue(key, out ImmutableDictionary<Guid, double>? kept))
            return new RemoteRanking(RemoteOutcome.Cached, kept);
        // It's others' too, whoever gives up; its own limits end it.
        var mine = new Lazy<Task<RemoteRanking>>(() => SendAsync(key, service, json));
        var asked = _asked.GetOrAdd(key, mine);
        var ranking = await asked.Value.WaitAsync(cancel);
        return asked == mine || ranking.Outcome != RemoteOutcome.Answered ? ranking : ranking with { Outcome = RemoteOutcome.Cached };
    }

    private async Task<RemoteRanking> SendAsync(Key key, RecommendationService service, byte[] json)
    {
        var (settings, guarded) = (service.Settings!, Of(key.TenantId, service));
        Action? giveBack = null;
        try
        {
            giveBack = await guarded.Budget.TakeAsync(settings.RequestsPerDay, settings.RequestsPerMinute, service.Version, CancellationToken.None);
            if (giveBack is null)
                return new RemoteRanking(RemoteOutcome.Budget);
            var scores = await guarded.Pipeline.ExecuteAsync(async limit => await MeasuredAsync(key.TenantId, settings, json, limit));
            if (settings.CacheSeconds > 0)
                _answers.Set(key, scores, new MemoryCacheEntryOptions { Size = 1 + scores.Count, AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(settings.CacheSeconds) });
            return new RemoteRanking(RemoteOutcome.Answered, scores);
        }
        catch (BrokenCircuitException)
        {
            giveBack?.Invoke();
            return new RemoteRanking(RemoteOutcome.Open);
        }
        catch (TimeoutRejectedException)
        {
            return new RemoteRanking(RemoteOutcome.Timeout);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            _log.LogDebug("The recommendation service of tenant {Tenant} doesn't rank: {Reason}", key.TenantId, e.Message);
            return new RemoteRanking(RemoteOutcome.Failed);
        }
        catch (NpgsqlException)
        {
            // What can't be counted isn't asked.
            return new RemoteRanking(RemoteOutcome.Budget);
        }
        finally
        {
            _asked.TryRemove(key, out _);
        }
    }

    private async Task<ImmutableDictionary<Guid, double>> MeasuredAsync(string tenantId, RecommendationServiceSettings settings, byte[] json, CancellationToken limit)
    {
        var (began, outcome) = (_time.GetTimestamp(), MeasuredOutcome.Failed);
        try
        {
            var scores = await _client.RankAsync(tenantId, settings, json, limit);
            outcome = MeasuredOutcome.Done;
            return scores;
        }
        finally
        {
            _performance.Note(tenantId, Operations.Recommender, _time.GetElapsedTime(began), outcome);
        }
    }

    // Of a node that looked later at what was set the older settings may come once more: they don't undo the breaker.
    private Guarded Of(string tenantId, RecommendationService service)
    {
        if (_services.Count >= MostTenants && !_services.ContainsKey(tenantId))
            _services.TryRemove(_services.MinBy(each => each.Value.UsedAt).Key, out _);
        var guarded = _services.AddOrUpdate(
            tenantId,
            _ => new Guarded(service.Version, Pipeline(tenantId, service.Settings!), new RemoteBudget(tenantId, _counters, _time)),
            (_, before) => before.Version >= service.Version ? before : new Guarded(service.Version, Pipeline(tenantId, service.Settings!), before.Budget));
        guarded.UsedAt = _time.GetTimestamp();
        return guarded;
    }

    private ResiliencePipeline Pipeline(string tenantId, RecommendationServiceSettings settings) => new ResiliencePipelineBuilder { TimeProvider = _time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            MinimumThroughput = 5,
            FailureRatio = 0.5,
            SamplingDuration = Sampled,
            BreakDuration = Break,
            OnOpened = _ =>
            {
                _log.LogWarning("The recommendation service of tenant {Tenant} fails: it isn't asked for {Seconds} s.", tenantId, Break.TotalSeconds);
                return default;
            },
        })
        .AddTimeout(TimeSpan.FromMilliseconds(settings.TimeoutMilliseconds))
        .Build();
}
