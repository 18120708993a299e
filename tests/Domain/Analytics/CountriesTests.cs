using System.Net;
using Platform.Domain.Analytics;
using static Platform.Domain.Tests.Analytics.MaxMindFile;

namespace Platform.Domain.Tests.Analytics;

public sealed class CountriesTests
{
    private static readonly Countries _countries = new(MaxMindDatabase.Open(Database()));

    [Theory]
    [InlineData("198.51.100.7", "AT")]
    [InlineData("::ffff:198.51.100.7", "AT")]
    [InlineData("2001:db8::7", "JP")]
    [InlineData("203.0.113.7", null)] // ZZ
    [InlineData("192.0.2.7", null)] // another shape
    [InlineData("192.168.0.1", null)]
    [InlineData("100.64.0.1", null)] // damaged
    public void A_country_is_an_assigned_code_or_none(string address, string? country) => _countries.Of(IPAddress.Parse(address)).ShouldBe(country);

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        var address = IPAddress.Parse("198.51.100.7");
        _countries.Of(address).ShouldBe("AT");

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            _countries.Of(address);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static byte[] Database()
    {
        byte[] flat = Map(("country_code", Text("AT"))), nested = Map(("country", Map(("iso_code", Text("JP"))))), unknown = Map(("country_code", Text("ZZ")));
        byte[] other = Map(("country", Text("AT")));
        return new MaxMindFile(24, 6) { Data = [.. flat, .. nested, .. unknown, .. other, 0x38] }
            .With("::c633:6400/120", 0).With("2001:db8::/32", flat.Length).With("::cb00:7100/120", flat.Length + nested.Length)
            .With("::c000:200/120", flat.Length + nested.Length + unknown.Length)
            .With("::6440:0/106", flat.Length + nested.Length + unknown.Length + other.Length).Bytes();
    }
}
