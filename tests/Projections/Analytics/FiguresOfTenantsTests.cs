using System.Globalization;
using Npgsql;
using Platform.Projections.Analytics;
using Platform.Tests;
using static Platform.Projections.Tests.ProjectionFixture;

namespace Platform.Projections.Tests.Analytics;

/// <summary>What the application's role is told about all tenants, and that whatever is made of these answers tells of none.</summary>
public sealed class FiguresOfTenantsTests : IAsyncLifetime
{
    private static readonly DateOnly Monday = new(2026, 3, 2);

    private static readonly string Function = $"figures_of_tenants_v{new HitsByDay().Version}";

    private readonly ProjectionFixture _fixture = new();

    private sealed record Part(string Tenant, string Dimension, string Value, long Amount, DateOnly Week);

    private sealed record Figure(string Dimension, string Value, decimal Total);

    public async ValueTask InitializeAsync()
    {
        await _fixture.InitializeAsync();
        await Daemon(_fixture.Compose(ReadModels.All)).PrepareAsync();
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 0)]
    [InlineData(6, 600)]
    [InlineData(7, 700)]
    public async Task What_fewer_than_five_others_are_in_is_not_shown(int tenants, long shown)
    {
        await StoreAsync(InAll(Enumerable.Repeat(100L, tenants)));
        (await FiguresAsync()).Select(figure => figure.Total).ShouldBe(shown == 0 ? [] : [shown]);
    }

    [Theory]
    [InlineData("1000000,1,1,1,1,1,1", 7L)]
    [InlineData("1000000000,1,1,1,1,1,1", 7L)]
    [InlineData("1000,1000,1,1,1,1,1", null)]
    [InlineData("1000,1000,1000,1,1,1,1", null)]
    [InlineData("600,500,400,300,200,100", 1500L)]
    public async Task Nobody_who_towers_above_the_others_is_told_of(string parts, long? shown)
    {
        await StoreAsync(InAll(parts.Split(',').Select(part => long.Parse(part, CultureInfo.InvariantCulture))));
        (await FiguresAsync()).Select(figure => (long?)figure.Total).ShouldBe(shown is null ? [] : [shown]);
    }

    [Fact]
    public async Task How_large_the_largest_is_changes_nothing()
    {
        var random = new Random(20_260_302);
        for (var (trial, week) = (0, Monday); trial < 10; (trial, week) = (trial + 1, week.AddDays(-14)))
        {
            long[] others = [.. Enumerable.Range(0, random.Next(5, 30)).Select(_ => random.NextInt64(1, 1_000))];
            await StoreAsync(InAll([1_000, .. others], week));
            await StoreAsync(InAll([1_000_000_000, .. others], week.AddDays(-7)));
            (await FiguresAsync(week)).ShouldBe(await FiguresAsync(week.AddDays(-7)));
        }
    }

    /// <summary>
    /// Any sum or difference of up to three answers, of two weeks, and a total less all that is shown of it, also less what the asker knows of itself, leaves open whether any one other tenant is in it: what its roundings leave open is
    /// no less than the tenant's share. And no answer, less the asker's share, gives another's to less than twice itself.
    /// </summary>
    [Fact]
    public async Task No_combination_of_answers_singles_out_a_tenant()
    {
        var random = new Random(20_260_309);
        var shown = 0;
        for (var (trial, week) = (0, Monday); trial < 12; (trial, week) = (trial + 1, week.AddDays(-14)))
        {
            var parts = Random(random, week).Concat(Random(random, week.AddDays(-7))).ToList();
            await StoreAsync(parts);
            var rests = new List<(int Sign, (decimal Total, decimal Step, Dictionary<string, decimal> Shares) Cell)[]>();
            var cells = new List<(decimal Total, decimal Step, Dictionary<string, decimal> Shares)>();
            foreach (var monday in new[] { week, week.AddDays(-7) })
            {
                var step = StepOf(SharesOf(parts, monday, "", "").Values.DefaultIfEmpty().Max());
                var figures = (await FiguresAsync(monday)).Select(figure => (figure.Total, step, SharesOf(parts, monday, figure.Dimension, figure.Value))).ToList();
                cells.AddRange(figures);
                // Empty names come first: the week as a whole, of which all that is shown of the dimension is taken away.
                if (figures.Count > 1)
                    rests.Add([.. figures.Select((figure, place) => (place == 0 ? 1 : -1, figure))]);
            }
            shown += cells.Count;
            foreach (var (total, step, shares) in cells)
            {
                shares.Count.ShouldBeGreaterThanOrEqualTo(6);
                (total % step).ShouldBe(0);
                Math.Abs(total - shares.Values.Sum()).ShouldBeLessThanOrEqualTo(step / 2);
                var two = shares.Values.OrderDescending().Take(2).ToList();
                (shares.Values.Sum() - two[1]).ShouldBeGreaterThanOrEqualTo(3 * two[0]);
            }
            foreach (var combined in Combinations(cells).Concat(rests))
                foreach (var tenant in combined.SelectMany(term => term.Cell.Shares.Keys).Distinct())
                    Math.Abs(combined.Sum(term => term.Sign * term.Cell.Shares.GetValueOrDefault(tenant)))
                        .ShouldBeLessThanOrEqualTo(combined.Sum(term => term.Cell.Step));
        }
        shown.ShouldBeGreaterThan(50, "what shows nothing proves nothing");
    }

    [Fact]
    public async Task The_applications_role_gets_bounded_figures_of_weeks_that_are_over_and_no_tenants_row()
    {
        await StoreAsync(InAll([7, 8, 9, 10, 11, 12]));
        await using var app = await _fixture.Database.App.OpenConnectionAsync();
        await using var count = new NpgsqlCommand("select count(*) from read.hits_by_day", app);
        (await count.ExecuteScalarAsync()).ShouldBe(0L);
        (await FiguresAsync()).ShouldHaveSingleItem();
        foreach (var week in new[] { "current_date", "date '2026-03-03'", "date_trunc('week', now() at time zone 'UTC')::date", "null", "date '-infinity'", "date 'infinity'" })
            (await Should.ThrowAsync<PostgresException>(() => app.RunAsync($"select read.{Function}({week})"))).SqlState.ShouldBe(PostgresErrorCodes.InvalidParameterValue, week);
        await using var columns = new NpgsqlCommand($"select pg_get_function_result('read.{Function}'::regproc)", app);
        ((string)(await columns.ExecuteScalarAsync())!).ShouldBe("TABLE(dimension character varying, value character varying, measure text, total numeric)");
    }

    private static IEnumerable<Part> InAll(IEnumerable<long> amounts, DateOnly? week = null) => amounts.Select((amount, n) => new Part($"tenant{n}", "", "", amount, week ?? Monday));

    // Tenants of very different sizes, some in few countries.
    private static List<Part> Random(Random random, DateOnly week)
    {
        var parts = new List<Part>();
        for (var n = random.Next(6, 25); n > 0; n--)
        {
            var countries = new[] { "AT", "DE", "FR", "NZ" }
                .Where((_, place) => random.Next(place + 1) == 0)
                .Select(country => new Part($"tenant{n}", "country", country, (long)Math.Pow(10, 1 + (random.NextDouble() * 1.5)), week)).ToList();
            parts.AddRange(countries);
            parts.Add(new Part($"tenant{n}", "", "", countries.Sum(part => part.Amount), week));
        }
        return parts;
    }

    private static Dictionary<string, decimal> SharesOf(List<Part> parts, DateOnly week, string dimension, string value)
    {
        var own = parts.Where(part => part.Amount > 0 && (part.Week, part.Dimension, part.Value) == (week, dimension, value)).ToList();
        var most = own.Select(part => (decimal)part.Amount).OrderDescending().Skip(1).Take(5).DefaultIfEmpty().Average();
        return own.ToDictionary(part => part.Tenant, part => Math.Min(part.Amount, most));
    }

    private static decimal StepOf(decimal most)
    {
        decimal[] ladder = [1, 2, 5];
        return Enumerable.Range(0, 19).SelectMany(n => ladder.Select(digit => digit * (decimal)Math.Pow(10, n))).First(width => width >= most);
    }

    private static IEnumerable<(int Sign, T Cell)[]> Combinations<T>(List<T> cells)
    {
        int[] signs = [1, -1];
        for (var a = 0; a < cells.Count; a++)
            for (var b = a + 1; b < cells.Count; b++)
                foreach (var second in signs)
                {
                    yield return [(1, cells[a]), (second, cells[b])];
                    for (var c = b + 1; c < cells.Count; c++)
                        foreach (var third in signs)
                            yield return [(1, cells[a]), (second, cells[b]), (third, cells[c])];
                }
    }

    private async Task StoreAsync(IEnumerable<Part> parts)
    {
        foreach (var part in parts)
            await _fixture.RunAsync($"""
                insert into read.hits_by_day_1 (tenant_id, site_id, dimension, day, value, hits, page_views, events, engaged_ms, engagements, scroll, visitors, visitor_sketch, value_count)
                values ('{part.Tenant}', gen_random_uuid(), '{part.Dimension}', '{part.Week.AddDays(6):yyyy-MM-dd}', '{part.Value}', 1, {part.Amount}, 0, 0, 0, 0, 1, '', 0)
                """);
    }

    private async Task<List<Figure>> FiguresAsync(DateOnly? week = null)
    {
        await using var command = _fixture.Database.App.CreateCommand($"select dimension, value, total from read.{Function}($1) where measure = 'page_views' order by 1, 2");
        command.Parameters.AddWithValue(week ?? Monday);
        await using var reader = await command.ExecuteReaderAsync();
        var figures = new List<Figure>();
        while (await reader.ReadAsync())
            figures.Add(new Figure(reader.GetString(0), reader.GetString(1), reader.GetDecimal(2)));
        return figures;
    }
}
