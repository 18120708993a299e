using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Platform.Domain.Content;

namespace Platform.Domain.Tests.Content;

public sealed class TextDiffTests
{
    private static readonly Gen<string> Texts = Gen.Elements(
            "the", "light", "Dawn", " ", " ", "\n", "\n", "\r\n", ".", ",", "é", "e\u0301", "👍", "👍🏽", "👩‍👩‍👧", "\uD83D\uDE00", "日本", "語", "-", "0", "_x")
        .ListOf().Select(parts => string.Concat(parts)).Resize(60);

    [Fact]
    public void The_hunks_put_together_are_both_texts_and_stand_where_they_say() => Check.QuickThrowOnFailure(Prop.ForAll(Texts.Two().ToArbitrary(), texts =>
    {
        var (from, to) = texts;
        var hunks = Diff(from, to).Hunks;
        string.Concat(hunks.Where(h => h.Op != TextOp.Insert).Select(h => h.Text)).ShouldBe(from);
        string.Concat(hunks.Where(h => h.Op != TextOp.Delete).Select(h => h.Text)).ShouldBe(to);
        foreach (var hunk in hunks)
        {
            hunk.Text.ShouldNotBeEmpty();
            if (hunk.Op != TextOp.Insert) from.Substring(hunk.From, hunk.Text.Length).ShouldBe(hunk.Text);
            if (hunk.Op != TextOp.Delete) to.Substring(hunk.To, hunk.Text.Length).ShouldBe(hunk.Text);
        }
    }));

    [Fact]
    public void No_hunk_begins_or_ends_inside_a_surrogate_pair() => Check.QuickThrowOnFailure(Prop.ForAll(Texts.Two().ToArbitrary(), texts =>
    {
        foreach (var hunk in Diff(texts.Item1, texts.Item2).Hunks)
            (char.IsLowSurrogate(hunk.Text[0]) || char.IsHighSurrogate(hunk.Text[^1])).ShouldBeFalse(hunk.Text);
    }));

    [Fact]
    public void A_text_differs_from_itself_in_nothing() => Check.QuickThrowOnFailure(Prop.ForAll(Texts.ToArbitrary(), text =>
        Diff(text, text).Hunks.ShouldAllBe(hunk => hunk.Op == TextOp.Equal && hunk.Text == text)));

    /// <summary>Against the textbook: a table of every prefix's longest common subsequence.</summary>
    [Fact]
    public void The_alignment_is_a_longest_common_subsequence()
    {
        var elements = Gen.Choose(0, 4).ListOf().Select(list => list.ToArray()).Resize(25);
        Check.QuickThrowOnFailure(Prop.ForAll(elements.Two().ToArbitrary(), sides =>
        {
            var (from, to) = sides;
            var pairs = Alignment.Of(from, to, new DiffWork(long.MaxValue));
            pairs.ShouldAllBe(pair => from[pair.From] == to[pair.To]);
            pairs.Zip(pairs.Skip(1)).ShouldAllBe(two => two.First.From < two.Second.From && two.First.To < two.Second.To);
            pairs.Count.ShouldBe(LongestCommon(from, to));
        }));
    }

    [Fact]
    public void A_changed_word_shows_alone_in_its_line() => Show("One.\nThe first light fell.\nTwo.\n", "One.\nThe last light fell.\nTwo.\n")
        .ShouldBe("One.\nThe [-first-]{+last+} light fell.\nTwo.\n");

    [Fact]
    public void Lines_put_in_show_whole() => Show("One.\nTwo.\n", "One.\nNew.\nTwo.\n").ShouldBe("One.\n{+New.\n+}Two.\n");

    [Fact]
    public void What_has_next_to_nothing_in_common_is_replaced_whole() => Show("the quick brown fox jumps\n", "over lazy dogs the\n")
        .ShouldBe("[-the quick brown fox jumps\n-]{+over lazy dogs the\n+}");

    [Fact]
    public void An_emoji_is_replaced_with_its_skin_tone() => Show("yes 👍🏽 really", "yes 👍🏿 really").ShouldBe("yes [-👍🏽-]{+👍🏿+} really");

    [Fact]
    public void Ideographs_are_compared_one_by_one() => Show("日本語の本", "日本人の本").ShouldBe("日本[-語-]{+人+}の本");

    [Fact]
    public void Texts_made_to_be_hard_cost_a_bounded_time_and_say_that_the_diff_is_coarse()
    {
        var random = new Random(7);
        // Two shuffles of few words: everything is common, almost nothing in order.
        string Shuffled(string end) => string.Concat(Enumerable.Range(0, 250_000).Select(_ => (char)('a' + random.Next(20)) + end));
        foreach (var end in new[] { " ", "\n", "," })
        {
            var (from, to) = (Shuffled(end), Shuffled(end));
            var watch = Stopwatch.StartNew();
            var diff = TextDiff.Between(from, to, new DiffWork(4_000_000));
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
            diff.Truncated.ShouldBeTrue();
            diff.Hunks.Length.ShouldBeLessThanOrEqualTo(5_000);
            string.Concat(diff.Hunks.Where(h => h.Op != TextOp.Delete).Select(h => h.Text)).ShouldBe(to);
            TestContext.Current.SendDiagnosticMessage($"{from.Length:N0} units, ends {(int)end[0]}: {watch.ElapsedMilliseconds} ms, {diff.Hunks.Length} hunks");
        }
    }

    /// <summary>Two words changed in every second of so many lines: 6 hunks a pair of lines, or 3 where lines are replaced whole.</summary>
    [Theory]
    [InlineData(1_000, 3_000, false)]
    [InlineData(2_000, 3_000, true)]
    [InlineData(4_000, 2, true)]
    public void A_diff_of_more_than_5000_hunks_falls_back_to_lines_then_to_what_both_begin_and_end_with_and_says_so(int count, int hunks, bool truncated)
    {
        var lines = Enumerable.Range(0, count).Select(n => $"line {n} has a number and some words\n").ToList();
        var diff = Diff(string.Concat(lines), string.Concat(lines.Select((line, n) => n % 2 == 0 ? line.Replace(" has ", " had ", StringComparison.Ordinal).Replace(" and ", " or ", StringComparison.Ordinal) : line)));
        diff.Truncated.ShouldBe(truncated);
        diff.Hunks.Length.ShouldBeInRange(hunks, hunks + 1);
    }

    private static TextDiff Diff(string from, string to) => TextDiff.Between(from, to, new DiffWork(4_000_000));

    private static string Show(string from, string to) => Diff(from, to).Hunks.Aggregate(new StringBuilder(), (text, hunk) => text.Append(hunk.Op switch
    {
        TextOp.Delete => $"[-{hunk.Text}-]",
        TextOp.Insert => $"{{+{hunk.Text}+}}",
        _ => hunk.Text,
    })).ToString();

    private static int LongestCommon(int[] from, int[] to)
    {
        var table = new int[from.Length + 1, to.Length + 1];
        for (var i = 1; i <= from.Length; i++)
            for (var j = 1; j <= to.Length; j++)
                table[i, j] = from[i - 1] == to[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
        return table[from.Length, to.Length];
    }
}
