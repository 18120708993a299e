using System.Text.Json;
using Platform.Domain.Collaboration;

namespace Platform.Domain.Tests.Collaboration;

public sealed class WebhookDeliveryTests
{
    private static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000040");
    private static readonly DateTimeOffset Noon = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DeliveredEvent Event = new(new("0198c0de-0000-7000-8000-000000000041"), "content.item-published", new("0198c0de-0000-7000-8000-000000000042"), 3, 9);
    private static readonly Guid DeliveryId = WebhookDelivery.IdOf(Id, Event.Id);
    private static readonly WebhookDelivered Done = new(Id, Event, 1, 204, 20);
    private static readonly WebhookDeliveryFailed Waiting = new(Id, Event, 1, 20, "The receiver answered 503.", 503, Noon);
    private static readonly WebhookDeliveryFailed Dead = Waiting with { NextAt = null };
    private static readonly Webhook Enabled = State.Of<Webhook>(new WebhookCreated(Id, new WebhookSettings("https://hooks.example.org", ["*"])));
    private static readonly Webhook Disabled = Enabled.After(new WebhookDisabled(Id, "Moved"));

    [Fact]
    public void Each_attempt_is_recorded_once()
    {
        Spec.Given<WebhookDelivery>().When(new RecordDelivery(Id, Event, 1, 204, 20, null, null)).Then(Done);
        Spec.Given<WebhookDelivery>().When(new RecordDelivery(Id, Event, 1, 503, 20, Waiting.Error, Noon)).Then(Waiting);
        Spec.Given<WebhookDelivery>(Waiting).When(new RecordDelivery(Id, Event, 1, 204, 20, null, null)).ThenNothing();
        Spec.Given<WebhookDelivery>(Waiting).When(new RecordDelivery(Id, Event, 2, 204, 20, null, null)).Then(Done with { Attempt = 2 });
        Spec.Given<WebhookDelivery>(Waiting with { Attempt = 12, NextAt = null }, new WebhookDeliveryReplayed(Id, Event)).When(new RecordDelivery(Id, Event, 1, 204, 20, null, null)).Then(Done);
    }

    /// <summary>Without an answer there is no status: such an event couldn't be read back, which stopped the log of deliveries.</summary>
    [Fact]
    public void An_attempt_without_an_answer_is_read_back_as_it_was_written()
    {
        var entry = EventCatalog.Of(Dead);
        var json = JsonSerializer.Serialize(Dead with { Status = null }, entry.Json);
        JsonSerializer.Deserialize(json, entry.Json).ShouldBe(Dead with { Status = null });
    }

    [Fact]
    public void What_ended_is_replayed_and_what_is_on_its_way_is_not()
    {
        foreach (var ended in new object[] { Done, Dead })
            Spec.Given<WebhookDelivery>(ended).When(d => ReplayDelivery.Decide(new ReplayDelivery(Id, DeliveryId), d, Enabled)).Then(new WebhookDeliveryReplayed(Id, Event));
        Spec.Given<WebhookDelivery>(Dead, new WebhookDeliveryDropped(Id, Event, "Known")).When(d => ReplayDelivery.Decide(new ReplayDelivery(Id, DeliveryId), d, Enabled)).Then(new WebhookDeliveryReplayed(Id, Event));
        foreach (var going in new object[][] { [Waiting], [Dead, new WebhookDeliveryReplayed(Id, Event)] })
            Spec.Given<WebhookDelivery>(going).When(d => ReplayDelivery.Decide(new ReplayDelivery(Id, DeliveryId), d, Enabled)).ThenRejected("The event is still on its way.");
    }

    [Fact]
    public void Nothing_is_replayed_that_is_not_the_webhooks_or_to_a_disabled_one()
    {
        Spec.Given<WebhookDelivery>(Dead).When(d => ReplayDelivery.Decide(new ReplayDelivery(Id, DeliveryId), d, Disabled)).ThenRejected("The webhook is disabled: enable it before its deliveries are replayed.");
        Spec.Given<WebhookDelivery>(Dead).When(d => ReplayDelivery.Decide(new ReplayDelivery(Id, DeliveryId), d, Webhook.Initial)).ThenNotFound("There is no such webhook.");
        Spec.Given<WebhookDelivery>(Dead).When(d => ReplayDelivery.Decide(new ReplayDelivery(Guid.Empty, DeliveryId), d, Enabled)).ThenNotFound("There is no such delivery.");
        Spec.Given<WebhookDelivery>().When(d => ReplayDelivery.Decide(new ReplayDelivery(Id, DeliveryId), d, Enabled)).ThenNotFound("There is no such delivery.");
    }

    [Fact]
    public void Of_many_only_the_dead_are_replayed()
    {
        Spec.Given<Webhook>().When(_ => ReplayDeadDeliveries.Decide(new ReplayDeadDeliveries(Id), Enabled, [State.Of<WebhookDelivery>(Dead), State.Of<WebhookDelivery>(Done)])).ThenStreams(
            new StreamEvents(Id, new WebhookDeadLettersReplayed(Id, 1)), new StreamEvents(DeliveryId, new WebhookDeliveryReplayed(Id, Event)));
        Spec.Given<Webhook>().When(_ => ReplayDeadDeliveries.Decide(new ReplayDeadDeliveries(Id), Enabled, [])).ThenNothing();
        Spec.Given<Webhook>().When(_ => ReplayDeadDeliveries.Decide(new ReplayDeadDeliveries(Id), Disabled, [])).ThenRejected("The webhook is disabled: enable it before its deliveries are replayed.");
    }

    [Fact]
    public void A_dead_letter_is_dropped_with_a_reason()
    {
        Spec.Given<WebhookDelivery>(Dead).When(new DropDelivery(Id, DeliveryId, " Known ")).Then(new WebhookDeliveryDropped(Id, Event, "Known"));
        Spec.Given<WebhookDelivery>(Dead).When(new DropDelivery(Id, DeliveryId, "")).ThenInvalid(("reason", "Is required."));
        Spec.Given<WebhookDelivery>(Waiting).When(new DropDelivery(Id, DeliveryId, "Known")).ThenRejected("Only a dead letter is dropped.");
        Spec.Given<WebhookDelivery>(Dead, new WebhookDeliveryDropped(Id, Event, "Known")).When(new DropDelivery(Id, DeliveryId, "Known")).ThenNothing();
        Spec.Given<WebhookDelivery>(Dead).When(new DropDelivery(Guid.Empty, DeliveryId, "Known")).ThenNotFound("There is no such delivery.");
    }
}
