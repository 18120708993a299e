using System.Collections.Concurrent;

namespace Platform.EventStore.Tests.Subscriptions;

/// <summary>A subscription that remembers what it was handed, in order, and does as a test says.</summary>
internal sealed class Recorder(string name) : Subscription
{
    public ConcurrentQueue<Delivery> Deliveries { get; } = new();

    public Func<Delivery, CancellationToken, Task<DeliveryOutcome>> Handle { get; set; } = (_, _) => Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Done());
    public Func<Event, IEnumerable<Route>> RouteOf { get; set; } = e => [Route.Deliver(e)];
    public bool Begins { get; init; }
    public IReadOnlyList<string> Models { get; init; } = [];
    public DeliveryLimits Most { get; init; } = DeliveryLimits.Default;

    public override string Name => name;
    public override IReadOnlyList<string> EventTypes { get; } = ["notes.page-written", "notes.pages-torn"];
    public override bool FromStart => Begins;
    public override IReadOnlyList<string> After => Models;
    public override DeliveryLimits Limits => Most;
    public override RetryPolicy Retry { get; } = new(3, TimeSpan.FromMilliseconds(60), 2, TimeSpan.FromSeconds(1));

    public override Task<IReadOnlyList<Route>> RouteAsync(IReadOnlyList<Event> events, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<Route>>([.. events.SelectMany(RouteOf)]);

    public override Task<DeliveryOutcome> HandleAsync(Delivery delivery, CancellationToken cancel)
    {
        Deliveries.Enqueue(delivery);
        return Handle(delivery, cancel);
    }

    public static string TextOf(Delivery delivery) => delivery.Event.Data is PageWritten page ? page.Text : delivery.Event.Type;

    public IReadOnlyList<string> Texts => [.. Deliveries.Select(TextOf)];
}
