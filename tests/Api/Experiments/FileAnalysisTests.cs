using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using Platform.Api.Experiments;
using Platform.Domain.Experiments;
using Platform.Tests;

namespace Platform.Api.Tests.Experiments;

public sealed class FileAnalysisTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public FileAnalysisTests() => Directory.CreateDirectory(_scratch.Path);

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_row_a_unit_gives_the_report_of_its_sums()
    {
        var rows = Enumerable.Range(0, 300).Select(n => (Arm: n % 2 == 0 ? "old" : "new", Bought: n % 5 == 0 || n % 7 == 1, Spent: n * 37 % 101 * 0.25, Clicks: n % 4, Views: 1 + n % 9, Before: n * 37 % 90)).ToList();
        var path = Write("users.csv", ["user,arm,bought,spent,clicks,views,before", .. rows.Select((row, n) => FormattableString.Invariant($"u{n},{row.Arm},{(row.Bought ? 1 : 0)},{row.Spent},{row.Clicks},{row.Views},{row.Before}"))]);
        var analysis = Analyze(path, ["bought:proportion", "spent", "clicks:ratio/views"], ["spent=before"]);

        (analysis.Rows, analysis.Units, analysis.ExcludedUnits).ShouldBe((300, 300, 0));
        analysis.Warnings.ShouldBeEmpty();
        Moments Sum(string arm, ImmutableArray<bool>? binary, params Func<(string Arm, bool Bought, double Spent, int Clicks, int Views, int Before), double>[] of)
        {
            var sum = new MomentsSum(of.Length);
            foreach (var row in rows.Where(row => row.Arm == arm)) sum.Add([.. of.Select(value => value(row))]);
            return sum.ToMoments(binary);
        }
        var expected = new AnalysisInput
        {
            Variants = [new("old", 150), new("new", 150)],
            Control = "old",
            Metrics =
            [
                new() { Name = "bought", Kind = MetricKind.Proportion, Moments = [Sum("old", [true], row => row.Bought ? 1 : 0), Sum("new", [true], row => row.Bought ? 1 : 0)] },
                new() { Name = "spent", Kind = MetricKind.Mean, Moments = [Sum("old", null, row => row.Spent, row => row.Before), Sum("new", null, row => row.Spent, row => row.Before)] },
                new() { Name = "clicks", Kind = MetricKind.Ratio, Moments = [Sum("old", null, row => row.Clicks, row => row.Views), Sum("new", null, row => row.Clicks, row => row.Views)] },
            ],
        };
        JsonSerializer.Serialize(analysis.Input).ShouldBe(JsonSerializer.Serialize(expected));
        JsonSerializer.Serialize(analysis.Report).ShouldBe(JsonSerializer.Serialize(ExperimentReport.Of(expected)));
    }

    [Fact]
    public void Rows_of_a_unit_are_put_together_and_one_in_two_variants_counts_in_none()
    {
        var analysis = Analyze(
            Write("rows.csv", "user,arm,bought,spent,before", "a,x,0,1.5,7", "a,x,1,2,", "a,x,0,0,7", "b,x,0,4,", "c,y,false,1,1", "d,y,true,1,2", "e,x,0,9,9", "e,y,1,9,9", "e,x,0,9,9"), ["bought:proportion", "spent"], ["spent=before"], control: "x");
        (analysis.Rows, analysis.Units, analysis.ExcludedUnits).ShouldBe((9, 5, 1));
        analysis.Warnings.ShouldHaveSingleItem().ShouldStartWith("1 of 5 units were seen in two variants");
        analysis.Input.Variants.Select(v => v.Units).ShouldBe([2, 2]);
        analysis.Input.Metrics[0].Moments.Select(of => of.Sums[0]).ShouldBe([1, 1]);
        analysis.Input.Metrics[1].Moments.Select(of => of.Sums[0]).ShouldBe([7.5, 2]);
        // Of unit b nothing is known before: it has the mean of 7, 1 and 2.
        analysis.Input.Metrics[1].Moments[0].Sums[1].ShouldBe(7 + 10.0 / 3, 1e-12);
    }

    [Fact]
    public void Values_are_capped_at_the_quantile_of_all_units_that_count()
    {
        string[] rows = ["user,arm,spent,bought", .. Enumerable.Range(0, 101).Select(n => $"u{n},{(n % 2 == 0 ? "x" : "y")},{n},1"), "two,x,9000,1", "two,y,9000,1"];
        var plan = new AnalysisPlan("user", "arm", "x", AnalysisPlan.MetricsOf(["spent", "bought:proportion"], [], [], [])) { Winsorise = 0.9 };
        var analysis = FileAnalysis.Of(plan, Write("spent.csv", rows), (_, _) => { }, default);
        analysis.Caps.ShouldHaveSingleItem().ShouldBe(new("spent", 90));
        analysis.Input.Metrics[0].Moments.Sum(of => of.Sums[0]).ShouldBe(Enumerable.Range(0, 101).Sum(n => Math.Min(n, 90)));
    }

    [Fact]
    public void Compressed_files_and_tabs_are_read_too()
    {
        var gz = Path.Combine(_scratch.Path, "users.tsv.gz");
        using (var packed = new StreamWriter(new GZipStream(File.Create(gz), CompressionLevel.Fastest)))
            packed.Write("user\tarm\tn\n1\told\t1\n2\told\t2\n3\tnew\t3\n\"4\n5\"\tnew\t5\n");
        var analysis = Analyze(gz, ["n"], []);
        analysis.Input.Metrics[0].Moments.Select(of => of.Sums[0]).ShouldBe([3, 8]);
        File.WriteAllBytes(gz, [1, 2, 3]);
        Should.Throw<AnalysisStoppedException>(() => Analyze(gz, ["n"], [])).Message.ShouldBe("users.tsv.gz: the file isn't whole, or no gzip at all.");
    }

    [Fact]
    public void A_variant_with_a_weight_and_without_units_is_a_mismatch()
    {
        var plan = new AnalysisPlan("user", "arm", "x", AnalysisPlan.MetricsOf(["n"], [], ["n"], ["n=0.02"])) { Weights = AnalysisPlan.WeightsOf("x=1,y=1,z=2") };
        var analysis = FileAnalysis.Of(plan, Write("w.csv", ["user,arm,n", .. Enumerable.Range(0, 100).Select(n => $"{n},{(n % 2 == 0 ? "x" : "y")},{n}")]), (_, _) => { }, default);
        analysis.Report.IsBlocked.ShouldBeTrue();
        analysis.Input.Variants.ShouldBe([new("x", 50, 1), new("y", 50, 1), new("z", 0, 2)]);
        analysis.Report.Metrics[0].Comparisons[1].Notes[0].ShouldBe("A variant has fewer than two units.");
        (analysis.Input.Metrics[0].Goal, analysis.Input.Metrics[0].Guardrail).ShouldBe((MetricGoal.Decrease, new Guardrail(0.02)));
    }

    [Theory]
    [InlineData("", "bad.csv:1: the file is empty: its first line must name the columns.")]
    [InlineData("user,arm,n", "bad.csv: there are no rows below the column names.")]
    [InlineData("user,arm,m|1,old,1", "bad.csv:1: there is no column n; there are user, arm, m.")]
    [InlineData("user,arm,n,n|1,old,1,1", "bad.csv:1: two columns are called n.")]
    [InlineData("user,arm,n|1,old,1|2,new,x1", "bad.csv:3: column n has 'x1', which is no number: write numbers as 1234.5.")]
    [InlineData("user,arm,n|1,old,NaN", "bad.csv:2: column n has 'NaN', which is no number: write numbers as 1234.5.")]
    [InlineData("user,arm,n|1,old,1|2,new,", "bad.csv:3: column n is empty: write 0 where there is none.")]
    [InlineData("user,arm,n|,old,1", "bad.csv:2: column user is empty.")]
    [InlineData("user,arm,n|1,,1", "bad.csv:2: column arm is empty.")]
    [InlineData("user,arm,n|1,old", "bad.csv:2: there are 2 fields, and 3 columns.")]
    [InlineData("user,arm,n|1,\"ol\"d,1", "bad.csv:2: a quotation mark is out of place: a field with one is written in quotation marks, each doubled.")]
    [InlineData("user,arm,n|1,old,1|2,old,1", "all units are in variant old: an experiment has two variants or more.")]
    [InlineData("user,arm,n|1,a,1|2,b,1", "no unit is in a variant old: --control must be one of a, b.")]
    [InlineData("user,arm,n|1,old,1|1,new,1|2,new,1", "no unit is in a variant old: --control must be one of new.")]
    public void What_is_wrong_with_a_file_is_said_with_its_place(string lines, string message) =>
        Should.Throw<AnalysisStoppedException>(() => Analyze(Write("bad.csv", lines.Length == 0 ? [] : lines.Split('|')), ["n"], [])).Message.ShouldBe(message);

    [Fact]
    public void A_proportion_is_0_or_1_and_what_was_before_is_the_same_in_all_rows()
    {
        Should.Throw<AnalysisStoppedException>(() => Analyze(Write("p.csv", "user,arm,n", "1,old,1", "2,new,2"), ["n:proportion"], [])).Message
            .ShouldBe("p.csv:3: column n has 2: a proportion's values are 0 or 1; say n:mean for others.");
        Should.Throw<AnalysisStoppedException>(() => Analyze(Write("b.csv", "user,arm,n,b", "1,old,1,5", "1,old,1,6"), ["n"], ["b"])).Message
            .ShouldBe("b.csv:3: unit 1 has 6 in column b, and had 5: what is of before the experiment must be the same in all rows of a unit.");
        Should.Throw<AnalysisStoppedException>(() => Analyze(Write("v.csv", ["user,arm,n", .. Enumerable.Range(0, 21).Select(n => $"{n},v{n},1")]), ["n"], [])).Message
            .ShouldBe("v.csv:22: column arm has more than 20 different values: is it the one that says the variant?");
        Should.Throw<AnalysisStoppedException>(() => Analyze(Write("f.csv", "user,arm,n", $"\"{new string('x', 20_000)}\",old,1"), ["n"], [])).Message.ShouldStartWith("f.csv:2: a field is longer than 10000 characters");
    }

    [Theory]
    [InlineData("n:median", null, null, null, "--metric n:median: say COL:proportion, COL:mean or COL:ratio/DENOMINATOR.")]
    [InlineData(":mean", null, null, null, "--metric :mean: say COL:proportion, COL:mean or COL:ratio/DENOMINATOR.")]
    [InlineData("n:ratio/d", "b", null, null, "--pre b: metric n is a ratio, so say --pre n=COL/DENOMINATOR.")]
    [InlineData("n", "b/c", null, null, "--pre b/c: metric n is no ratio, so say --pre n=COL.")]
    [InlineData("n", "m=b", null, null, "--pre: there is no metric m; there are n.")]
    [InlineData("n", null, "m", null, "--decrease: there is no metric m; there are n.")]
    [InlineData("n", null, null, "n", "--guardrail n: say METRIC=MARGIN, the margin from 0 to 1, such as n=0.02.")]
    [InlineData("n", null, null, "n=-1", "--guardrail n=-1: say METRIC=MARGIN, the margin from 0 to 1, such as n=0.02.")]
    public void Options_that_make_no_sense_say_what_does(string metric, string? before, string? decrease, string? guardrail, string message) =>
        Should.Throw<AnalysisStoppedException>(() => AnalysisPlan.MetricsOf([metric], Some(before), Some(decrease), Some(guardrail))).Message.ShouldBe(message);

    [Theory]
    [InlineData("a")]
    [InlineData("a=")]
    [InlineData("a=0,b=1")]
    [InlineData("a=1,a=1")]
    [InlineData("a=NaN")]
    public void Weights_that_make_no_sense_say_what_does(string weights) =>
        Should.Throw<AnalysisStoppedException>(() => AnalysisPlan.WeightsOf(weights)).Message.ShouldBe($"--weights {weights}: say each variant once, such as a=0.5,b=0.5, with numbers above 0.");

    private static string[] Some(string? text) => text is null ? [] : [text];

    private static FileAnalysis Analyze(string path, string[] metrics, string[] before, string control = "old") =>
        FileAnalysis.Of(new AnalysisPlan("user", "arm", control, AnalysisPlan.MetricsOf(metrics, before, [], [])), path, (_, _) => { }, TestContext.Current.CancellationToken);

    private string Write(string name, params string[] lines)
    {
        var path = Path.Combine(_scratch.Path, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
