using System.Text.Json.Serialization;

namespace Platform.Domain.Content;

/// <summary>What a schedule or a release does to an item.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LiveAction>))]
public enum LiveAction
{
    [JsonStringEnumMemberName("publish")]
    Publish,

    [JsonStringEnumMemberName("unpublish")]
    Unpublish,
}
