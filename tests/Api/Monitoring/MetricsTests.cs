using System.Diagnostics;
using Platform.Api.Tests.Sites;
using Platform.Tests;

namespace Platform.Api.Tests.Monitoring;

/// <summary>What Prometheus is told.</summary>
public sealed class MetricsTests(SharedApp shared)
{
    [Fact]
    public async Task Requests_the_database_appends_read_models_and_visitors_events_are_measured()
    {
        var text = await ExercisedAsync();
        foreach (var sample in new[]
        {
            "http_server_request_duration_seconds_count{", "http_route=\"/api/sites/\"", "http_request_method=\"POST\"", "db_client_operation_duration_seconds_bucket{", "db_client_connection_pool_name=\"app\"",
            "platform_append_duration_seconds_bucket{le=\"+Inf\"}", "platform_append_events_total ", "platform_projection_events_total{platform_projection=\"hits\"}", "platform_projection_page_duration_seconds_sum{",
            "platform_tracking_events_total{platform_outcome=\"accepted\"}", "dotnet_gc_collections_total{", "dotnet_process_cpu_time_seconds_total{", "platform_log_events_total ",
        })
            text.ShouldContain(sample);
        // Neither who connects nor how.
        text.ShouldNotContain("Password", Case.Insensitive);
        text.ShouldNotContain("Host=", Case.Insensitive);
    }

    [Fact]
    public async Task Each_family_stands_together_under_one_head_and_buckets_add_up()
    {
        var (known, family, last) = (new HashSet<string>(), "", new Dictionary<string, double>());
        foreach (var line in (await ExercisedAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
                known.Add(family = line.Split(' ')[2]).ShouldBeTrue($"{family} has two heads");
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                line.Split(' ')[2].ShouldBe(family);
            else
            {
                line.ShouldStartWith(family);
                var value = double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
                if (!line.StartsWith($"{family}_bucket", StringComparison.Ordinal))
                    continue;
                var series = line[..line.IndexOf("le=", StringComparison.Ordinal)];
                value.ShouldBeGreaterThanOrEqualTo(last.GetValueOrDefault(series), line);
                last[series] = value;
            }
    }

    /// <summary>Debian's package <c>prometheus</c> has it; <c>./platform test</c> unpacks it.</summary>
    [Fact]
    public async Task Promtool_finds_nothing()
    {
        var promtool = new[] { "/usr/bin/promtool", Path.Combine(AppContext.BaseDirectory, "../../../obj/promtool/usr/bin/promtool") }.FirstOrDefault(File.Exists);
        Assert.SkipUnless(promtool is not null, "not run: there is no promtool (Debian's package prometheus)");
        using var check = Process.Start(new ProcessStartInfo(promtool!, ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = check.StandardError.ReadToEndAsync();
        var output = check.StandardOutput.ReadToEndAsync();
        try
        {
            await check.StandardInput.WriteAsync(await ExercisedAsync());
            check.StandardInput.Close();
        }
        catch (IOException)
        {
            // It reads no further than the first line that it doesn't understand.
        }
        var said = await errors + await output;
        await check.WaitForExitAsync();
        (check.ExitCode, said).ShouldBe((0, ""));
    }

    private async Task<string> ExercisedAsync()
    {
        using var admin = shared.App.Client("admin", Api.Sites.TenantEndpoints.NewId());
        var site = await admin.SiteAsync();
        (await admin.PostAsync($"/api/sites/{site}/track", new { id = Guid.NewGuid(), name = "page_view", url = "https://a.example/", at = "2020-06-02T00:00:00Z", visitor = "ann" })).ShouldBe(200);
        var text = "";
        await Until.HoldsAsync(async () => (text = (await admin.AskAsync("/metrics")).ShouldBe(200).Text).Contains("platform_projection_events_total{platform_projection=\"hits\"}", StringComparison.Ordinal));
        return text;
    }
}
