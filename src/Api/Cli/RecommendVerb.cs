using System.CommandLine;
using System.Globalization;
using Platform.Api.Analytics;
using Platform.Api.Personalization;
using Platform.Domain.Personalization;

namespace Platform.Api.Cli;

/// <summary><c>./platform recommend evaluate</c>: what each recommender would have been worth to visitors of the past.</summary>
internal static class RecommendVerb
{
    private const int MostLengths = 5, LongestList = 200;

    public static Command Create()
    {
        var interactions = new Option<FileInfo>("--interactions") { Description = "CSV of interactions; .gz is unpacked", HelpName = "FILE", Required = true };
        var map = Map("--map", $"Which column is what, such as ts=at,person=visitor; of {string.Join(", ", InteractionFile.Properties)}. Default: columns of these names");
        var items = new Option<FileInfo?>("--items") { Description = "CSV of items, for content-based recommendations", HelpName = "FILE" };
        var itemsMap = Map("--items-map", $"The same for items; of {string.Join(", ", InteractionFile.ItemProperties)}");
        var split = new Option<EvaluationSplit>("--split") { Description = "prequential, temporal or hash; docs/recommendations.md says what they are", DefaultValueFactory = _ => EvaluationSplit.Prequential };
        var lengths = new Option<string>("--k") { Description = $"Lengths of lists, at most {MostLengths} of 1 to {LongestList}", HelpName = "N,...", DefaultValueFactory = _ => "10,20" };
        lengths.Validators.Add(given => { if (Lengths(given.GetValueOrDefault<string>()) is null) given.AddError($"--k takes at most {MostLengths} numbers of 1 to {LongestList}, such as 10,20."); });
        var evaluate = new Command("evaluate", "Measure all models on a record of the past; exit 0 done, 2 couldn't run") { interactions, map, items, itemsMap, split, lengths };
        evaluate.SetAction(parsed => RunAsync(
            parsed.GetRequiredValue(interactions).FullName, parsed.GetValue(map) ?? [], parsed.GetValue(items)?.FullName, parsed.GetValue(itemsMap) ?? [], parsed.GetValue(split), Lengths(parsed.GetValue(lengths))!));
        return new Command("recommend", "Recommenders") { evaluate };
    }

    private static Option<string[]> Map(string name, string description) => new(name) { Description = description, HelpName = "COLUMN=PROPERTY,...", AllowMultipleArgumentsPerToken = true };

    private static int[]? Lengths(string? text)
    {
        var parts = (text ?? "").Split(',');
        var numbers = parts.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= LongestList ? number : 0).Distinct().Order().ToArray();
        return parts.Length > MostLengths || numbers.Contains(0) ? null : numbers;
    }

    private static async Task<int> RunAsync(string interactions, string[] map, string? items, string[] itemsMap, EvaluationSplit split, int[] lengths)
    {
        using var stop = new StopSignal();
        try
        {
            var columns = ReplayColumns.Parse(map.Length > 0 ? map : ["at=at,visitor=visitor,item=item"], InteractionFile.Properties, [("at", "the time"), ("visitor", "the visitor"), ("item", "the item")]);
            var itemColumns = ReplayColumns.Parse(itemsMap.Length > 0 ? itemsMap : ["item=item,title=title,body=body,topics=topics"], InteractionFile.ItemProperties, [("item", "the item")]);
            var (contacts, catalogue) = await ProgressBar.RunAsync("read", "bytes", bar => Task.Run(() =>
            {
                var file = new InteractionFile();
                file.ReadInteractions(interactions, columns, bar.Report);
                if (items is not null)
                    file.ReadItems(items, itemColumns, bar.Report);
                return file.Content();
            }, stop.Token));
            var evaluation = new RecommenderEvaluation(split, lengths, fits: split == EvaluationSplit.Prequential ? 5 : 1);
            var report = await ProgressBar.RunAsync("evaluate", "contacts", bar => Task.Run(() => evaluation.Run(contacts, catalogue, (done, total) =>
            {
                stop.Token.ThrowIfCancellationRequested();
                bar.Report(done, total);
            }), stop.Token));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{split.ToString().ToLowerInvariant()}: {report.Questions} lists asked for {report.Contacts} contacts, {report.Unknown} of them with items that nobody had had"));
            Console.WriteLine("| model | k | nDCG | recall | hit rate | coverage | novelty, bits |");
            Console.WriteLine("|---|---|---|---|---|---|---|");
            foreach (var f in report.Figures.OrderBy(f => f.K).ThenByDescending(f => f.Model == "popularity"))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {f.Model} | {f.K} | {f.Ndcg:0.0000} | {f.Recall:0.0000} | {f.HitRate:0.0000} | {f.Coverage:0.000} | {f.Novelty:0.00} |"));
            return 0;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped; nothing was measured.");
            return 2;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"Nothing was measured: {e.Message}");
            return 2;
        }
    }
}
