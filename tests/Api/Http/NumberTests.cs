namespace Platform.Api.Tests.Http;

/// <summary>Numbers that no double or no PostgreSQL numeric holds.</summary>
public sealed class NumberTests(SharedApp shared) : OverHttp(shared)
{
    [Theory]
    [InlineData("""{"rating":1e400}""", "fields.rating")]
    [InlineData("""{"rating":-1e400}""", "fields.rating")]
    [InlineData("""{"extra":{"a":[1,{"b":1e309}]}}""", "fields.extra.a[1].b")]
    [InlineData("""{"extra":[[2,1e999999999999]]}""", "fields.extra[0][1]")]
    public Task A_number_beyond_double_precision_is_422_and_its_path_is_named(string fields, string path) => RefuseAsync(fields, path);

    [Theory]
    [InlineData("1e-20000")]
    [InlineData("0e-20000")]
    [InlineData("1e-99999999999")]
    [InlineData("0e1500000000")]
    public Task A_number_of_too_many_decimal_places_is_422_not_500(string number) => RefuseAsync($$"""{"extra":{{number}}}""", "fields.extra");

    [Fact]
    public Task A_number_of_20000_written_decimals_is_422_not_500() => RefuseAsync($$"""{"extra":0.{{new string('1', 20_000)}}}""", "fields.extra");

    [Theory]
    [InlineData("1.7976931348623157e308")]
    [InlineData("5e-324")]
    [InlineData("-0.1")]
    [InlineData("1E+5")]
    [InlineData("0")]
    public async Task A_double_is_kept_as_it_was_sent(string number)
    {
        var site = await Admin.ArticleSiteAsync();
        var item = await Admin.ArticleAsync(site, "number", System.Text.Json.JsonElement.Parse($$"""{"rating":{{number}}}"""));
        var read = (await Admin.AskAsync($"/api/content/{item}")).ShouldBe(200).Json.GetProperty("fields").GetProperty("rating").GetDouble();
        read.ShouldBe(double.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
    }

    private async Task RefuseAsync(string fields, string path)
    {
        var site = await Admin.ArticleSiteAsync();
        await RefusedAsync(
            () => Admin.PostAsync("/api/content", $$"""{"siteId":"{{site}}","type":"article","locale":"en","slug":"a","fields":{{fields}}}"""), 422, "invalid", path);
    }
}
