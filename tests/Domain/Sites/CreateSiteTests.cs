using Platform.Domain.Sites;
using static Platform.Domain.Tests.Sites.Examples;

namespace Platform.Domain.Tests.Sites;

public sealed class CreateSiteTests
{
    private static readonly CreateSite Command = new(Id, "Example", "www.example.org", Settings);

    [Fact]
    public void A_site_starts_and_its_domain_is_reserved() => Create(Command).ThenStreams(
        new StreamEvents(Id, Created),
        new StreamEvents(DomainReservation.IdOf("www.example.org"), new DomainReserved("www.example.org", Id)));

    [Fact]
    public void A_site_may_be_below_another() => Create(Command with { ParentId = ParentId }, BelowParent).Then(
        Created with { ParentId = ParentId },
        new DomainReserved("www.example.org", Id));

    [Fact]
    public void Name_and_domain_are_kept_in_one_spelling() =>
        Create(Command with { Name = " Example ", Domain = "WWW.Example.org" }).ThenStreams(
            new StreamEvents(Id, Created),
            new StreamEvents(DomainReservation.IdOf("www.EXAMPLE.org"), new DomainReserved("www.example.org", Id)));

    [Fact]
    public void An_id_is_used_once() => Spec.Given<Site>(Created)
        .When(site => CreateSite.Decide(Command, site, Own, SitePlace.Top))
        .ThenRejected($"The site {Id} already exists.");

    [Fact]
    public void A_domain_taken_by_another_site_is_refused() => Spec.Given<Site>()
        .When(site => CreateSite.Decide(Command, site, Taken, SitePlace.Top))
        .ThenRejected($"The domain 'www.example.org' is taken by site {OtherId}.");

    [Fact]
    public void Everything_wrong_is_told_at_once() => Create(new CreateSite(Id, " ", "a:80", Nested(16), OtherId), BelowParent).ThenInvalid(
        ("name", "Is required."),
        ("domain", "Must be a host name without a port."),
        ("settings", "Settings nest at most 16 deep."),
        ("parentId", "There is no such site."));

    [Fact]
    public void A_parent_that_does_not_exist_is_refused() => Create(Command with { ParentId = ParentId }, SitePlace.Top)
        .ThenInvalid(("parentId", "There is no such site."));

    [Fact]
    public void Sites_nest_at_most_16_deep()
    {
        Create(Command with { ParentId = ParentId }, Below(15)).Then(
            Created with { ParentId = ParentId },
            new DomainReserved("www.example.org", Id));
        Create(Command with { ParentId = ParentId }, Below(16)).ThenInvalid(("parentId", "Sites nest at most 16 deep."));
    }

    [Fact]
    public void Settings_nest_at_most_16_deep() => Create(Command with { Settings = Nested(15) }).Then(
        Created with { Settings = Nested(15) },
        new DomainReserved("www.example.org", Id));

    [Fact]
    public void Settings_take_at_most_64_kib()
    {
        var room = (64 * 1024) - """{"a":""}""".Length;
        SiteSettings.Problem(Fields.Parse($$"""{"a":"{{new string('a', room)}}"}""")).ShouldBeNull();
        Create(Command with { Settings = Fields.Parse($$"""{"a":"{{new string('a', room + 1)}}"}""") })
            .ThenInvalid(("settings", "Settings take at most 64 KiB."));
    }

    private static Outcome Create(CreateSite command, SitePlace? place = null) =>
        Spec.Given<Site>().When(site => CreateSite.Decide(command, site, Free, place ?? SitePlace.Top));

    private static SitePlace Below(int ancestors) => new([.. Enumerable.Repeat(ParentId, ancestors)]);

    private static Fields Nested(int levels) =>
        Fields.Parse($$"""{"a":{{new string('[', levels)}}{{new string(']', levels)}}}""");
}
