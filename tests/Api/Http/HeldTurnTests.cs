using System.Net;
using System.Text;
using Platform.Tests;

namespace Platform.Api.Tests.Http;

/// <summary>A host whose tenants have one turn each, and nobody waits.</summary>
public sealed class HeldTurnTests : IAsyncLifetime
{
    private PlatformApp _app = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await PlatformApp.StartAsync(settings: new Dictionary<string, string?> { ["Fairness:Together"] = "1", ["Fairness:EachTenant"] = "1", ["Fairness:Waiting"] = "0" });
        _admin = _app.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/api/sites?after=1")]
    [InlineData("/api/sites?await=appended")]
    public async Task A_request_that_may_wait_for_something_waits_for_its_turn_too(string url)
    {
        (HeldBody Body, Task<HttpResponseMessage> Answer)? write = null;
        await Until.HoldsAsync(async () =>
        {
            // Where the look came first, the write was refused.
            using var gone = new CancellationTokenSource();
            var body = new HeldBody();
            var answer = _admin.PostAsync(new Uri("/api/sites", UriKind.Relative), body, gone.Token);
            await Task.Delay(200);
            if ((await _admin.AskAsync("/api/sites")).Status == 429)
                write = (body, answer);
            else
                await gone.CancelAsync();
            return write is not null;
        }, 30);

        (await _admin.AskAsync(url)).ShouldBeProblem(429, "rate-limited");

        write!.Value.Body.End.SetResult();
        (await write.Value.Answer).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await _admin.AskAsync("/api/sites?after=1")).ShouldBe(200);
    }

    [Fact]
    public async Task While_it_waits_others_have_the_turn()
    {
        (await _admin.AskAsync("/api/sites")).ShouldBe(200);
        Task<Answer> waits = Task.FromResult<Answer>(null!);
        await Until.HoldsAsync(async () =>
        {
            // Where the look came first, the other was refused.
            if (waits.IsCompleted)
                waits = _admin.AskAsync("/api/sites?after=1000000&wait=10");
            await Task.Delay(200);
            return (await _admin.AskAsync("/api/sites")).Status == 200 && !waits.IsCompleted;
        }, 30);
        (await waits).ShouldBeProblem(503, "unavailable");
    }

    // A body whose end comes when the test says so.
    private sealed class HeldBody : HttpContent
    {
        public HeldBody() => Headers.ContentType = new("application/json");

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes("""{"name":"Slow","""));
            await stream.FlushAsync();
            await End.Task;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(""" "domain":"slow.example"}"""));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
