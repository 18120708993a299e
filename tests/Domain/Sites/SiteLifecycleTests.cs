using Platform.Domain.Sites;
using static Platform.Domain.Tests.Sites.Examples;

namespace Platform.Domain.Tests.Sites;

public sealed class SiteLifecycleTests
{
    private static readonly SiteDomainVerified Verified = new(Id, "www.example.org");
    private static readonly SiteLaunched Launched = new(Id);

    [Fact]
    public void A_draft_is_launched_once_its_main_domain_is_verified_where_that_is_asked_for()
    {
        Given(Created).When(site => LaunchSite.Decide(new(Id), site, SitePlace.Top, needsVerified: true)).ThenTaken(
            "domain", $"The domain 'www.example.org' isn't verified: GET /api/sites/{Id}/domains names the record that proves it's yours.");
        Given(Created, Verified).When(site => LaunchSite.Decide(new(Id), site, SitePlace.Top, needsVerified: true)).Then(Launched);
        Given(Created, Verified, new SiteDomainVerificationLost(Id, "www.example.org")).When(site => LaunchSite.Decide(new(Id), site, SitePlace.Top, needsVerified: true)).ThenTaken(
            "domain", $"The domain 'www.example.org' isn't verified: GET /api/sites/{Id}/domains names the record that proves it's yours.");
        Given(Created).When(site => LaunchSite.Decide(new(Id), site, SitePlace.Top, needsVerified: false)).Then(Launched);
        Given(Created, Launched).When(site => LaunchSite.Decide(new(Id), site, SitePlace.Top, needsVerified: true)).ThenNothing();
        Given(Created).When(site => LaunchSite.Decide(new(Id), site, BelowParent with { ArchivedAbove = ParentId }, needsVerified: false)).ThenRejected($"The site {ParentId} above it is archived.");
        Given().When(site => LaunchSite.Decide(new(Id), site, SitePlace.Top, needsVerified: false)).ThenNotFound("There is no such site.");
    }

    [Fact]
    public void A_live_site_is_paused_and_resumed()
    {
        Given(Created, Launched).When(site => PauseSite.Decide(new(Id, " Maintenance "), site)).Then(new SitePaused(Id, "Maintenance"));
        Given(Created, Launched).When(site => PauseSite.Decide(new(Id, new string('x', 501)), site)).ThenInvalid(("reason", "Must be at most 500 characters long."));
        Given(Created).When(site => PauseSite.Decide(new(Id), site)).ThenRejected("The site isn't live.");
        Given(Created, Launched, new SitePaused(Id)).When(site => PauseSite.Decide(new(Id), site)).ThenNothing();
        Given(Created, Launched, new SitePaused(Id)).When(site => LaunchSite.Decide(new(Id), site, SitePlace.Top, needsVerified: false)).ThenRejected("The site is paused; resume it.");
        Given(Created, Launched, new SitePaused(Id)).When(site => ResumeSite.Decide(new(Id), site)).Then(new SiteResumed(Id));
        Given(Created, Launched).When(site => ResumeSite.Decide(new(Id), site)).ThenNothing();
        Given(Created).When(site => ResumeSite.Decide(new(Id), site)).ThenRejected("The site isn't live yet; launch it.");
    }

    [Fact]
    public void An_archived_site_frees_its_domains_and_is_changed_no_more()
    {
        var second = new SiteDomainAdded(Id, "example.org");
        Given(Created, second).When(site => ArchiveSite.Decide(new(Id, "Merged"), site, null)).ThenStreams(
            new StreamEvents(Id, new SiteArchived(Id, "Merged")),
            new StreamEvents(DomainReservation.IdOf("www.example.org"), new DomainReleased("www.example.org", Id)),
            new StreamEvents(DomainReservation.IdOf("example.org"), new DomainReleased("example.org", Id)));
        Given(Created).When(site => ArchiveSite.Decide(new(Id), site, OtherId)).ThenRejected($"The site {OtherId} below it is in use; archive that first.");
        var archived = new SiteArchived(Id);
        const string Refused = "The site is archived; restore it first.";
        Given(Created, archived).When(site => ArchiveSite.Decide(new(Id), site, null)).ThenNothing();
        Given(Created, archived).When(site => ChangeSite.Decide(new(Id, "Other", "www.example.org", Settings), site, Free, SitePlace.Top, needsVerified: true)).ThenRejected(Refused);
        Given(Created, archived).When(site => LaunchSite.Decide(new(Id), site, SitePlace.Top, needsVerified: false)).ThenRejected(Refused);
        Given(Created, archived).When(site => AddDomain.Decide(new(Id, "new.example.org"), site, Free)).ThenRejected(Refused);
        Spec.Given<Site>().When(site => CreateSite.Decide(new(Id, "Below", "below.example.org", Fields.Empty, ParentId), site, Free, BelowParent with { ArchivedAbove = ParentId }))
            .ThenInvalid(("parentId", $"The site {ParentId} is archived."));
    }

    [Fact]
    public void A_restored_site_is_a_draft_with_its_domains_unless_another_has_one()
    {
        object[] events = [Created, Verified, Launched, new SiteArchived(Id)];
        Given(events).When(site => RestoreSite.Decide(new(Id), site, [Free], SitePlace.Top)).ThenStreams(
            new StreamEvents(Id, new SiteRestored(Id)), new StreamEvents(DomainReservation.IdOf("www.example.org"), new DomainReserved("www.example.org", Id)));
        Given(events).When(site => RestoreSite.Decide(new(Id), site, [Taken], SitePlace.Top)).ThenRejected($"The domain 'www.example.org' is taken by site {OtherId}.");
        Given(events).When(site => RestoreSite.Decide(new(Id), site, [Free], BelowParent with { ArchivedAbove = ParentId })).ThenRejected($"The site {ParentId} above it is archived.");
        Given(Created).When(site => RestoreSite.Decide(new(Id), site, [Own], SitePlace.Top)).ThenNothing();
        var restored = State.Of<Site>([.. events, new SiteRestored(Id)]);
        (restored.Status, restored.Verified.IsEmpty).ShouldBe((SiteStatus.Draft, true));
    }

    private static Spec<Site> Given(params object[] events) => Spec.Given<Site>(events);
}
