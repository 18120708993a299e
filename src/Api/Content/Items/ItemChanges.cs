using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.Processors.Content;

namespace Platform.Api.Content;

/// <summary>What became of an item since the version that a command was for.</summary>
internal static class ItemChanges
{
    public static async Task<ChangesSince> SinceAsync(StaleCommand stale, CancellationToken cancel)
    {
        var stream = stale.Session.Events;
        var events = await stream.FetchStreamAsync(stale.Id, Math.Max(stale.From, stale.To - ChangesSince.Most), stale.To, cancel: cancel);
        var origin = await stream.AggregateStreamAsync<Item>(stale.Id, stale.From, cancel: cancel);
        var current = await stream.AggregateStreamAsync<Item>(stale.Id, stale.To, cancel: cancel);
        var fields = FieldSides.Of(origin.State.Fields, current.State.Fields, (stale.Command as ItemEdit)?.Fields);
        return new ChangesSince([.. events.Select(ChangeSince.Of)], [.. fields.Take(ChangesSince.Most)]);
    }
}
