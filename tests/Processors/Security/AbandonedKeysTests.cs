using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Api.Hosting;
using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Processors.Security;
using Platform.Tests;

namespace Platform.Processors.Tests.Security;

/// <summary>On the real host: keys of people whose first append failed after the key was made, and of people whom it didn't.</summary>
public sealed class AbandonedKeysTests : IAsyncLifetime
{
    private const string Tenant = PlatformApp.DemoTenant;

    private PlatformApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await PlatformApp.StartAsync();

    private PersonalData Personal => _app.Store.Options.Personal!;

    [Fact]
    public async Task A_key_whose_append_failed_is_destroyed_once_it_is_old_and_one_with_an_event_stays()
    {
        var (kept, failed) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await RegisterAsync(_app.Store, kept, "Ada");
        await Should.ThrowAsync<UnexpectedVersionException>(() => AppendAtAsync(failed, 7, "Charles"));
        (await FindAsync("Charles")).ShouldBe([failed]);
        var key = (await KeyAsync(failed))!.Id;
        MakeOld(kept);

        using var job = Job();
        await RoundsAsync(job, 2);
        (await KeyAsync(failed)).ShouldNotBeNull("it isn't old enough");
        MakeOld(failed);
        await RoundsAsync(job, 1);
        (await KeyAsync(failed)).ShouldNotBeNull("a second round must find it too");
        await RoundsAsync(job, 1);

        (await KeyAsync(failed)).ShouldBeNull();
        (await FindAsync("Charles")).ShouldBeEmpty();
        var given = (await _app.Store.QuerySession(Tenant).Events.FetchStreamAsync(failed)).ShouldHaveSingleItem().Data.ShouldBeOfType<ErasureCompleted>();
        (given.SubjectId, given.KeyIds.Single()).ShouldBe((failed, key));
        (await KeyAsync(kept)).ShouldNotBeNull();
        (await FindAsync("Ada")).ShouldBe([kept], "the key of the search terms stays as well");
        await Should.ThrowAsync<SubjectErasedException>(() => AppendAtAsync(failed, 1, "Charles"));
        await RoundsAsync(job, 2);
        (await EventsAsync(failed)).ShouldBe(1);
    }

    /// <summary>The append has the key in hand when it's given up.</summary>
    [Fact]
    public async Task An_append_that_is_under_way_meanwhile_is_refused_and_seals_nothing()
    {
        var (kept, failed) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await RegisterAsync(_app.Store, kept, "Ada");
        await Should.ThrowAsync<UnexpectedVersionException>(() => AppendAtAsync(failed, 7, "Charles"));
        MakeOld(failed);
        using var job = Job();
        var slow = new PersonalData(new Held(Personal.Keys, () => RoundsAsync(job, 2)), Personal.Encryption);
        var store = StoreComposition.Compose(_app.Services.GetRequiredService<Database>(), TimeProvider.System, _app.Store.Options.Signing, personal: slow);

        await Should.ThrowAsync<UnexpectedVersionException>(() => RegisterAsync(store, failed, "Charles"));

        (await EventsAsync(failed)).ShouldBe(1);
        (await KeyAsync(failed)).ShouldBeNull();
        (await FindAsync("Charles")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_is_used_after_all_stays()
    {
        var (kept, late) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await RegisterAsync(_app.Store, kept, "Ada");
        await Should.ThrowAsync<UnexpectedVersionException>(() => AppendAtAsync(late, 7, "Charles"));
        MakeOld(late);
        using var job = Job();
        await RoundsAsync(job, 1);
        await RegisterAsync(_app.Store, late, "Charles");
        // As if the look at the database had come before that.
        var runner = _app.Services.GetRequiredService<CommandRunner>();
        (await runner.RunAsync(new Arrival(Tenant, "test", "test"), 200, (session, cancel) => PrivacyCommands.Abandon(new AbandonSubject(late, Guid.NewGuid()), session, cancel)))
            .ShouldBeOfType<CommandResult.Accepted>().Receipt.Events.ShouldBeEmpty();
        await RoundsAsync(job, 2);

        (await KeyAsync(late)).ShouldNotBeNull();
        (await EventsAsync(late)).ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_is_given_up_where_the_database_knows_few_or_its_log_is_not_signed()
    {
        var (kept, failed, other) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await RegisterAsync(_app.Store, kept, "Ada");
        foreach (var subject in new[] { failed, other })
        {
            await Should.ThrowAsync<UnexpectedVersionException>(() => AppendAtAsync(subject, 7, "Charles"));
            MakeOld(subject);
        }
        using var job = Job();
        await RoundsAsync(job, 3);
        (await KeyAsync(failed)).ShouldNotBeNull("two of three people are unknown here");

        await RegisterAsync(_app.Store, Guid.CreateVersion7(), "Annabella");
        await using var owner = NpgsqlDataSource.Create(_app.Database.OwnerConnectionString);
        await AlarmAsync(owner, "What was signed isn't there.");
        await RoundsAsync(job, 3);
        (await KeyAsync(failed)).ShouldNotBeNull("the log isn't signed");
        await AlarmAsync(owner, null);
        await RoundsAsync(job, 1);
        (await KeyAsync(failed)).ShouldBeNull();
        (await KeyAsync(other)).ShouldBeNull();
    }

    private AbandonedKeys Job() => new(
        _app.Store, _app.Services.GetRequiredService<CommandRunner>(), _app.Services.GetRequiredService<PublishedLog>(), new PersonalKeyOptions(TimeSpan.FromDays(1)), TimeProvider.System, NullLogger<AbandonedKeys>.Instance);

    private static async Task RoundsAsync(AbandonedKeys job, int rounds)
    {
        for (var n = 0; n < rounds; n++)
            (await job.RunOnceAsync(CancellationToken.None)).ShouldBeFalse();
    }

    private static async Task RegisterAsync(DocumentStore store, Guid subject, string name)
    {
        var session = store.LightweightSession(new SessionOptions(Tenant));
        (await session.DecideAsync<DataSubject>(subject, state => RegisterSubject.Decide(new RegisterSubject(subject, SubjectMembers.Plain(name, null, null, null, null)), state), CancellationToken.None)).Rejection.ShouldBeNull();
        await session.SaveChangesAsync();
    }

    private async Task AppendAtAsync(Guid subject, long version, string name)
    {
        var session = _app.Store.LightweightSession(new SessionOptions(Tenant));
        session.Events.AppendAt(subject, version, new SubjectRegistered(subject, PersonalText.Plain(name)));
        await session.SaveChangesAsync();
    }

    private async Task<WrappedKey?> KeyAsync(Guid subject) => (await Personal.Keys.FindAsync(Tenant, subject, CancellationToken.None)).Key;

    private Task<IReadOnlyList<Guid>> FindAsync(string name) => Personal.FindSubjectsAsync(Tenant, "name", name, CancellationToken.None);

    private async Task<int> EventsAsync(Guid subject) => (await _app.Store.QuerySession(Tenant).Events.FetchStreamAsync(subject)).Count;

    private void MakeOld(Guid subject) => File.SetLastWriteTimeUtc(
        Directory.EnumerateFiles(Path.Combine(_app.DataDirectory, "personal"), $"{subject}.key", SearchOption.AllDirectories).ShouldHaveSingleItem(), DateTime.UtcNow.AddDays(-1).AddMinutes(-1));

    private static async Task AlarmAsync(NpgsqlDataSource owner, string? alarm)
    {
        await using var command = owner.CreateCommand("update platform.sequencer set alarm = $1");
        command.Parameters.Add(new() { Value = (object?)alarm ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>A store in which something happens once, after a key was read and before it's used.</summary>
    private sealed class Held(ISubjectKeyStore keys, Func<Task>? afterFind) : ISubjectKeyStore
    {
        public async Task<StoredKey> FindAsync(string tenantId, Guid subjectId, CancellationToken cancel)
        {
            var found = await keys.FindAsync(tenantId, subjectId, cancel);
            await (Interlocked.Exchange(ref afterFind, null)?.Invoke() ?? Task.CompletedTask);
            return found;
        }

        public Task<StoredKey> AddAsync(WrappedKey key, CancellationToken cancel) => keys.AddAsync(key, cancel);
        public Task ReplaceAsync(WrappedKey key, CancellationToken cancel) => keys.ReplaceAsync(key, cancel);
        public Task<IReadOnlyList<Guid>> DestroyAsync(string tenantId, Guid subjectId, CancellationToken cancel) => keys.DestroyAsync(tenantId, subjectId, cancel);
        public IAsyncEnumerable<WrappedKey> AllAsync(Action<InvalidDataException>? damaged, CancellationToken cancel) => keys.AllAsync(damaged, cancel);
        public Task AddTermAsync(string tenantId, string term, Guid subjectId, CancellationToken cancel) => keys.AddTermAsync(tenantId, term, subjectId, cancel);
        public Task<IReadOnlyList<Guid>> FindSubjectsAsync(string tenantId, string term, CancellationToken cancel) => keys.FindSubjectsAsync(tenantId, term, cancel);
    }
}
