using Platform.EventStore;
using Platform.Processors;

namespace Platform.Api.Http;

/// <summary><c>?await=appended|sequenced|witnessed</c> on commands: how far an accepted command's events are to get before the answer.</summary>
internal static class AwaitedState
{
    public const string Parameter = "await";
    public const string Appended = "appended", Sequenced = "sequenced", Witnessed = "witnessed";

    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(5);

    /// <summary>What the request asks for, checked before anything is done; null: nothing.</summary>
    public static (string State, TimeSpan Wait)? Of(HttpContext http) =>
        Reading.Text(http, Parameter, Appended, Sequenced, Witnessed) is not { } state ? null
        : (state, Reading.Number(http, "wait", 0, 30) is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultWait);

    /// <summary>Waits, and tells in the receipt how far the events are: on time-out, as far as they are for certain.</summary>
    public static async Task<Receipt> ReachAsync(Receipt receipt, (string State, TimeSpan Wait)? awaited, IQuerySession session, CancellationToken cancel)
    {
        if (awaited is not { } asked)
            return receipt;
        var last = receipt.Events.Count == 0 ? (long?)null : receipt.Events.Max(e => e.Sequence);
        var reached = asked.State == Appended || last is null ? asked.State
            : await session.WaitForCheckpointAsync(last.Value, asked.Wait, asked.State == Witnessed, cancel) is not null ? asked.State
            : asked.State == Witnessed && await session.WaitForCheckpointAsync(last.Value, TimeSpan.Zero, cosigned: false, cancel) is not null ? Sequenced
            : Appended;
        return receipt with { State = reached };
    }
}
