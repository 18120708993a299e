using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Platform.Domain;

/// <summary>The source-generated JSON contexts of this assembly, one for each capability.</summary>
internal static class JsonContexts
{
    public static ImmutableArray<JsonSerializerContext> All { get; } =
    [
        .. typeof(JsonContexts).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(JsonSerializerContext)))
            .Select(type => (JsonSerializerContext)type.GetProperty("Default", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!),
    ];

    /// <exception cref="InvalidOperationException">No context lists the type.</exception>
    public static JsonTypeInfo Find(Type type, IEnumerable<JsonSerializerContext> contexts) =>
        contexts.Select(context => context.GetTypeInfo(type)).FirstOrDefault(info => info is not null)
        ?? throw new InvalidOperationException($"{type} isn't listed in any JSON context; add it to that of its capability.");
}
