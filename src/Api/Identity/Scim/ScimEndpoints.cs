using Platform.Api.Http;
using Platform.Domain.Identity;

namespace Platform.Api.Identity;

/// <summary>Provisioning by a directory: SCIM 2.0 (RFC 7643, RFC 7644).</summary>
public static class ScimEndpoints
{
    private const string Texts = " Needs `personal.read` as well.";

    public static void MapScim(this IEndpointRouteBuilder app)
    {
        var scim = app.MapGroup("/scim/v2").WithMetadata(new TokensOnly());

        var users = scim.MapGroup("/Users").WithTags("Users");
        users.MapGet("/", ScimUserEndpoints.ListAsync).Needs(Permission.UsersRead).Lists<ScimUser>().Describe("ListScimUsers", "Users, or those whom a filter finds", $"In id order.{Texts}")
            .Filter("filter", "userName, externalId, id, displayName or emails.value eq a text, with and between several");
        users.MapPost("/", ScimUserEndpoints.PostAsync).Needs(Permission.UsersManage).Takes<ScimUser>().Gives<ScimUser>(StatusCodes.Status201Created).Refuses(StatusCodes.Status409Conflict)
            .Describe("CreateScimUser", "Provision a user", $"They are invited: whoever signs in with their e-mail address, which the provider has verified, is the user.{Texts}");
        users.MapGet("/{id:guid}", ScimUserEndpoints.GetAsync).Needs(Permission.UsersRead).Gives<ScimUser>().Refuses(StatusCodes.Status404NotFound)
            .Describe("GetScimUser", "A user", $"Read from its streams: never stale.{Texts}");
        users.MapPut("/{id:guid}", ScimUserEndpoints.PutAsync).Needs(Permission.UsersManage).Takes<ScimUser>().Gives<ScimUser>().Changes()
            .Describe("ReplaceScimUser", "Replace what is kept of a user", $"What isn't named is kept no more; whether they are active stays.{Texts}");
        users.MapPatch("/{id:guid}", ScimUserEndpoints.PatchAsync).Needs(Permission.UsersManage).Takes<ScimPatchBody>().Gives<ScimUser>().Changes()
            .Describe("ChangeScimUser", "Change a user", $"All of the changes, or none; at most 100.{Texts}");
        users.MapDelete("/{id:guid}", ScimUserEndpoints.DeleteAsync).Needs(Permission.UsersManage).Produces(StatusCodes.Status204NoContent).Changes()
            .Describe("DeleteScimUser", "Remove a user", "They may nothing within a second, on every node, whatever their tokens say. Their user name is free.");

        var groups = scim.MapGroup("/Groups").WithTags("Groups");
        groups.MapGet("/", ScimGroupEndpoints.ListAsync).Needs(Permission.UsersRead).Lists<ScimGroup>().Describe("ListScimGroups", "Groups, or those whom a filter finds", "In id order.")
            .Filter("filter", "id, displayName or externalId eq a text, with and between several");
        groups.MapPost("/", ScimGroupEndpoints.PostAsync).Needs(Permission.UsersManage).Takes<ScimGroup>().Gives<ScimGroup>(StatusCodes.Status201Created).Refuses(StatusCodes.Status409Conflict)
            .Describe("CreateScimGroup", "Define a group", "With its members, at most 1,000.");
        groups.MapGet("/{id:guid}", ScimGroupEndpoints.GetAsync).Needs(Permission.UsersRead).Gives<ScimGroup>().Refuses(StatusCodes.Status404NotFound)
            .Describe("GetScimGroup", "A group", "With its members, at most 10,000: of more ask with excludedAttributes=members.");
        groups.MapPut("/{id:guid}", ScimGroupEndpoints.PutAsync).Needs(Permission.UsersManage).Takes<ScimGroup>().Gives<ScimGroup>().Changes()
            .Describe("ReplaceScimGroup", "Replace a group", "Whoever isn't named is a member no more; at most 1,000 come and go. Whoever puts somebody into it must have what it was granted.");
        groups.MapPatch("/{id:guid}", ScimGroupEndpoints.PatchAsync).Needs(Permission.UsersManage).Takes<ScimPatchBody>().Produces(StatusCodes.Status204NoContent).Gives<ScimGroup>().Changes()
            .Describe("ChangeScimGroup", "Change a group", "All of the changes, or none; at most 100, with 1,000 members in all. 204, unless attributes are asked for. Whoever puts somebody into it must have what it was granted.");
        groups.MapDelete("/{id:guid}", ScimGroupEndpoints.DeleteAsync).Needs(Permission.UsersManage).Produces(StatusCodes.Status204NoContent).Changes()
            .Describe("DeleteScimGroup", "Remove a group", "What it was granted counts for nobody within a second, on every node.");

        scim.MapScimDiscovery();
    }

    /// <summary>Refusals as SCIM has them.</summary>
    internal static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params IEnumerable<int> statuses)
    {
        foreach (var status in statuses)
            endpoint.Produces<ScimErrorBody>(status, ScimAnswer.MediaType);
        return endpoint;
    }

    internal static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder endpoint, int status = StatusCodes.Status200OK) => endpoint
        .Produces<T>(status, ScimAnswer.MediaType).Selects();

    private static RouteHandlerBuilder Needs(this RouteHandlerBuilder endpoint, string permission) =>
        endpoint.WithMetadata(new RequiredPermission(permission)).Refuses(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable);

    private static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint) where T : notnull => endpoint
        .Accepts<T>(ScimAnswer.MediaType, "application/json").Writes().Refuses(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);

    private static RouteHandlerBuilder Changes(this RouteHandlerBuilder endpoint) => endpoint.Writes()
        .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status412PreconditionFailed).WithMetadata(new HeaderParameter("If-Match", "The version that the change is for, as in meta.version"));

    private static RouteHandlerBuilder Writes(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new RatedAs(RateClass.Write));

    private static RouteHandlerBuilder Lists<T>(this RouteHandlerBuilder endpoint) => endpoint.Gives<ScimList<T>>().WithMetadata(
        new QueryParameter("startIndex", "Number of the first, from 1", "integer"), new QueryParameter("count", "At most, 0 to 200; default 100", "integer"));

    private static RouteHandlerBuilder Selects(this RouteHandlerBuilder endpoint) =>
        endpoint.Filter("attributes", "Only these, with commas between them").Filter("excludedAttributes", "All but these, with commas between them");
}
