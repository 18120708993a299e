using Platform.Api.Analytics;
using Platform.Tests;

namespace Platform.Api.Tests.Analytics;

public sealed class VisitorDataTests
{
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
