using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Platform.Api.Cli;

namespace Platform.Faults.Tests;

/// <summary>The program itself as another process: <c>run</c> on a directory, always on the same port, so that clients needn't know how often it was started.</summary>
internal sealed class PlatformProcess : IAsyncDisposable
{
    private static readonly string Program = typeof(PlatformCommand).Assembly.Location;
    private static readonly TimeSpan MostToStart = TimeSpan.FromSeconds(90);

    private readonly StringBuilder _log = new();
    private readonly IReadOnlyDictionary<string, string> _environment;
    private Process? _process;

    private PlatformProcess(string data, int port, IReadOnlyDictionary<string, string>? environment)
    {
        (Data, Url, _environment) = (data, new Uri($"http://127.0.0.1:{port}"), environment ?? new Dictionary<string, string>());
        // Who stops the tests stops what they started.
        AppDomain.CurrentDomain.ProcessExit += EndWithTests;
    }

    public string Data { get; }
    public Uri Url { get; }
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Everything it wrote so far, over all its starts.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Process id of the embedded PostgreSQL's postmaster, by the file that it keeps.</summary>
    public int Postmaster => int.Parse(File.ReadLines(Path.Combine(Data, "postgres", "postmaster.pid")).First(), null);

    /// <summary>Id of the demo tenant.</summary>
    public string Tenant => Development("tenant");

    public string OwnerConnectionString => Development("ownerConnectionString");

    /// <param name="data">Its directory.</param>
    /// <param name="environment">Variables, e.g. connection strings; the tests' own don't reach it.</param>
    public static async Task<PlatformProcess> StartAsync(string data, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = new PlatformProcess(data, FreePort(), environment);
        await process.StartAsync();
        return process;
    }

    /// <summary>Starts it (again) and returns when it is ready.</summary>
    public async Task StartAsync()
    {
        _process?.Dispose();
        _process = Process.Start(StartInfo("run", "--port", $"{Url.Port}"))!;
        var ready = new TaskCompletionSource();
        _process.OutputDataReceived += (_, line) =>
        {
            Note(line.Data);
            if (line.Data is null)
                ready.TrySetException(new InvalidOperationException($"run ended before it was ready:\n{Log}"));
            else if (line.Data.StartsWith("ready ", StringComparison.Ordinal))
                ready.TrySetResult();
        };
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            await ready.Task.WaitAsync(MostToStart);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"run wasn't ready within {MostToStart}:\n{Log}");
        }
    }

    /// <summary>Sends it one of <see cref="Signal"/>.</summary>
    public void Send(string signal) => Signal.Send(_process!.Id, signal);

    /// <summary>SIGKILL: nothing is flushed, nothing is said.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Runs another verb on the same instance to its end.</summary>
    public async Task<(int ExitCode, string Output)> VerbAsync(params string[] arguments)
    {
        using var verb = Process.Start(StartInfo(arguments))!;
        var errors = verb.StandardError.ReadToEndAsync();
        var output = await verb.StandardOutput.ReadToEndAsync();
        await verb.WaitForExitAsync();
        return (verb.ExitCode, $"{output}{await errors}");
    }

    /// <summary>Runs another verb and kills it after a while, should it still run: whether it did.</summary>
    public async Task<bool> KilledVerbAsync(TimeSpan after, params string[] arguments)
    {
        using var verb = Process.Start(StartInfo(arguments))!;
        await Task.Delay(after);
        var runs = !verb.HasExited;
        verb.Kill();
        await verb.WaitForExitAsync();
        return runs;
    }

    /// <summary>A client whose requests carry a token of the demo tenant. Gives up on an answer after 40 s.</summary>
    /// <param name="role">A built-in role.</param>
    public HttpClient Client(string role = "admin")
    {
        var client = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(40) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Development("tokens", role));
        return client;
    }

    /// <summary>Waits for the successor of a postmaster that was ended.</summary>
    public async Task AwaitPostmasterAfterAsync(int ended)
    {
        for (var deadline = Environment.TickCount64 + (long)MostToStart.TotalMilliseconds; ; await Task.Delay(50))
        {
            try
            {
                if (Postmaster != ended)
                    return;
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // The server that ends removes its file, its successor writes one.
            }
            (Environment.TickCount64 < deadline).ShouldBeTrue($"PostgreSQL wasn't started again:\n{Log}");
        }
    }

    /// <summary>Waits until <c>/health/ready</c> says Healthy: the database answers, and no read model has failed.</summary>
    public async Task AwaitHealthyAsync(TimeSpan within)
    {
        using var client = new HttpClient { BaseAddress = Url };
        for (var deadline = Environment.TickCount64 + (long)within.TotalMilliseconds; ; await Task.Delay(50))
        {
            var report = await (await client.GetAsync("/health/ready")).Content.ReadAsStringAsync();
            if (report.StartsWith("{\"status\":\"Healthy\"", StringComparison.Ordinal))
                return;
            (Environment.TickCount64 < deadline).ShouldBeTrue(report);
        }
    }

    /// <summary>SIGTERM, and the end.</summary>
    public async Task StopAsync()
    {
        if (!IsRunning)
            return;
        Send(Signal.Terminate);
        // One that stands still hears nothing.
        Send(Signal.Continue);
        await _process!.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        _process = null;
        AppDomain.CurrentDomain.ProcessExit -= EndWithTests;
    }

    private void EndWithTests(object? sender, EventArgs e)
    {
        if (IsRunning)
            _process!.Kill();
    }

    private string Development(params string[] path)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Data, "dev.json")));
        return path.Aggregate(file.RootElement, (element, name) => element.GetProperty(name)).GetString()!;
    }

    private ProcessStartInfo StartInfo(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("ConnectionStrings__", StringComparison.Ordinal) || n is "ASPNETCORE_URLS" or "ASPNETCORE_ENVIRONMENT").ToList())
            start.Environment.Remove(name);
        start.Environment["PLATFORM_DATA"] = Data;
        // Processes that live for seconds don't earn back what the compiler learns about them.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        return start;
    }

    private void Note(string? line)
    {
        lock (_log)
            _log.AppendLine(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
