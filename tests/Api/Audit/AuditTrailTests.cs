using System.Text.Json;
using Platform.Processors;

namespace Platform.Api.Tests.Audit;

public sealed class AuditTrailTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task An_entry_says_who_did_what_to_what_and_when_and_where_its_proof_is()
    {
        var site = await Admin.ArticleSiteAsync();
        var receipt = (await Admin.PostAsync("/api/content", Examples.NewArticle(site), ("X-Correlation-Id", "work-7"))).ShouldBe(201).Receipt;
        var entry = (await Admin.AskAsync($"/api/audit?object={receipt.StreamId}&after={receipt.Events[0].Sequence}")).ShouldBe(200).Items.ShouldHaveSingleItem();

        entry.GetProperty("at").GetDateTimeOffset().ShouldBe(receipt.Timestamp);
        entry.GetProperty("version").GetInt64().ShouldBe(1);
        entry.GetProperty("sequence").GetInt64().ShouldBe(receipt.Events[0].Sequence);
        (Text(entry, "eventId"), Text(entry, "proof")).ShouldBe(($"{receipt.Events[0].Id}", $"/api/ledger/proof?event={receipt.Events[0].Id}"));
        (Text(entry, "actor"), Text(entry, "trigger"), Text(entry, "action"), Text(entry, "correlationId")).ShouldBe(("test-admin", "http", "content.item-created", "work-7"));
        (Text(entry, "streamId"), Text(entry, "streamKind"), Text(entry, "outcome")).ShouldBe(($"{receipt.StreamId}", "content.item", "done"));
        Text(entry, "summary").ShouldBe("Started article \"First light\" in en.");
    }

    [Fact]
    public async Task Entries_are_found_by_actor_action_object_outcome_time_and_words()
    {
        var (item, after) = await HistoryAsync();
        (await FindAsync($"actor=test-editor&after={after}")).ShouldBe(["content.item-published", "content.item-edited"]);
        (await FindAsync("actor=nobody")).ShouldBeEmpty();
        (await FindAsync("action=content.item-edited")).ShouldBe(["content.item-edited"]);
        (await FindAsync("action=sites.")).ShouldBe(["sites.site-created", "sites.domain-reserved"], ignoreOrder: true);
        (await FindAsync("action=content.item")).ShouldBeEmpty("no alias");
        (await FindAsync($"object={item}")).ShouldBe(["content.item-published", "content.item-edited", "content.item-created"]);
        (await FindAsync("outcome=done")).Count.ShouldBe((int)await CountEventsAsync());
        (await FindAsync("q=light")).ShouldBe(["content.item-published", "content.slug-reserved", "content.item-created"], ignoreOrder: true);
        (await FindAsync("q=published+light")).ShouldBe(["content.item-published"]);
        (await FindAsync("q=light+-published&action=content.item-created")).ShouldBe(["content.item-created"]);
        (await FindAsync("q=light&actor=test-editor&outcome=done")).ShouldBe(["content.item-published"]);
        (await FindAsync("q=haystack")).ShouldBeEmpty();
        (await FindAsync("q=...")).ShouldBeEmpty();

        var edited = (await Admin.AskAsync("/api/audit?action=content.item-edited")).Items.Single().GetProperty("at").GetDateTimeOffset();
        (await FindAsync($"object={item}&from={Uri.EscapeDataString($"{edited:O}")}")).ShouldBe(["content.item-published", "content.item-edited"]);
        (await FindAsync($"object={item}&to={edited:O}")).ShouldBe(["content.item-created"], "an unescaped plus is a plus, and the end isn't part");
        (await FindAsync($"q=light&from={Uri.EscapeDataString($"{edited:O}")}")).ShouldBe(["content.item-published"]);
    }

    [Fact]
    public async Task Pages_of_any_size_give_every_entry_once_newest_first()
    {
        var (_, after) = await HistoryAsync();
        foreach (var query in new[] { "outcome=done", "q=the", "action=content.", "actor=test-admin" })
        {
            var all = (await Admin.AskAsync($"/api/audit?{query}&limit=200&after={after}")).ShouldBe(200).Items.Select(e => (At: e.GetProperty("at").GetDateTimeOffset(), Sequence: e.GetProperty("sequence").GetInt64())).ToList();
            all.ShouldBe(all.OrderByDescending(e => e.At).ThenByDescending(e => e.Sequence));
            all.Count.ShouldBeGreaterThan(1, query);
            foreach (var limit in new[] { 1, 2, 3 })
                (await WalkAsync($"/api/audit?{query}&limit={limit}")).ShouldBe(all.Select(e => e.Sequence), $"{query} {limit}");
        }
    }

    [Fact]
    public async Task Another_tenants_entries_are_not_there()
    {
        var (item, after) = await HistoryAsync();
        foreach (var query in new[] { "", $"object={item}&", "q=light&", $"q={Tenant}&", "actor=test-editor&" })
            (await Stranger().AskAsync($"/api/audit?{query}after={after}")).ShouldBe(200).Items.ShouldBeEmpty(query);
        (await Stranger().AskAsync("/api/audit/export?format=jsonl")).ShouldBe(200).Text.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("actor=%00", "actor")]
    [InlineData("action=content", "action")]
    [InlineData("action=Content.item", "action")]
    [InlineData("action=content.%25", "action")]
    [InlineData("object=abc", "object")]
    [InlineData("outcome=failed", "outcome")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2030-01-01", "to")]
    [InlineData("q=%00", "q")]
    [InlineData("limit=0", "limit")]
    [InlineData("cursor=AA", "cursor")]
    [InlineData("cursor=MS4y.", "cursor")]
    [InlineData("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OS4x", "cursor")]
    [InlineData("after=abc", "after")]
    [InlineData("asOf=1", "asOf")]
    public async Task A_parameter_out_of_bounds_is_422_and_named(string query, string field) =>
        await RefusedAsync(() => Admin.AskAsync($"/api/audit?{query}"), 422, "invalid", field);

    [Fact]
    public async Task The_largest_cursor_is_no_failure() => // 99999999999999999.999999999999999999
        (await Admin.AskAsync("/api/audit?cursor=OTk5OTk5OTk5OTk5OTk5OTkuOTk5OTk5OTk5OTk5OTk5OTk5")).ShouldBe(200);

    // Seven events of two people, the last by the editor.
    private async Task<(Guid Item, long After)> HistoryAsync()
    {
        var item = await Admin.ArticleAsync();
        (await As("editor").PutAsync($"/api/content/{item}", """{"fields":{"title":"First light","body":"Dawn"}}""")).ShouldBe(200);
        var published = (await As("editor").PostAsync($"/api/content/{item}/publish", "{}")).ShouldBe(200);
        return (item, published.Receipt.Events[^1].Sequence);
    }

    private async Task<IReadOnlyList<string>> FindAsync(string query) =>
        [.. (await Admin.AskAsync($"/api/audit?limit=200&{query}")).ShouldBe(200).Items.Select(e => Text(e, "action")!)];

    private async Task<List<long>> WalkAsync(string path)
    {
        var sequences = new List<long>();
        string? next = null;
        do
        {
            var page = (await Admin.AskAsync($"{path}{(next is null ? "" : $"&cursor={next}")}")).ShouldBe(200);
            sequences.AddRange(page.Items.Select(e => e.GetProperty("sequence").GetInt64()));
            next = page.Next;
        }
        while (next is not null);
        return sequences;
    }

    private static string? Text(JsonElement entry, string member) => entry.GetProperty(member).GetString();
}
