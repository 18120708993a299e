using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Platform.Api.Analytics;
using Platform.Domain.Analytics;
using Platform.Tests.Support;

namespace Platform.Api.Tests.Analytics;

public sealed class VisitorDataTests
{
    [Fact]
    public async Task The_host_tells_countries_and_devices()
    {
        await using var app = await PlatformApp.StartAsync();

        app.Services.GetRequiredService<Countries>().Of(IPAddress.Parse("8.8.8.8")).ShouldBe("US");
        app.Services.GetRequiredService<Countries>().Of(IPAddress.Parse("2001:4860:4860::8888")).ShouldBe("US");
        app.Services.GetRequiredService<Countries>().Of(IPAddress.Parse("192.168.1.1")).ShouldBeNull();
        app.Services.GetRequiredService<UserAgents>()
            .Classify("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1")
            .ShouldBe(new Device("Mobile Safari", "17", "iOS", "mobile", IsBot: false));
    }

    [Theory]
    [InlineData("countries.mmdb")]
    [InlineData("regexes.yaml")]
    [InlineData("crawler-user-agents.json")]
    public void A_missing_file_is_named_with_what_makes_it(string missing)
    {
        using var scratch = new ScratchDirectory();
        Directory.CreateDirectory(scratch.Path);
        foreach (var file in Directory.GetFiles(VisitorData.Folder).Where(file => Path.GetFileName(file) != missing))
            File.CreateSymbolicLink(Path.Combine(scratch.Path, Path.GetFileName(file)), file);

        var error = Should.Throw<DataMissingException>(() => VisitorData.Check(scratch.Path));
        error.Message.ShouldContain(missing);
        error.Message.ShouldContain("dotnet build src/Api");
    }

    [Fact]
    public void A_damaged_file_is_named_with_what_is_wrong()
    {
        using var scratch = new ScratchDirectory();
        Directory.CreateDirectory(scratch.Path);
        File.WriteAllText(Path.Combine(scratch.Path, "countries.mmdb"), "country");

        Should.Throw<DataMissingException>(() => VisitorData.CountriesIn(scratch.Path)).Message.ShouldContain("no metadata");
    }
}
