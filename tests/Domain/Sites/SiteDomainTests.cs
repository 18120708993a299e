using Platform.Domain.Sites;
using static Platform.Domain.Tests.Sites.Examples;

namespace Platform.Domain.Tests.Sites;

public sealed class SiteDomainTests
{
    private const string Www = "www.example.org", Bare = "example.org", Tenant = "a2b3c4d5e6f7", Other = "b2b3c4d5e6f7";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SiteDomainAdded Added = new(Id, Bare);

    [Fact]
    public void A_further_domain_is_reserved_and_released()
    {
        Spec.Given<Site>(Created).When(site => AddDomain.Decide(new(Id, "EXAMPLE.org"), site, Free)).ThenStreams(
            new StreamEvents(Id, Added), new StreamEvents(DomainReservation.IdOf(Bare), new DomainReserved(Bare, Id)));
        Spec.Given<Site>(Created, Added).When(site => AddDomain.Decide(new(Id, Bare), site, Own)).ThenNothing();
        Spec.Given<Site>(Created).When(site => AddDomain.Decide(new(Id, Www), site, Own)).ThenNothing();
        Spec.Given<Site>(Created).When(site => AddDomain.Decide(new(Id, Bare), site, Taken)).ThenRejected($"The domain '{Bare}' is taken by site {OtherId}.");
        Spec.Given<Site>(Created).When(site => AddDomain.Decide(new(Id, "127.0.0.1"), site, Free)).ThenInvalid(("domain", "Must be a host name, not an address."));
        Spec.Given<Site>([Created, .. Enumerable.Range(0, 50).Select(n => new SiteDomainAdded(Id, $"a{n}.example.org"))]).When(site => AddDomain.Decide(new(Id, Bare), site, Free))
            .ThenRejected("A site has at most 50 further domains.");
        Spec.Given<Site>(Created, Added).When(site => RemoveDomain.Decide(new(Id, Bare), site)).ThenStreams(
            new StreamEvents(Id, new SiteDomainRemoved(Id, Bare)), new StreamEvents(DomainReservation.IdOf(Bare), new DomainReleased(Bare, Id)));
        Spec.Given<Site>(Created).When(site => RemoveDomain.Decide(new(Id, Bare), site)).ThenNothing();
        Spec.Given<Site>(Created).When(site => RemoveDomain.Decide(new(Id, Www), site)).ThenTaken("domain", "It's the site's main domain: give the site another one instead.");
    }

    [Fact]
    public void A_further_domain_becomes_the_main_one_and_stays_verified()
    {
        object[] events = [Created, Added, new SiteDomainVerified(Id, Bare), new SiteDomainVerified(Id, Www)];
        var own = State.Of<DomainReservation>(new DomainReserved(Bare, Id));
        Spec.Given<Site>(events).When(site => ChangeSite.Decide(new(Id, "Example", Bare, Settings), site, own, SitePlace.Top, needsVerified: true)).ThenStreams(
            new StreamEvents(Id, new SiteDomainChanged(Id, Www, Bare)), new StreamEvents(DomainReservation.IdOf(Www), new DomainReleased(Www, Id)));
        var changed = State.Of<Site>([.. events, new SiteDomainChanged(Id, Www, Bare)]);
        changed.Domains.ShouldBe([Bare]);
        changed.Verified.ShouldBe([Bare]);
    }

    [Fact]
    public void A_domain_is_verified_by_its_record()
    {
        var proof = DomainProof.ValueOf(Tenant, Www);
        Spec.Given<Site>(Created).When(site => VerifyDomain.Decide(new(Id, "WWW.example.org"), site, proof, ["v=spf1 -all", proof])).Then(new SiteDomainVerified(Id, Www));
        Spec.Given<Site>(Created).When(site => VerifyDomain.Decide(new(Id, Www), site, proof, [DomainProof.ValueOf(Other, Www)])).ThenTaken(
            "domain", $"The TXT record _platform-challenge.{Www} must say {proof}; it says something else.");
        Spec.Given<Site>(Created).When(site => VerifyDomain.Decide(new(Id, Www), site, proof, [])).ThenTaken(
            "domain", $"There is no TXT record _platform-challenge.{Www} yet; it must say {proof}. A new record may take its time to live to be seen.");
        Spec.Given<Site>(Created).When(site => VerifyDomain.Decide(new(Id, Www), site, proof, null)).ThenTaken("domain", $"The name servers of '{Www}' didn't answer. Try again.");
        Spec.Given<Site>(Created).When(site => VerifyDomain.Decide(new(Id, Bare), site, proof, [])).ThenInvalid(("domain", "It's none of the site's domains."));
        Spec.Given<Site>(Created, new SiteDomainVerified(Id, Www)).When(site => VerifyDomain.Decide(new(Id, Www), site, proof, null)).ThenNothing();
        Spec.Given<Site>(Created, new SiteDomainVerified(Id, Www)).When(site => LoseDomain.Decide(new(Id, Www), site)).Then(new SiteDomainVerificationLost(Id, Www));
        Spec.Given<Site>(Created).When(site => LoseDomain.Decide(new(Id, Www), site)).ThenNothing();
    }

    [Fact]
    public void The_proof_belongs_to_tenant_and_domain_and_to_nothing_else()
    {
        DomainProof.ValueOf(Tenant, Www).ShouldBe(DomainProof.ValueOf(Tenant, "WWW.Example.org"));
        new[] { DomainProof.ValueOf(Tenant, Www), DomainProof.ValueOf(Other, Www), DomainProof.ValueOf(Tenant, Bare) }.Distinct().Count().ShouldBe(3);
        DomainProof.ValueOf(Tenant, Www).ShouldMatch("^platform-verify=[a-z2-7]{32}$");
    }

    [Fact]
    public void A_domain_is_one_tenants_until_its_site_no_longer_counts_it()
    {
        var claimed = new DomainClaimed(Www, Tenant, Id, Noon);
        var other = new ClaimDomain(Www, Other, OtherId, Noon.AddHours(1));
        Spec.Given<DomainClaim>().When(claim => ClaimDomain.Decide(new(Www, Tenant, Id, Noon), claim, isHeld: false)).Then(claimed);
        Spec.Given<DomainClaim>(claimed).When(claim => ClaimDomain.Decide(new(Www, Tenant, Id, Noon), claim, isHeld: true)).ThenNothing();
        const string Taken = $"The domain '{Www}' is verified for another tenant. It's free once that one gives it up, or once its record has been gone for 3 days.";
        Spec.Given<DomainClaim>(claimed).When(claim => ClaimDomain.Decide(other, claim, isHeld: true)).ThenTaken("domain", Taken);
        // A site may be about to record what its claim was made for.
        Spec.Given<DomainClaim>(claimed).When(claim => ClaimDomain.Decide(other with { Now = Noon.AddMinutes(9) }, claim, isHeld: false)).ThenTaken("domain", Taken);
        Spec.Given<DomainClaim>(claimed).When(claim => ClaimDomain.Decide(other, claim, isHeld: false)).Then(new DomainClaimReleased(Www, Tenant, Id), new DomainClaimed(Www, Other, OtherId, Noon.AddHours(1)));
        Spec.Given<DomainClaim>(claimed).When(claim => ClaimDomain.Decide(new(Www, Tenant, OtherId, Noon), claim, isHeld: true))
            .Then(new DomainClaimReleased(Www, Tenant, Id), new DomainClaimed(Www, Tenant, OtherId, Noon));
        Spec.Given<DomainClaim>(claimed).When(claim => ReleaseDomainClaim.Decide(new(Www, Tenant, Id, Noon), claim)).Then(new DomainClaimReleased(Www, Tenant, Id));
        Spec.Given<DomainClaim>(claimed).When(claim => ReleaseDomainClaim.Decide(new(Www, Other, Id, Noon), claim)).ThenNothing();
    }

    [Fact]
    public void A_claim_that_is_about_to_be_released_is_renewed_by_its_holder_and_stays()
    {
        var claimed = new DomainClaimed(Www, Tenant, Id, Noon);
        var later = Noon + ClaimDomain.Settling;
        var again = new ClaimDomain(Www, Tenant, Id, later);
        Spec.Given<DomainClaim>(claimed).When(claim => ClaimDomain.Decide(again, claim, isHeld: false)).Then(claimed with { At = later });
        Spec.Given<DomainClaim>(claimed).When(claim => ClaimDomain.Decide(again, claim, isHeld: true)).ThenNothing();
        Spec.Given<DomainClaim>(claimed).When(claim => ClaimDomain.Decide(again with { Now = later.AddSeconds(-1) }, claim, isHeld: false)).ThenNothing();
        Spec.Given<DomainClaim>(claimed, claimed with { At = later }).When(claim => ReleaseDomainClaim.Decide(new(Www, Tenant, Id, Noon), claim)).ThenNothing();
    }

    [Fact]
    public void A_proof_is_missed_at_most_once_a_day_and_counted_in_a_row()
    {
        var claimed = new DomainClaimed(Www, Tenant, Id, Noon);
        var (monday, tuesday) = (new DateOnly(2026, 3, 2), new DateOnly(2026, 3, 3));
        DomainProofMissed Missed(DateOnly day) => new(Www, Tenant, Id, day);
        Spec.Given<DomainClaim>(claimed).When(claim => RecordDomainProof.Decide(new(Www, Tenant, Id, monday, Found: false), claim)).Then(Missed(monday));
        Spec.Given<DomainClaim>(claimed, Missed(monday)).When(claim => RecordDomainProof.Decide(new(Www, Tenant, Id, monday, Found: false), claim)).ThenNothing();
        Spec.Given<DomainClaim>(claimed, Missed(monday)).When(claim => RecordDomainProof.Decide(new(Www, Tenant, Id, tuesday, Found: false), claim)).Then(Missed(tuesday));
        Spec.Given<DomainClaim>(claimed, Missed(monday)).When(claim => RecordDomainProof.Decide(new(Www, Tenant, Id, tuesday, Found: true), claim)).Then(new DomainProofFound(Www, Tenant, Id));
        Spec.Given<DomainClaim>(claimed).When(claim => RecordDomainProof.Decide(new(Www, Tenant, Id, monday, Found: true), claim)).ThenNothing();
        Spec.Given<DomainClaim>(claimed).When(claim => RecordDomainProof.Decide(new(Www, Other, Id, monday, Found: false), claim)).ThenNothing();
        State.Of<DomainClaim>(claimed, Missed(monday), new DomainProofFound(Www, Tenant, Id), Missed(tuesday)).Missed.ShouldBe(1);
    }
}
