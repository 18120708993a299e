using Platform.Domain.Security;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Processors.Security;
using Platform.Tests;

namespace Platform.Processors.Tests.Security;

/// <summary>What another process makes of an erasure, before anything else has followed it.</summary>
public sealed class ErasedSubjectsTests : IAsyncLifetime
{
    private const string Tenant = PlatformApp.DemoTenant;

    private PlatformApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await PlatformApp.StartAsync();

    private PersonalData Personal => _app.Store.Options.Personal!;

    /// <summary>A read model that was behind said that nobody was erased, and a key store that had just been put back from a backup gave the key.</summary>
    [Fact]
    public async Task An_erasure_counts_as_soon_as_it_is_recorded_whatever_the_key_store_has()
    {
        var other = new PersonalData(Personal.Keys, Personal.Encryption) { ErasedAsync = new ErasedSubjects(() => _app.Store).AmongAsync };
        var (kept, keptName) = await RegisterAsync();
        for (var n = 0; n < 5; n++)
        {
            var (subject, name) = await RegisterAsync();
            var file = Directory.EnumerateFiles(Path.Combine(_app.DataDirectory, "personal"), $"{subject}.key", SearchOption.AllDirectories).ShouldHaveSingleItem();
            var backup = await File.ReadAllTextAsync(file);
            (await ReadAsync(other, subject, name)).ShouldBe("Ada");
            var keys = await Personal.DestroyAsync(Tenant, subject, CancellationToken.None);
            File.Delete(Path.ChangeExtension(file, ".erased"));
            // Of every other one the copy has nothing at all.
            if (n % 2 == 0)
                await File.WriteAllTextAsync(file, backup);

            await AppendAsync(subject, new ErasureRequested(subject, ErasureCause.Subject, "test", DateTimeOffset.UnixEpoch, NeedsApproval: false), new ErasureCompleted(subject, [.. keys]));

            (await ReadAsync(other, subject, name)).ShouldBe(PersonalData.Erased);
            await Should.ThrowAsync<SubjectErasedException>(() => other.KeysForWritingAsync(Tenant, [kept, subject], CancellationToken.None));
            File.Exists(file).ShouldBe(n % 2 == 0, "another key was made");
        }
        (await ReadAsync(other, kept, keptName)).ShouldBe("Ada");
    }

    private async Task<(Guid Subject, PersonalText Name)> RegisterAsync()
    {
        var subject = Guid.CreateVersion7();
        await AppendAsync(subject, new SubjectRegistered(subject, PersonalText.Plain("Ada")));
        return (subject, ((SubjectRegistered)(await _app.Store.QuerySession(Tenant).Events.FetchStreamAsync(subject)).Single().Data).Name!);
    }

    private async Task AppendAsync(Guid subject, params object[] events)
    {
        var session = _app.Store.LightweightSession(new SessionOptions(Tenant));
        session.Events.Append(subject, events);
        await session.SaveChangesAsync();
    }

    private static async Task<string> ReadAsync(PersonalData personal, Guid subject, PersonalText name) => (await personal.OpenAsync(Tenant, [new PlacedText(name, subject, "name")])).Values.Single();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
