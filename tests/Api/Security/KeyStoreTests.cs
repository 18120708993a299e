using Platform.Api.Hosting;
using Platform.Api.Tests.Cli;
using Platform.EventStore;
using Platform.Ledger;
using Platform.Tests;

namespace Platform.Api.Tests.Security;

/// <summary>The key store away, damaged, put back from a backup, and erasures beside other work. With a host of its own: all tenants' keys are in one directory.</summary>
public sealed class KeyStoreTests(SharedApp own) : IClassFixture<SharedApp>, IDisposable
{
    private readonly HttpClient _admin = own.App.Client();

    private string Store => Path.Combine(own.App.DataDirectory, "personal");

    private async Task<Guid> RegisterAsync(string name) => (await _admin.PostAsync("/api/privacy/subjects", new { name })).ShouldBe(201).Receipt.StreamId;

    private async Task<string?> NameAsync(Guid subject) => (await _admin.AskAsync($"/api/privacy/subjects/{subject}")).ShouldBe(200).Json.GetProperty("name").GetString();

    private string FileOf(Guid subject, string suffix = ".key") => Directory.EnumerateFiles(Store, $"{subject}{suffix}", SearchOption.AllDirectories).ShouldHaveSingleItem();

    private async Task EraseAsync(Guid subject)
    {
        (await _admin.PostAsync($"/api/privacy/subjects/{subject}/erase")).ShouldBe(200);
        await Until.HoldsAsync(async () => (await _admin.AskAsync($"/api/privacy/subjects/{subject}")).ShouldBe(200).Text.Contains("\"completed\"", StringComparison.Ordinal), seconds: 30);
    }

    [Fact]
    public async Task While_it_is_away_texts_are_unavailable_and_everything_else_goes_on()
    {
        var (ada, leaving) = (await RegisterAsync("Ada"), await RegisterAsync("Annabella"));
        await Task.Delay(2 * PersonalData.CacheLife);
        Directory.Move(Store, Store + ".away");
        try
        {
            (await NameAsync(ada)).ShouldBe("[unavailable]");
            var before = await own.App.Database.OwnerConnectionString.QueryAsync("select count(*) from public.mt_events");
            (await _admin.PostAsync("/api/privacy/subjects", """{"name":"Charles"}""")).ShouldBeProblem(503, "unavailable");
            (await _admin.PutAsync($"/api/privacy/subjects/{ada}", """{"name":"Ada King"}""")).ShouldBeProblem(503, "unavailable");
            (await _admin.PostAsync("/api/privacy/subjects/find", """{"name":"Ada"}""")).ShouldBeProblem(503, "unavailable");
            (await own.App.Database.OwnerConnectionString.QueryAsync("select count(*) from public.mt_events")).ShouldBe(before);
            Directory.Exists(Store).ShouldBeFalse("an empty store was made in the place of the one that is away");
            await _admin.SiteAsync("elsewhere.example.org");
            // An erasure is asked for all the same, and done once there is something to destroy.
            (await _admin.PostAsync($"/api/privacy/subjects/{leaving}/erase")).ShouldBe(200);
            await Task.Delay(TimeSpan.FromSeconds(2));
            (await _admin.AskAsync($"/api/privacy/subjects/{leaving}")).ShouldBe(200).Json.GetProperty("erasure").GetProperty("state").GetString().ShouldBe("pending");
        }
        finally
        {
            Directory.Move(Store + ".away", Store);
        }
        (await NameAsync(ada)).ShouldBe("Ada");
        await RegisterAsync("Charles");
        await Until.HoldsAsync(async () => await NameAsync(leaving) == "[erased]" && (await _admin.AskAsync($"/api/privacy/subjects/{leaving}")).Text.Contains("\"completed\"", StringComparison.Ordinal), seconds: 30);
    }

    [Fact]
    public async Task A_damaged_key_is_unavailable_for_its_subject_alone()
    {
        var (ada, charles) = (await RegisterAsync("Ada"), await RegisterAsync("Charles"));
        await Task.Delay(2 * PersonalData.CacheLife);
        var file = FileOf(ada);
        var whole = await File.ReadAllTextAsync(file);
        foreach (var damaged in new[] { "{", whole.Replace("\"wrapped\":\"", "\"wrapped\":\"AAAA"), whole.Replace("\"wrappedBy\":1", "\"wrappedBy\":7") })
        {
            await File.WriteAllTextAsync(file, damaged);
            (await NameAsync(ada)).ShouldBe("[unavailable]", damaged);
            (await _admin.PutAsync($"/api/privacy/subjects/{ada}", """{"name":"Ada King"}""")).ShouldBeProblem(503, "unavailable");
            (await NameAsync(charles)).ShouldBe("Charles");
        }
        await File.WriteAllTextAsync(file, whole);
        (await NameAsync(ada)).ShouldBe("Ada");
        // It's erased like any other, by the ids that the texts name.
        await File.WriteAllTextAsync(file, "{");
        await EraseAsync(ada);
        (await NameAsync(ada)).ShouldBe("[erased]");
        File.Exists(file).ShouldBeFalse();
        await File.WriteAllTextAsync(file, whole);
        await Task.Delay(2 * PersonalData.CacheLife);
        (await NameAsync(ada)).ShouldBe("[erased]", "the key was put back from a copy");
        File.Delete(file);
    }

    [Fact]
    public async Task A_key_that_comes_back_from_a_backup_opens_nothing_and_is_destroyed_again()
    {
        var (ada, charles) = (await RegisterAsync("Ada"), await RegisterAsync("Charles"));
        var (file, backup) = (FileOf(ada), await File.ReadAllTextAsync(FileOf(ada)));
        await EraseAsync(ada);
        // As a restored copy of the whole directory would have it: the key is there, and no mark that it was destroyed.
        File.Delete(FileOf(ada, ".erased"));
        await File.WriteAllTextAsync(file, backup);
        await Task.Delay(2 * PersonalData.CacheLife);
        (await NameAsync(ada)).ShouldBe("[erased]");
        (await NameAsync(charles)).ShouldBe("Charles");
        (await _admin.PutAsync($"/api/privacy/subjects/{ada}", """{"name":"Ada"}""")).ShouldBeProblem(409, "conflict");

        using var watch = new Platform.Processors.Security.ErasedKeyWatch(own.App.Store, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<Platform.Processors.Security.ErasedKeyWatch>.Instance);
        await watch.RunOnceAsync(CancellationToken.None);
        File.Exists(file).ShouldBeFalse();
        FileOf(ada, ".erased").ShouldNotBeNull();
        (await NameAsync(charles)).ShouldBe("Charles");
    }

    /// <summary>An erasure while an old copy of the store stood in its place named no key: with the real one back, texts were plain again.</summary>
    [Fact]
    public async Task An_erasure_names_the_keys_that_texts_were_sealed_under_whatever_the_store_has()
    {
        var ada = await RegisterAsync("Ada");
        var (file, key) = (FileOf(ada), await File.ReadAllTextAsync(FileOf(ada)));
        File.Delete(file);
        await EraseAsync(ada);
        (await _admin.AskAsync($"/api/privacy/subjects/{ada}")).Json.GetProperty("erasure").GetProperty("keyIds")[0].GetGuid()
            .ShouldBe(System.Text.Json.JsonDocument.Parse(key).RootElement.GetProperty("id").GetGuid());
        File.Delete(FileOf(ada, ".erased"));
        await File.WriteAllTextAsync(file, key);
        await Task.Delay(2 * PersonalData.CacheLife);
        (await NameAsync(ada)).ShouldBe("[erased]");
    }

    [Fact]
    public async Task Other_processes_have_forgotten_a_key_within_a_second()
    {
        var ada = await RegisterAsync("Ada");
        var name = new PlacedText(PersonalText.Sealed((await own.App.Database.OwnerConnectionString.RowsAsync($"select data->>'name' from public.mt_events where stream_id = '{ada}' and version = 1")).Single()), ada, "name");
        // A process of its own as far as keys go: nothing tells it of the erasure.
        var other = new PersonalData(new FileSubjectKeyStore(Store), new FileKeyEncryption(new KeyDirectory(Path.Combine(own.App.DataDirectory, "keys"))));
        async Task<string> ReadAsync() => (await other.OpenAsync(PlatformApp.DemoTenant, [name])).Values.Single();
        (await ReadAsync()).ShouldBe("Ada");
        (await _admin.PostAsync($"/api/privacy/subjects/{ada}/erase")).ShouldBe(200);
        for (var destroyed = (DateTime?)null; ;)
        {
            var at = DateTime.UtcNow;
            var read = await ReadAsync();
            if (destroyed is null && !File.Exists(Path.Combine(Store, PlatformApp.DemoTenant, "subjects", $"{ada:N}"[^2..], $"{ada}.key")))
                destroyed = at;
            if (read == PersonalData.Erased)
                break;
            if (destroyed is { } since)
                (at - since).ShouldBeLessThan(TimeSpan.FromSeconds(1));
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task Erasures_during_rebuilds_and_an_import_end_as_ever()
    {
        var subjects = new List<Guid>();
        for (var n = 0; n < 12; n++)
            subjects.Add(await RegisterAsync($"Person {n}"));
        using var directory = new ScratchDirectory();
        Directory.CreateDirectory(directory.Path);
        for (var n = 0; n < 60; n++)
            await File.WriteAllTextAsync(Path.Combine(directory.Path, $"a{n}.md"), $"---\ntitle: Article {n}\n---\nText.\n");
        var rebuilding = Task.Run(async () =>
        {
            for (var n = 0; n < 3; n++)
                (await Verb.RunAsync(own.App, "rebuild", "--projection", "data_subjects", "--projection", "subject_events")).ShouldEnd(0);
        });
        var site = await _admin.SiteAsync("imported.example.org");
        var importing = Verb.RunAsync(own.App, "import", directory.Path, "--tenant", PlatformApp.DemoTenant, "--site", $"{site}");
        foreach (var subject in subjects.Take(6))
            (await _admin.PostAsync($"/api/privacy/subjects/{subject}/erase")).ShouldBe(200);
        await rebuilding;
        (await importing).ShouldEnd(0);
        foreach (var subject in subjects.Take(6))
            await Until.HoldsAsync(async () => await NameAsync(subject) == "[erased]" && (await _admin.AskAsync($"/api/privacy/subjects/{subject}")).Text.Contains("\"completed\"", StringComparison.Ordinal), seconds: 30);
        (await Verb.RunAsync(own.App, "rebuild", "--projection", "data_subjects", "--projection", "subject_events")).ShouldEnd(0).ShouldContain("equal to the old model");
        for (var n = 6; n < 12; n++)
            (await NameAsync(subjects[n])).ShouldBe($"Person {n}");
    }

    public void Dispose() => _admin.Dispose();
}
