using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>A client called, for the first time in an hour.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Prefix">Of the key that it used.</param>
/// <param name="At">When.</param>
[EventType("identity.client-used")]
public sealed record ClientUsed(Guid ClientId, string Prefix, DateTimeOffset At);

/// <summary>When a client last called, to the hour. A stream of its own: what happens often stays apart from what was decided.</summary>
[StateType("identity.client-use", 2)]
public sealed record ClientUse : IState<ClientUse>
{
    public static ClientUse Initial { get; } = new();

    /// <summary>Null: never.</summary>
    public DateTimeOffset? At { get; init; }

    public string Prefix { get; init; } = "";

    /// <summary>By prefix, when each key was noted that was within the hour before the last.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> Recent { get; init; } = ImmutableSortedDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal);

    public long Version { get; init; }

    /// <summary>The stream of a client's use.</summary>
    public static Guid IdOf(Guid clientId) => DerivedId.From("identity.client-use", clientId.ToString());

    public ClientUse Evolve(object @event, long version) =>
        @event is ClientUsed used ? this with { At = used.At, Prefix = used.Prefix, Recent = With(used), Version = version } : this with { Version = version };

    private ImmutableSortedDictionary<string, DateTimeOffset> With(ClientUsed used) =>
        Recent.RemoveRange(Recent.Where(one => one.Value + NoteClientUse.Every <= used.At).Select(one => one.Key)).SetItem(used.Prefix, used.At);
}

/// <summary>Notes that a client called: one event an hour and key, however often it does and on however many nodes.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Prefix">Of the key that it used.</param>
/// <param name="At">When.</param>
public sealed record NoteClientUse(Guid ClientId, string Prefix, DateTimeOffset At) : ICommand<NoteClientUse, ClientUse>
{
    /// <summary>Between two events.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromHours(1);

    public static Decision Decide(NoteClientUse command, ClientUse state) =>
        state.Recent.TryGetValue(command.Prefix, out var last) && command.At < last + Every ? Decision.Nothing : Decision.Of(new ClientUsed(command.ClientId, command.Prefix, command.At));
}
