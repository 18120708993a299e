using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>The fields that items of one type have.</summary>
[EventType("content.type-defined")]
public sealed record ContentTypeDefined(string Name, ImmutableArray<FieldDefinition> Fields);

/// <summary>A content type, as items are checked against it.</summary>
[StateType("content.type", 1)]
public sealed record ContentType : IState<ContentType>
{
    public static ContentType Initial { get; } = new();

    public bool Exists { get; init; }

    public string Name { get; init; } = "";

    public ImmutableArray<FieldDefinition> Fields { get; init; } = [];

    public long Version { get; init; }

    /// <summary>The stream of the type with this name.</summary>
    public static Guid IdOf(string name) => DerivedId.From("content.type", name);

    public ContentType Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private ContentType Apply(object @event) => @event switch
    {
        ContentTypeDefined defined => this with { Exists = true, Name = defined.Name, Fields = defined.Fields },
        _ => this,
    };
}
