using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Content;
using Platform.Domain.Identity;
using Platform.Processors.Content;

namespace Platform.Api.Content;

/// <summary>Where and when an item is to be seen: its locales, its sites, its schedule.</summary>
public static class ItemPlaceEndpoints
{
    private static ContentBodies Json => ContentBodies.Default;

    public static void MapItemPlaces(this RouteGroupBuilder api)
    {
        var items = api.MapGroup("/content").WithTags("Content").ShowsChangesSince(Permission.ContentRead, ItemChanges.SinceAsync);

        items.MapReplace("/{id:guid}/locales/{locale}", Json.TranslateItemBody, (body, to) => new TranslateItem(to.Id, to["locale"], body.Slug, body.Fields ?? throw Problem.Missing("fields")), ItemCommands.Translate)
            .Requires(Permission.ContentEdit).OfSite(ItemSites.Home).Describe("TranslateItem", "Give the draft a variant in a further locale, or replace it", "Only localised fields. Readers of the locale see what isn't there in the closest locale that has it.");
        items.MapVerb("/{id:guid}/locales/{locale}/remove", Json.EmptyBody, (_, to) => new RemoveLocale(to.Id, to["locale"]), ItemCommands.RemoveLocale, optional: true)
            .Requires(Permission.ContentEdit).OfSite(ItemSites.Home).Describe("RemoveLocale", "Take a further locale out of the draft", "What is live stays until the next publish.");
        items.MapVerb(ItemVerbs.Place).OfSite(ItemSites.Home).Describe("PlaceItem", "Put an item on a further site", "Under the slugs that it has, which must be free there.");
        items.MapVerb(ItemVerbs.Unplace).OfSite(ItemSites.Home).Describe("UnplaceItem", "Take an item off a further site", "Its slugs are free there at once.");
        items.MapVerb(ItemVerbs.Schedule).OfSite(ItemSites.Home).Describe("ScheduleItem", "Say when an item goes live, off the air, or both", "Replaces the schedule that it had. Done once, within seconds; after downtime as soon as the platform is back. What can't be done then isn't tried again: the item says so in failedSchedule.");
        items.MapVerb(ItemVerbs.Unschedule).OfSite(ItemSites.Home).Describe("CancelSchedule", "Take back what was still to come", "What was done already stays done.");
    }
}
