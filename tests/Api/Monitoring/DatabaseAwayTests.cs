using Npgsql;
using Platform.EventStore;
using Platform.Processors;
using Platform.Tests;

namespace Platform.Api.Tests.Monitoring;

/// <summary>The database goes away and comes back, under a running host.</summary>
public sealed class DatabaseAwayTests : IAsyncLifetime
{
    private TcpRelay _relay = null!;
    private PlatformApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await PlatformApp.StartAsync(database =>
        {
            var behind = new NpgsqlConnectionStringBuilder(database);
            _relay = new TcpRelay(behind.Host!, behind.Port);
            _relay.Open();
            return new NpgsqlConnectionStringBuilder(database) { Host = "127.0.0.1", Port = _relay.Port, Timeout = 2 }.ConnectionString;
        });
    }

    [Fact]
    public async Task The_host_says_so_refuses_with_a_problem_and_recovers_without_a_restart()
    {
        using var admin = _app.Client();
        using var operators = _app.Client("operator");
        var site = await admin.ArticleSiteAsync();
        var item = await admin.ArticleAsync(site);
        (await admin.AskAsync("/health/ready")).ShouldBe(200).Json.GetProperty("status").GetString().ShouldBe("Healthy");

        await _relay.CutAsync();
        (await admin.AskAsync("/health/live")).ShouldBe(200);
        var ready = (await admin.AskAsync("/health/ready")).ShouldBe(503).Json;
        ready.GetProperty("status").GetString().ShouldBe("Unhealthy");
        ready.GetProperty("checks").GetProperty("database").GetProperty("description").GetString().ShouldBe("The database doesn't answer.");
        foreach (var send in new Func<Task<Answer>>[]
                 {
                     () => admin.AskAsync("/api/content"),
                     () => admin.AskAsync("/api/content?after=1"),
                     () => admin.AskAsync($"/api/content/{item}"),
                     () => operators.AskAsync("/api/projections"),
                     () => admin.PostAsync($"/api/content/{item}/publish"),
                     () => admin.PostAsync("/api/content", Examples.NewArticle(site, "while-away"), ("Idempotency-Key", "k")),
                 })
        {
            var answer = await send();
            answer.ShouldBeProblem(503, "unavailable");
            answer.Header("Retry-After").ShouldBe("1");
        }

        _relay.Open();
        var receipt = (await admin.PostAsync("/api/content", Examples.NewArticle(site, "while-away"), ("Idempotency-Key", "k"))).ShouldBe(201).Receipt;
        (await admin.AskAsync($"/api/content?after={receipt.Events[0].Sequence}&wait=30")).ShouldBe(200).Items.Count.ShouldBe(2);
        (await admin.AskAsync("/health/ready")).ShouldBe(200).Json.GetProperty("status").GetString().ShouldBe("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _relay.DisposeAsync();
    }
}
