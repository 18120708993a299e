using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Domain;

/// <summary>One kind of state: its alias, the version of its JSON shape, its record, and how that is read and written.</summary>
public sealed record StateEntry(string Alias, int Shape, Type ClrType, JsonTypeInfo Json);

/// <summary>Every state that may be kept as a snapshot, found once by its <see cref="StateTypeAttribute"/>.</summary>
public static class StateCatalog
{
    /// <summary>By alias.</summary>
    /// <exception cref="TypeInitializationException">
    /// An alias stands twice, or a state is missing from the JSON contexts; the inner exception says which.
    /// </exception>
    public static FrozenDictionary<string, StateEntry> All { get; } =
        Build(typeof(StateCatalog).Assembly.GetTypes(), JsonContexts.All);

    private static FrozenDictionary<Type, StateEntry> ByType { get; } = All.Values.ToFrozenDictionary(entry => entry.ClrType);

    /// <exception cref="KeyNotFoundException">The type isn't a state.</exception>
    public static StateEntry Of(Type state) => ByType[state];

    /// <summary>The catalog of the states among <paramref name="types"/>.</summary>
    /// <exception cref="InvalidOperationException">An alias stands twice, or a state isn't in any context.</exception>
    public static FrozenDictionary<string, StateEntry> Build(IEnumerable<Type> types, IEnumerable<JsonSerializerContext> contexts)
    {
        var entries = new Dictionary<string, StateEntry>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            if (type.GetCustomAttribute<StateTypeAttribute>() is not { } named) continue;
            if (!entries.TryAdd(named.Alias, new StateEntry(named.Alias, named.Shape, type, JsonContexts.Find(type, contexts))))
                throw new InvalidOperationException($"The alias '{named.Alias}' stands twice: {entries[named.Alias].ClrType} and {type}.");
        }

        return entries.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
