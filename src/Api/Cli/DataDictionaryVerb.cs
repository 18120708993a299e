using System.CommandLine;
using Platform.Api.Analytics;

namespace Platform.Api.Cli;

/// <summary><c>./platform data-dictionary</c>: writes docs/data-dictionary.md.</summary>
internal static class DataDictionaryVerb
{
    public static Command Create()
    {
        var check = new Option<bool>("--check") { Description = "Write nothing; exit 1 if the file isn't up to date" };
        var command = new Command("data-dictionary", $"Write {DataDictionary.File} from what the read models declare") { check };
        command.SetAction(parsed => RunAsync(parsed.GetValue(check)));
        return command;
    }

    private static async Task<int> RunAsync(bool check)
    {
        try
        {
            var repository = SourceTree.Find();
            var (file, text) = (Path.Combine(repository, DataDictionary.File), DataDictionary.Of(repository));
            if (check)
            {
                var isUpToDate = File.Exists(file) && await File.ReadAllTextAsync(file) == text;
                Console.WriteLine(isUpToDate ? $"{DataDictionary.File} is up to date" : $"{DataDictionary.File} isn't up to date: run ./platform data-dictionary");
                return isUpToDate ? 0 : 1;
            }
            await File.WriteAllTextAsync(file, text);
            Console.WriteLine($"written: {DataDictionary.File}");
            return 0;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or FormatException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }
}
