namespace Platform.Domain.Sites;

/// <summary>A tenant's own key: a stream each.</summary>
[StateType("sites.configuration-key", 1)]
public sealed record DeclaredKey : IState<DeclaredKey>
{
    public static DeclaredKey Initial { get; } = new();

    /// <summary>Null: it isn't declared.</summary>
    public ConfigurationKey? Key { get; init; }

    public long Version { get; init; }

    public DeclaredKey Evolve(object @event, long version) =>
        (@event is ConfigurationKeyDeclared e ? this with { Key = new ConfigurationKey(e.Name, e.Type, e.Rules, e.Default, e.Description) } : this) with { Version = version };
}

/// <summary>Declares a key of the tenant's own. What it means never changes: what is set under it stays right.</summary>
/// <param name="Key">Its stream is <see cref="ConfigurationKey.IdOf"/> its name.</param>
public sealed record DeclareConfigurationKey(ConfigurationKey Key)
{
    private const int MostKeys = 500;

    /// <param name="command">The command.</param>
    /// <param name="key">The key with this name, which mustn't be there.</param>
    /// <param name="keys">How many the tenant has already.</param>
    public static Decision Decide(DeclareConfigurationKey command, DeclaredKey key, long keys) =>
        command.Key.Check().Rejection is { } invalid ? invalid
        : key.Key is not null ? Reject.Conflict("key", $"The key '{command.Key.Name}' is declared already, and what it means never changes.")
        : keys >= MostKeys ? Reject.Conflict($"A tenant has at most {MostKeys} keys of its own.")
        : Decision.Of(new ConfigurationKeyDeclared(command.Key.Name, command.Key.Type, command.Key.Rules, command.Key.Default, command.Key.Description.Trim()));
}
