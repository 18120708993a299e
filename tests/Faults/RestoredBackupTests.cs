using System.Diagnostics;
using Platform.Ledger;
using Platform.Tests;

namespace Platform.Faults.Tests;

/// <summary>The database's files are put back from a backup, while the guard knows what was signed since.</summary>
public sealed class RestoredBackupTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task T14_a_restored_backup_is_not_signed_and_says_so_while_appends_go_on()
    {
        using var data = new ScratchDirectory();
        await using var platform = await PlatformProcess.StartAsync(data.Path);
        using var client = platform.Client();
        using var auditor = platform.Client("auditor");
        var journal = new Journal(client);
        var site = await Newsroom.PrepareAsync(journal);
        await WriteAsync(journal, site, "before");
        await platform.StopAsync();
        Copy(Path.Combine(data.Path, "postgres"), Path.Combine(data.Path, "backup"));

        await platform.StartAsync();
        var earlier = await HeadAsync(auditor);
        await WriteAsync(journal, site, "lost");
        for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; (await HeadAsync(auditor)).Size < earlier.Size + 10; await Task.Delay(50))
            (Environment.TickCount64 < deadline).ShouldBeTrue("nothing was signed");
        await platform.StopAsync();
        var guarded = Guarded(data.Path);
        Directory.Delete(Path.Combine(data.Path, "postgres"), recursive: true);
        Directory.Move(Path.Combine(data.Path, "backup"), Path.Combine(data.Path, "postgres"));

        await platform.StartAsync();
        await AwaitAlarmAsync(client);
        var restored = await HeadAsync(auditor);
        restored.Size.ShouldBeLessThan(Checkpoint.Parse(SignedNote.Parse(guarded).Text).Size);
        await WriteAsync(journal, site, "after");
        await Task.Delay(TimeSpan.FromSeconds(2));
        (await HeadAsync(auditor)).ShouldBe(restored);
        Guarded(data.Path).ShouldBe(guarded);
        (await client.GetStringAsync("/health/ready")).ShouldContain("ROLLBACK");
        var verify = await platform.VerbAsync("verify");
        verify.ExitCode.ShouldBe(1, verify.Output);
        verify.Output.Split('\n').Count(line => line.StartsWith("ROLLBACK ", StringComparison.Ordinal)).ShouldBe(1, verify.Output);
        verify.Output.ShouldContain("NOT AS WRITTEN: 1 findings");
    }

    private static async Task WriteAsync(Journal journal, Guid site, string name)
    {
        for (var n = 0; n < 10; n++)
            (await journal.SendAsync(Newsroom.Create(site, $"{name}-{n}", name))).ShouldBe(201, string.Join('\n', journal.Wrong));
    }

    private static async Task<Checkpoint> HeadAsync(HttpClient auditor) => Checkpoint.Parse(SignedNote.Parse(await auditor.GetStringAsync("/api/ledger/checkpoint")).Text);

    private static string Guarded(string data) => File.ReadAllText(Directory.GetFiles(Path.Combine(data, "guard"), "*.checkpoint").Single());

    private static async Task AwaitAlarmAsync(HttpClient client)
    {
        for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; ; await Task.Delay(50))
        {
            var report = await (await client.GetAsync("/health/ready")).Content.ReadAsStringAsync();
            if (report.Contains("ROLLBACK", StringComparison.Ordinal))
                return;
            (Environment.TickCount64 < deadline).ShouldBeTrue(report);
        }
    }

    // Owner and rights stay as PostgreSQL wants them.
    private static void Copy(string from, string to)
    {
        using var copy = Process.Start("cp", ["-a", from, to]);
        copy.WaitForExit();
        copy.ExitCode.ShouldBe(0);
    }
}
