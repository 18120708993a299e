using System.Collections.Immutable;
using System.Text.Json;
using Platform.Domain.Sites;
using static Platform.Domain.Tests.Sites.Examples;

namespace Platform.Domain.Tests.Sites;

public sealed class ConfigurationTests
{
    private static readonly ConfigurationPlace Top = Place([]);
    private static readonly ConfigurationValuesSet German = new(Fields.Parse("""{"locale.default":"de"}"""), Id);

    [Fact]
    public void Values_are_set_all_or_none_and_what_is_there_is_not_set_again()
    {
        Spec.Given<ConfigurationScope>().When(state => Set("""{"locale.default":"de","seo.index":false}""", state, Top))
            .Then(new ConfigurationValuesSet(Fields.Parse("""{"locale.default":"de","seo.index":false}"""), Id));
        Spec.Given<ConfigurationScope>(German).When(state => Set("""{"locale.default":"de","seo.index":false}""", state, Top)).Then(new ConfigurationValuesSet(Fields.Parse("""{"seo.index":false}"""), Id));
        Spec.Given<ConfigurationScope>(German).When(state => Set("""{"locale.default":"de"}""", state, Top)).ThenNothing();
        Spec.Given<ConfigurationScope>().When(state => Set("{}", state, Top)).ThenInvalid(("values", "At least one is required."));
        Spec.Given<ConfigurationScope>().When(state => Set("""{"locale.default":"de"}""", state, Top with { Exists = false })).ThenNotFound("There is no such site.");
    }

    [Fact]
    public void Each_value_that_is_wrong_is_named_with_its_rule() =>
        Spec.Given<ConfigurationScope>().When(state => Set(
            """{"locale.default":"Deutsch!","seo.index":1,"content.page-size":0,"delivery.not-found":"x","no.such":1,"analytics.sample-rate":"1","locale.allowed":[1],"timezone":null,"delivery.cache-seconds":1.5}""", state, Top)).ThenInvalid(
            ("values.locale.default", "Must match ^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\\z. (rule pattern)"), ("values.seo.index", "Must be true or false."),
            ("values.content.page-size", "Must be at least 1. (rule min)"), ("values.delivery.not-found", "Must be one of page, redirect-home. (rule allowed)"), ("values.no.such", "There is no such key."),
            ("values.analytics.sample-rate", "Must be a number."), ("values.locale.allowed", "Must be a list of at most 200 texts."),
            ("values.timezone", "Must have a value; reset takes it back to the inherited one."), ("values.delivery.cache-seconds", "Must be a whole number."));

    [Fact]
    public void What_is_locked_above_is_refused_and_where_is_said()
    {
        var below = Place([Level(ConfigurationLevel.Platform), Level(ConfigurationLevel.Tenant, locks: ["seo.index"]), Level(ConfigurationLevel.Master, ParentId, locks: ["seo.index", "timezone"])]);
        Spec.Given<ConfigurationScope>().When(state => Set("""{"seo.index":false}""", state, below)).ThenTaken("values.seo.index", "The key 'seo.index' is locked at the tenant.");
        Spec.Given<ConfigurationScope>().When(state => Set("""{"timezone":"Europe/Vienna"}""", state, below)).ThenTaken("values.timezone", $"The key 'timezone' is locked at site {ParentId}.");
        Spec.Given<ConfigurationScope>(new ConfigurationKeysLocked(["timezone"], Id)).When(state => Set("""{"timezone":"Europe/Vienna"}""", state, Top))
            .Then(new ConfigurationValuesSet(Fields.Parse("""{"timezone":"Europe/Vienna"}"""), Id));
    }

    [Fact]
    public void Reset_lock_and_unlock_record_what_changes()
    {
        Spec.Given<ConfigurationScope>(German).When(state => ResetConfiguration.Decide(new(["timezone", "locale.default"]), state, Top)).Then(new ConfigurationValuesReset(["locale.default"], Id));
        Spec.Given<ConfigurationScope>(German).When(state => ResetConfiguration.Decide(new(["timezone"]), state, Top)).ThenNothing();
        Spec.Given<ConfigurationScope>(German).When(state => ResetConfiguration.Decide(new(["timezone", "no.such"]), state, Top)).ThenInvalid(("keys[1]", "There is no such key."));
        Spec.Given<ConfigurationScope>().When(state => LockConfiguration.Decide(new(["timezone", "seo.index", "timezone"]), state, Top)).Then(new ConfigurationKeysLocked(["seo.index", "timezone"], Id));
        Spec.Given<ConfigurationScope>(new ConfigurationKeysLocked(["timezone"], Id)).When(state => UnlockConfiguration.Decide(new(["seo.index", "timezone"]), state, Top)).Then(new ConfigurationKeysUnlocked(["timezone"], Id));
    }

    [Fact]
    public void Rolled_back_a_level_says_again_what_it_said()
    {
        object[] events = [German, new ConfigurationKeysLocked(["timezone"], Id), new ConfigurationValuesReset(["locale.default"], Id), new ConfigurationValuesSet(Fields.Parse("""{"seo.index":false}"""), Id)];
        var past = State.Of<ConfigurationScope>(events.Take(1));
        var back = new ConfigurationRolledBack(1, German.Values, ["seo.index"], [], ["timezone"], Id);
        Spec.Given<ConfigurationScope>(events).When(state => RollBackConfiguration.Decide(new(1), state, past, Top)).Then(back);
        (State.Of<ConfigurationScope>([.. events, back]) with { Version = 1 }).Values.ShouldBe(past.Values);
        State.Of<ConfigurationScope>([.. events, back]).Locks.ShouldBeEmpty();
        Spec.Given<ConfigurationScope>(events).When(state => RollBackConfiguration.Decide(new(5), state, past, Top)).ThenInvalid(("version", "The configuration is at version 4."));
        Spec.Given<ConfigurationScope>(events).When(state => RollBackConfiguration.Decide(new(1), state, past, Place([Level(ConfigurationLevel.Tenant, locks: ["locale.default"])])))
            .ThenTaken("values.locale.default", "The key 'locale.default' is locked at the tenant.");
    }

    [Theory]
    [InlineData("seo.robots", "text", "{}", "\"\"", "key", "What begins with 'seo.' is the platform's.")]
    [InlineData("Shop.x", "text", "{}", "\"\"", "key", "Must be lower-case words of letters, digits and hyphens, two at least, joined by dots.")]
    [InlineData("shop.x", "colour", "{}", "\"\"", "type", "One of text, number, integer, boolean, list, enum, json.")]
    [InlineData("shop.x", "text", """{"min":1}""", "\"\"", "rules.min", "Isn't for text.")]
    [InlineData("shop.x", "text", """{"pattern":"(a+)+\\1"}""", "\"\"", "rules.pattern", "Must be a regular expression without look-around, back-references or large counts.")]
    [InlineData("shop.x", "text", """{"pattern":"(("}""", "\"\"", "rules.pattern", "Must be a regular expression without look-around, back-references or large counts.")]
    [InlineData("shop.x", "enum", "{}", "\"a\"", "rules.allowed", "Is required.")]
    [InlineData("shop.x", "enum", """{"allowed":["a","a"]}""", "\"a\"", "rules.allowed", "Must be a list of 1 to 200 different texts.")]
    [InlineData("shop.x", "integer", """{"max":3}""", "4", "default", "Must be at most 3. (rule max)")]
    [InlineData("shop.x", "list", """{"allowed":["a","b"],"minItems":1}""", "[]", "default", "Must have at least 1 items. (rule minItems)")]
    [InlineData("shop.x", "integer", """{"pace":3}""", "4", "rules.pace", "There is no such rule; one of allowed, max, maxItems, maxLength, min, minItems, minLength, pattern.")]
    public void A_key_that_is_wrong_is_refused(string name, string type, string rules, string @default, string field, string message) =>
        Spec.Given<DeclaredKey>().When(state => Declare(name, type, rules, @default, state)).ThenInvalid((field, message));

    [Fact]
    public void A_key_is_declared_once_for_good()
    {
        var declared = new ConfigurationKeyDeclared("shop.currency", "enum", Fields.Parse("""{"allowed":["EUR","USD"]}"""), JsonElement.Parse("\"EUR\""), "Of prices.");
        Spec.Given<DeclaredKey>().When(state => Declare("shop.currency", "enum", """{"allowed":["EUR","USD"]}""", "\"EUR\"", state)).Then(declared);
        Spec.Given<DeclaredKey>(declared).When(state => Declare("shop.currency", "text", "{}", "\"\"", state)).ThenTaken("key", "The key 'shop.currency' is declared already, and what it means never changes.");
        Spec.Given<DeclaredKey>().When(state => Declare("shop.x", "text", "{}", "\"\"", state, keys: 500)).ThenRejected("A tenant has at most 500 keys of its own.");
    }

    [Fact]
    public void The_platforms_keys_keep_to_their_own_rules()
    {
        PlatformKeys.All.Count.ShouldBeGreaterThan(5);
        foreach (var key in PlatformKeys.All.Values)
        {
            key.Problem(key.Default).ShouldBeNull(key.Name);
            foreach (var (rule, argument) in key.Rules.Values)
                (ConfigurationRule.All[rule].Types.Contains(key.Type) ? ConfigurationRule.All[rule].ArgumentProblem(argument) : "unfit").ShouldBeNull($"{key.Name} {rule}");
        }
    }

    [Fact]
    public void A_huge_value_is_refused() =>
        Spec.Given<ConfigurationScope>().When(state => Set($$"""{"seo.title-suffix":"{{new string('x', 17_000)}}"}""", state, Top)).ThenInvalid(("values.seo.title-suffix", "A value takes at most 16 KiB."));

    [Fact]
    public void Several_sites_change_at_once_as_previewed_or_not_at_all()
    {
        var command = new ApplyConfigurationChange(ParentId, [Id, OtherId], German.Values, "c7");
        ImmutableArray<(ConfigurationScope, ConfigurationPlace)> levels = [(ConfigurationScope.Initial, Top), (ConfigurationScope.Initial, Top with { SiteId = OtherId })];
        Spec.Given<ConfigurationScope>().When(_ => ApplyConfigurationChange.Decide(command, "c7", levels)).ThenStreams(
            new StreamEvents(ParentId, new ConfigurationChangeApplied(ParentId, [Id, OtherId], German.Values, "c7")),
            new StreamEvents(ConfigurationScope.IdOf(Id), German), new StreamEvents(ConfigurationScope.IdOf(OtherId), German with { SiteId = OtherId }));
        Spec.Given<ConfigurationScope>().When(_ => ApplyConfigurationChange.Decide(command, "c8", levels)).ThenTaken("token", "The configuration has changed since the preview; look again.");
        Spec.Given<ConfigurationScope>().When(_ => ApplyConfigurationChange.Decide(command with { Sites = [Id, Id] }, "c7", levels)).ThenInvalid(("sites", "One stands twice."));
    }

    private static Decision Set(string values, ConfigurationScope state, ConfigurationPlace place) => SetConfiguration.Decide(new SetConfiguration(Fields.Parse(values)), state, place);

    private static Decision Declare(string name, string type, string rules, string @default, DeclaredKey state, long keys = 0) =>
        DeclareConfigurationKey.Decide(new DeclareConfigurationKey(new ConfigurationKey(name, type, Fields.Parse(rules), JsonElement.Parse(@default), "Of prices.")), state, keys);

    private static ConfigurationPlace Place(ImmutableArray<ConfigurationLevel> above) => new(Id, true, ConfigurationLevel.Site, above, PlatformKeys.All);

    private static ConfigurationLevel Level(string name, Guid? site = null, ImmutableArray<string>? locks = null) => new(name, site, Fields.Empty, locks ?? []);
}
