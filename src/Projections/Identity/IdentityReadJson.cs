using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Projections.Identity;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RoleEntry))]
[JsonSerializable(typeof(UserDetails))]
[JsonSerializable(typeof(GroupDetails))]
[JsonSerializable(typeof(GrantDetails))]
[JsonSerializable(typeof(DenialDetails))]
[JsonSerializable(typeof(ClientDetails))]
[JsonSerializable(typeof(AccessEntry))]
[JsonSerializable(typeof(KeptSignInProvider))]
[JsonSerializable(typeof(SignInProviderDetails))]
[JsonSerializable(typeof(SessionDetails))]
[JsonSerializable(typeof(KeptSession))]
public sealed partial class IdentityReadJson : JsonSerializerContext;
