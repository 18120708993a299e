using Platform.Api.Http;
using Platform.Domain.Identity;
using Platform.Processors.Identity;

namespace Platform.Api.Identity;

/// <summary>Users, as a directory provisions them.</summary>
internal static class ScimUserEndpoints
{
    public static async Task<IResult> ListAsync(HttpContext http, ScimUsers users)
    {
        await RequirePersonalAsync(http);
        var (page, all, start) = await users.ListAsync(http);
        return ScimAnswer.List(http, page, ScimJson.Default.ScimUser, all, start);
    }

    public static async Task<IResult> GetAsync(HttpContext http, Guid id, ScimUsers users)
    {
        await RequirePersonalAsync(http);
        return await ShowAsync(http, id, users);
    }

    public static async Task<IResult> PostAsync(HttpContext http, ScimUsers users, ProvisioningCommands commands)
    {
        await RequirePersonalAsync(http);
        var (body, bytes) = await ScimValue.BodyAsync(http, ScimAnswer.UserSchema);
        var command = new ProvisionUser(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.Empty, ScimProfile.Whole(body, null));
        var receipt = await ScimAnswer.RunAsync(http, bytes, command.UserId, command, commands.Provision);
        return await ShowAsync(http, receipt.StreamId, users, StatusCodes.Status201Created);
    }

    public static async Task<IResult> PutAsync(HttpContext http, Guid id, ScimUsers users, ProvisioningCommands commands)
    {
        await RequirePersonalAsync(http);
        var (body, bytes) = await ScimValue.BodyAsync(http, ScimAnswer.UserSchema);
        return await ChangeAsync(http, id, bytes, before => ScimProfile.Whole(body, before), users, commands);
    }

    public static async Task<IResult> PatchAsync(HttpContext http, Guid id, ScimUsers users, ProvisioningCommands commands)
    {
        await RequirePersonalAsync(http);
        var (changes, bytes) = await ScimPatch.ReadAsync(http);
        return await ChangeAsync(http, id, bytes, before => ScimProfile.After(before, changes), users, commands);
    }

    public static async Task<IResult> DeleteAsync(HttpContext http, Guid id)
    {
        var command = new WantedRemoval(new RemoveUser(id, Caller.Of(http).Subject), ScimAnswer.ExpectedTags(http));
        await ScimAnswer.RunAsync(http, [], id, command, ProvisioningCommands.Remove);
        return Results.NoContent();
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, Guid id, byte[] bytes, Func<UserProfile, UserProfile> change, ScimUsers users, ProvisioningCommands commands)
    {
        var (caller, now) = (Caller.Of(http), CallerAccess.Of(http).Now);
        var wanted = new WantedProfile(id, change, caller.Subject, access => CallerAccess.WhoIn(access, caller, now), now, ScimAnswer.ExpectedTags(http));
        await ScimAnswer.RunAsync(http, bytes, id, wanted, commands.Change);
        return await ShowAsync(http, id, users);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, Guid id, ScimUsers users, int status = StatusCodes.Status200OK)
    {
        var user = await users.GetAsync(http, id);
        return ScimAnswer.Resource(http, user, user.Meta!, ScimJson.Default.ScimUser, status);
    }

    // A user is nothing to a directory but texts about a person; and a hit of a filter says what the text is.
    private static Task RequirePersonalAsync(HttpContext http) => SitesOfEndpoints.RequireSiteAsync(http, Permission.PersonalRead, null);
}
