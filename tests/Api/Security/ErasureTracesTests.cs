using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Platform.Api.Tests.Cli;
using Platform.Ledger;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Security;

/// <summary>Markers that no other text has go in as what is known of people; then they are sought wherever the platform writes.</summary>
public sealed class ErasureTracesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _marker = $"Mk{Guid.NewGuid():N}";

    [Fact]
    public async Task Plaintext_is_found_nowhere_and_after_the_erasure_no_key_either()
    {
        using var log = new Everything();
        using var scratch = new ScratchDirectory();
        Directory.CreateDirectory(scratch.Path);
        await using var app = await PlatformApp.StartAsync(log: log);
        using var admin = app.Client();
        var key = ("Idempotency-Key", "markers");
        var body = new { name = $"{_marker}Name", email = $"{_marker}@example.org", phone = $"{_marker}1", address = $"{_marker}\nStreet", reference = $"{_marker}Ref" };
        var subject = (await admin.PostAsync("/api/privacy/subjects", body, key)).ShouldBe(201).Receipt.StreamId;
        (await admin.PostAsync("/api/privacy/subjects", body, key)).ShouldBe(201);
        (await admin.PostAsync("/api/privacy/subjects", new { name = $"{_marker}{new string('x', 600)}" })).ShouldBe(422).Text.ShouldNotContain(_marker);
        (await admin.PutAsync($"/api/privacy/subjects/{subject}", new { name = $"{_marker}Other", email = body.email })).ShouldBe(200);
        (await admin.PostAsync("/api/privacy/purposes", new { name = "newsletter", legalBasis = "consent", description = "To send news.", categories = new[] { "contact" } })).ShouldBe(201);
        (await admin.PostAsync("/api/privacy/purposes", new { name = "statistics", legalBasis = "legitimate-interests", description = "To count.", categories = new[] { "identity" } })).ShouldBe(201);
        var guardian = (await admin.PostAsync("/api/privacy/subjects", new { name = "Guardian" })).ShouldBe(201).Receipt.StreamId;
        foreach (var (verb, right) in new (string, object)[]
        {
            ("give-consent", new { purpose = "newsletter", purposeVersion = 1, evidence = $"{_marker}Evidence", guardianId = guardian, guardianStatement = "She may" }), ("restrict", new { reason = $"{_marker}Wrong" }),
            ("lift-restriction", new { reason = $"{_marker}Right" }), ("object", new { purpose = "statistics", grounds = $"{_marker}Grounds" }),
            ("override-objection", new { purpose = "statistics", grounds = $"{_marker}Compelling" }), ("provide", new { format = "html", to = $"{_marker}To" }),
        })
            (await admin.PostAsync($"/api/privacy/subjects/{subject}/{verb}", right)).ShouldBe(200);
        foreach (var text in new[] { "Name", "Other", "Evidence", "Wrong", "Right", "Grounds", "Compelling", "To" })
            (await admin.AskAsync($"/api/privacy/subjects/{subject}/export")).ShouldBe(200).Text.ShouldContain($"{_marker}{text}");
        await CaughtUpAsync(app);
        (await admin.PostAsync("/api/privacy/subjects/find", new { email = body.email })).ShouldBe(200).Items.ShouldHaveSingleItem().GetProperty("name").GetString().ShouldBe($"{_marker}Other");
        var keyFile = Directory.EnumerateFiles(Path.Combine(app.DataDirectory, "personal"), $"{subject}.key", SearchOption.AllDirectories).ShouldHaveSingleItem();
        var wrapped = Encoding.UTF8.GetBytes(System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(keyFile)).RootElement.GetProperty("wrapped").GetString()!);
        // The digests that she is found by: of her texts now and before, under the tenant's key.
        var terms = Directory.EnumerateFiles(Path.Combine(app.DataDirectory, "personal", PlatformApp.DemoTenant, "terms"), $"{subject}", SearchOption.AllDirectories).Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).ToList();
        terms.Count.ShouldBe(5);
        // What an hour of a busy platform would write besides: snapshots, a rebuild, exports, checkpoints.
        for (var n = 0; n < 110; n++)
            (await admin.PutAsync($"/api/privacy/subjects/{subject}", new { name = $"{_marker}Other", email = body.email })).ShouldBe(200);
        (await Verb.RunAsync(app, "rebuild")).ShouldEnd(0);
        await SoughtAsync(app, scratch, log, "before.tar");

        (await admin.PostAsync($"/api/privacy/subjects/{subject}/erase", new { reason = $"{_marker}Reason" })).ShouldBe(200);
        var until = DateTime.UtcNow + Patience;
        while (!(await admin.AskAsync($"/api/privacy/subjects/{subject}")).ShouldBe(200).Text.Contains("\"completed\"", StringComparison.Ordinal))
        {
            DateTime.UtcNow.ShouldBeLessThan(until);
            await Task.Delay(50);
        }
        await CaughtUpAsync(app);
        await SoughtAsync(app, scratch, log, "after.tar");
        foreach (var answer in new[]
        {
            await admin.AskAsync($"/api/privacy/subjects/{subject}"), await admin.AskAsync($"/api/privacy/subjects/{subject}?asOf=2"), await admin.AskAsync("/api/privacy/subjects"), await admin.AskAsync("/api/audit"),
            await admin.AskAsync($"/api/privacy/subjects/{subject}/export"), await admin.AskAsync($"/api/privacy/subjects/{subject}/export?format=html"),
            await admin.PostAsync("/api/privacy/subjects", body, key), await admin.PostAsync("/api/privacy/subjects/find", new { email = body.email }),
        })
            answer.Text.ShouldNotContain(_marker);
        FilesWith(app.DataDirectory, wrapped).ShouldBeEmpty("the wrapped key is still there");
        var server = Directory.GetParent((await app.Database.OwnerConnectionString.RowsAsync("show data_directory")).Single())!.FullName;
        foreach (var term in terms)
        {
            Directory.EnumerateFileSystemEntries(app.DataDirectory, $"{term}*", SearchOption.AllDirectories).ShouldBeEmpty("a digest of a text is still there");
            FilesWith(app.DataDirectory, Encoding.UTF8.GetBytes(term)).ShouldBeEmpty();
            FilesWith(server, Encoding.UTF8.GetBytes(term)).ShouldBeEmpty("no database has ever had one");
        }
        (await Verb.RunAsync(app, "rebuild")).ShouldEnd(0);
        (await admin.AskAsync("/api/privacy/subjects")).ShouldBe(200).Items.Select(s => s.GetProperty("name").GetString()).ShouldBe(["[erased]", "Guardian"], ignoreOrder: true);
        (await Verb.RunAsync(app, "verify")).ShouldEnd(0).ShouldContain("no finding");
    }

    private async Task SoughtAsync(PlatformApp app, ScratchDirectory scratch, Everything log, string bundle)
    {
        var marker = Encoding.UTF8.GetBytes(_marker);
        (await Verb.RunAsync(app, "export", "--tenant", PlatformApp.DemoTenant, "--out", Path.Combine(scratch.Path, bundle))).ShouldEnd(0);
        foreach (var table in new[] { "data_subjects", "audit_trail" })
        {
            var file = Path.Combine(scratch.Path, $"{bundle}.{table}.csv");
            (await Verb.RunAsync(app, "export-table", table, "--tenant", PlatformApp.DemoTenant, "--out", file)).ShouldEnd(0);
            (await File.ReadAllTextAsync(file)).ShouldNotContain(SealedText.Prefix, Case.Sensitive, "analysts see no sealed text either");
        }
        await app.Database.OwnerConnectionString.QueryAsync("checkpoint");
        var server = (await app.Database.OwnerConnectionString.RowsAsync("show data_directory")).Single();
        FilesWith(Directory.GetParent(server)!.FullName, marker).ShouldBeEmpty("PostgreSQL's files and logs");
        FilesWith(app.DataDirectory, marker).ShouldBeEmpty("the platform's own files");
        FilesWith(scratch.Path, marker).ShouldBeEmpty("exports");
        log.Lines.Where(line => line.Contains(_marker, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty("logs");
        log.Lines.ShouldNotBeEmpty();
    }

    private static List<string> FilesWith(string directory, byte[] sought)
    {
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            try
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                if (Contains(stream, sought))
                    found.Add(file);
            }
            catch (IOException)
            {
                // A temporary file of the server that is gone, or its socket.
            }
        return found;
    }

    private static bool Contains(Stream stream, byte[] sought)
    {
        var buffer = new byte[1 << 20];
        for (int kept = 0, read; (read = stream.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var filled = kept + read;
            if (buffer.AsSpan(0, filled).IndexOf(sought) >= 0)
                return true;
            kept = Math.Min(filled, sought.Length - 1);
            buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
        }
        return false;
    }

    private static async Task CaughtUpAsync(PlatformApp app) => (await app.Store.QuerySession(PlatformApp.DemoTenant).WaitForAllAsync("data_subjects", Patience)).ShouldBeTrue();

    /// <summary>All that is logged, with the state of each line.</summary>
    private sealed class Everything : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception} {(state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values) : "")}");

        public void Dispose()
        {
        }
    }
}
