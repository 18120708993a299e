using Platform.Domain.Collaboration;
using Platform.Processors.Personalization;

namespace Platform.Api.Tests.Personalization;

/// <summary>What a tenant may say of its recommendation service.</summary>
public sealed class RecommendationServiceSettingsTests(SharedApp shared) : OverHttp(shared)
{
    private const string Service = "/api/recommendations/service";

    [Theory]
    [InlineData("""{"url":"https://ann:pw@rank.example.org/"}""", "url")]
    [InlineData("""{"url":"https://169.254.169.254/latest"}""", "url")]
    [InlineData("""{"url":"http://rank.example.org/"}""", "url")]
    [InlineData("""{"url":"ftp://rank.example.org/"}""", "url")]
    [InlineData("""{"url":"https://rank.example.org/?key=1"}""", "url")]
    [InlineData("""{"url":""}""", "url")]
    [InlineData("""{"url":"https://rank.example.org/","credential":"a\r\nX-Admin: 1"}""", "credential")]
    [InlineData("""{"url":"https://rank.example.org/","timeoutMilliseconds":49}""", "timeoutMilliseconds")]
    [InlineData("""{"url":"https://rank.example.org/","timeoutMilliseconds":2001}""", "timeoutMilliseconds")]
    [InlineData("""{"url":"https://rank.example.org/","requestsPerDay":0}""", "requestsPerDay")]
    [InlineData("""{"url":"https://rank.example.org/","cacheSeconds":3601}""", "cacheSeconds")]
    public async Task What_makes_no_sense_is_refused(string body, string field) => (await Admin.PutAsync(Service, body)).ShouldBeProblem(422, "invalid", field);

    [Fact]
    public async Task Who_may_not_say_what_is_recommended_names_no_service() => (await As("analyst").PutAsync(Service, new { url = "https://rank.example.org/" })).ShouldBeProblem(403, "forbidden");

    [Theory]
    [InlineData("https://10.0.0.7/rank", false)]
    [InlineData("https://localhost/rank", false)]
    [InlineData("http://127.0.0.1:9000/rank", false)]
    [InlineData("http://127.0.0.1:9000/rank", true)]
    [InlineData("http://10.0.0.7:9000/rank", true)]
    [InlineData("https://rank.example.org/rank", false)]
    public void In_production_it_is_on_the_public_internet_and_plain_http_is_for_this_machine(string url, bool isDevelopment) =>
        (new RecommendationServiceOptions(new WebhookPolicy(isDevelopment, isDevelopment)).Problem(url) is null).ShouldBe(isDevelopment ? url.Contains("127.0.0.1", StringComparison.Ordinal) : url.Contains("example.org", StringComparison.Ordinal));
}
