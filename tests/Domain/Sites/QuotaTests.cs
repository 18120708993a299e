using System.Collections.Immutable;
using Platform.Domain.Sites;

namespace Platform.Domain.Tests.Sites;

public sealed class QuotaTests
{
    private const string Tenant = "a2b3c4d5e6f7";

    private static readonly DateOnly Monday = new(2030, 6, 3);
    private static readonly QuotasChanged Changed = new(Tenant, [new QuotaLimit("eventsPerDay", 80, 100), new QuotaLimit("sites", null, 3)]);

    [Fact]
    public void Limits_are_recorded_in_name_order() => Spec.Given<TenantQuotas>()
        .When(Change(new("sites", null, 3), new("eventsPerDay", 80, 100)))
        .Then(Changed);

    [Fact]
    public void The_same_limits_change_nothing() => Spec.Given<TenantQuotas>(Changed)
        .When(Change(new("sites", null, 3), new("eventsPerDay", 80, 100)))
        .ThenNothing();

    [Fact]
    public void No_limits_are_the_platforms_defaults_again() => Spec.Given<TenantQuotas>(Changed)
        .When(Change())
        .Then(new QuotasChanged(Tenant, []));

    [Fact]
    public void Nothing_at_all_may_be_allowed() => Spec.Given<TenantQuotas>()
        .When(Change(new QuotaLimit("users", 0, 0)))
        .Then(new QuotasChanged(Tenant, [new QuotaLimit("users", 0, 0)]));

    [Theory]
    [InlineData("users", null, -1L, "users.hard", "Can't be negative.")]
    [InlineData("users", -1L, null, "users.soft", "Can't be negative.")]
    [InlineData("users", null, 1_000_000_000_000_001L, "users.hard", "At most 1,000,000,000,000,000; null for no limit.")]
    [InlineData("users", 9L, 8L, "users.soft", "The tenant is warned before it's refused: can't be above the hard limit.")]
    [InlineData("requestsPerSecond", null, 0L, "requestsPerSecond.hard", "Must be at least 1.")]
    [InlineData("requestsPerSecond", null, 1_000_001L, "requestsPerSecond.hard", "At most 1,000,000; null for no limit.")]
    [InlineData("requestsPerSecond", 1L, null, "requestsPerSecond.soft", "Requests have a hard limit only.")]
    [InlineData("wishes", null, 3L, "wishes", "There is no such quota; there are eventsPerDay, requestsPerSecond, sites, storageBytes, users.")]
    public void What_makes_no_limit_is_refused_by_its_name(string quota, long? soft, long? hard, string field, string message) => Spec.Given<TenantQuotas>()
        .When(Change(new QuotaLimit(quota, soft, hard)))
        .ThenInvalid((field, message));

    [Fact]
    public void A_soft_limit_is_told_of_once() => Spec.Given<QuotaNotices>(new QuotaSoftLimitReached("users", 5, 5))
        .When(new NoteUse("users", 5, 6))
        .ThenNothing();

    [Fact]
    public void Below_it_nothing_is_told() => Spec.Given<QuotaNotices>()
        .When(new NoteUse("users", 5, 4))
        .ThenNothing();

    [Fact]
    public void At_it_the_tenant_is_warned() => Spec.Given<QuotaNotices>()
        .When(new NoteUse("users", 5, 5))
        .Then(new QuotaSoftLimitReached("users", 5, 5));

    [Fact]
    public void A_day_later_it_is_told_of_again() => Spec.Given<QuotaNotices>(new QuotaSoftLimitReached("eventsPerDay", 80, 80, Monday))
        .When(new NoteUse("eventsPerDay", 80, 81, Monday.AddDays(1)))
        .Then(new QuotaSoftLimitReached("eventsPerDay", 80, 81, Monday.AddDays(1)));

    [Fact]
    public void Another_limit_is_told_of_again() => Spec.Given<QuotaNotices>(new QuotaSoftLimitReached("users", 5, 5))
        .When(new NoteUse("users", 6, 7))
        .Then(new QuotaSoftLimitReached("users", 6, 7));

    [Theory]
    [InlineData(5L)]
    [InlineData(null)]
    public void Below_it_again_or_without_it_the_warning_is_over(long? limit) => Spec.Given<QuotaNotices>(new QuotaSoftLimitReached("users", 5, 5))
        .When(new NoteUse("users", limit, 4))
        .Then(new QuotaSoftLimitCleared("users", 4));

    [Theory]
    [InlineData("http", "content.item-edited", true)]
    [InlineData("schedule", "content.item-published", false)]
    [InlineData(null, "content.item-edited", false)]
    [InlineData("http", "security.erasure-requested", false)]
    [InlineData("http", "audit.attempt-denied", false)]
    [InlineData("http", "sites.quota-soft-limit-reached", false)]
    public void What_callers_append_counts_unless_it_may_never_be_refused(string? trigger, string alias, bool counts) =>
        QuotaExemptions.Counts(trigger, alias).ShouldBe(counts);

    private static ChangeQuotas Change(params ImmutableArray<QuotaLimit> limits) => new(Tenant, limits);
}
