using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Sites;

namespace Platform.Domain.Tests.Sites;

public sealed class DomainNameTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("www.example.org")]
    [InlineData("WWW.Example.ORG")]
    [InlineData("3com.example")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("a-b.c--d.example")]
    public void A_host_name_is_fine(string domain) => DomainName.Problem(domain).ShouldBeNull();

    [Theory]
    [InlineData(null, "Is required.")]
    [InlineData("", "Is required.")]
    [InlineData("www.example.org:8080", "Must be a host name without a port.")]
    [InlineData("::1", "Must be a host name without a port.")]
    [InlineData("bücher.example", "Must be in ASCII; an internationalised name is given by its A-labels (xn--...).")]
    [InlineData("www.example.org.", "Must be a host name such as www.example.org.")]
    [InlineData("www..org", "Must be a host name such as www.example.org.")]
    [InlineData("-a.example", "Must be a host name such as www.example.org.")]
    [InlineData("a-.example", "Must be a host name such as www.example.org.")]
    [InlineData("a_b.example", "Must be a host name such as www.example.org.")]
    [InlineData("*.example.org", "Must be a host name such as www.example.org.")]
    [InlineData("https//example.org", "Must be a host name such as www.example.org.")]
    [InlineData("example.org\n", "Must be a host name such as www.example.org.")]
    [InlineData("127.0.0.1", "Must be a host name, not an address.")]
    [InlineData("1", "Must be a host name, not an address.")]
    public void Anything_else_is_refused(string? domain, string problem) => DomainName.Problem(domain).ShouldBe(problem);

    [Fact]
    public void A_label_has_at_most_63_characters()
    {
        DomainName.Problem(new string('a', 63) + ".example").ShouldBeNull();
        DomainName.Problem(new string('a', 64) + ".example").ShouldBe("Must be a host name such as www.example.org.");
    }

    [Fact]
    public void A_host_name_has_at_most_253_characters()
    {
        var name = string.Concat(Enumerable.Repeat("abcdefg.", 31)) + "abcde";
        DomainName.Problem(name).ShouldBeNull();
        DomainName.Problem(name + "f").ShouldBe("Must be at most 253 characters long.");
    }

    [Fact]
    public void Any_text_gets_an_answer() =>
        Prop.ForAll<string?>(text => DomainName.Problem(text) is null or { Length: > 0 }).QuickCheckThrowOnFailure();

    [Fact]
    public void Case_does_not_matter() => Prop.ForAll(
        Gen.Elements("aZ1-.".ToCharArray()).ArrayOf().ToArbitrary(),
        letters => DomainName.Problem(new string(letters)) == DomainName.Problem(DomainName.Normalise(new string(letters))))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void A_released_domain_is_free_again() => State.Of<DomainReservation>(
        new DomainReserved("www.example.org", Examples.Id),
        new DomainReleased("www.example.org", Examples.Id)).HeldBy.ShouldBeNull();
}
