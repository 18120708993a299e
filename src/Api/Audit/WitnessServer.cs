using System.Security.Cryptography;
using System.Text;
using Platform.Api.Hosting;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Api.Audit;

/// <summary>
/// A C2SP witness for logs of others (or of another of our machines): cosigns a checkpoint that contains the last one it cosigned of the same log. Remembers that, durably, before it answers.
/// </summary>
/// <param name="directory">Its key and what it remembers.</param>
/// <param name="name">The name under which it signs.</param>
/// <param name="logs">Keys of the logs that it serves; a key's name is its log's origin.</param>
/// <param name="time">Noted in each cosignature.</param>
public sealed class WitnessServer(string directory, string name, IReadOnlyList<VerifierKey> logs, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly WitnessSigner _signer = new(name, Seed(directory));

    /// <summary>What logs put into their policy.</summary>
    public VerifierKey Key => _signer.Key;

    /// <summary>Answers <c>POST /add-checkpoint</c>.</summary>
    /// <param name="url">Where to listen.</param>
    public WebApplication Build(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls(url).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = AddCheckpoint.LongestBody + 1;
        });
        var app = builder.Build();
        app.MapPost("/add-checkpoint", AnswerAsync);
        return app;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        // One at a time: what is remembered may only grow.
        await _turn.WaitAsync(http.RequestAborted);
        WitnessAnswer answer;
        try
        {
            string? origin = null;
            answer = WitnessDecision.On(body.ToArray(), o => [.. logs.Where(log => log.Name == o)], o => Remembered(origin = o), [_signer.At(time.GetUtcNow())]);
            if (answer.Remember is { } remember)
                Remember(origin!, remember);
        }
        finally
        {
            _turn.Release();
        }
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        await http.Response.WriteAsync(answer.Body, http.RequestAborted);
    }

    private WitnessState? Remembered(string origin) => !File.Exists(FileOf(origin)) ? null
        : File.ReadAllLines(FileOf(origin)) is [var size, var root] ? new WitnessState(long.Parse(size, System.Globalization.CultureInfo.InvariantCulture), Hash.Parse(root))
        : throw new InvalidDataException($"{FileOf(origin)} isn't what this witness wrote.");

    private void Remember(string origin, WitnessState state)
    {
        var file = FileOf(origin);
        using (var stream = PrivateFiles.Create($"{file}.next"))
        {
            stream.Write(Encoding.ASCII.GetBytes($"{state.Size}\n{state.Root}\n"));
            stream.Flush(flushToDisk: true);
        }
        File.Move($"{file}.next", file, overwrite: true);
    }

    private string FileOf(string origin) => Path.Combine(directory, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)))[..16]}.seen");

    private static byte[] Seed(string directory)
    {
        PrivateFiles.CreateDirectory(directory);
        var file = Path.Combine(directory, "witness.key");
        if (!File.Exists(file))
        {
            using var stream = PrivateFiles.Open(file, FileMode.CreateNew, FileShare.None);
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Ed25519.SeedSize))));
            stream.Flush(flushToDisk: true);
        }
        return Convert.FromBase64String(File.ReadAllText(file));
    }

    public void Dispose()
    {
        _signer.Dispose();
        _turn.Dispose();
    }
}
