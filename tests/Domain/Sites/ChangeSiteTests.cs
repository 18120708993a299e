using Platform.Domain.Sites;
using static Platform.Domain.Tests.Sites.Examples;

namespace Platform.Domain.Tests.Sites;

public sealed class ChangeSiteTests
{
    private static readonly ChangeSite Same = new(Id, "Example", "www.example.org", Settings);

    [Fact]
    public void What_is_as_it_was_changes_nothing()
    {
        Change(Same, Own).ThenNothing();
        Change(Same with { Name = " Example ", Domain = "WWW.example.org" }, Own).ThenNothing();
    }

    [Fact]
    public void Only_what_changed_is_recorded()
    {
        Change(Same with { Name = "Other" }, Own).Then(new SiteRenamed(Id, "Other"));
        Change(Same with { Settings = Fields.Empty }, Own).Then(new SiteSettingsChanged(Id, Fields.Empty));
    }

    [Fact]
    public void Everything_may_change_at_once() => Change(
        new ChangeSite(Id, "Other", "www.example.net", Fields.Empty, ParentId), Free, BelowParent)
        .ThenStreams(
            new StreamEvents(
                Id,
                new SiteRenamed(Id, "Other"),
                new SiteDomainChanged(Id, "www.example.org", "www.example.net"),
                new SiteMoved(Id, ParentId),
                new SiteSettingsChanged(Id, Fields.Empty)),
            new StreamEvents(DomainReservation.IdOf("www.example.org"), new DomainReleased("www.example.org", Id)),
            new StreamEvents(DomainReservation.IdOf("www.example.net"), new DomainReserved("www.example.net", Id)));

    [Fact]
    public void A_change_made_is_what_the_site_is_then()
    {
        var command = new ChangeSite(Id, "Other", "www.example.net", Fields.Empty, ParentId);
        var changed = State.Of<Site>(Created)
            .After(ChangeSite.Decide(command, State.Of<Site>(Created), Free, BelowParent, needsVerified: true).Streams[0].Events);

        var own = State.Of<DomainReservation>(new DomainReserved("www.example.net", Id));
        ChangeSite.Decide(command, changed, own, BelowParent, needsVerified: true).Streams.ShouldBeEmpty();
        (changed.Name, changed.Domain, changed.ParentId).ShouldBe(("Other", "www.example.net", ParentId));
    }

    [Fact]
    public void A_site_may_go_to_the_top() => Spec.Given<Site>(Created with { ParentId = ParentId })
        .When(site => ChangeSite.Decide(Same, site, Own, SitePlace.Top, needsVerified: true))
        .Then(new SiteMoved(Id));

    [Fact]
    public void A_domain_taken_by_another_site_is_refused() => Change(Same with { Domain = "www.example.net" }, Taken)
        .ThenRejected($"The domain 'www.example.net' is taken by site {OtherId}.");

    [Fact]
    public void A_site_that_was_launched_gets_no_main_domain_that_is_not_verified_where_that_is_asked_for()
    {
        const string Other = "www.example.net";
        var own = State.Of<DomainReservation>(new DomainReserved(Other, Id));
        object[] launched = [Created, new SiteDomainVerified(Id, "www.example.org"), new SiteLaunched(Id), new SiteDomainAdded(Id, Other)];
        foreach (var events in new object[][] { launched, [.. launched, new SitePaused(Id)] })
        {
            Spec.Given<Site>(events).When(site => ChangeSite.Decide(Same with { Domain = Other }, site, own, SitePlace.Top, needsVerified: true)).ThenTaken(
                "domain", $"The site was launched, and the domain '{Other}' isn't verified: add it to the site's domains and verify it there first.");
            ChangeSite.Decide(Same with { Domain = Other }, State.Of<Site>(events), own, SitePlace.Top, needsVerified: false).Rejection.ShouldBeNull();
            Spec.Given<Site>([.. events, new SiteDomainVerified(Id, Other)]).When(site => ChangeSite.Decide(Same with { Domain = Other }, site, own, SitePlace.Top, needsVerified: true)).ThenStreams(
                new StreamEvents(Id, new SiteDomainChanged(Id, "www.example.org", Other)), new StreamEvents(DomainReservation.IdOf("www.example.org"), new DomainReleased("www.example.org", Id)));
        }
    }

    [Fact]
    public void A_site_cannot_be_below_itself()
    {
        Change(Same with { ParentId = Id }, Own, new SitePlace([Id])).ThenInvalid(("parentId", "A site can't be below itself."));
        Change(Same with { ParentId = ParentId }, Own, new SitePlace([ParentId, OtherId, Id]))
            .ThenInvalid(("parentId", "A site can't be below itself."));
    }

    [Fact]
    public void What_is_below_a_site_counts_towards_the_depth()
    {
        Change(Same with { ParentId = ParentId }, Own, BelowParent with { LevelsBelow = 14 }).Then(new SiteMoved(Id, ParentId));
        Change(Same with { ParentId = ParentId }, Own, BelowParent with { LevelsBelow = 15 })
            .ThenInvalid(("parentId", "Sites nest at most 16 deep."));
    }

    [Fact]
    public void Everything_wrong_is_told_at_once() => Change(new ChangeSite(Id, "", "", Fields.Empty, OtherId), Own).ThenInvalid(
        ("name", "Is required."),
        ("domain", "Is required."),
        ("parentId", "There is no such site."));

    [Fact]
    public void A_site_that_does_not_exist_is_not_found() => Spec.Given<Site>()
        .When(site => ChangeSite.Decide(Same, site, Free, SitePlace.Top, needsVerified: true))
        .ThenNotFound("There is no such site.");

    private static Outcome Change(ChangeSite command, DomainReservation domain, SitePlace? place = null) =>
        Spec.Given<Site>(Created).When(site => ChangeSite.Decide(command, site, domain, place ?? SitePlace.Top, needsVerified: true));
}
