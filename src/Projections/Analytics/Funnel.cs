using System.Collections.Immutable;
using Npgsql;
using NpgsqlTypes;
using Platform.Domain;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>A step of a funnel.</summary>
/// <param name="Event">Name of the event, such as page_view.</param>
/// <param name="Page">Path of the page; one that ends with * stands for all that begin so; null: any.</param>
public sealed record FunnelStep(string Event, string? Page = null);

/// <summary>How many came how far, in order.</summary>
/// <param name="Step">The step.</param>
/// <param name="Count">Who did it, after all steps before.</param>
/// <param name="MedianMs">Half of them took longer from the step before, in milliseconds; null: the first step, or nobody.</param>
public sealed record FunnelCount(FunnelStep Step, long Count, double? MedianMs);

/// <summary>
/// Who does one thing after the other. What counts of each step is the first time: who signed up, then looked at the prices, then signed up again, signed up before.
/// </summary>
/// <param name="Scope">Sites, days and filters; its metrics and dimensions don't count.</param>
/// <param name="Steps">2 to 10.</param>
/// <param name="ByPage">A visitor counts once a page: all steps are on the same.</param>
public sealed record Funnel(BehaviourQuery Scope, ImmutableArray<FunnelStep> Steps, bool ByPage)
{
    public const int MaxSteps = 10;

    private const int MaxText = 500;

    /// <summary>What is wrong with it; null: it can be answered.</summary>
    public Rejection? Refuse() => new FieldErrors()
        .Add("step", Steps.Length is < 2 or > MaxSteps ? $"2 to {MaxSteps} steps."
            : Steps.Any(step => step.Event.Length is 0 or > MaxText || step.Page is { Length: 0 or > MaxText }) ? "The name of an event, or event:page, such as page_view:/prices or page_view:/news/*."
            : Steps.Distinct().Count() < Steps.Length ? "Each once." : null)
        .Add(Scope.Refuse()).Rejection;

    /// <exception cref="QuestionTooLargeException">It's about more events than are looked at.</exception>
    public async Task<(ImmutableArray<FunnelCount> Steps, long Index, long Lag)> CountAsync(IQuerySession session, CancellationToken cancel)
    {
        await BehaviourPlan.RequireAsync(session, Scope, cancel);
        var (first, count) = (BehaviourAnswer.NextParameter(Scope), Steps.Length);
        var matches = Steps.Select((step, s) => $"(h.name = ${first + 2 * s} and h.page like ${first + 2 * s + 1})").ToArray();
        var reached = Enumerable.Range(0, count).Select(s => s == 0 ? "t0 is not null" : string.Join(" and ", Enumerable.Range(1, s).Select(n => $"t{n - 1} <= t{n}"))).ToArray();
        var answer = await session.QueryAsync(Hits.ReadModel, $"""
            with firsts as (
                select {string.Join(", ", matches.Select((match, s) => $"min(h.at) filter (where {match}) as t{s}"))}
                from read.hits h where {BehaviourAnswer.Where(Scope, "h", "h.at")} and ({string.Join(" or ", matches)})
                group by h.visitor_id{(ByPage ? ", h.page" : "")})
            select {string.Join(", ", reached.Select(has => $"count(*) filter (where {has})"))}{string.Concat(Enumerable.Range(1, count - 1).Select(s =>
                $", percentile_cont(0.5) within group (order by extract(epoch from t{s} - t{s - 1})::double precision * 1000) filter (where {reached[s]})"))}
            from firsts
            """,
            [
                .. BehaviourAnswer.Parameters(Scope),
                .. Steps.SelectMany(step => new[] { step.Event, Pattern(step.Page) }).Select(text => new NpgsqlParameter { Value = text, NpgsqlDbType = NpgsqlDbType.Text }),
            ],
            row => Steps.Select((step, s) => new FunnelCount(step, row.GetInt64(s), s == 0 || row.IsDBNull(count + s - 1) ? null : row.GetDouble(count + s - 1))).ToImmutableArray(), cancel);
        return (answer.Items[0], answer.Index, answer.Lag);
    }

    private static string Pattern(string? page)
    {
        if (page is null)
            return "%";
        var (isPrefix, text) = (page.EndsWith('*'), page.TrimEnd('*'));
        return text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + (isPrefix ? "%" : "");
    }
}
