using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Ledger;

namespace Platform.Api.Security;

/// <summary>Opens texts about people for one answer, all of them at once, if its caller may read such texts.</summary>
public sealed class PersonalAnswers(PersonalData personal, PermissionsOfRoles permissions)
{
    /// <summary>What is shown instead of a text to a caller who may not read it.</summary>
    public const string Hidden = "[hidden]";

    /// <param name="http">The request; its answer is kept by nobody on the way.</param>
    /// <param name="texts">All that the answer has; nulls are passed over.</param>
    /// <returns>What to show for each.</returns>
    public async Task<Func<PersonalText?, string?>> OpenAsync(HttpContext http, IEnumerable<PersonalText?> texts)
    {
        var caller = Caller.Of(http);
        http.Response.Headers.CacheControl = "no-store";
        if (!(await permissions.OfAsync(caller.TenantId, caller.Roles, http.RequestAborted)).Contains(Permission.PersonalRead))
            return text => text is null ? null : Hidden;
        var opened = await personal.OpenAsync(caller.TenantId, texts, http.RequestAborted);
        return text => text is null ? null : opened[text.Token];
    }
}
