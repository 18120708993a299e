using Microsoft.Extensions.Configuration;
using Platform.Api.Http;
using Platform.Domain.Sites;
using Platform.Processors.Sites;

namespace Platform.Api.Tests.Sites;

public sealed class QuotaOptionsTests
{
    [Fact]
    public void Settings_are_the_limits_of_tenants_without_their_own()
    {
        var defaults = QuotaOptions.Of(Settings(("Quotas:eventsPerDay:Hard", "100"), ("Quotas:EVENTSPERDAY:Soft", "80"))).Defaults;
        defaults["eventsPerDay"].ShouldBe(new QuotaLimit("eventsPerDay", 80, 100));
        defaults["sites"].ShouldBe(new QuotaLimit("sites"));
    }

    [Theory]
    [InlineData("Quotas:sites:Hard", "-1")]
    [InlineData("Quotas:sites:Hard", "many")]
    [InlineData("Quotas:sites:Hard", "99999999999999999999")]
    [InlineData("Quotas:requestsPerSecond:Hard", "0")]
    [InlineData("Quotas:wishes:Hard", "1")]
    public void A_setting_that_is_no_limit_stops_the_start_and_is_named(string name, string value) =>
        Should.Throw<InvalidOperationException>(() => QuotaOptions.Of(Settings((name, value)))).Message.ShouldContain(name.Split(':')[1]);

    [Theory]
    [InlineData("RateLimits:Read:PerSecond", "0")]
    [InlineData("RateLimits:Read:PerSecond", "-1")]
    [InlineData("RateLimits:Read:PerSecond", "1e9")]
    [InlineData("RateLimits:Write:Burst", "0")]
    [InlineData("RateLimits:Enabled", "perhaps")]
    [InlineData("RateLimits:Nodes", "0")]
    [InlineData("Fairness:Together", "0")]
    public void A_setting_that_is_no_rate_stops_the_start_and_is_named(string name, string value) =>
        Should.Throw<InvalidOperationException>(() => RateOptions.Of(Settings((name, value)))).Message.ShouldContain(name);

    private static IConfiguration Settings(params IEnumerable<(string Name, string Value)> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
}
