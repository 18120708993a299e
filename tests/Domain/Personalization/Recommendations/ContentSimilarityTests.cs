using System.Text.Json;
using Platform.Domain.Personalization;
using Platform.Tests.Support;

namespace Platform.Domain.Tests.Personalization;

/// <summary>Over articles, to figures that others computed by the rule of the set.</summary>
public sealed class ContentSimilarityTests
{
    [Fact]
    public void Neighbours_of_articles_are_those_of_the_reference()
    {
        var articles = Article.All();
        var folder = AcceptanceSets.Find(Article.ExpectedSet);
        Assert.SkipWhen(folder is null, AcceptanceSets.Absent(Article.ExpectedSet));
        using var content = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder!, "content.json")));
        var stopWords = content.RootElement.GetProperty("stopwords").EnumerateArray().Select(word => word.GetString()!).ToHashSet();
        var expected = content.RootElement.GetProperty("digitalgov");
        double Expected(string name) => expected.GetProperty(name).GetDouble();

        var index = new TextIndex();
        for (var n = 0; n < articles.Length; n++)
            index.Put(n, Words.Of(articles[n].Title + "\n" + articles[n].Body, "en", stopWords));
        index.Refit();

        index.Count.ShouldBe((int)Expected("articles"));
        index.Vocabulary.ShouldBe((int)Expected("vocabulary"));
        foreach (var list in expected.GetProperty("first_articles_top5").EnumerateObject())
            Near(int.Parse(list.Name, System.Globalization.CultureInfo.InvariantCulture) - 1, 5).Select(near => near + 1).ShouldBe(list.Value.EnumerateArray().Select(near => near.GetInt32()), list.Name);

        HashSet<string>[] topics = [.. articles.Select(article => article.Topics.ToHashSet())];
        var asked = Enumerable.Range(0, articles.Length).Where(n => topics[n].Count > 0).ToArray();
        var counts = topics.SelectMany(t => t).CountBy(t => t).ToDictionary();
        asked.Length.ShouldBe((int)Expected("with_topics"));
        counts.Count.ShouldBe((int)Expected("topics"));
        double Idf(string topic) => Math.Log(1 + (double)articles.Length / counts[topic]);
        double Jaccard(int a, int b) => topics[a].Intersect(topics[b]).Sum(Idf) / topics[a].Union(topics[b]).Sum(Idf);
        double Precision(int k) => asked.Average(n => Near(n, k).Count(near => topics[n].Overlaps(topics[near])) / (double)k);

        Precision(5).ShouldBe(Expected("precision_at_5_shared_topic"), 5e-7);
        Precision(10).ShouldBe(Expected("precision_at_10"), 5e-7);
        asked.Average(n => Near(n, 5).Average(near => Jaccard(n, near))).ShouldBe(Expected("idf_jaccard_at_5"), 5e-7);
        var pairs = asked.SelectMany(n => Enumerable.Range(0, articles.Length).Where(other => other != n).Select(other => (n, other))).ToArray();
        pairs.Average(pair => topics[pair.n].Overlaps(topics[pair.other]) ? 1.0 : 0).ShouldBe(Expected("random_pair_baseline"), 5e-7);
        pairs.Average(pair => Jaccard(pair.n, pair.other)).ShouldBe(Expected("idf_jaccard_random"), 5e-7);
        asked.Average(n => topics[n].Contains(index.Neighbours(n).Take(10).SelectMany(near => topics[near.Item].Select(topic => (topic, near.Similarity)))
            .GroupBy(vote => vote.topic).MaxBy(votes => votes.Sum(vote => vote.Similarity))!.Key) ? 1.0 : 0).ShouldBe(Expected("knn10_topic_top1_accuracy"), 5e-7);

        IEnumerable<int> Near(int n, int k) => index.Neighbours(n).Take(k).Select(near => near.Item);
    }

    [Fact]
    public void Words_are_without_markup_addresses_and_stop_words() =>
        Words.Of("# The Ünïcode *Cats* ```code``` {{< img src=\"pic\" >}} ![picture](a.png) [link text](https://example.org/there) <b class=\"bold\">dogs</b> https://example.org &nbsp; an", "en", StopWords.Of("en"))
            .ShouldBe(["code", "cats", "link", "text", "dogs"], ignoreOrder: true);

    [Fact]
    public void Words_of_other_languages_have_their_letters() => Words.Of("Die Größe der Häuser, Москва", "de", StopWords.Of("de-AT")).ShouldBe(["größe", "häuser", "москва"]);

    [Fact]
    public void A_new_item_is_near_others_at_once_and_gone_when_it_is_removed()
    {
        var index = new TextIndex();
        index.Put(0, ["whale", "ocean"]);
        index.Put(1, ["bread", "oven"]);
        index.Put(2, ["whale", "ocean", "boat"]);
        index.Neighbours(2).Single().Item.ShouldBe(0);
        index.Neighbours(0).Single().Item.ShouldBe(2);
        index.Remove(2);
        index.Neighbours(0).ShouldBeEmpty();
        index.ItemsWith("boat").ShouldBe(0);
    }
}
