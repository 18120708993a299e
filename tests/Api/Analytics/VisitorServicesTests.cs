using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Platform.Domain.Analytics;

namespace Platform.Api.Tests.Analytics;

public sealed class VisitorServicesTests(SharedApp shared) : OverHttp(shared)
{
    [Fact]
    public void The_host_tells_countries_and_devices()
    {
        App.Services.GetRequiredService<Countries>().Of(IPAddress.Parse("8.8.8.8")).ShouldBe("US");
        App.Services.GetRequiredService<Countries>().Of(IPAddress.Parse("2001:4860:4860::8888")).ShouldBe("US");
        App.Services.GetRequiredService<Countries>().Of(IPAddress.Parse("192.168.1.1")).ShouldBeNull();
        App.Services.GetRequiredService<UserAgents>()
            .Classify("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1")
            .ShouldBe(new Device("Mobile Safari", "17", "iOS", "mobile", IsBot: false));
    }
}
