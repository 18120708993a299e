using System.Collections.Immutable;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

public sealed class RecommendationServiceTests
{
    private const string Url = "https://rank.example.org/v1";

    private static readonly Guid Site = Deskdrop.Id(99), Other = Deskdrop.Id(98);
    private static readonly SetRecommendationService Usual = new(Url, null, "sealed", KeepsCredential: false, [Site, Other], 300, 10_000, 600, 60, 100);
    private static readonly RecommendationServiceSettings Settings = new(Url, [Other, Site], 300, 10_000, 600, 60, 100, "sealed");

    [Fact]
    public void A_service_is_set_and_the_same_again_is_nothing()
    {
        After().When(Set(Usual)).Then(new RecommendationServiceSet(Settings));
        After(new RecommendationServiceSet(Settings)).When(Set(Usual with { SiteIds = [Other, Site] })).ThenNothing();
        After(new RecommendationServiceSet(Settings)).When(Set(Usual with { CacheSeconds = 0 })).Then(new RecommendationServiceSet(Settings with { CacheSeconds = 0 }));
    }

    [Fact]
    public void Without_a_url_there_is_no_service_any_more()
    {
        var none = Usual with { Url = null, UrlProblem = "Is required." };
        After(new RecommendationServiceSet(Settings)).When(Set(none)).Then(new RecommendationServiceRemoved());
        After(new RecommendationServiceSet(Settings), new RecommendationServiceRemoved()).When(Set(none)).ThenNothing();
        After().When(Set(none)).ThenNothing();
        After(new RecommendationServiceSet(Settings), new RecommendationServiceRemoved()).When(Set(Usual with { SealedCredential = null, KeepsCredential = true }))
            .Then(new RecommendationServiceSet(Settings with { SealedCredential = null }));
    }

    [Fact]
    public void A_credential_stays_with_the_url_that_it_was_given_for()
    {
        var kept = Usual with { SealedCredential = null, KeepsCredential = true };
        After(new RecommendationServiceSet(Settings)).When(Set(kept with { Candidates = 0 })).Then(new RecommendationServiceSet(Settings with { Candidates = 0 }));
        After(new RecommendationServiceSet(Settings)).When(Set(kept with { Url = "https://evil.example.org/v1" }))
            .ThenInvalid(("credential", "Must be given again, or be empty, where the URL is another."));
        After(new RecommendationServiceSet(Settings)).When(Set(kept with { Url = "https://evil.example.org/v1", KeepsCredential = false }))
            .Then(new RecommendationServiceSet(Settings with { Url = "https://evil.example.org/v1", SealedCredential = null }));
        After(new RecommendationServiceSet(Settings with { SealedCredential = null })).When(Set(kept with { Url = "https://new.example.org/v1" }))
            .Then(new RecommendationServiceSet(Settings with { Url = "https://new.example.org/v1", SealedCredential = null }));
    }

    [Fact]
    public void What_is_set_has_bounds()
    {
        After().When(Set(Usual with { UrlProblem = "Must be an https URL." })).ThenInvalid(("url", "Must be an https URL."));
        After().When(Set(Usual with { Url = $"{Url}?key=1" })).ThenInvalid(("url", "Must have no query; what only the service should know is the credential."));
        foreach (var wrong in (int[])[49, 2_001])
            After().When(Set(Usual with { TimeoutMilliseconds = wrong })).ThenInvalid(("timeoutMilliseconds", "Must be 50 to 2000."));
        After().When(Set(Usual with { RequestsPerDay = 0, RequestsPerMinute = 100_001, CacheSeconds = -1, Candidates = 201 })).ThenInvalid(
            ("cacheSeconds", "Must be 0 to 3600."), ("candidates", "Must be 0 to 200."), ("requestsPerDay", "Must be 1 to 10000000."), ("requestsPerMinute", "Must be 1 to 100000."));
        foreach (var edge in (SetRecommendationService[])[
            Usual with { TimeoutMilliseconds = 50, RequestsPerDay = 1, RequestsPerMinute = 1, CacheSeconds = 0, Candidates = 0 },
            Usual with { TimeoutMilliseconds = 2_000, RequestsPerDay = 10_000_000, RequestsPerMinute = 100_000, CacheSeconds = 3_600, Candidates = 200 }])
            Set(edge)(RecommendationService.Initial).Accepted.ShouldBeTrue();
    }

    [Fact]
    public void Sites_are_there_and_stand_once()
    {
        After().When(Set(Usual with { SiteIds = [Site, Deskdrop.Id(1), Site] })).ThenInvalid(("siteIds[1]", "There is no such site."), ("siteIds[2]", "Stands there twice."));
        After().When(state => SetRecommendationService.Decide(Usual with { SiteIds = Many(51) }, state, [.. Many(51)])).ThenInvalid(("siteIds", "Must be at most 50 sites."));
        (Settings.IsFor(Site), Settings.IsFor(Deskdrop.Id(1)), (Settings with { SiteIds = [] }).IsFor(Deskdrop.Id(1))).ShouldBe((true, false, true));
    }

    private static Spec<RecommendationService> After(params object[] events) => Spec.Given<RecommendationService>(events);

    private static Func<RecommendationService, Decision> Set(SetRecommendationService command) => service => SetRecommendationService.Decide(command, service, [Site, Other]);

    private static ImmutableArray<Guid> Many(int count) => [.. Enumerable.Range(1, count).Select(Deskdrop.Id)];
}
