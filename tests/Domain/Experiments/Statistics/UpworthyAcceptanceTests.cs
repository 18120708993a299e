using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Platform.Domain.Experiments;
using Platform.Tests.Support;

namespace Platform.Domain.Tests.Experiments;

/// <summary>Real headline tests, and what scipy and statsmodels say of them.</summary>
public sealed class UpworthyAcceptanceTests
{
    private const string Set = "experiments/upworthy";

    [Fact]
    public void Winners_mismatches_and_discoveries_are_the_expected_ones()
    {
        var (set, expectations) = (AcceptanceSets.Find(Set), AcceptanceSets.Find("experiments/expected"));
        Assert.SkipUnless(set is not null && expectations is not null, AcceptanceSets.Absent(Set));
        var tests = Read(Directory.GetFiles(set, "*.tsv.gz").Single());
        using var expected = JsonDocument.Parse(new GZipStream(File.OpenRead(Path.Combine(expectations, "upworthy.json.gz")), CompressionMode.Decompress));
        var found = tests.ToDictionary(test => test.Key, test => (Winner: ClearWinner.Of(test.Value), Omnibus: ClearWinner.Omnibus(test.Value)));
        var compared = 0;
        foreach (var test in expected.RootElement.EnumerateArray())
        {
            var (winner, omnibus) = found[test.GetProperty("test").GetString()!];
            Like("srm_p", winner.SampleRatio.P);
            Like("chi2", omnibus?.Statistic);
            Like("p_omnibus", omnibus?.P);
            Like("max_holm_p_best_vs_rest", winner.P);
            winner.Best.ShouldBe(test.GetProperty("best_arm").GetInt32());
            (winner.IsClear ? winner.Best : (int?)null).ShouldBe(test.GetProperty("winner_rule") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null, test.GetRawText());
            compared++;

            void Like(string name, double? value)
            {
                if (test.GetProperty(name) is { ValueKind: JsonValueKind.Number } number) Relative.ShouldBe(value, number.GetDouble(), $"{name} of {test.GetRawText()}");
                else value.ShouldBeNull(name);
            }
        }
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(expectations, "upworthy.summary.json")));
        int Expected(string name) => file.RootElement.GetProperty(name).GetInt32();
        compared.ShouldBe(Expected("tests"));
        found.Count.ShouldBe(Expected("tests"));
        found.Values.Count(test => test.Winner.IsClear).ShouldBe(Expected("winner_by_rule"));
        found.Values.Count(test => test.Winner.SampleRatio.IsMismatch).ShouldBe(Expected("srm_p_lt_001"));
        found.Values.Count(test => test.Winner.SampleRatio.P < 0.01).ShouldBe(Expected("srm_p_lt_01"));
        var p = found.Values.Select(test => test.Omnibus?.P).OfType<double>().ToList();
        p.Count(value => value < 0.05).ShouldBe(Expected("p_omnibus_lt_05"));
        MultipleTesting.BenjaminiHochberg(p).Count(adjusted => adjusted < 0.05).ShouldBe(Expected("bh_discoveries"));
    }

    private static Dictionary<string, ImmutableArray<Moments>> Read(string path)
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var names = lines.ReadLine()!.Split('\t').ToList();
        var (test, arm, impressions, clicks) = (names.IndexOf("test_id"), names.IndexOf("arm"), names.IndexOf("impressions"), names.IndexOf("clicks"));
        return Enumerable.Repeat(lines, int.MaxValue).Select(reader => reader.ReadLine()).TakeWhile(line => line is not null).Select(line => line!.Split('\t')).GroupBy(row => row[test])
            .ToDictionary(rows => rows.Key, rows => rows.OrderBy(row => int.Parse(row[arm], CultureInfo.InvariantCulture))
                .Select(row => Moments.OfProportion(long.Parse(row[impressions], CultureInfo.InvariantCulture), double.Parse(row[clicks], CultureInfo.InvariantCulture))).ToImmutableArray());
    }
}

/// <summary>Within 1e-6 of what is expected, in relative terms.</summary>
internal static class Relative
{
    public static void ShouldBe(double? found, double expected, string message) => found.ShouldNotBeNull(message).ShouldBe(expected, Math.Max(Math.Abs(expected) * 1e-6, 1e-300), message);
}
