using Platform.Domain.Content;
using static Platform.Domain.Tests.Content.Articles;

namespace Platform.Domain.Tests.Content;

public sealed class PublishItemTests
{
    private static readonly ItemEdited Edited = new(Id, Fields.Parse("""{"title":"Second light"}"""), []);
    private static readonly Fields EditedFields = Fields.Parse("""{"title":"Second light","rank":1}""");

    [Fact]
    public void The_latest_content_goes_live_whole() => Publish([Created, Edited]).Then(Live(2, EditedFields));

    [Fact]
    public void An_earlier_version_goes_live() => Publish([Created, Edited], version: 1).Then(Published);

    [Fact]
    public void A_version_stands_for_the_content_it_had() => Publish([Created, Published, new ItemUnpublished(Id), Edited], version: 3)
        .Then(Published);

    [Fact]
    public void What_is_live_already_is_not_published_again()
    {
        Publish([Created, Published]).ThenNothing();
        Publish([Created, Published], version: 1).ThenNothing();
        Publish([Created, Published], version: 2).ThenNothing();
    }

    [Fact]
    public void After_an_edit_there_is_something_to_publish_again() =>
        Publish([Created, Published, Edited]).Then(Live(3, EditedFields));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_version_that_the_item_never_had_is_refused(long version) => Publish([Created, Edited], version)
        .ThenInvalid(("version", "Must be from 1 to 2, the item's version."));

    [Fact]
    public void Required_fields_must_be_there() => Publish([Created, new ItemEdited(Id, Fields.Empty, ["title"])])
        .ThenInvalid(("fields.title", "Is required."));

    [Fact]
    public void An_archived_item_cannot_be_published() => Publish([Created, Archived]).ThenRejected("An archived item can't be published.");

    [Fact]
    public void An_item_that_does_not_exist_is_not_found() => Publish([]).ThenNotFound("There is no such item.");

    private static Outcome Publish(object[] events, long? version = null) => Spec.Given<Item>(events).When(item =>
    {
        var then = State.Of<Item>(events.Take((int)(version ?? events.Length)));
        return PublishItem.Decide(new PublishItem(Id, version), item, then, Article);
    });
}
