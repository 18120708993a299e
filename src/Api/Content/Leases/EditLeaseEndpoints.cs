using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.EventStore;
using Platform.Processors.Content;

namespace Platform.Api.Content;

/// <summary>Who wants to edit.</summary>
/// <param name="TakeOver">Take the lease from whoever has it; default: false.</param>
public sealed record TakeEditLeaseBody(bool? TakeOver);

/// <summary>Who edits an item. Advisory: it keeps nobody from editing; versions do that.</summary>
/// <param name="Holder">Subject; null: nobody.</param>
/// <param name="Until">When the lease ends unless it's renewed; null: nobody has it.</param>
/// <param name="IsYours">Whether the caller has it.</param>
/// <param name="RenewWithinSeconds">How often the holder should send a heartbeat.</param>
public sealed record EditLeaseView(string? Holder, DateTimeOffset? Until, bool IsYours, int RenewWithinSeconds);

public static class EditLeaseEndpoints
{
    public static void MapEditLeases(this RouteGroupBuilder api)
    {
        var leases = api.MapGroup("/content/{id:guid}/lease").WithTags("Content");

        leases.MapVerb("/", EditLeaseJson.Default.TakeEditLeaseBody, (body, to) => new TakeEditLease(to.Id, to.Caller.Subject, body.TakeOver ?? false, to.Now), EditLeaseCommands.Take, optional: true)
            .Requires(Permission.ContentEdit).OfSite(ItemSites.Home).Describe("TakeEditLease", "Say that you edit an item, and that you still do", "An editor's heartbeat: others see it, and are refused the lease (not the edit) until it ends, unless they take it over.");
        leases.MapVerb("/release", ContentBodies.Default.EmptyBody, (_, to) => new ReleaseEditLease(to.Id, to.Caller.Subject, to.Now), EditLeaseCommands.Release, optional: true)
            .Requires(Permission.ContentEdit).OfSite(ItemSites.Home).Describe("ReleaseEditLease", "Say that you are done", "Somebody else's lease stays where it is.");
        leases.MapGet("/", GetAsync).Requires(Permission.ContentRead).OfSite(ItemSites.All).Answers<EditLeaseView>().Problems(ProblemKind.NotFound)
            .Describe("GetEditLease", "Who edits an item", "Read from the lease's stream: never stale.");
    }

    private static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store, TimeProvider time)
    {
        var session = store.QuerySession(Caller.Of(http).TenantId);
        Reading.Index(http, await session.Events.LogSizeAsync(http.RequestAborted) - 1);
        if (!(await session.Events.AggregateStreamAsync<Item>(id, cancel: http.RequestAborted)).State.Exists)
            return new Problem(ProblemKind.NotFound, "There is no such item.");
        var lease = (await session.Events.AggregateStreamAsync<EditLease>(EditLease.IdOf(id), cancel: http.RequestAborted)).State;
        var holder = lease.HolderAt(time.GetUtcNow());
        return Results.Json(
            new EditLeaseView(holder, holder is null ? null : lease.Until, holder == Caller.Of(http).Subject, (int)(EditLease.Term / 2).TotalSeconds), EditLeaseJson.Default.EditLeaseView);
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TakeEditLeaseBody))]
[JsonSerializable(typeof(EditLeaseView))]
internal sealed partial class EditLeaseJson : JsonSerializerContext;
