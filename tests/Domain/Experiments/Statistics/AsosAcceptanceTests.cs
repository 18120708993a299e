using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Platform.Domain.Experiments;
using Platform.Tests.Support;

namespace Platform.Domain.Tests.Experiments;

/// <summary>Real series of looks at experiments of a shop, and what scipy says of them.</summary>
public sealed class AsosAcceptanceTests
{
    private const string Set = "experiments/asos";

    private sealed record Look(double At, Estimate Control, Estimate Treatment)
    {
        public bool IsUsable => Control.Variance > 0 && Treatment.Variance > 0;
        public Effect Effect => Effect.Of(Control, Treatment, EffectScale.Difference, out _).ShouldNotBeNull();
        public double Fixed => WelchTest.Of(Effect, 0.05).P;
        public double Sequential(double tuningSize) => ConfidenceSequence.Of(Effect, 0.05, tuningSize).P;
        public SampleRatio Ratio => SampleRatio.Of([Control.Count, Treatment.Count], [1, 1]);
    }

    [Fact]
    public void Final_and_sequential_tests_are_the_expected_ones()
    {
        var (set, expectations) = (AcceptanceSets.Find(Set), AcceptanceSets.Find("experiments/expected"));
        Assert.SkipUnless(set is not null && expectations is not null, AcceptanceSets.Absent(Set));
        var series = Read(Directory.GetFiles(set, "*.csv.gz").Single());
        using var file = JsonDocument.Parse(new GZipStream(File.OpenRead(Path.Combine(expectations, "asos.json.gz")), CompressionMode.Decompress));
        var looked = new List<(bool Final, bool AnyFixed, double Low5000, double Low100000, bool Mismatch)>();
        foreach (var expected in file.RootElement.GetProperty("series").EnumerateArray())
        {
            var looks = series[string.Join(',', expected.GetProperty("key").EnumerateArray().Select(part => part.ToString()))].Where(look => look.IsUsable).OrderBy(look => look.At).ToList();
            looks.Count.ShouldBe(expected.TryGetProperty("looks", out var number) ? number.GetInt32() : 0, expected.GetRawText());
            if (looks.Count == 0) continue;
            var (last, final) = (looks[^1], expected.GetProperty("final"));
            Relative.ShouldBe(last.Fixed, final.GetProperty("p_welch").GetDouble(), final.GetRawText());
            Relative.ShouldBe(last.Sequential(5000), final.GetProperty("p_seq5000").GetDouble(), final.GetRawText());
            Relative.ShouldBe(last.Sequential(100_000), final.GetProperty("p_seq100000").GetDouble(), final.GetRawText());
            Relative.ShouldBe(last.Ratio.P, final.GetProperty("srm_p").GetDouble(), final.GetRawText());
            var result = (last.Fixed < 0.05, looks.Any(look => look.Fixed < 0.05), looks.Min(look => look.Sequential(5000)), looks.Min(look => look.Sequential(100_000)), last.Ratio.IsMismatch);
            result.Item2.ShouldBe(expected.GetProperty("any_peek_fixed_lt_05").GetBoolean());
            Relative.ShouldBe(result.Item3, expected.GetProperty("min_running_p_seq5000").GetDouble(), final.GetRawText());
            Relative.ShouldBe(result.Item4, expected.GetProperty("min_running_p_seq100000").GetDouble(), final.GetRawText());
            looked.Add(result);
        }
        int Expected(string name) => (int)file.RootElement.GetProperty("summary").GetProperty(name).GetDouble();
        series.Count.ShouldBe(Expected("series"));
        looked.Count.ShouldBe(Expected("usable"));
        looked.Count(one => one.Final).ShouldBe(Expected("final_fixed_lt_05"));
        looked.Count(one => one.AnyFixed).ShouldBe(Expected("any_peek_fixed_lt_05"));
        looked.Count(one => one.Low5000 < 0.05).ShouldBe(Expected("seq5000_lt_05_any"));
        looked.Count(one => one.Low100000 < 0.05).ShouldBe(Expected("seq100k_lt_05_any"));
        looked.Count(one => one.Mismatch).ShouldBe(Expected("srm_lt_001"));
    }

    private static Dictionary<string, List<Look>> Read(string path)
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var names = lines.ReadLine()!.Split(',').ToList();
        var series = new Dictionary<string, List<Look>>();
        while (lines.ReadLine()?.Split(',') is { } row)
        {
            double Number(string name) => row[names.IndexOf(name)] is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : double.NaN;
            var key = $"{row[names.IndexOf("experiment_id")]},{row[names.IndexOf("variant_id")]},{row[names.IndexOf("metric_id")]}";
            series.TryAdd(key, []);
            series[key].Add(new(Number("time_since_start"), Arm("c"), Arm("t")));

            Estimate Arm(string of) => new((long)Number($"count_{of}"), Number($"mean_{of}"), Number($"variance_{of}"));
        }
        return series;
    }
}
