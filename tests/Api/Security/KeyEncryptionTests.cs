using System.Text.Json;
using Platform.Api.Tests.Cli;
using Platform.Tests;

namespace Platform.Api.Tests.Security;

/// <summary>Rotation of what wraps the keys of data subjects. With a host of its own: it's over all tenants.</summary>
public sealed class KeyEncryptionTests(SharedApp own) : IClassFixture<SharedApp>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _admin = own.App.Client(), _operator = own.App.Client("operator");

    private string Keys => Path.Combine(own.App.DataDirectory, "keys");

    private async Task<Guid> RegisterAsync(string name) => (await _admin.PostAsync("/api/privacy/subjects", new { name })).ShouldBe(201).Receipt.StreamId;

    private async Task<string?> NameAsync(Guid subject) => (await _admin.AskAsync($"/api/privacy/subjects/{subject}")).ShouldBe(200).Json.GetProperty("name").GetString();

    private async Task<JsonElement> RotatedAsync()
    {
        var until = DateTime.UtcNow + Patience;
        while (true)
        {
            var state = (await _operator.AskAsync("/api/privacy/keys")).ShouldBe(200).Json;
            if (!state.GetProperty("isUnderWay").GetBoolean())
                return state;
            DateTime.UtcNow.ShouldBeLessThan(until);
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task All_keys_are_wrapped_anew_while_everything_goes_on_and_the_key_before_is_gone()
    {
        var subjects = new List<Guid>();
        for (var n = 0; n < 20; n++)
            subjects.Add(await RegisterAsync($"Person {n}"));
        var before = (await _operator.AskAsync("/api/privacy/keys")).ShouldBe(200).Json.GetProperty("keyVersion").GetInt32();

        (await _operator.PostAsync("/api/privacy/keys/subjects/rotate")).ShouldBe(200).Receipt.Events.Single().Type.ShouldBe("security.key-encryption-rotated");
        // Read and written meanwhile.
        for (var n = 0; n < 20; n++)
        {
            (await NameAsync(subjects[n])).ShouldBe($"Person {n}");
            subjects.Add(await RegisterAsync($"Person {20 + n}"));
        }
        var state = await RotatedAsync();

        state.GetProperty("keyVersion").GetInt32().ShouldBe(before + 1);
        state.GetProperty("wrapped").GetInt64().ShouldBe(state.GetProperty("keys").GetInt64());
        Directory.EnumerateFiles(Keys, "personal-*.kek").Select(f => Path.GetFileName(f)).ShouldBe([$"personal-{before + 1}.kek"]);
        for (var n = 0; n < subjects.Count; n++)
            (await NameAsync(subjects[n])).ShouldBe($"Person {n}");
        (await own.App.Database.OwnerConnectionString.RowsAsync("select type from public.mt_events where type like 'security.%key%' order by seq_id")).TakeLast(2)
            .ShouldBe(["security.key-encryption-rotated", "security.subject-keys-rewrapped"]);
    }

    [Fact]
    public async Task A_rotation_that_was_interrupted_is_gone_on_with()
    {
        var subject = await RegisterAsync("Ada");
        var file = Directory.EnumerateFiles(Path.Combine(own.App.DataDirectory, "personal"), $"{subject}.key", SearchOption.AllDirectories).Single();
        var whole = await File.ReadAllTextAsync(file);
        // One key can't be wrapped anew: the rotation stands there, and the key before stays.
        await File.WriteAllTextAsync(file, "{");
        (await _operator.PostAsync("/api/privacy/keys/subjects/rotate")).ShouldBe(200);
        (await _operator.PostAsync("/api/privacy/keys/subjects/rotate")).ShouldBeProblem(409, "conflict");
        await Task.Delay(TimeSpan.FromSeconds(4));
        Directory.EnumerateFiles(Keys, "personal-*.kek").Count().ShouldBe(2);
        // Everybody else's are wrapped meanwhile.
        var state = (await _operator.AskAsync("/api/privacy/keys")).ShouldBe(200).Json;
        (state.GetProperty("damaged").GetInt64(), state.GetProperty("wrapped").GetInt64()).ShouldBe((1, state.GetProperty("keys").GetInt64()));
        await File.WriteAllTextAsync(file, whole);
        await RotatedAsync();
        Directory.EnumerateFiles(Keys, "personal-*.kek").ShouldHaveSingleItem();
        (await NameAsync(subject)).ShouldBe("Ada");
    }

    [Fact]
    public async Task A_verb_rotates_beside_the_host_and_says_how_it_ended()
    {
        var subject = await RegisterAsync("Ada");
        var before = (await RotatedAsync()).GetProperty("keyVersion").GetInt32();

        (await Verb.RunAsync(own.App, "keys", "rotate-encryption", "--user", "olga")).ShouldEnd(0).ShouldContain($"version {before + 1} wraps ");

        var state = (await _operator.AskAsync("/api/privacy/keys")).ShouldBe(200).Json;
        (state.GetProperty("keyVersion").GetInt32(), state.GetProperty("isUnderWay").GetBoolean()).ShouldBe((before + 1, false));
        var keys = state.GetProperty("keys").GetInt64();
        (await Verb.RunAsync(own.App, "keys", "encryption")).ShouldEnd(0).Trim().ShouldBe($"version {before + 1} wraps {keys} of {keys} keys of data subjects");
        (await own.App.Database.OwnerConnectionString.RowsAsync("select headers->>'user' from public.mt_events where type = 'security.key-encryption-rotated' order by seq_id")).ShouldContain("olga");
        (await NameAsync(subject)).ShouldBe("Ada");
    }

    [Fact]
    public async Task Where_a_key_is_damaged_the_verb_says_so_and_the_next_one_goes_on()
    {
        var subject = await RegisterAsync("Ada");
        await RotatedAsync();
        var file = Directory.EnumerateFiles(Path.Combine(own.App.DataDirectory, "personal"), $"{subject}.key", SearchOption.AllDirectories).Single();
        var whole = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, "{");
        (await Verb.RunAsync(own.App, "keys", "rotate-encryption")).ShouldEnd(1).ShouldContain("1 keys of data subjects can't be wrapped anew");
        (await Verb.RunAsync(own.App, "keys", "encryption")).ShouldEnd(0).ShouldContain("1 files are damaged; a rotation is under way");
        await File.WriteAllTextAsync(file, whole);
        (await Verb.RunAsync(own.App, "keys", "rotate-encryption")).ShouldEnd(0);
        (await NameAsync(subject)).ShouldBe("Ada");
    }

    [Fact]
    public async Task Only_operators_rotate() => (await _admin.PostAsync("/api/privacy/keys/subjects/rotate")).ShouldBeProblem(403, "forbidden");

    public void Dispose()
    {
        _admin.Dispose();
        _operator.Dispose();
    }
}
