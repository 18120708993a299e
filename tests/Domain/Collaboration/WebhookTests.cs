using Platform.Domain.Collaboration;

namespace Platform.Domain.Tests.Collaboration;

public sealed class WebhookTests
{
    private static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000040");
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly WebhookFacts Facts = new(new WebhookPolicy(), null, SiteExists: true);
    private static readonly WebhookSettings Settings = new("https://hooks.example.org/in", ["content.*"]);
    private static readonly WebhookCreated Created = new(Id, Settings);

    private static Outcome Creating(WebhookSettings settings, WebhookFacts? facts = null, params object[] list) =>
        Spec.Given<Webhook>().When(webhook => CreateWebhook.Decide(new CreateWebhook(Id, settings), webhook, State.Of<WebhookList>(list), facts ?? Facts));

    [Fact]
    public void A_webhook_begins_enabled_and_is_listed() => Creating(Settings with { Description = " Search " })
        .ThenStreams(new StreamEvents(Id, new WebhookCreated(Id, Settings with { Description = "Search" })), new StreamEvents(WebhookList.Id, new WebhookListed(Id)));

    [Fact]
    public void All_that_is_wrong_is_told_at_once() =>
        Creating(new WebhookSettings("ftp://x.example.org", ["content.*", "content.*", "", "nothing.*", "Content"], Id, new string('x', 201)), Facts with { SiteExists = false }).ThenInvalid(
            ("url", "Must be an https URL."),
            ("events[1]", "Stands twice."),
            ("events[2]", "Is required."),
            ("events[3]", "There is no such event type."),
            ("events[4]", "Must be an event type such as content.item-published, the beginning of some such as content.* or content.item-*, or *."),
            ("siteId", "There is no such site."),
            ("description", "Must be at most 200 characters long."));

    [Fact]
    public void A_webhook_wants_some_events_and_not_too_many_filters()
    {
        Creating(Settings with { Events = [] }).ThenInvalid(("events", "Is required."));
        Creating(Settings with { Events = [.. Enumerable.Repeat("*", 21)] }).ThenInvalid(("events", "A webhook has at most 20 filters."));
    }

    [Fact]
    public void What_the_hosts_name_stands_for_counts() =>
        Creating(Settings, Facts with { AddressProblem = "Must be elsewhere." }).ThenInvalid(("url", "Must be elsewhere."));

    [Fact]
    public void A_tenant_has_so_many_webhooks_and_no_more()
    {
        object[] full = [.. Enumerable.Range(0, WebhookList.Most).Select(_ => new WebhookListed(Guid.CreateVersion7()))];
        Creating(Settings, null, full).ThenRejected("A tenant has at most 50 webhooks.");
        Creating(Settings, null, [.. full, new WebhookUnlisted(((WebhookListed)full[3]).WebhookId)]).Then(Created, new WebhookListed(Id));
    }

    [Fact]
    public void A_change_replaces_and_the_same_changes_nothing()
    {
        Spec.Given<Webhook>(Created).When(w => ChangeWebhook.Decide(new ChangeWebhook(Id, Settings with { Events = ["content.*"] }), w, Facts)).ThenNothing();
        Spec.Given<Webhook>(Created).When(w => ChangeWebhook.Decide(new ChangeWebhook(Id, Settings with { Events = ["sites.*"] }), w, Facts))
            .Then(new WebhookChanged(Id, Settings with { Events = ["sites.*"] }));
        Spec.Given<Webhook>(Created).When(w => ChangeWebhook.Decide(new ChangeWebhook(Id, Settings with { Url = "" }), w, Facts)).ThenInvalid(("url", "Is required."));
        Spec.Given<Webhook>().When(w => ChangeWebhook.Decide(new ChangeWebhook(Id, Settings), w, Facts)).ThenNotFound("There is no such webhook.");
    }

    [Fact]
    public void It_is_disabled_with_a_reason_and_enabled_again()
    {
        Spec.Given<Webhook>(Created).When(new DisableWebhook(Id, " Moved ")).Then(new WebhookDisabled(Id, "Moved"));
        Spec.Given<Webhook>(Created).When(new DisableWebhook(Id, " ")).ThenInvalid(("reason", "Is required."));
        Spec.Given<Webhook>(Created, new WebhookDisabled(Id, "Moved")).When(new DisableWebhook(Id, "Again")).ThenNothing();
        Spec.Given<Webhook>(Created, new WebhookDisabled(Id, "Moved")).When(new EnableWebhook(Id)).Then(new WebhookEnabled(Id));
        Spec.Given<Webhook>(Created).When(new EnableWebhook(Id)).ThenNothing();
    }

    [Fact]
    public void A_rotated_secret_is_good_alongside_for_a_time()
    {
        Spec.Given<Webhook>(Created).When(new RotateWebhookSecret(Id, 24, Noon)).Then(new WebhookSecretRotated(Id, 2, Noon.AddDays(1)));
        Spec.Given<Webhook>(Created).When(new RotateWebhookSecret(Id, 169, Noon)).ThenInvalid(("keepHours", "Must be from 0 to 168."));
        var rotated = State.Of<Webhook>(Created, new WebhookSecretRotated(Id, 2, Noon));
        rotated.GenerationsAt(Noon.AddTicks(-1)).ShouldBe([2, 1]);
        rotated.GenerationsAt(Noon).ShouldBe([2]);
        State.Of<Webhook>(Created).GenerationsAt(Noon).ShouldBe([1]);
    }

    [Fact]
    public void A_removed_webhook_is_gone()
    {
        Spec.Given<Webhook>(Created).When(w => RemoveWebhook.Decide(new RemoveWebhook(Id), w))
            .ThenStreams(new StreamEvents(Id, new WebhookRemoved(Id)), new StreamEvents(WebhookList.Id, new WebhookUnlisted(Id)));
        Spec.Given<Webhook>(Created, new WebhookRemoved(Id)).When(w => RemoveWebhook.Decide(new RemoveWebhook(Id), w)).ThenNotFound("There is no such webhook.");
        Spec.Given<Webhook>(Created, new WebhookRemoved(Id)).When(new TestWebhook(Id)).ThenNotFound("There is no such webhook.");
        Spec.Given<Webhook>(Created, new WebhookDisabled(Id, "Moved")).When(new TestWebhook(Id)).Then(new WebhookTested(Id));
    }

    [Theory]
    [InlineData("*", "content.item-published", true)]
    [InlineData("*", "collaboration.webhook-delivered", false)]
    [InlineData("*", "collaboration.webhook-tested", false)]
    [InlineData("content.*", "content.item-published", true)]
    [InlineData("content.*", "contents.item-published", false)]
    [InlineData("content.item-*", "content.item-published", true)]
    [InlineData("content.item-*", "content.release-published", false)]
    [InlineData("content.item-published", "content.item-published_v2", true)]
    [InlineData("content.item-published_v2", "content.item-published", false)]
    [InlineData("content.item-published", "content.item-publish", false)]
    public void A_filter_is_an_alias_or_its_beginning(string filter, string alias, bool matches) => EventFilter.Matches(filter, alias).ShouldBe(matches);

    [Theory]
    [InlineData("collaboration.webhook-delivered")]
    [InlineData("collaboration.*")]
    [InlineData("content.item-publish")]
    public void Nobody_can_ask_for_what_there_is_not_or_for_webhooks(string filter) => EventFilter.Problem(filter).ShouldBe("There is no such event type.");
}
