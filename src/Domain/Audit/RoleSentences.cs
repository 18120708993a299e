using Platform.Domain.Identity;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of roles say.</summary>
internal static class RoleSentences
{
    public static string? Find(object @event) => @event switch
    {
        RoleDefined e => $"Defined the role {Quoted(e.Name)} with {Counted(e.Permissions.Count, "permission")}.",
        RolePermissionsChanged e => $"Changed the role {Quoted(e.Name)}: it has {Counted(e.Permissions.Count, "permission")} now.",
        _ => null,
    };
}
