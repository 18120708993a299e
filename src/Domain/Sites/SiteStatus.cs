using System.Text.Json.Serialization;

namespace Platform.Domain.Sites;

/// <summary>Where a site is in its life.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SiteStatus>))]
public enum SiteStatus
{
    /// <summary>Being built: visitors don't get it.</summary>
    [JsonStringEnumMemberName("draft")]
    Draft,

    [JsonStringEnumMemberName("live")]
    Live,

    /// <summary>Visitors are asked to come back later.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,

    /// <summary>Out of use: nothing of it is changed.</summary>
    [JsonStringEnumMemberName("archived")]
    Archived,
}
