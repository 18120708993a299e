using System.Reflection;
using System.Text.RegularExpressions;
using Platform.Domain;

namespace Platform.Architecture.Tests;

/// <summary>The same capability folders everywhere, so that one listing shows a whole capability.</summary>
public sealed partial class FolderTests
{
    private static readonly string[] _capabilities =
    [
        "Content", "Sites", "Identity", "Personalization", "Experiments", "Analytics", "Workflow", "Collaboration", "Media", "Voice", "AugmentedReality", "Delivery",
        "Federation", "Regions", "Deployment", "Security", "Audit", "Monitoring", "Optimization",
    ];

    private static readonly Dictionary<string, string[]> _technical = new()
    {
        ["Api"] = ["Http", "Hosting", "Cli", "Bench"],
        ["EventStore"] = ["Log", "Migrations", "Personal", "Projections", "Subscriptions", "Verification"],
        ["Ledger"] = ["Bundles", "Keys", "Log", "Personal", "Witness"],
    };

    [Fact]
    public void Folders_are_capabilities_or_one_of_a_few_technical_ones()
    {
        foreach (var project in SourceTree.Projects)
            SourceTree.FoldersOf($"src/{project}").ShouldBeSubsetOf(_capabilities.Concat(_technical.GetValueOrDefault(project, [])), project);
    }

    [Fact]
    public void Every_capability_of_a_project_has_tests_over_its_name()
    {
        var tested = SourceTree.Below("tests").Select(f => $"tests/{f.Split('/')[1]}").Distinct().SelectMany(SourceTree.FoldersOf).ToHashSet();
        foreach (var project in SourceTree.Projects)
        {
            var capabilities = SourceTree.FoldersOf($"src/{project}").Intersect(_capabilities);
            if (project is "Projections" or "Processors")
                // Read models are tested where they are read, and commands where they are sent.
                capabilities.ShouldBeSubsetOf(tested, project);
            else
                capabilities.ShouldBeSubsetOf(SourceTree.FoldersOf($"tests/{project}"), project);
        }
    }

    [Fact]
    public void A_namespace_is_the_project_and_the_capability()
    {
        foreach (var file in SourceTree.Below("src").Where(f => Path.GetExtension(f) == ".cs"))
            if (Namespace().Match(SourceTree.Read(file)) is { Success: true } match)
            {
                var folders = file.Split('/')[1..^1];
                // What divides a large folder (technical ones of event store and ledger, a capability's aggregates) doesn't divide its vocabulary.
                var expected = "Platform." + string.Join('.', folders.Take(folders[0] is "EventStore" or "Ledger" ? 1 : 2));
                match.Groups[1].Value.ShouldBe(expected, file);
            }
    }

    [Fact]
    public void An_alias_begins_with_the_name_of_its_capability()
    {
        EventCatalog.All.ShouldNotBeEmpty();
        foreach (var entry in EventCatalog.All.Values)
            entry.Alias.Split('.')[0].ShouldBe(Kebab(entry.ClrType.Namespace!.Split('.')[^1]), entry.ClrType.Name);
        foreach (var entry in StateCatalog.All.Values)
            entry.Alias.Split('.')[0].ShouldBe(Kebab(entry.ClrType.Namespace!.Split('.')[^1]), entry.ClrType.Name);
    }

    [Fact]
    public void A_capability_of_the_domain_uses_no_decisions_of_another()
    {
        foreach (var type in typeof(EventCatalog).Assembly.GetTypes().Where(t => _capabilities.Contains(t.Namespace?.Split('.')[^1])))
            foreach (var decide in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Where(m => m.Name == "Decide"))
                foreach (var used in decide.GetParameters().Select(p => p.ParameterType).Where(t => _capabilities.Contains(t.Namespace?.Split('.')[^1])))
                    used.Namespace.ShouldBe(type.Namespace, $"{type.Name} is decided on {used.Name}");
    }

    private static string Kebab(string name) => Hump().Replace(name, "-$0").ToLowerInvariant();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex("(?<=.)[A-Z]")]
    private static partial Regex Hump();
}
