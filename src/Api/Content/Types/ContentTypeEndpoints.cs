using System.Collections.Immutable;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Content;
using Platform.Projections.Content;

namespace Platform.Api.Content;

public static class ContentTypeEndpoints
{
    private static readonly ContentTypeDetailsProjection Details = new();

    public static void MapContentTypes(this RouteGroupBuilder api)
    {
        var types = api.MapGroup("/content-types").WithTags("Content");

        types.MapStart("/", ContentBodies.Default.DefineContentTypeBody, (body, _) => new DefineContentType(body.Name ?? "", Definitions(body.Fields ?? [])), ContentTypeCommands.Define)
            .Requires(Permission.ContentTypesEdit).Describe("DefineContentType", "Define a content type", "Its name is its identity: a second definition is refused.");
        types.MapReplace("/{name}", ContentBodies.Default.ChangeContentTypeBody, (body, to) => new ChangeContentType(to["name"], Definitions(body.Fields ?? throw Problem.Missing("fields")), Renames(body), body.Defaults ?? Fields.Empty), ContentTypeCommands.Change)
            .Requires(Permission.ContentTypesEdit).Describe("ChangeContentType", "Give a content type other fields", "Its items follow by themselves: values move with renamed fields, are converted where nothing is lost, and leave with fields that go. What is live stays as published.");
        types.MapGet("/", ListAsync).Requires(Permission.ContentRead).OnAnySite("Types belong to no site.").Collection<ContentTypeDetails>()
            .Describe("ListContentTypes", "Content types of the tenant", "In name order.");
        types.MapGet("/{name}", GetAsync).Requires(Permission.ContentRead).OnAnySite("Types belong to no site.").Resource<ContentTypeDetails>()
            .Describe("GetContentType", "A content type, by name or id", "As it is, or as it was.");
        types.MapGet("/{name}/migration", MigrationAsync).Requires(Permission.ContentRead).Counted<TypeMigration>().Problems(ProblemKind.NotFound)
            .Describe("GetTypeMigration", "How far items have followed their content type", "After a change, until nothing is outdated.");
    }

    // A null stays where it is: the decision refuses it by its place.
    private static ImmutableArray<FieldDefinition> Definitions(ImmutableArray<FieldBody?> fields) => [.. fields.Select(field => field?.ToDefinition()!)];

    private static ImmutableArray<FieldRename> Renames(ChangeContentTypeBody body) => [.. (body.Renames ?? new Dictionary<string, string?>()).Select(r => new FieldRename(r.Key, r.Value ?? ""))];

    private static async Task<IResult> MigrationAsync(HttpContext http, string name, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var type = (await session.Events.AggregateStreamAsync<ContentType>(ContentType.IdOf(name), cancel: http.RequestAborted)).State;
        if (!type.Exists)
            return new Problem(ProblemKind.NotFound, "There is no such content type.");
        await Reading.AwaitAsync(http, session, ItemDetails.ReadModel);
        var following = await ItemDetails.FollowingAsync(session, name, type.Version, http.RequestAborted);
        Reading.Index(http, following);
        var (items, outdated, withProblems) = following.Items[0];
        return Results.Json(new TypeMigration(type.Version, items, outdated, withProblems), ContentBodies.Default.TypeMigration);
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDocumentStore store)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        var (limit, after) = (Reading.Limit(http), Reading.Cursor(http));
        await Reading.AwaitAsync(http, session, ContentTypeDetails.ReadModel);
        return Reading.Page(http, await ContentTypeDetails.ListAsync(session, after, limit, http.RequestAborted), limit);
    }

    private static Task<IResult> GetAsync(HttpContext http, string name, IDocumentStore store) => Reading.FoldedAsync(
        http, store, Details, Guid.TryParseExact(name, "D", out var id) ? id : ContentType.IdOf(name), type => type.Version, ContentReadJson.Default.ContentTypeDetails);
}
