using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.EventStore;
using Platform.Processors;
using Platform.Projections.Analytics;

namespace Platform.Api.Analytics;

/// <summary>A login for analysts, or another password for it.</summary>
/// <param name="Purpose">What for, 1-200 characters: it stands in the audit trail.</param>
public sealed record GrantAccessBody(string? Purpose);

/// <summary>Why the login is taken away.</summary>
/// <param name="Reason">1-200 characters.</param>
public sealed record RevokeAccessBody(string? Reason);

/// <summary>A metric of the tenant's own.</summary>
/// <param name="Name">A lower-case letter and up to 49 letters, digits and underscores.</param>
/// <param name="Kind">count (whole, at least 0), milliseconds (at least 0), number, boolean or text (at most 200 characters).</param>
public sealed record MetricBody(string? Name, string? Kind);

/// <summary>Filters, and conditions of what visitors did, with a name.</summary>
/// <param name="Name">1-100 characters, unique in the tenant whatever the letter case.</param>
/// <param name="Filters">At most 10, all of which hold; there's at least one, or a condition.</param>
/// <param name="Conditions">At most 10, all of which hold. Default: none.</param>
/// <param name="SiteIds">1-1000 sites that it's for, with those below them. Default: all of the tenant.</param>
public sealed record SegmentBody(
    string? Name, IReadOnlyList<SegmentFilterBody?>? Filters = null, IReadOnlyList<SegmentConditionBody?>? Conditions = null, IReadOnlyList<Guid>? SiteIds = null);

/// <summary>How often a visitor did something before the end of the days that a question is about.</summary>
/// <param name="Event">Name, such as page_view. Default: whatever visitors do.</param>
/// <param name="SiteId">On this site. Default: on any of the tenant's.</param>
/// <param name="Page">Path of the page. Default: any.</param>
/// <param name="AtLeast">Times, 0-1000000. Default: 1.</param>
/// <param name="AtMost">Times, atLeast-1000000. Default: however often.</param>
/// <param name="Days">Within so many days of 24 hours, 1-731. Default: ever.</param>
public sealed record SegmentConditionBody(string? Event = null, Guid? SiteId = null, string? Page = null, int? AtLeast = null, int? AtMost = null, int? Days = null);

/// <summary>For how long visitors' events are kept one by one.</summary>
/// <param name="Days">10-3650; null or absent: for good.</param>
public sealed record VisitorRetentionBody(int? Days = null);

/// <summary>How many visitors a segment has.</summary>
/// <param name="Visitors">Who is in it, of all that ever came before the moment.</param>
/// <param name="At">The moment.</param>
public sealed record SegmentVisitorsBody(long Visitors, DateTimeOffset At);

/// <summary>Which values of a dimension count.</summary>
/// <param name="Dimension">As of questions, but no time.</param>
/// <param name="Values">1-50, each of at most 200 characters: one of them; (none) stands for there being no value.</param>
/// <param name="Negated">None of them. Default: false.</param>
public sealed record SegmentFilterBody(string? Dimension, IReadOnlyList<string>? Values, bool? Negated);

/// <summary>What visitors did.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day, included.</param>
/// <param name="Timezone">Of the days.</param>
/// <param name="Metrics">Names, in the order of the values.</param>
/// <param name="Dimensions">Names, in the order of the values.</param>
/// <param name="Rows">By time where a time is the first dimension, else by the first metric, the most first.</param>
/// <param name="Totals">The metrics over everything that the filters leave.</param>
/// <param name="Cut">There are more rows.</param>
/// <param name="Estimated">Numbers of visitors are estimates with a standard error of 1.6 %: so many events were added up, not looked at one by one.</param>
/// <param name="Before">What it's compared with; absent: nothing.</param>
public sealed record BehaviourBody(
    DateOnly From, DateOnly To, string Timezone, IReadOnlyList<string> Metrics, IReadOnlyList<string> Dimensions, IReadOnlyList<BehaviourRow> Rows, IReadOnlyList<double?> Totals, bool Cut, bool Estimated,
    BehaviourBefore? Before);

/// <summary>The same of other days.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day, included.</param>
/// <param name="Rows">In the same order.</param>
/// <param name="Totals">The metrics over all.</param>
/// <param name="Cut">There are more rows.</param>
/// <param name="Estimated">Numbers of visitors are estimates.</param>
public sealed record BehaviourBefore(DateOnly From, DateOnly To, IReadOnlyList<BehaviourRow> Rows, IReadOnlyList<double?> Totals, bool Cut, bool Estimated);

/// <summary>Where analysts log in, and how.</summary>
/// <param name="Host">Of the database, as the platform's own node knows it.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Database">Name of the database.</param>
/// <param name="Login">Role of PostgreSQL.</param>
/// <param name="Password">Told now and never again: the platform doesn't keep it.</param>
public sealed record AnalystConnection(string Host, int Port, string Database, string Login, string Password);

/// <summary>The receipt of a login, and the login.</summary>
/// <param name="StreamId">The stream of the tenant's analyst access.</param>
/// <param name="Version">Its version.</param>
/// <param name="Events">The new event.</param>
/// <param name="Timestamp">When it was recorded, UTC.</param>
/// <param name="State">With <c>?await=</c>: how far the event got.</param>
/// <param name="Connection">Null when the request was sent again: its password was told in the first answer. Without that, ask for another.</param>
public sealed record AnalystLoginReceipt(
    Guid StreamId, long Version, IReadOnlyList<ReceiptEvent> Events, DateTimeOffset Timestamp, string? State, AnalystConnection? Connection);

/// <summary>A view of schema <c>analytics</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Question">What it answers.</param>
/// <param name="Row">What a row is.</param>
/// <param name="Key">Columns that identify a row.</param>
/// <param name="Columns">In their order.</param>
/// <param name="Example">A query over it.</param>
/// <param name="Permission">What its export needs beside <c>analytics.read</c>; null: nothing.</param>
/// <param name="Changed">The column that <c>since</c> goes by; null: there is none.</param>
public sealed record AnalystTableBody(
    string Name, string Question, string Row, IReadOnlyList<string> Key, IReadOnlyList<AnalystColumnBody> Columns, string Example, string? Permission, string? Changed)
{
    public static AnalystTableBody Of(AnalystTable table) => new(
        table.Name, table.Question, table.Row, table.Key, [.. table.Columns.Select(c => new AnalystColumnBody(c.Name, c.Type, c.IsNullable, c.Description))],
        table.Example, table.Permission, table.Changed);
}

/// <summary>A column of a view.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">PostgreSQL type.</param>
/// <param name="Nullable">Whether it may be null.</param>
/// <param name="Description">What it holds, with its unit.</param>
public sealed record AnalystColumnBody(string Name, string Type, bool Nullable, string Description);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TrackerBody))]
[JsonSerializable(typeof(MetricBody))]
[JsonSerializable(typeof(SegmentBody))]
[JsonSerializable(typeof(SegmentVisitorsBody))]
[JsonSerializable(typeof(VisitorRetentionBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(BehaviourBody))]
[JsonSerializable(typeof(Fields))]
[JsonSerializable(typeof(GrantAccessBody))]
[JsonSerializable(typeof(RevokeAccessBody))]
[JsonSerializable(typeof(AnalystLoginReceipt))]
[JsonSerializable(typeof(Page<TenantFiguresPublished>))]
[JsonSerializable(typeof(Page<AnalystTableBody>))]
[JsonSerializable(typeof(Page<AnalystAccessDetails>))]
internal sealed partial class AnalyticsBodies : JsonSerializerContext;
