using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Content;

/// <summary>How the events and states of this capability are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    // Nodes of two releases run side by side: the older one must read what the newer one appended.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContentTypeDefined))]
[JsonSerializable(typeof(ContentTypeChanged))]
[JsonSerializable(typeof(ItemCreated))]
[JsonSerializable(typeof(ItemEdited))]
[JsonSerializable(typeof(ItemPublished))]
[JsonSerializable(typeof(ItemUnpublished))]
[JsonSerializable(typeof(ItemArchived))]
[JsonSerializable(typeof(ItemRestored))]
[JsonSerializable(typeof(ItemSlugChanged))]
[JsonSerializable(typeof(ItemMigrated))]
[JsonSerializable(typeof(ItemLocaleAdded))]
[JsonSerializable(typeof(ItemLocaleEdited))]
[JsonSerializable(typeof(ItemLocaleRemoved))]
[JsonSerializable(typeof(ItemPlaced))]
[JsonSerializable(typeof(ItemUnplaced))]
[JsonSerializable(typeof(ItemScheduled))]
[JsonSerializable(typeof(ItemScheduleCancelled))]
[JsonSerializable(typeof(ItemScheduleFulfilled))]
[JsonSerializable(typeof(ItemScheduleFailed))]
[JsonSerializable(typeof(EditLeaseTaken))]
[JsonSerializable(typeof(EditLeaseRenewed))]
[JsonSerializable(typeof(EditLeaseTakenOver))]
[JsonSerializable(typeof(EditLeaseReleased))]
[JsonSerializable(typeof(ReleaseCreated))]
[JsonSerializable(typeof(ReleaseRenamed))]
[JsonSerializable(typeof(ReleaseItemSet))]
[JsonSerializable(typeof(ReleaseItemRemoved))]
[JsonSerializable(typeof(ReleasePublished))]
[JsonSerializable(typeof(ReleaseUndone))]
[JsonSerializable(typeof(SlugReserved))]
[JsonSerializable(typeof(SlugRedirected))]
[JsonSerializable(typeof(ValueReserved))]
[JsonSerializable(typeof(ValueReleased))]
[JsonSerializable(typeof(SlugReleased))]
[JsonSerializable(typeof(ContentType))]
[JsonSerializable(typeof(Item))]
[JsonSerializable(typeof(HomeSite))]
[JsonSerializable(typeof(EditLease))]
[JsonSerializable(typeof(Release))]
[JsonSerializable(typeof(SlugReservation))]
[JsonSerializable(typeof(ValueReservation))]
public sealed partial class ContentJson : JsonSerializerContext;
