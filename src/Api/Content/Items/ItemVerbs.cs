using System.Collections.Frozen;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.Processors.Content;

namespace Platform.Api.Content;

/// <summary>What can be done to an item, one by one or in bulk.</summary>
internal static class ItemVerbs
{
    private static ContentBodies Json => ContentBodies.Default;

    public static readonly Verb<CreateItemBody, CreateItem> Create = new("create", Permission.ContentEdit, Json.CreateItemBody,
        (body, to) => new CreateItem(to.Id, body.SiteId ?? Guid.Empty, body.Type ?? "", body.Locale ?? "", body.Slug ?? "", body.Fields ?? Fields.Empty), ItemCommands.Create, Starts: true, Site: command => command.SiteId);

    public static readonly Verb<EditItemBody, ItemEdit> Edit = new("edit", Permission.ContentEdit, Json.EditItemBody,
        (body, to) => new ItemEdit(to.Id, body.Fields ?? throw Problem.Missing("fields"), MergeFrom(body, to)), ItemEdit.RunAsync);

    public static readonly Verb<PublishItemBody, PublishItem> Publish = new("publish", Permission.ContentPublish, Json.PublishItemBody,
        (body, to) => new PublishItem(to.Id, body.Version), ItemCommands.Publish, Optional: true);

    public static readonly Verb<EmptyBody, UnpublishItem> Unpublish = new("unpublish", Permission.ContentPublish, Json.EmptyBody,
        (_, to) => new UnpublishItem(to.Id), ItemCommands.Unpublish, Optional: true);

    public static readonly Verb<EmptyBody, ArchiveItem> Archive = new("archive", Permission.ContentEdit, Json.EmptyBody,
        (_, to) => new ArchiveItem(to.Id), ItemCommands.Archive, Optional: true);

    public static readonly Verb<RestoreItemBody, RestoreItem> Restore = new("restore", Permission.ContentEdit, Json.RestoreItemBody,
        (body, to) => new RestoreItem(to.Id, body.Slug), ItemCommands.Restore, Optional: true);

    public static readonly Verb<RevertItemBody, RevertItem> Revert = new("revert", Permission.ContentEdit, Json.RevertItemBody,
        (body, to) => new RevertItem(to.Id, body.Version ?? 0), ItemCommands.Revert);

    public static readonly Verb<ChangeSlugBody, ChangeSlug> Slug = new("slug", Permission.ContentEdit, Json.ChangeSlugBody,
        (body, to) => new ChangeSlug(to.Id, body.Slug ?? "", body.Locale), ItemCommands.MoveTo);

    public static readonly Verb<PlacementBody, PlaceItem> Place = new("place", Permission.ContentEdit, Json.PlacementBody,
        (body, to) => new PlaceItem(to.Id, body.SiteId ?? Guid.Empty), ItemCommands.Place, Site: command => command.SiteId);

    public static readonly Verb<PlacementBody, UnplaceItem> Unplace = new("unplace", Permission.ContentEdit, Json.PlacementBody,
        (body, to) => new UnplaceItem(to.Id, body.SiteId ?? Guid.Empty), ItemCommands.Unplace, Site: command => command.SiteId);

    public static readonly Verb<ScheduleBody, ScheduleItem> Schedule = new("schedule", Permission.ContentPublish, Json.ScheduleBody,
        (body, to) => new ScheduleItem(to.Id, body.PublishAt, body.UnpublishAt, body.Version, to.Now), ItemCommands.Schedule);

    public static readonly Verb<EmptyBody, CancelSchedule> Unschedule = new("unschedule", Permission.ContentPublish, Json.EmptyBody,
        (_, to) => new CancelSchedule(to.Id), ItemCommands.CancelSchedule, Optional: true);

    public static readonly Verb<LabelsBody, LabelItem> Labels = new("labels", Permission.ContentEdit, PoolBodies.Default.LabelsBody,
        (body, to) => body.ToCommand(to.Id), ItemCommands.Label);

    public static readonly Verb<EmptyBody, ShareItem> Share = new("share", Permission.ContentEdit, Json.EmptyBody,
        (_, to) => new ShareItem(to.Id), ItemCommands.Share, Optional: true);

    public static readonly Verb<EmptyBody, UnshareItem> Unshare = new("unshare", Permission.ContentEdit, Json.EmptyBody,
        (_, to) => new UnshareItem(to.Id), ItemCommands.Unshare, Optional: true);

    /// <summary>By name.</summary>
    public static FrozenDictionary<string, IVerb> All { get; } = new IVerb[]
    {
        Create, Edit, Publish, Unpublish, Archive, Restore, Revert, Slug, Place, Unplace, Labels, Share, Unshare, Schedule, Unschedule,
    }.ToFrozenDictionary(verb => verb.Name, StringComparer.Ordinal);

    private static long? MergeFrom(EditItemBody body, CommandTarget to) => body.Merge is not true ? null
        : to.ExpectedVersion ?? throw new ProblemException(Problem.Field(ProblemKind.Invalid, "If-Match", "A merge needs the version that the edit was made from."));
}
