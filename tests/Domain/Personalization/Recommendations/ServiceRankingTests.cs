using System.Globalization;
using System.Text;
using Platform.Domain.Personalization;

namespace Platform.Domain.Tests.Personalization;

public sealed class ServiceRankingTests
{
    private static readonly Guid One = Deskdrop.Id(1), Two = Deskdrop.Id(2);

    [Fact]
    public void Scores_are_by_item_and_of_one_that_stands_twice_the_first()
    {
        var scores = Parse($$"""{"items":[{"id":"{{One}}","score":-1.5},{"id":"{{Two}}","score":1e300,"why":"new"},{"id":"{{One}}","score":7}],"model":"x"}""")!;
        scores.OrderBy(pair => pair.Value).Select(pair => (pair.Key, pair.Value)).ShouldBe([(One, -1.5), (Two, 1e300)]);
        Parse("""{"items":[]}""").ShouldBeEmpty();
    }

    [Fact]
    public void What_is_no_number_of_an_item_is_left_out() =>
        Parse($$"""{"items":[{"id":"sku-7","score":2},{"id":"{{One}}","score":1}]}""")!.Keys.ShouldBe([One]);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("""{"items":{}}""")]
    [InlineData("""{"items":[1]}""")]
    [InlineData("""{"items":[{"id":"a"}]}""")]
    [InlineData("""{"items":[{"id":7,"score":1}]}""")]
    [InlineData("""{"items":[{"id":"a","score":"1"}]}""")]
    [InlineData("""{"items":[{"id":"a","score":NaN}]}""")]
    [InlineData("""{"items":[{"id":"a","score":1e999}]}""")]
    [InlineData("""{"items":[{"id":"a","score":-1e999}]}""")]
    [InlineData("""{"items":[{"id":"\ud800","score":1}]}""")]
    [InlineData("""{"items":[],"items":[]}""")]
    [InlineData("""{"items":[],"a":[[[[[[[[[]]]]]]]]]}""")]
    [InlineData("""{"items":[]} x""")]
    public void What_is_no_ranking_is_none(string json) => Parse(json).ShouldBeNull();

    [Fact]
    public void It_has_bounds()
    {
        string Items(int count) => $$"""{"items":[{{string.Join(',', Enumerable.Range(1, count).Select(n => string.Create(CultureInfo.InvariantCulture, $$"""{"id":"{{Deskdrop.Id(n)}}","score":{{n}}}""")))}}]}""";
        Parse(Items(200))!.Count.ShouldBe(200);
        Parse(Items(201)).ShouldBeNull();
        const string start = "{\"items\":[],\"a\":\"";
        string Long(int bytes) => start + new string('a', bytes - start.Length - 2) + "\"}";
        Parse(Long(ServiceRanking.MostBytes)).ShouldBeEmpty();
        Parse(Long(ServiceRanking.MostBytes + 1)).ShouldBeNull();
    }

    private static IReadOnlyDictionary<Guid, double>? Parse(string json) => ServiceRanking.Parse(Encoding.UTF8.GetBytes(json));
}
