using System.Reflection;

namespace Platform.Architecture.Tests;

/// <summary>References go one way.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> _mayReference = new()
    {
        ["Ledger"] = [],
        ["EventStore"] = ["Ledger"],
        ["Domain"] = ["Ledger"],
        ["Projections"] = ["Domain", "EventStore", "Ledger"],
        ["Processors"] = ["Domain", "EventStore", "Projections", "Ledger"],
        ["Api"] = ["Domain", "EventStore", "Projections", "Processors", "Ledger"],
    };

    [Fact]
    public void Every_project_has_its_place() => SourceTree.Projects.Where(p => p != "Console").ShouldBe(_mayReference.Keys, ignoreOrder: true);

    [Fact]
    public void A_project_refers_to_those_below_it_only()
    {
        foreach (var (project, allowed) in _mayReference)
            References(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension).ShouldBeSubsetOf(allowed, project);
    }

    [Fact]
    public void A_compiled_project_uses_those_below_it_only()
    {
        foreach (var (project, allowed) in _mayReference)
            Assembly.Load($"Platform.{project}").GetReferencedAssemblies().Select(a => a.Name!)
                .Where(name => name.StartsWith("Platform.", StringComparison.Ordinal)).Select(name => name["Platform.".Length..])
                .ShouldBeSubsetOf(allowed, project);
    }

    [Fact]
    public void The_ledger_refers_to_no_project_and_no_package()
    {
        References("Ledger", "ProjectReference").ShouldBeEmpty();
        References("Ledger", "PackageReference").ShouldBeEmpty();
    }

    [Fact]
    public void The_domain_has_no_package_but_its_analyzer_and_mathematics() =>
        References("Domain", "PackageReference").ShouldBe(["MathNet.Numerics", "Microsoft.CodeAnalysis.BannedApiAnalyzers"]);

    [Fact]
    public void Only_the_event_store_and_what_stands_on_it_knows_the_database()
    {
        foreach (var project in new[] { "Ledger", "Domain" })
            Assembly.Load($"Platform.{project}").GetReferencedAssemblies().Select(a => a.Name).ShouldNotContain("Npgsql", project);
    }

    [Theory]
    [InlineData("Domain")]
    [InlineData("Projections")]
    public void A_pure_project_is_checked_for_clocks_and_chance(string project)
    {
        References(project, "PackageReference").ShouldContain("Microsoft.CodeAnalysis.BannedApiAnalyzers");
        References(project, "AdditionalFiles").ShouldBe(["../../BannedSymbols.txt"]);
        var banned = SourceTree.Read("BannedSymbols.txt");
        string[] symbols = ["DateTime.Now", "DateTime.UtcNow", "DateTimeOffset.Now", "DateTimeOffset.UtcNow", "Guid.NewGuid", "System.Random", "Thread.Sleep"];
        foreach (var symbol in symbols)
            banned.ShouldContain(symbol);
    }

    private static IEnumerable<string> References(string project, string kind) =>
        SourceTree.Project(project).Descendants(kind).Select(r => r.Attribute("Include")!.Value.Replace('\\', '/'));
}
