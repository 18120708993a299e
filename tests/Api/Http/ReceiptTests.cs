using System.Text.RegularExpressions;
using Platform.Processors;

namespace Platform.Api.Tests.Http;

public sealed partial class ReceiptTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public async Task A_receipt_has_exactly_the_documented_members()
    {
        var site = await Admin.ArticleSiteAsync();
        var answer = (await Admin.PostAsync("/api/content", Examples.NewArticle(site))).ShouldBe(201);
        answer.Json.EnumerateObject().Select(m => m.Name).ShouldBe(["streamId", "version", "events", "timestamp"]);
        var made = answer.Json.GetProperty("events").EnumerateArray().ShouldHaveSingleItem();
        made.EnumerateObject().Select(m => m.Name).ShouldBe(["id", "type", "sequence", "hash"]);
        made.GetProperty("type").GetString().ShouldBe("content.item-created");
        Hash().IsMatch(made.GetProperty("hash").GetString()!).ShouldBeTrue();
        answer.Json.GetProperty("timestamp").GetString().ShouldEndWith("+00:00");
    }

    [Fact]
    public async Task A_start_is_201_with_the_location_of_the_resource_and_its_version_as_etag()
    {
        var answer = (await Admin.PostAsync("/api/sites", new { name = "One", domain = "one.example.org" })).ShouldBe(201);
        answer.Header("ETag").ShouldBe("\"1\"");
        answer.Header("Location").ShouldBe($"/api/sites/{answer.Receipt.StreamId}");
        (await Admin.AskAsync(answer.Header("Location")!)).ShouldBe(200).Json.GetProperty("name").GetString().ShouldBe("One");
    }

    [Theory]
    [InlineData("/api/content-types", Examples.Article)]
    [InlineData("/api/sites/", """{"name":"S","domain":"s.example.org"}""")]
    public async Task Every_location_leads_to_the_resource(string path, string body)
    {
        var answer = (await Admin.PostAsync(path, body)).ShouldBe(201);
        (await Admin.AskAsync(answer.Header("Location")!)).ShouldBe(200).Header("ETag").ShouldBe("\"1\"");
    }

    [Fact]
    public async Task Another_accepted_command_is_200_with_the_new_version()
    {
        var item = await Admin.ArticleAsync();
        var answer = (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"Second"}}""")).ShouldBe(200);
        answer.Receipt.Version.ShouldBe(2);
        answer.Header("ETag").ShouldBe("\"2\"");
        answer.Header("Location").ShouldBeNull();
    }

    [Fact]
    public async Task A_command_that_changes_nothing_is_200_with_no_events_and_the_version_as_it_is()
    {
        var item = await Admin.ArticleAsync();
        var before = await CountEventsAsync();
        var answer = (await Admin.PutAsync($"/api/content/{item}", """{"fields":{"title":"First light"}}""")).ShouldBe(200);
        answer.Receipt.Events.ShouldBeEmpty();
        answer.Receipt.Version.ShouldBe(1);
        answer.Header("ETag").ShouldBe("\"1\"");
        (await CountEventsAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_command_with_several_events_names_them_all_in_order()
    {
        var site = await Admin.SiteAsync();
        var receipt = (await Admin.PutAsync($"/api/sites/{site}", """{"name":"New","domain":"new.example.org","settings":{"theme":"dark"}}""")).ShouldBe(200).Receipt;
        receipt.Events.Select(e => e.Type).ShouldBe(["sites.site-renamed", "sites.site-domain-changed", "sites.site-settings-changed"]);
        receipt.Version.ShouldBe(4);
    }

    [Fact]
    public async Task The_hash_and_the_rest_of_a_receipt_are_those_of_the_history()
    {
        var item = await Admin.ArticleAsync();
        var receipt = (await Admin.PostAsync($"/api/content/{item}/publish")).ShouldBe(200).Receipt;
        var last = (await Admin.AskAsync($"/api/content/{item}/history")).ShouldBe(200).Items[^1];
        last.GetProperty("hash").GetString().ShouldBe(receipt.Events[0].Hash);
        last.GetProperty("id").GetGuid().ShouldBe(receipt.Events[0].Id);
        last.GetProperty("sequence").GetInt64().ShouldBe(receipt.Events[0].Sequence);
        last.GetProperty("version").GetInt64().ShouldBe(receipt.Version);
        last.GetProperty("timestamp").GetDateTimeOffset().ShouldBe(receipt.Timestamp);
    }

    [Fact]
    public async Task The_sequence_of_a_receipt_makes_a_list_wait_for_the_event()
    {
        var site = await Admin.ArticleSiteAsync();
        for (var n = 0; n < 5; n++)
        {
            var receipt = (await Admin.PostAsync("/api/content", Examples.NewArticle(site, $"item-{n}"))).ShouldBe(201).Receipt;
            var page = (await Admin.AskAsync($"/api/content?after={receipt.Events[0].Sequence}")).ShouldBe(200);
            page.Items.Select(i => i.GetProperty("id").GetGuid()).ShouldContain(receipt.StreamId);
        }
    }

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex Hash();
}
