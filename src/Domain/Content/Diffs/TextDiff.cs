using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Platform.Domain.Content;

/// <summary>What became of a piece of text.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TextOp>))]
public enum TextOp
{
    [JsonStringEnumMemberName("equal")]
    Equal,

    [JsonStringEnumMemberName("delete")]
    Delete,

    [JsonStringEnumMemberName("insert")]
    Insert,
}

/// <summary>A piece of text that is in both texts, or was deleted, or was inserted.</summary>
/// <param name="Op">equal, delete or insert.</param>
/// <param name="From">Where it stands in the earlier text, or would; UTF-16 units from its beginning, never inside a surrogate pair.</param>
/// <param name="To">The same for the later text.</param>
/// <param name="Text">The piece.</param>
public sealed record TextHunk(TextOp Op, int From, int To, string Text);

/// <summary>
/// How one text became another: by lines first, then by words inside the stretches of lines that changed, unless they have less than a third
/// in common. All hunks but the insertions put together are the earlier text, all but the deletions the later.
/// </summary>
/// <param name="Hunks">In order; a deletion comes before the insertion that replaces it.</param>
/// <param name="Truncated">Coarser than it could be: going on was too much work, or there would be more than 5,000 hunks.</param>
public sealed record TextDiff(ImmutableArray<TextHunk> Hunks, bool Truncated)
{
    private const int MaxHunks = 5_000;
    private const int Unlike = 3;

    // What both texts have: so many characters from there on in the one, from there on in the other.
    private readonly record struct Run(int From, int To, int Length);

    /// <param name="from">The earlier text.</param>
    /// <param name="to">The later text.</param>
    /// <param name="work">What comparing may cost; beyond it, whole stretches count as replaced.</param>
    public static TextDiff Between(string from, string to, DiffWork work)
    {
        var lines = Match(from, to, default, TextTokens.Lines, work);
        var words = MatchGaps(from, to, lines, work);
        var (fine, coarse) = (Between(from, to, words), Between(from, to, lines));
        return fine.Length <= MaxHunks ? new TextDiff(fine, work.Exhausted)
            : coarse.Length <= MaxHunks ? new TextDiff(coarse, true)
            : new TextDiff(Between(from, to, Ends(from, to)), true);
    }

    private static List<Run> MatchGaps(string from, string to, List<Run> lines, DiffWork work)
    {
        var runs = new List<Run>();
        var (fromEnd, toEnd) = (0, 0);
        foreach (var line in lines.Append(new Run(from.Length, to.Length, 0)))
        {
            var words = Match(from[fromEnd..line.From], to[toEnd..line.To], new Run(fromEnd, toEnd, 0), TextTokens.Words, work);
            // Texts as unlike as that have their common words by chance; they read better whole.
            if (words.Sum(run => run.Length) * Unlike >= Math.Min(line.From - fromEnd, line.To - toEnd))
                runs.AddRange(words.Where((run, i) => i == 0 || i == words.Count - 1 || !from.AsSpan(run.From, run.Length).IsWhiteSpace()));
            runs.Add(line);
            (fromEnd, toEnd) = (line.From + line.Length, line.To + line.Length);
        }
        return runs;
    }

    private static List<Run> Match(string from, string to, Run at, Func<ReadOnlySpan<char>, List<int>> cut, DiffWork work)
    {
        if (from.Length == 0 || to.Length == 0)
            return [];
        var known = new Dictionary<string, int>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        var (left, right) = (cut(from), cut(to));
        var (leftAt, rightAt) = (Starts(left), Starts(right));
        var pairs = Alignment.Of(Numbers(from, left), Numbers(to, right), work);
        var runs = new List<Run>();
        foreach (var (l, r) in pairs)
            if (runs is [.., var last] && last.From + last.Length == at.From + leftAt[l] && last.To + last.Length == at.To + rightAt[r])
                runs[^1] = last with { Length = last.Length + left[l] };
            else
                runs.Add(new Run(at.From + leftAt[l], at.To + rightAt[r], left[l]));
        return runs;

        int[] Numbers(ReadOnlySpan<char> text, List<int> lengths)
        {
            var numbers = new int[lengths.Count];
            for (var i = 0; i < numbers.Length; i++)
            {
                var token = text[..lengths[i]];
                if (!known.TryGetValue(token, out numbers[i]))
                    known[token] = numbers[i] = known.Dictionary.Count;
                text = text[lengths[i]..];
            }
            return numbers;
        }
    }

    private static int[] Starts(List<int> lengths)
    {
        var starts = new int[lengths.Count];
        for (var i = 1; i < starts.Length; i++)
            starts[i] = starts[i - 1] + lengths[i - 1];
        return starts;
    }

    // The lines that both texts begin and end with.
    private static List<Run> Ends(ReadOnlySpan<char> from, ReadOnlySpan<char> to)
    {
        var start = from[..from.CommonPrefixLength(to)].LastIndexOf('\n') + 1;
        var end = 0;
        while (end < Math.Min(from.Length, to.Length) - start && from[^(end + 1)] == to[^(end + 1)])
            end++;
        end = from[^end..].IndexOf('\n') is var feed and >= 0 ? end - feed - 1 : 0;
        return [new Run(0, 0, start), new Run(from.Length - end, to.Length - end, end)];
    }

    private static ImmutableArray<TextHunk> Between(string from, string to, IEnumerable<Run> runs)
    {
        var hunks = ImmutableArray.CreateBuilder<TextHunk>();
        var equal = new Run(0, 0, 0);
        foreach (var run in runs.Append(new Run(from.Length, to.Length, 0)))
        {
            if (run.From == equal.From + equal.Length && run.To == equal.To + equal.Length)
            {
                equal = equal with { Length = equal.Length + run.Length };
                continue;
            }
            Flush(run);
            equal = run;
        }
        Flush(new Run(from.Length, to.Length, 0));
        return hunks.ToImmutable();

        void Flush(Run next)
        {
            var (fromEnd, toEnd) = (equal.From + equal.Length, equal.To + equal.Length);
            if (equal.Length > 0) hunks.Add(new TextHunk(TextOp.Equal, equal.From, equal.To, from.Substring(equal.From, equal.Length)));
            if (next.From > fromEnd) hunks.Add(new TextHunk(TextOp.Delete, fromEnd, toEnd, from[fromEnd..next.From]));
            if (next.To > toEnd) hunks.Add(new TextHunk(TextOp.Insert, next.From, toEnd, to[toEnd..next.To]));
        }
    }
}
