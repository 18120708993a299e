using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Domain.Content;

namespace Platform.Api.Content;

/// <summary>A new release.</summary>
/// <param name="Name">For people, 1-200 characters.</param>
public sealed record CreateReleaseBody(string? Name);

/// <summary>A release, whole.</summary>
/// <param name="Name">For people, 1-200 characters.</param>
/// <param name="Items">At most 200, each item once: what isn't here leaves the release.</param>
public sealed record ChangeReleaseBody(string? Name, ImmutableArray<ReleaseItemBody?>? Items);

/// <summary>An item of a release.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Action">publish (default) or unpublish.</param>
/// <param name="Version">Stream version whose fields go live; default: the latest when the release is published.</param>
public sealed record ReleaseItemBody(Guid? ItemId, LiveAction? Action, long? Version)
{
    public ReleaseItem ToItem() => new(ItemId ?? Guid.Empty, Action ?? LiveAction.Publish, Version);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateReleaseBody))]
[JsonSerializable(typeof(ChangeReleaseBody))]
internal sealed partial class ReleaseBodies : JsonSerializerContext;
