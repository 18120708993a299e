using System.Text.Json;
using Platform.Ledger;
using Platform.Tests;

namespace Platform.Api.Tests.Cli;

/// <summary><c>./platform verify</c> on an instance that keeps data of people.</summary>
public sealed class VerifySubjectKeysTests
{
    [Fact]
    public async Task Keys_are_verified_with_the_ledger_and_what_is_away_is_said()
    {
        await using var app = await PlatformApp.StartAsync();
        using var admin = app.Client();
        var subject = (await admin.PostAsync("/api/privacy/subjects", new { name = "Ada", email = "ada@example.org" })).ShouldBe(201).Receipt.StreamId;
        (await Verb.RunAsync(app, "verify")).ShouldEnd(0).ShouldNotContain("texts about people");

        var keys = Path.Combine(app.DataDirectory, "personal");
        var file = Directory.EnumerateFiles(keys, $"{subject}.key", SearchOption.AllDirectories).ShouldHaveSingleItem();
        var whole = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, whole.Replace("\"wrapped\":\"", "\"wrapped\":\"AAAA", StringComparison.Ordinal));
        var finding = (await FoundAsync(app)).ShouldHaveSingleItem();
        (finding.GetProperty("code").GetString(), finding.GetProperty("tenant").GetString(), finding.GetProperty("stream").GetGuid(), finding.GetProperty("version").GetInt64())
            .ShouldBe((FindingCode.KeyCommitment, PlatformApp.DemoTenant, subject, 1));
        finding.GetProperty("detail").GetString()!.ShouldContain($"{subject}");

        File.Delete(file);
        (await FoundAsync(app)).ShouldHaveSingleItem().GetProperty("code").GetString().ShouldBe(FindingCode.MissingKey);

        Directory.Move(keys, keys + ".away");
        (await Verb.RunAsync(app, "verify", "--stream", $"{subject}")).ShouldEnd(0).ShouldContain("NOT CHECKED  1 events with texts about people");
        var json = JsonDocument.Parse((await Verb.RunAsync(app, "verify", "--json")).ShouldEnd(0)).RootElement;
        (json.GetProperty("ok").GetBoolean(), json.GetProperty("findings").GetArrayLength()).ShouldBe((true, 0));
        json.GetProperty("unchecked").EnumerateArray().ShouldContain(what => what.GetString()!.StartsWith("1 events with texts about people", StringComparison.Ordinal));
        Directory.Exists(keys).ShouldBeFalse("a verifier makes nothing");
    }

    private static async Task<JsonElement[]> FoundAsync(PlatformApp app)
    {
        var verb = await Verb.RunAsync(app, "verify", "--json");
        verb.ExitCode.ShouldBe(1, verb.Output + verb.Errors);
        return [.. JsonDocument.Parse(verb.Output).RootElement.GetProperty("findings").EnumerateArray()];
    }
}
