using System.Net;
using Platform.Api.Analytics;
using Platform.Api.Hosting;
using Platform.Processors.Analytics;
using Platform.Tests;

namespace Platform.Api.Tests.Analytics;

/// <summary>Numbers of visitors, and what becomes of the secrets that they are made with.</summary>
public sealed class VisitorNumbersTests
{
    private static readonly DateOnly Today = new(2030, 6, 3);
    private static readonly Guid Site = Guid.NewGuid();
    private static readonly IPAddress Address = IPAddress.Parse("198.51.100.7");

    [Fact]
    public void The_same_visitor_has_one_number_a_day_and_site_on_every_node()
    {
        using var scratch = new ScratchDirectory();
        var (one, other) = (new VisitorNumbers(new KeyDirectory(scratch.Path)), new VisitorNumbers(new KeyDirectory(scratch.Path)));
        var number = one.Of("tenant222222", Site, Address, "Firefox", Today);
        other.Of("tenant222222", Site, Address.MapToIPv6(), "Firefox", Today).ShouldBe(number);
        new[]
        {
            number, one.Of("tenant222222", Site, Address, "Firefox", Today.AddDays(1)), one.Of("tenant222222", Guid.NewGuid(), Address, "Firefox", Today), one.Of("tenant333333", Site, Address, "Firefox", Today),
            one.Of("tenant222222", Site, Address, "Chrome", Today), one.Of("tenant222222", Site, IPAddress.Parse("198.51.100.8"), "Firefox", Today),
        }.ShouldBeUnique();
        other.Of("tenant222222", "cookie").ShouldBe(one.Of("tenant222222", "cookie"));
        one.Of("tenant333333", "cookie").ShouldNotBe(one.Of("tenant222222", "cookie"));
    }

    [Fact]
    public void A_visit_goes_on_past_midnight_and_the_next_one_has_another_number()
    {
        using var scratch = new ScratchDirectory();
        var (numbers, visits) = (new VisitorNumbers(new KeyDirectory(scratch.Path)), new OpenVisits());
        Guid At(DateTimeOffset now)
        {
            var number = numbers.Of("tenant222222", Site, Address, "Firefox", now, visits);
            visits.StreamOf(Site, number, now);
            return number;
        }
        var midnight = new DateTimeOffset(Today, TimeOnly.MinValue, TimeSpan.Zero);
        var number = At(midnight.AddMinutes(-10));
        new[] { At(midnight.AddMinutes(15)), At(midnight.AddMinutes(44)) }.ShouldBe([number, number]);
        At(midnight.AddMinutes(75)).ShouldBe(numbers.Of("tenant222222", Site, Address, "Firefox", Today));
        At(midnight.AddMinutes(80)).ShouldNotBe(number);
    }

    [Fact]
    public void A_past_days_secret_is_destroyed_and_its_numbers_with_it()
    {
        using var scratch = new ScratchDirectory();
        var numbers = new VisitorNumbers(new KeyDirectory(scratch.Path));
        Guid Of(int daysAgo) => numbers.Of("tenant222222", Site, Address, "Firefox", Today.AddDays(-daysAgo));
        var (cookie, days) = (numbers.Of("tenant222222", "cookie"), new[] { Of(0), Of(1), Of(2) });
        numbers.Forget(Today.AddDays(-1));
        Directory.EnumerateFiles(scratch.Path, "visitors-*").Select(Path.GetFileName).Order().ShouldBe(["visitors-2030-06-02.key", "visitors-2030-06-03.key"]);
        new[] { Of(0), Of(1), numbers.Of("tenant222222", "cookie") }.ShouldBe([days[0], days[1], cookie]);
        Of(2).ShouldNotBe(days[2]);
    }
}
