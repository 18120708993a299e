using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain.Sites;
using static Platform.Domain.Tests.Sites.Examples;

namespace Platform.Domain.Tests.Sites;

public sealed class SetUpSiteTests
{
    private static readonly NewSite Main = new(Id, "Main", "www.example.org", ["example.org"], Settings, Fields.Parse("""{"timezone":"Europe/Vienna"}"""), ["timezone"]);
    private static readonly NewSite Below = new(OtherId, "Shop", "shop.example.org", [], Fields.Empty, Fields.Empty, []);
    private static readonly ConfigurationPlace Place = new(Id, true, ConfigurationLevel.Master, [new(ConfigurationLevel.Platform, null, Fields.Empty, []), new(ConfigurationLevel.Tenant, null, Fields.Empty, [])], PlatformKeys.All);

    [Fact]
    public void A_site_is_set_up_with_its_domains_its_configuration_and_those_below_it()
    {
        var decision = Decide(new([Main, Below], null, null, null));
        decision.Rejection.ShouldBeNull();
        decision.ToJoint().Streams.Select(stream => (stream.StreamId, string.Join(' ', stream.Events.Select(e => e.GetType().Name)))).ShouldBe(
        [
            (Id, "SiteCreated SiteDomainAdded"),
            (DomainReservation.IdOf("www.example.org"), "DomainReserved"),
            (DomainReservation.IdOf("example.org"), "DomainReserved"),
            (ConfigurationScope.IdOf(Id), "ConfigurationValuesSet ConfigurationKeysLocked"),
            (OtherId, "SiteCreated"),
            (DomainReservation.IdOf("shop.example.org"), "DomainReserved"),
        ]);
        decision.ToJoint().Streams[4].Events.ShouldBe([new SiteCreated(OtherId, "Shop", "shop.example.org", Fields.Empty, Id)]);
    }

    [Fact]
    public void Everything_wrong_is_told_at_once_with_where_it_is() => Of(Decide(new(
        [
            Main with { Name = "", Aliases = ["127.0.0.1", "shop.example.org"], Values = Fields.Parse("""{"no.such":1}"""), Locks = ["no.key"] },
            Below with { Domain = "SHOP.example.org" },
            Below with { SiteId = ParentId, Domain = "third.example.org", Values = Fields.Parse("""{"seo.index":1}""") },
        ], ParentId, null, null))).ShouldBe(
        [
            ("aliases[0]", "Must be a host name, not an address."),
            ("below[0].domain", "The domain 'shop.example.org' stands twice."),
            ("below[1].values.seo.index", "Must be true or false."),
            ("locks[0]", "There is no such key."),
            ("name", "Is required."),
            ("parentId", "There is no such site."),
            ("values.no.such", "There is no such key."),
        ]);

    [Fact]
    public void What_the_first_locks_those_below_cannot_say_otherwise() =>
        Decide(new([Main, Below with { Values = Fields.Parse("""{"timezone":"Europe/Rome"}""") }], null, null, null)).Rejection.ShouldNotBeNull().Detail
            .ShouldBe($"The key 'timezone' is locked at site {Id}.");

    [Fact]
    public void A_domain_that_another_site_has_is_refused() =>
        Decide(new([Main], null, null, null), Taken).Rejection.ShouldNotBeNull().Detail.ShouldBe($"The domain 'www.example.org' is taken by site {OtherId}.");

    [Fact]
    public void What_is_copied_holds_where_the_command_says_nothing_and_what_is_locked_above_is_left()
    {
        var copied = new CopiedSite(
            State.Of<Site>(new SiteCreated(ParentId, "Old", "old.example.org", Fields.Parse("""{"theme":"light","logo":"a"}"""))),
            State.Of<ConfigurationScope>(new ConfigurationValuesSet(Fields.Parse("""{"timezone":"Europe/Rome","seo.index":false,"content.page-size":10}"""), ParentId), new ConfigurationKeysLocked(["seo.index"], ParentId)));
        var place = Place with { Above = [new(ConfigurationLevel.Tenant, null, Fields.Empty, ["content.page-size"])] };
        var site = SetUpSite.Decide(new([Main with { Locks = [] }], null, ParentId, null), [Facts()], SitePlace.Top, place, copied).Sites.Single().Site;
        site.Settings.ShouldBe(Fields.Parse("""{"theme":"dark","logo":"a"}"""));
        site.Values.ShouldBe(Fields.Parse("""{"timezone":"Europe/Vienna","seo.index":false}"""));
        site.Locks.ShouldBe(["seo.index"]);
        SetUpSite.Decide(new([Main], null, ParentId, null), [Facts()], SitePlace.Top, Place, new(Site.Initial, ConfigurationScope.Initial)).Rejection!.Errors.Keys.ShouldBe(["copyFrom"]);
    }

    [Fact]
    public void A_previews_token_holds_for_new_ids_and_for_nothing_that_has_changed()
    {
        var token = Decide(new([Main, Below], null, null, null)).Token;
        Decide(new([Main with { SiteId = ParentId }, Below with { SiteId = Guid.AllBitsSet }], null, null, token)).Rejection.ShouldBeNull();
        var locked = Place with { Above = Place.Above.SetItem(0, Place.Above[0] with { Values = Fields.Parse("""{"seo.index":false}""") }) };
        SetUpSite.Decide(new([Main, Below], null, null, token), [Facts(), Facts()], SitePlace.Top, locked, null).Rejection!.Errors.Keys.ShouldBe(["token"]);
        Decide(new([Main with { Name = "Other" }, Below], null, null, token)).Rejection!.Kind.ShouldBe(RejectionKind.Conflict);
    }

    [Fact]
    public void There_are_bounds() => Of(Decide(new([Main with { Aliases = [.. Enumerable.Range(0, 21).Select(n => $"a{n}.example.org")] }, .. Enumerable.Repeat(Below, 20)], null, null, null)))
        .ShouldBe([("aliases", "At most 20; more can be added later."), ("below", "At most 19.")]);

    private static IEnumerable<(string, string)> Of(SetUpDecision decision) => decision.Rejection!.Errors.Select(error => (error.Key, string.Join(' ', error.Value)));

    private static NewSiteFacts Facts(DomainReservation? domain = null) => new(Site.Initial, [domain ?? Free, Free, Free], ConfigurationScope.Initial);

    private static SetUpDecision Decide(SetUpSite command, DomainReservation? domain = null) =>
        SetUpSite.Decide(command, [.. command.Sites.Select(_ => Facts(domain))], SitePlace.Top, Place, null);
}
