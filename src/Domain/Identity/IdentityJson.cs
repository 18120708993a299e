using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Domain.Identity;

/// <summary>How the events and states of this capability are written.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    // Nodes of two releases run side by side: the older one must read what the newer one appended.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RoleDefined))]
[JsonSerializable(typeof(RolePermissionsChanged))]
[JsonSerializable(typeof(RoleInheritanceChanged))]
[JsonSerializable(typeof(RoleRetired))]
[JsonSerializable(typeof(Role))]
[JsonSerializable(typeof(UserRegistered))]
[JsonSerializable(typeof(UserProvisioned))]
[JsonSerializable(typeof(UserLinked))]
[JsonSerializable(typeof(UserSuspended))]
[JsonSerializable(typeof(UserResumed))]
[JsonSerializable(typeof(UserRemoved))]
[JsonSerializable(typeof(UserJoinedGroup))]
[JsonSerializable(typeof(UserLeftGroup))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Person))]
[JsonSerializable(typeof(UserNameTaken))]
[JsonSerializable(typeof(UserNameReleased))]
[JsonSerializable(typeof(UserNameReservation))]
[JsonSerializable(typeof(GroupDefined))]
[JsonSerializable(typeof(GroupRenamed))]
[JsonSerializable(typeof(GroupExternalIdChanged))]
[JsonSerializable(typeof(GroupRemoved))]
[JsonSerializable(typeof(Group))]
[JsonSerializable(typeof(SubjectTaken))]
[JsonSerializable(typeof(SubjectReleased))]
[JsonSerializable(typeof(SubjectReservation))]
[JsonSerializable(typeof(GrantRequested))]
[JsonSerializable(typeof(GrantGiven))]
[JsonSerializable(typeof(GrantApproved))]
[JsonSerializable(typeof(GrantRefused))]
[JsonSerializable(typeof(GrantRevoked))]
[JsonSerializable(typeof(Grant))]
[JsonSerializable(typeof(Grantee))]
[JsonSerializable(typeof(DenialSet))]
[JsonSerializable(typeof(DenialLifted))]
[JsonSerializable(typeof(Denial))]
[JsonSerializable(typeof(ScopeSite))]
[JsonSerializable(typeof(ClientRegistered))]
[JsonSerializable(typeof(ClientKeyRotated))]
[JsonSerializable(typeof(ClientRevoked))]
[JsonSerializable(typeof(ClientUsed))]
[JsonSerializable(typeof(ApiClient))]
[JsonSerializable(typeof(ClientUse))]
[JsonSerializable(typeof(SignInProviderConfigured))]
[JsonSerializable(typeof(SignInProviderRemoved))]
[JsonSerializable(typeof(SignInProvider))]
[JsonSerializable(typeof(SessionOpened))]
[JsonSerializable(typeof(SessionEnded))]
[JsonSerializable(typeof(Session))]
public sealed partial class IdentityJson : JsonSerializerContext;
