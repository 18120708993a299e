using System.Text.Json;
using Platform.Api.Tests.Analytics;
using Platform.Api.Tests.Collaboration;
using Platform.Tests;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Samples;

/// <summary>samples/n8n: a workflow that n8n can import, whose script is run by Node on what the platform really delivers.</summary>
public sealed class WorkflowTests(ReportHost host) : IClassFixture<ReportHost>, IDisposable
{
    // What the script finds in n8n: its item, the environment, data that stays from run to run, and the bytes that came. It's given one delivery after the other.
    private const string Runner = """
        const { workflow, secret, now, deliveries } = JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8'));
        const script = workflow.nodes.find((node) => node.type === 'n8n-nodes-base.code').parameters.jsCode;
        const run = Object.getPrototypeOf(async () => {}).constructor('$input', '$env', '$getWorkflowStaticData', 'require', script);
        const kept = {};
        if (now) Date.now = () => now * 1000;
        (async () => {
          const results = [];
          for (const { headers, body } of deliveries) {
            const node = { helpers: { getBinaryDataBuffer: async () => Buffer.from(body, 'utf8') } };
            try { results.push((await run.call(node, { first: () => ({ json: { headers } }) }, { PLATFORM_WEBHOOK_SECRET: secret }, () => kept, require))[0].json); }
            catch (error) { results.push({ error: error.message }); }
          }
          console.log(JSON.stringify(results));
        })();
        """;

    private static readonly string _file = Path.Combine(Repository.Root, "samples", "n8n", "daily-summary.json");

    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public void It_has_the_shape_of_a_workflow()
    {
        var workflow = JsonElement.Parse(File.ReadAllText(_file));
        var nodes = workflow.GetProperty("nodes").EnumerateArray().ToList();
        var names = nodes.Select(node => node.GetProperty("name").GetString()!).ToList();
        names.ShouldBeUnique();
        nodes.Select(node => node.GetProperty("id").GetGuid()).ShouldBeUnique();
        foreach (var node in nodes)
        {
            node.GetProperty("type").GetString()!.ShouldStartWith("n8n-nodes-base.");
            node.GetProperty("typeVersion").GetDouble().ShouldBeGreaterThan(0);
            node.GetProperty("position").GetArrayLength().ShouldBe(2);
            node.GetProperty("parameters").ValueKind.ShouldBe(JsonValueKind.Object);
        }
        var reached = new HashSet<string> { "Webhook" };
        foreach (var from in workflow.GetProperty("connections").EnumerateObject())
        {
            names.ShouldContain(from.Name);
            foreach (var to in from.Value.GetProperty("main").EnumerateArray().SelectMany(output => output.EnumerateArray()))
            {
                (to.GetProperty("type").GetString(), to.GetProperty("index").GetInt32()).ShouldBe(("main", 0));
                names.ShouldContain(to.GetProperty("node").GetString()!);
                reached.Add(to.GetProperty("node").GetString()!);
            }
        }
        names.ShouldBe(reached, ignoreOrder: true);
        var webhook = nodes.Single(node => node.GetProperty("name").GetString() == "Webhook").GetProperty("parameters");
        (webhook.GetProperty("httpMethod").GetString(), webhook.GetProperty("options").GetProperty("rawBody").GetBoolean(), webhook.GetProperty("responseMode").GetString()).ShouldBe(("POST", true, "responseNode"));
    }

    [Fact]
    public async Task Its_script_takes_what_the_platform_delivers_once_and_nothing_else()
    {
        await using var tenant = await ReportTenant.StartAsync(host);
        await tenant.ListenAsync();
        await tenant.ReplayAsync(PastVisits.View("ann", "2026-04-02T10:00", "/größe"), PastVisits.View("bob", "2026-03-26T10:00"), PastVisits.View("cat", "2026-03-26T11:00"));
        var report = await tenant.ScheduleAsync();
        await tenant.MakeAsync(report, "2026-04-02");
        var delivery = (await tenant.Receiver.WaitAsync(1)).ShouldHaveSingleItem();

        var results = await RunAsync(tenant.Secret, null, delivery, delivery, delivery with { Body = delivery.Body + " " }, With(delivery, "webhook-id", $"{Guid.NewGuid()}"), With(delivery, "webhook-signature", "v1,AAAA v2,x"));
        (results[0].GetProperty("isNew").GetBoolean(), results[0].GetProperty("id").GetString()).ShouldBe((true, delivery.Id));
        results[0].GetProperty("text").GetString()!.Split('\n')[..3].ShouldBe(["www.example.org, 2026-04-02", "Visitors: 1 (-50 % against the week before)", "Page views: 1 (-50 % against the week before)"]);
        results[0].GetProperty("summary").GetProperty("day").GetProperty("pageViews").GetInt64().ShouldBe(1);
        results[1].GetProperty("isNew").GetBoolean().ShouldBeFalse();
        results.Skip(2).Select(result => result.GetProperty("error").GetString()!).ShouldAllBe(error => error.StartsWith("The signature is wrong"));

        Error(await RunAsync("whsec_" + Convert.ToBase64String(new byte[32]), null, delivery)).ShouldStartWith("The signature is wrong");
        Error(await RunAsync("", null, delivery)).ShouldBe("PLATFORM_WEBHOOK_SECRET is not set.");
        Error(await RunAsync(tenant.Secret, delivery.Timestamp + 301, delivery)).ShouldStartWith("The delivery is too old");
        (await RunAsync(tenant.Secret, delivery.Timestamp + 299, delivery))[0].GetProperty("isNew").GetBoolean().ShouldBeTrue();
    }

    public void Dispose() => _scratch.Dispose();

    private async Task<IReadOnlyList<JsonElement>> RunAsync(string secret, long? now, params Received[] deliveries)
    {
        Directory.CreateDirectory(_scratch.Path);
        var input = Path.Combine(_scratch.Path, "input.json");
        await File.WriteAllTextAsync(input, JsonSerializer.Serialize(new { workflow = JsonElement.Parse(await File.ReadAllTextAsync(_file)), secret, now, deliveries = deliveries.Select(d => new { headers = d.Headers, body = d.Body }) }));
        var script = await Script.RunAsync(_scratch.Path, "node", "-e", Runner, input);
        script.ShouldNotBeNull("Node.js is needed by the build as well.");
        script.ExitCode.ShouldBe(0, script.Errors);
        return [.. JsonElement.Parse(script.Output).EnumerateArray()];
    }

    private static Received With(Received delivery, string header, string value) => delivery with { Headers = new Dictionary<string, string>(delivery.Headers) { [header] = value } };

    private static string Error(IReadOnlyList<JsonElement> results) => results.ShouldHaveSingleItem().GetProperty("error").GetString()!;
}
