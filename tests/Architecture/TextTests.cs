using System.Text.RegularExpressions;

namespace Platform.Architecture.Tests;

/// <summary>What no file says, and how long files are. Patterns are put together from parts, so that they don't find themselves.</summary>
public sealed class TextTests
{
    [Fact]
    public void No_sql_changes_or_removes_what_the_ledger_holds()
    {
        const string tables = @"(public\.mt_events|mt_events|ledger\.(event|log|epoch))\b";
        var change = new Regex($@"\b(update|delete\s+from|truncate(\s+table)?|merge\s+into)\s+(only\s+)?{tables}", RegexOptions.IgnoreCase);
        change.IsMatch("DELETE FROM public.mt_events where true").ShouldBeTrue();
        foreach (var file in SourceTree.Below("src").Where(f => Path.GetExtension(f) is ".cs" or ".sql"))
            change.Matches(SourceTree.Read(file)).Select(m => m.Value).ShouldBeEmpty(file);
    }

    [Fact]
    public void Nothing_is_left_for_later()
    {
        var marks = new Regex($@"\b({"TO"}DO|{"FIX"}ME|{"HA"}CK|{"X"}XX)\b|{"NotImplemented"}Exception");
        marks.IsMatch("// TO" + "DO: later").ShouldBeTrue();
        foreach (var file in SourceTree.Sources)
            marks.Matches(SourceTree.Read(file)).Select(m => m.Value).ShouldBeEmpty(file);
    }

    [Fact]
    public void A_source_file_has_at_most_400_lines()
    {
        SourceTree.Sources.Count().ShouldBeGreaterThan(100);
        SourceTree.Sources.Where(f => Lines(f) > 400).ShouldBeEmpty();
    }

    [Fact]
    public void The_root_shows_at_most_15_entries() =>
        SourceTree.Files.Select(f => f.Split('/')[0]).Distinct().Where(entry => !entry.StartsWith('.')).Count().ShouldBeLessThanOrEqualTo(15);

    [Fact]
    public void No_file_names_the_host_of_a_package_registry()
    {
        string[] hosts = ["nuget" + ".org", "npm" + "js.", "py" + "pi.", "deb.debian" + ".org", "ghcr" + ".io", "pkgs." + "dev.azure"];
        foreach (var file in SourceTree.TextFiles)
            hosts.Where(SourceTree.Read(file).Contains).ShouldBeEmpty(file);
    }

    [Fact]
    public void The_builds_common_properties_stay_under_40_lines() => Lines("Directory.Build.props").ShouldBeLessThan(40);

    [Fact]
    public void A_decision_record_has_at_most_30_lines() => SourceTree.Files.Where(f => f.StartsWith("docs/adr/", StringComparison.Ordinal) && Lines(f) > 30).ShouldBeEmpty();

    [Fact]
    public void No_class_has_a_name_that_says_nothing() =>
        SourceTree.Sources.Where(f => new Regex(@"(Manager|Helper|Utils?|Misc|Common)\.cs$").IsMatch(f)).ShouldBeEmpty();

    private static int Lines(string file) => SourceTree.Read(file).TrimEnd('\n').Split('\n').Length;
}
