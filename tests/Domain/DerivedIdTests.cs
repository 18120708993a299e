using FsCheck;
using FsCheck.Fluent;

namespace Platform.Domain.Tests;

public sealed class DerivedIdTests
{
    // Computed apart from this code: SHA-256 of 00000004 "kind" 00000001 "a" 00000002 "ü" in UTF-8, then version and variant set.
    [Fact]
    public void An_id_is_what_anyone_computes_from_the_same_parts() =>
        DerivedId.From("kind", "a", "ü").ShouldBe(new Guid("63156847-7761-8b04-b8e0-f09e749238db"));

    [Fact]
    public void An_id_is_a_uuid_of_version_8() => Prop.ForAll<NonNull<string>>(name =>
    {
        var id = DerivedId.From("kind", Clean(name.Get));
        return id.Version == 8 && id.Variant is >= 8 and <= 11;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_same_parts_give_the_same_id_and_others_another() =>
        Prop.ForAll<NonNull<string>, NonNull<string>>((left, right) =>
        {
            var (one, other) = (Clean(left.Get), Clean(right.Get));
            return (DerivedId.From("kind", one) == DerivedId.From("kind", other)) == (one == other);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_borders_of_parts_matter()
    {
        Guid[] ids =
        [
            DerivedId.From("k", "ab", "c"), DerivedId.From("k", "a", "bc"), DerivedId.From("k", "abc"), DerivedId.From("ka", "bc"),
        ];
        ids.Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public void A_lone_surrogate_is_refused_rather_than_confused_with_another() =>
        Should.Throw<ArgumentException>(() => DerivedId.From("kind", "\ud800"));

    private static string Clean(string text) => string.Concat(text.Where(character => !char.IsSurrogate(character)));
}
