using System.Text.Json;
using Platform.Ledger;

namespace Platform.Domain.Tests;

/// <summary>
/// Given events, when a command, then events: <c>Spec.Given&lt;Item&gt;(Created).When(new UnpublishItem(Id)).ThenNothing()</c>.
/// </summary>
public static class Spec
{
    public static Spec<TState> Given<TState>(params IEnumerable<object> events) where TState : IState<TState> =>
        new(State.Of<TState>(events));

    /// <summary>Two lists of events are the same when they have the same aliases and the same JSON, which is what's kept of them.</summary>
    public static string Show(IEnumerable<object> events) => string.Join('\n', events.Select(Show));

    private static string Show(object @event)
    {
        var entry = EventCatalog.Of(@event);
        // A decision's texts about people are still plain; the store seals them.
        var options = new JsonSerializerOptions(entry.Json.Options) { Converters = { new PersonalText.UnsealedConverter() } };
        return $"{entry.Alias} {JsonSerializer.Serialize(@event, options.GetTypeInfo(entry.ClrType))}";
    }
}

public sealed class Spec<TState>(TState state) where TState : IState<TState>
{
    public Outcome When<TCommand>(TCommand command) where TCommand : ICommand<TCommand, TState> =>
        When(current => TCommand.Decide(command, current));

    /// <summary>For a command that looks at other states as well: the lambda brings them.</summary>
    public Outcome When(Func<TState, Decision> decide)
    {
        var decision = decide(state);
        return new Outcome(decision.Rejection, decision.Events.IsEmpty ? [] : [new StreamEvents(Guid.Empty, decision.Events)]);
    }

    public Outcome When(Func<TState, JointDecision> decide)
    {
        var decision = decide(state);
        return new Outcome(decision.Rejection, decision.Streams);
    }
}
