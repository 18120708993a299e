using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>The fields that items of one type have.</summary>
[EventType("content.type-defined")]
public sealed record ContentTypeDefined(string Name, ImmutableArray<FieldDefinition> Fields);

/// <summary>The type has other fields from now on; its items follow, each by an <see cref="ItemMigrated"/> of its own.</summary>
/// <param name="Name">The type.</param>
/// <param name="Fields">All of them.</param>
/// <param name="Renamed">Fields whose values move to another name.</param>
/// <param name="Defaults">Values for items that have none in a field.</param>
[EventType("content.type-changed")]
public sealed record ContentTypeChanged(
    string Name, ImmutableArray<FieldDefinition> Fields, ImmutableArray<FieldRename> Renamed, Fields Defaults);

/// <summary>One name of a field, and the name that it gets.</summary>
public sealed record FieldRename(string From, string To);

/// <summary>A content type as it was from one version of its stream on, and how items come to it from the version before.</summary>
/// <param name="Version">Stream version of the type; items say which one they follow.</param>
/// <param name="Fields">All of them.</param>
/// <param name="Renamed">Empty in the first version.</param>
/// <param name="Defaults">Empty in the first version.</param>
public sealed record TypeVersion(
    long Version, ImmutableArray<FieldDefinition> Fields, ImmutableArray<FieldRename> Renamed, Fields Defaults);

/// <summary>A content type, as items are checked against it.</summary>
[StateType("content.type", 2)]
public sealed record ContentType : IState<ContentType>
{
    public static ContentType Initial { get; } = new();

    public bool Exists { get; init; }

    public string Name { get; init; } = "";

    public ImmutableArray<FieldDefinition> Fields { get; init; } = [];

    /// <summary>Every version that the type had, the current one last.</summary>
    public ImmutableArray<TypeVersion> Versions { get; init; } = [];

    public long Version { get; init; }

    /// <summary>The stream of the type with this name.</summary>
    public static Guid IdOf(string name) => DerivedId.From("content.type", name);

    /// <summary>The type as it was for items that follow this version of it.</summary>
    public ContentType AsOf(long version) => version >= Version
        ? this
        : this with { Fields = Versions.LastOrDefault(v => v.Version <= version)?.Fields ?? [], Version = version };

    /// <summary>The type as if none of its versions had brought items values for what they lack.</summary>
    internal ContentType WithoutDefaults() =>
        this with { Versions = [.. Versions.Select(version => version with { Defaults = Platform.Domain.Fields.Empty })] };

    public ContentType Evolve(object @event, long version) => Apply(@event, version) with { Version = version };

    private ContentType Apply(object @event, long version) => @event switch
    {
        ContentTypeDefined defined => this with
        {
            Exists = true,
            Name = defined.Name,
            Fields = defined.Fields,
            Versions = [new TypeVersion(version, defined.Fields, [], Platform.Domain.Fields.Empty)],
        },
        ContentTypeChanged changed => this with
        {
            Fields = changed.Fields,
            Versions = Versions.Add(new TypeVersion(version, changed.Fields, changed.Renamed, changed.Defaults)),
        },
        _ => this,
    };
}
