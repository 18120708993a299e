using Platform.Domain.Identity;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of roles, users, groups, grants and clients say.</summary>
internal static class IdentitySentences
{
    public static string? Find(object @event) => @event switch
    {
        RoleDefined e => $"Defined the role {Quoted(e.Name)} with {Counted(e.Permissions.Count, "permission")}.",
        RolePermissionsChanged e => $"Changed the role {Quoted(e.Name)}: it has {Counted(e.Permissions.Count, "permission")} now.",
        RoleInheritanceChanged e => $"Changed the role {Quoted(e.Name)}: it inherits from {Named(e.Inherits)} now.",
        RoleRetired e => $"Retired the role {Quoted(e.Name)}.",
        UserRegistered e => e.Subject is null ? "Invited a user." : "Registered a user.",
        UserLinked => "Linked a user to the subject that they sign in with.",
        UserSuspended => "Suspended a user.",
        UserResumed => "Resumed a user.",
        UserProvisioned => "Took over what a directory says of a user.",
        UserRemoved => "Removed a user.",
        UserJoinedGroup => "Put a user into a group.",
        UserLeftGroup => "Took a user out of a group.",
        SubjectTaken => "Reserved a subject for a user.",
        SubjectReleased => "Released the subject of a user.",
        UserNameTaken => "Reserved a user name.",
        UserNameReleased => "Released a user name.",
        GroupDefined e => $"Defined the group {Quoted(e.Name)}.",
        GroupRenamed e => $"Renamed a group to {Quoted(e.Name)}.",
        GroupExternalIdChanged => "Took over what a directory calls a group.",
        GroupRemoved => "Removed a group.",
        GrantRequested e => $"Asked that somebody gets the role {Quoted(e.Role)}{Scope(e.SiteId)}{Until(e.ExpiresAt)}; it awaits approval.",
        GrantGiven e => $"Gave somebody the role {Quoted(e.Role)}{Scope(e.SiteId)}{Until(e.ExpiresAt)}.",
        GrantApproved e => $"Approved a grant, with {Named(e.Permissions)}.",
        GrantRefused => "Refused a grant.",
        GrantRevoked => "Revoked a grant.",
        DenialSet e => $"Denied somebody {e.Permission}{Scope(e.SiteId)}.",
        DenialLifted => "Lifted a denial.",
        ClientRegistered e => $"Registered the client {Quoted(e.Name)}.",
        ClientKeyRotated e => $"Gave a client the key {e.Key.Prefix}; the one before is valid until {At(e.PreviousUntil)}.",
        ClientRevoked => "Revoked a client.",
        ClientUsed e => $"Called with the key {e.Prefix}.",
        SignInProviderConfigured e => $"Configured sign-in with {Quoted(e.Name)} ({e.Issuer}), which admits {e.Admits}.",
        SignInProviderRemoved e => $"Removed sign-in with {Quoted(e.Name)}.",
        SessionOpened e => $"Signed in with {Quoted(e.Provider)}.",
        SessionEnded e => $"Ended a session: {e.Reason}.",
        _ => null,
    };

    private static string Scope(Guid? siteId) => siteId is null ? " in the whole tenant" : " on a site";

    private static string Until(DateTimeOffset? expiresAt) => expiresAt is { } end ? $" until {At(end)}" : "";
}
