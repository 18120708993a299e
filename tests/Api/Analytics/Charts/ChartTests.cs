using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Platform.Api.Analytics;
using Platform.Projections.Analytics;

namespace Platform.Api.Tests.Analytics;

/// <summary>Charts as text: what they show, and what they never do.</summary>
public sealed class ChartTests
{
    private static readonly DateOnly _from = new(2026, 11, 5), _to = new(2026, 12, 4);

    [Fact]
    public void A_line_says_its_total_its_highest_and_its_lowest()
    {
        var picture = LineChart.Draw(Pictures.Frame(), Lines([3, 1, 12_000])).ShouldBePicture();
        picture.Said().ShouldBe("5 Nov – 4 Dec 2026. Visitors: 12,004 in all, highest 12,000 (T2), lowest 1 (T1).");
        picture.Texts().ShouldBe(["Visitors by day", "5 Nov – 4 Dec 2026", "0", "2,000", "4,000", "6,000", "8,000", "10,000", "12,000"], ignoreOrder: true);
    }

    [Fact]
    public void It_is_said_in_german_too() =>
        LineChart.Draw(Pictures.Frame(words: ChartWords.German), Lines([3, 1, 12_000])).ShouldBePicture().Said().ShouldBe("5 Nov – 4 Dec 2026. Visitors: 12.004 insgesamt, am meisten 12.000 (T2), am wenigsten 1 (T1).");

    [Fact]
    public void Other_days_are_a_dashed_line_and_named()
    {
        var chart = Lines([3, 1, 2]) with { DaysBefore = "6 Oct – 4 Nov 2026" };
        var picture = LineChart.Draw(Pictures.Frame(), chart with { Series = [chart.Series[0] with { Before = [1, 2, 3, 4], TotalBefore = 10 }] }).ShouldBePicture();
        picture.All("path").Count(path => path.Attribute("stroke-dasharray") is not null).ShouldBe(2, "the line and its sample");
        picture.Texts().ShouldContain("6 Oct – 4 Nov 2026");
        picture.Said().ShouldEndWith("; before that, 6 Oct – 4 Nov 2026: 10.");
    }

    [Fact]
    public void Where_nothing_was_measured_the_line_is_interrupted_and_a_single_point_is_a_dot()
    {
        var paths = LineChart.Draw(Pictures.Frame(), Lines([1, 2, null, 3, null, 2, 1])).ShouldBePicture().All("path").Select(path => path.Attribute("d")!.Value).ToList();
        paths[0].Count(c => c == 'M').ShouldBe(2);
        paths[0].Count(c => c == 'L').ShouldBe(2);
        paths[1].ShouldMatch("^M[^ML]+h0$");
    }

    [Fact]
    public void Without_data_a_chart_says_so()
    {
        LineChart.Draw(Pictures.Frame(), Lines([null, null])).ShouldBePicture().Texts().ShouldContain("No data");
        LineChart.Draw(Pictures.Frame(), Lines([]) with { Series = [] }).ShouldBePicture().Said().ShouldContain("No data");
        LineChart.DrawSparkline(Pictures.Frame(120, 32), Lines([null])).ShouldBePicture().Said().ShouldContain("No data");
        BarChart.Draw(Pictures.Frame(), new BarChart("Visitors", [], ChartUnit.Count, null)).ShouldBePicture().Texts().ShouldContain("No data");
        BarChart.DrawFunnel(Pictures.Frame(), []).ShouldBePicture().Said().ShouldContain("No data");
        HeatMapChart.Draw(Pictures.Frame(), new HeatMapChart("Visits", [.. new double?[168]], ChartUnit.Count, null)).ShouldBePicture().Texts().ShouldContain("No data");
    }

    [Fact]
    public void One_point_is_seen() => LineChart.Draw(Pictures.Frame(), Lines([42])).ShouldBePicture().All("path").Last().Attribute("d")!.Value.ShouldStartWith("M");

    [Fact]
    public void Two_years_of_five_lines_and_their_days_before_stay_small()
    {
        var days = Enumerable.Range(0, BehaviourQuery.MaxDays).Select(day => (double?)(1e6 + 9e5 * Math.Sin(day * 1.7))).ToImmutableArray();
        var series = Enumerable.Range(0, 5).Select(n => new ChartSeries(new string('&', 500), [.. days.Select((value, day) => n == 4 && day % 2 == 0 ? null : value * (n + 1))], 1e9, days)).ToImmutableArray();
        var chart = new LineChart([.. days.Select((_, day) => $"T{day}")], [], series, ChartUnit.Count, "before");
        LineChart.Draw(Pictures.Frame(2_000, 2_000, new string('&', 200)), chart).ShouldBePicture();
        LineChart.Draw(Pictures.Frame(320, 200), chart).ShouldBePicture();
    }

    [Fact]
    public void A_peak_among_many_days_is_drawn()
    {
        var picture = LineChart.Draw(Pictures.Frame(), Lines([.. Enumerable.Range(0, 5_000).Select(n => (double?)(n == 3_333 ? 10_000 : n % 7))])).ShouldBePicture();
        var points = picture.All("path").First().Attribute("d")!.Value.Split('M', 'L');
        points.Length.ShouldBeLessThan(1_010);
        points.Skip(1).Min(point => double.Parse(point.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(66, "the top of the axis");
    }

    [Fact]
    public void Ten_thousand_bars_are_twenty_four_and_the_rest()
    {
        var bars = Enumerable.Range(0, 10_000).Select(n => new ChartBar(string.Concat(Enumerable.Repeat("&👩‍👩‍👧‍👦", 100)), 10_000 - n)).ToImmutableArray();
        var picture = BarChart.Draw(Pictures.Frame(height: 2_000), new BarChart("Visitors", bars, ChartUnit.Count, 5e7, 0, 0)).ShouldBePicture();
        picture.All("rect").Count().ShouldBe(1 + 24 + 1);
        picture.Texts().ShouldContain("Other (9,976)");
        BarChart.Draw(Pictures.Frame(), new BarChart("Visitors", bars, ChartUnit.Count, 5e7)).ShouldBePicture().Texts().ShouldContain(text => text.StartsWith("… 9,98"));
        var steps = bars.Select(bar => new ChartStep(bar.Label, (long)bar.Value!)).ToImmutableArray();
        BarChart.DrawFunnel(Pictures.Frame(height: 2_000), steps).ShouldBePicture();
    }

    [Fact]
    public void Where_the_answer_was_cut_there_may_be_even_more()
    {
        var chart = new BarChart("Visitors", [new("a", 2), new("b", 1)], ChartUnit.Count, 5, 9_976, IsMoreLeast: true);
        BarChart.Draw(Pictures.Frame(), chart).ShouldBePicture().Texts().ShouldContain("… 9,976+ more");
        BarChart.Draw(Pictures.Frame(), chart with { MoreValue = 2, IsMoreLeast = false }).ShouldBePicture().Texts().ShouldContain("Other (9,976)");
    }

    [Fact]
    public void A_step_says_how_many_of_the_first_got_there()
    {
        var picture = BarChart.DrawFunnel(Pictures.Frame(), [new("Landing", 1_200), new("Form", 300), new("Sent", 0)]).ShouldBePicture();
        picture.Texts().ShouldContain("300 · 25%");
        picture.Texts().ShouldContain("0 · 0%");
        picture.Said().ShouldContain("Form: 300 · 25% of the first step.");
        BarChart.DrawFunnel(Pictures.Frame(), [new("Landing", 0), new("Form", 0)]).ShouldBePicture().Texts().ShouldContain("0");
    }

    [Fact]
    public void A_long_label_is_cut_between_characters_and_said_in_full_to_who_points_at_it()
    {
        var label = "/" + string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦é", 20));
        var picture = BarChart.Draw(Pictures.Frame(400), new BarChart("Visitors", [new(label, 1), new("/<b>&\"'", 1)], ChartUnit.Count, 2)).ShouldBePicture();
        picture.All("text").ShouldContain(text => text.Elements().Any(title => title.Value == label));
        var shown = picture.Texts().Single(text => text.EndsWith('…'));
        label.ShouldStartWith(shown[..^1]);
        System.Globalization.StringInfo.GetNextTextElementLength(label, shown.Length - 1).ShouldBeOneOf("👩‍👩‍👧‍👦".Length, "é".Length);
        picture.Texts().ShouldContain("/<b>&\"'");
    }

    [Fact]
    public void Right_to_left_labels_end_where_others_do()
    {
        var texts = BarChart.Draw(Pictures.Frame(), new BarChart("Visitors", [new("שלום", 1), new("hello", 1)], ChartUnit.Count, 2)).ShouldBePicture().All("text").ToList();
        var (hebrew, english) = (texts.Single(text => text.Value == "שלום"), texts.Single(text => text.Value == "hello"));
        hebrew.Attribute("x")!.Value.ShouldBe(english.Attribute("x")!.Value);
        (hebrew.Attribute("direction")?.Value, hebrew.Attribute("text-anchor")?.Value, english.Attribute("text-anchor")?.Value).ShouldBe(("rtl", null, "end"));
    }

    [Fact]
    public void The_fullest_hour_is_the_darkest()
    {
        var cells = Enumerable.Range(0, 168).Select(n => n == 30 ? null : (double?)n).ToImmutableArray();
        var picture = HeatMapChart.Draw(Pictures.Frame(), new HeatMapChart("Visits", cells, ChartUnit.Count, 14_028)).ShouldBePicture();
        picture.Said().ShouldBe("5 Nov – 4 Dec 2026. Visits: 14,028 in all, highest 167 (Sun 23:00), lowest 0 (Mon 00:00).");
        var boxes = picture.All("rect").Skip(1).Take(168).ToList();
        boxes[167].Attribute("fill")!.Value.ShouldBe(ChartColours.Palette.First);
        boxes[30].Value.ShouldBe("Tue 06:00 No data");
        boxes.Where((_, n) => n != 30).Select(box => Sight.Luminance(box.Attribute("fill")!.Value)).ShouldBeInOrder(SortDirection.Descending);
    }

    [Theory]
    [InlineData(ChartUnit.Count, 1234567.0, "1.23M")]
    [InlineData(ChartUnit.Count, 999999.0, "999,999")]
    [InlineData(ChartUnit.Count, 4.0, "4")]
    [InlineData(ChartUnit.Duration, 420.0, "420 ms")]
    [InlineData(ChartUnit.Duration, 93_000.0, "93 s")]
    [InlineData(ChartUnit.Duration, 3_600_000.0, "60 min")]
    [InlineData(ChartUnit.Duration, 720_000_000.0, "200 h")]
    [InlineData(ChartUnit.Share, 0.425, "42.5%")]
    [InlineData(ChartUnit.Percent, 61.0, "61%")]
    [InlineData(ChartUnit.Plain, 0.034, "0.034")]
    [InlineData(ChartUnit.Plain, 0.0000034, "3.4e-6")]
    [InlineData(ChartUnit.Count, 1e30, "1e+30")]
    [InlineData(ChartUnit.Plain, 0.0, "0")]
    public void Numbers_have_units_and_no_more_digits_than_are_read(ChartUnit unit, double value, string written)
    {
        var picture = BarChart.Draw(Pictures.Frame(), new BarChart("x", [new("a", value)], unit, value)).ShouldBePicture();
        picture.Texts().ShouldContain(written);
    }

    [Fact]
    public void Every_metric_has_a_unit_and_every_language_a_name_for_whatever_can_be_asked()
    {
        ChartMetric.All.Keys.ShouldBe(BehaviourQuery.MetricNames, ignoreOrder: true);
        foreach (var words in ChartWords.All)
            words.Names.Keys.ShouldBe(BehaviourQuery.MetricNames.Concat(BehaviourQuery.DimensionNames), ignoreOrder: true, words.Language);
    }

    [Theory]
    [InlineData("day", 30, "2026-11-05", "2026-12-04")]
    [InlineData("week", 5, "2026-11-02", "2026-11-30")]
    [InlineData("month", 2, "2026-11", "2026-12")]
    [InlineData("hour", 720, "2026-11-05T00:00", "2026-12-04T23:00")]
    [InlineData("hour_of_day", 24, "00", "23")]
    [InlineData("weekday", 7, "1", "7")]
    public void Every_time_is_on_the_axis(string dimension, int count, string first, string last)
    {
        var times = ChartTimes.Of(dimension, _from, _to, TimeZoneInfo.Utc);
        (times.Keys.Length, times.Keys[0], times.Keys[^1]).ShouldBe((count, first, last));
        foreach (var most in new[] { 2, 3, 8, 24 })
            times.Ticks(most, ChartWords.English).Length.ShouldBeInRange(1, most);
    }

    [Fact]
    public void An_hour_that_clocks_leave_out_is_not_there() =>
        ChartTimes.Of("hour", new(2026, 3, 29), new(2026, 3, 29), TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna")).Keys.ShouldNotContain("2026-03-29T02:00");

    [Fact]
    public void Whatever_is_drawn_is_a_picture()
    {
        var (numbers, texts) = (ArbMap.Default.GeneratorFor<double>().Where(number => !double.IsNaN(number)), ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));
        var odd = Gen.OneOf(texts, Gen.Elements("\ud800", "\u0000\u0008", "\uFFFF]]>", "<script>", "‮שלום", "👩‍👩‍👧‍👦", new string('e', 3_000), "e" + new string('\u0301', 900)));
        var some = from values in Gen.ListOf(Gen.OneOf(Gen.Constant<double?>(null), numbers.Select(number => (double?)number), Gen.Elements<double?>(0, double.MaxValue, -double.MaxValue, double.Epsilon, double.PositiveInfinity)))
                   from labels in Gen.ListOf(odd, 5)
                   from unit in Gen.Elements(Enum.GetValues<ChartUnit>())
                   from width in Gen.Choose(320, 2_000)
                   from height in Gen.Choose(200, 2_000)
                   select (values.ToImmutableArray(), labels.ToImmutableArray(), unit, width, height);
        Prop.ForAll(some.ToArbitrary(), drawn =>
        {
            var (values, labels, unit, width, height) = drawn;
            var frame = Pictures.Frame(width, height, labels[0]);
            var lines = new LineChart([.. values.Select((_, n) => labels[n % 5])], [.. values.Select((_, n) => (n, labels[n % 5])).Take(3)], [.. labels.Select(label => new ChartSeries(label, values, values.FirstOrDefault(), values))], unit, labels[1]);
            LineChart.Draw(frame, lines).ShouldBePicture();
            LineChart.DrawSparkline(frame with { Width = 40 + width / 4, Height = 16 + height / 20 }, lines).ShouldBePicture();
            BarChart.Draw(frame, new BarChart(labels[2], [.. values.Select((value, n) => new ChartBar(labels[n % 5], value, values[^1]))], unit, values.FirstOrDefault(), 7, null, labels[3])).ShouldBePicture();
            BarChart.DrawFunnel(frame, [.. values.Select((value, n) => new ChartStep(labels[n % 5], (long)Math.Clamp(value ?? 0, -1e15, 1e15)))]).ShouldBePicture();
            HeatMapChart.Draw(frame, new HeatMapChart(labels[4], [.. Enumerable.Range(0, 168).Select(n => values.IsEmpty ? null : values[n % values.Length])], unit, 1)).ShouldBePicture();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static LineChart Lines(double?[] values) =>
        new([.. values.Select((_, n) => $"T{n}")], [], [new ChartSeries("Visitors", [.. values], values.Sum(), [])], ChartUnit.Count);
}
