using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.EventStore.Tests.Personal;
using Platform.Ledger;
using Platform.Tests;

namespace Platform.EventStore.Tests;

/// <summary>A store over a database of the test class's own.</summary>
public sealed class StoreFixture : IAsyncLifetime
{
    public const string Tenant = "tenantaaaaaa";
    public const string OtherTenant = "tenantbbbbbb";

    private readonly ScratchDirectory _scratch = new();
    private readonly ScratchDirectory _subjects = new();
    private PlatformDatabase _platform = null!;

    public Database Database { get; private set; } = null!;
    public DocumentStore Store { get; private set; } = null!;

    /// <summary>Private keys of this log and its writer; a test may add more.</summary>
    public List<LedgerKey> Keys { get; } = [NewKey(KeyRole.Log), NewKey(KeyRole.Writer)];

    public FileCheckpointGuard Guard => new(_scratch.Path);

    /// <summary>Where the keys of data subjects are.</summary>
    public string SubjectKeys => _subjects.Path;

    public MemoryKeyEncryption Encryption { get; } = new();

    public PersonalData Personal { get; }

    public StoreFixture() => Personal = new PersonalData(new FileSubjectKeyStore(SubjectKeys), Encryption);

    public PublishedLog Log => new(Database.App);

    public LogSigning Signing => new(new LedgerKeyRing(LoadKeys), Guard);

    /// <summary>A person's key, made if they have none.</summary>
    public async Task<SubjectKey> SubjectKeyAsync(string tenant, Guid subject) => (await Personal.KeysForWritingAsync(tenant, [subject], CancellationToken.None))[subject];

    /// <summary>As superuser.</summary>
    public NpgsqlDataSource Owner => Database.Owner;

    public string ConnectionString => _platform.OwnerConnectionString;
    public DatabaseConnections Connections => _platform.Connections;

    public async ValueTask InitializeAsync()
    {
        FileSubjectKeyStore.Create(SubjectKeys);
        _platform = await PlatformDatabase.CreateAsync();
        Database = new Database(_platform.Connections);
        Store = Compose();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _platform.DisposeAsync();
        _scratch.Dispose();
        _subjects.Dispose();
    }

    private List<LedgerKey> LoadKeys()
    {
        lock (Keys)
            return [.. Keys];
    }

    public static LedgerKey NewKey(KeyRole role)
    {
        var seed = RandomNumberGenerator.GetBytes(Ed25519.SeedSize);
        return new LedgerKey(role, KeyAlgorithm.Ed25519, Ed25519.PublicKey(seed), seed);
    }

    /// <summary>Another store on the same database: a second process, or other code.</summary>
    public DocumentStore Compose(
        int snapshotEvery = 100, int shape = 1, TimeProvider? time = null, Func<Notebook, Event, Notebook>? evolve = null, LogSigning? signing = null, PersonalData? personal = null,
        IAppendQuotas? quotas = null)
    {
        var options = new StoreOptions { Database = Database, SnapshotEvery = snapshotEvery, Time = time ?? TimeProvider.System, Signing = signing ?? Signing, Personal = personal ?? Personal, Quotas = quotas };
        options.Events
            .Add("notes.page-written", NotebookJson.Default.PageWritten)
            .Add("security.page-sealed", NotebookJson.Default.PageSealed)
            .Add(KeyRotation.RegisteredType, NotebookJson.Default.KeyRegistered)
            .Add(KeyRotation.RotatedType, NotebookJson.Default.KeyRotated)
            .Add("notes.pages-torn", NotebookJson.Default.PagesTorn)
            .Add(PersonNoted.Alias, NotebookJson.Default.PersonNoted, PersonNoted.Personal)
            .Add(ErasureCompleted.Alias, NotebookJson.Default.ErasureCompleted)
            .Add("notes.title-changed_v2", NotebookJson.Default.TitleChanged)
            .Upcast("notes.title-changed", NotebookJson.Default.OldTitleChanged, old => new TitleChanged(old.Name, "unknown"));
        options.Aggregates.Add(new Aggregate<Notebook>(Notebook.Alias, shape, Notebook.Initial, evolve ?? Notebook.Evolve, NotebookJson.Default.Notebook));
        return new DocumentStore(options);
    }

    public IDocumentSession Session(string tenant = Tenant) => Store.LightweightSession(new SessionOptions(tenant));

    public Task<IReadOnlyList<AppendedEvent>> AppendAsync(Guid stream, params IEnumerable<object> events) => AppendAsync(Tenant, stream, events);

    public async Task<IReadOnlyList<AppendedEvent>> AppendAsync(string tenant, Guid stream, IEnumerable<object> events)
    {
        var session = Session(tenant);
        session.Events.Append(stream, events);
        return await session.SaveChangesAsync();
    }

    /// <summary>Announces the first key of a role.</summary>
    public Task AnnounceAsync(KeyRole role)
    {
        var first = Keys.First(key => key.Role == role);
        return AppendAsync(DocumentStore.PlatformTenant, Guid.CreateVersion7(), [new KeyRegistered(KeyNames.Of(role), "Ed25519", Convert.ToBase64String(first.PublicKey))]);
    }

    /// <summary>A new key takes the place of a role's last one.</summary>
    public async Task RotateAsync(KeyRole role)
    {
        var (last, next) = (LoadKeys().Last(key => key.Role == role), NewKey(role));
        lock (Keys)
            Keys.Add(next);
        var session = Session(DocumentStore.PlatformTenant);
        session.Events.Append(Guid.CreateVersion7(), KeyRotated.Of(last, next));
        if (role == KeyRole.Writer)
            session.RotateWriter(last, next);
        await session.SaveChangesAsync();
    }

    /// <summary>An insert that is no application's; chained only if the trigger runs.</summary>
    /// <param name="stream">An SQL expression.</param>
    /// <param name="version">In the stream.</param>
    public static string UnchainedInsert(string stream, long version) => $"""
        insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
        values (nextval('public.mt_events_sequence'), gen_random_uuid(), {stream}, {version}, '1', 'x', now(), '{Tenant}')
        """;

    /// <summary>A pool that works as a role, e.g. <c>platform_foreign</c>; the caller disposes it.</summary>
    public NpgsqlDataSource As(string role)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString) { MaxPoolSize = 8 };
        builder.Options = $"{builder.Options} -c role={role}".Trim();
        return NpgsqlDataSource.Create(builder.ConnectionString);
    }

    /// <summary>Gives everything committed its place in the log.</summary>
    /// <param name="store">Whose keys and guard; null: the fixture's.</param>
    public async Task SequenceAsync(DocumentStore? store = null)
    {
        var sequencer = new Sequencer(store ?? Store, NullLogger<Sequencer>.Instance);
        using var stop = new CancellationTokenSource();
        while (await sequencer.TurnAsync() > 0)
        {
        }
        // The lease goes at once when a run ends.
        await stop.CancelAsync();
        await sequencer.RunAsync(stop.Token);
    }

    /// <summary>Destroys a person's key and records it.</summary>
    public async Task<IReadOnlyList<Guid>> EraseAsync(string tenant, Guid person)
    {
        var keys = await Personal.DestroyAsync(tenant, person, CancellationToken.None);
        await AppendAsync(tenant, person, [new ErasureCompleted(person, keys)]);
        return keys;
    }

    /// <summary>All findings: of the streams, of the log, of what the guard remembers, and of the keys of data subjects.</summary>
    public async Task<List<Finding>> VerifyAsync(Guid? only = null, LogTrust? trust = null)
    {
        var findings = new List<Finding>();
        await new LedgerVerification(Database.Auditor, Personal).RunAsync(only, await AnchorAsync(trust), findings.Add);
        return findings;
    }

    public Task<LogAnchor> AnchorAsync(LogTrust? trust = null) => LogAnchor.ReadAsync(Database.Auditor, Guard, trust);
}
