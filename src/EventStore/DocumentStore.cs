using Npgsql;
using Platform.Ledger;

namespace Platform.EventStore;

/// <summary>What the host hands the store: it needs no knowledge of the domain.</summary>
public sealed class StoreOptions
{
    public required Database Database { get; init; }
    public EventTypeMap Events { get; } = new();
    public AggregateMap Aggregates { get; } = new();
    public IList<Projection> Projections { get; } = [];
    public string Region { get; init; } = "local";
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Keys and guard of the public log; null: this process neither publishes it nor signs events of weight.</summary>
    public LogSigning? Signing { get; init; }

    /// <summary>Seals and opens texts about people; null: this process can do neither.</summary>
    public PersonalData? Personal { get; init; }

    /// <summary>What tenants may append; null: this process holds nobody to a limit.</summary>
    public IAppendQuotas? Quotas { get; init; }

    /// <summary>Events that change how many there are of something that may be limited: of what, and by how much. Counted whether or not there is a limit.</summary>
    public IDictionary<Type, (string Quota, int Delta)> Amounts { get; } = new Dictionary<Type, (string, int)>();

    /// <summary>A stream loaded for writing is snapshotted when this many events had to be read past its last snapshot.</summary>
    public int SnapshotEvery { get; init; } = 100;
}

/// <summary>Who acts, and why; written into the headers of each event of a session.</summary>
public sealed record SessionOptions(string TenantId, string? User = null, string? Trigger = null, string? CorrelationId = null, string? CausationId = null);

/// <summary>What this process tells itself, and where <see cref="NodeSignals"/> runs, the processes tell each other.</summary>
public sealed class StoreSignals
{
    private static readonly TimeSpan Heard = TimeSpan.FromSeconds(1);

    /// <summary>Other processes' signals come through.</summary>
    public bool AreShared { get; internal set; }

    /// <summary>How long to wait for a signal before looking all the same.</summary>
    internal TimeSpan Patience => AreShared ? Heard : Sequencer.Poll;

    public Signal Appended { get; } = new();
    public Signal Sequenced { get; } = new();
    public Signal Published { get; } = new();
    public Signal Projected { get; } = new();
}

public interface IDocumentStore
{
    IQuerySession QuerySession(string tenantId);
    IDocumentSession LightweightSession(SessionOptions options);

    /// <summary>
    /// Runs a query on read models over the rows of all tenants: for jobs that then act in the tenant of each row, never for what a caller asks.
    /// </summary>
    Task<IReadOnlyList<T>> FindWorkAsync<T>(string sql, IReadOnlyList<NpgsqlParameter> parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancel = default);

    StoreOptions Options { get; }
    StoreSignals Signals { get; }
}

/// <summary>The store of one shard. Thread-safe; sessions aren't.</summary>
public sealed class DocumentStore(StoreOptions options) : IDocumentStore
{
    /// <summary>The platform's own tenant.</summary>
    public const string PlatformTenant = KeyRotation.Tenant;

    /// <summary>Transactions that append for one tenant at once; what is appended meanwhile waits and goes together.</summary>
    public const int AppendsUnderWay = 2;

    public StoreOptions Options { get; } = Checked(options);
    public StoreSignals Signals { get; } = new();
    /// <summary>This process among those of the shard.</summary>
    internal Guid Node { get; } = Guid.NewGuid();

    internal ReadNames Names => LazyInitializer.EnsureInitialized(ref field, () => new ReadNames(Options.Projections));
    internal ProjectionPositions Positions => LazyInitializer.EnsureInitialized(ref field, () => new ProjectionPositions(this));
    internal HybridLogicalClock Clock { get; } = new(options.Time);
    internal WriterKeys Writer => LazyInitializer.EnsureInitialized(ref field, () => new WriterKeys(this));
    internal AppendQueue Appends => LazyInitializer.EnsureInitialized(ref field, () => new AppendQueue(this));

    private static StoreOptions Checked(StoreOptions options) =>
        options.Projections.FirstOrDefault(p => p.Lifecycle == ProjectionLifecycle.Inline && !p.IsInlineSafe) is { } unsafeOne
            ? throw new ArgumentException($"Projection {unsafeOne.Name} can't be inline: appends to two streams could change one of its rows at once. Make it async.")
            : options;

    public IQuerySession QuerySession(string tenantId) => new DocumentSession(this, new SessionOptions(tenantId));
    public IDocumentSession LightweightSession(SessionOptions options) => new DocumentSession(this, options);

    public async Task<IReadOnlyList<T>> FindWorkAsync<T>(string sql, IReadOnlyList<NpgsqlParameter> parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancel = default)
    {
        await using var command = Options.Database.Projections.CreateCommand(Names.In(sql));
        command.Parameters.AddRange(parameters.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var work = new List<T>();
        while (await reader.ReadAsync(cancel))
            work.Add(read(reader));
        return work;
    }

    /// <summary>Now, truncated to microseconds: what PostgreSQL keeps, so what is hashed.</summary>
    internal DateTimeOffset Now()
    {
        var now = Options.Time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
