using Platform.Domain.Audit;
using Platform.Domain.Content;

namespace Platform.Domain.Tests.Audit;

public sealed class EventSentenceTests
{
    private static readonly Guid Id = new("0198c0de-0000-7000-8000-000000000001");

    [Fact]
    public void Every_event_has_a_sentence_of_its_own()
    {
        var sentences = EventExamples.All.Select(example => (EventCatalog.Of(example).Alias, Sentence: EventSentence.Of(example, "none.no-sentence"))).ToList();
        sentences.Where(s => s.Sentence == "No sentence.").Select(s => s.Alias).ShouldBeEmpty("each event needs a sentence in Domain/Audit");
        sentences.ShouldAllBe(s => s.Sentence.EndsWith('.') && !s.Sentence.Contains('\n'));
        Snapshot.Match("EventSentences.snapshot.txt", string.Join('\n', sentences.OrderBy(s => s.Alias, StringComparer.Ordinal).Select(s => $"{s.Alias}: {s.Sentence}")));
    }

    [Fact]
    public void An_event_without_one_is_told_by_its_alias() => EventSentence.Of(new object(), "media.file-uploaded_v2").ShouldBe("File uploaded v2.");

    [Fact]
    public void Texts_of_people_are_cut_between_characters_and_stay_on_one_line()
    {
        EventSentence.Of(new ReleaseCreated(Id, "a\u0007b"), "").ShouldBe("Started the release \"a b\".");
        var cut = EventSentence.Of(new ReleaseCreated(Id, string.Concat(Enumerable.Repeat("🌍", 100))), "");
        cut.ShouldEndWith("🌍…\".");
        cut.Length.ShouldBeLessThan(120);
    }

    [Fact]
    public void Of_many_names_the_first_are_told() => EventSentence.Of(new ItemEdited(Id, Fields.Empty, ["a", "b", "c", "d", "e", "f", "g"]), "")
        .ShouldBe("Edited the draft: a removed, b removed, c removed, d removed, e removed and 2 more.");

    [Fact]
    public void Without_a_title_a_publication_is_told_by_its_version() => EventSentence.Of(new ItemPublished(Id, 2, Fields.Empty), "").ShouldBe("Published version 2.");

    [Theory]
    [InlineData("content.item-published", "content.item")]
    [InlineData("content.edit-lease-taken-over", "content.edit-lease")]
    [InlineData("content.type-defined", "content.type")]
    [InlineData("content.slug-reserved", "content.slug")]
    [InlineData("sites.tenant-provisioned", "sites.tenant")]
    [InlineData("audit.signing-key-revoked", "audit.signing-key")]
    [InlineData("audit.attempt-denied", "audit.attempt")]
    [InlineData("media.uploaded", "media.uploaded")]
    public void The_kind_of_a_stream_follows_from_an_alias(string alias, string kind) => StreamKind.Of(alias).ShouldBe(kind);
}
