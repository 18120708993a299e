using System.Globalization;
using System.Xml.Linq;

namespace Platform.Api.Cli;

/// <summary>The result of a test run, added up over all projects.</summary>
public sealed record TestResults(int Passed, int Failed, int Skipped, IReadOnlyList<string> FailedTests)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Reads every .trx file (Visual Studio's test results, one a test project) of a directory.</summary>
    public static TestResults Read(string directory) => Directory.EnumerateFiles(directory, "*.trx", SearchOption.AllDirectories)
        .Select(file => ReadFile(XDocument.Load(file)))
        .Aggregate(new TestResults(0, 0, 0, []), (sum, one) => new TestResults(
            sum.Passed + one.Passed, sum.Failed + one.Failed, sum.Skipped + one.Skipped, [.. sum.FailedTests, .. one.FailedTests]));

    /// <summary><c>N passed, N failed</c>, and <c>, N skipped</c> where there are any.</summary>
    public override string ToString() => Skipped == 0
        ? $"{Passed} passed, {Failed} failed"
        : $"{Passed} passed, {Failed} failed, {Skipped} skipped";

    private static TestResults ReadFile(XDocument trx)
    {
        var counters = trx.Descendants(Trx + "Counters").Single();
        var passed = Count(counters, "passed");
        var executed = Count(counters, "executed");
        var failed = trx.Descendants(Trx + "UnitTestResult")
            .Where(test => (string?)test.Attribute("outcome") is not ("Passed" or "NotExecuted"))
            .Select(test => (string?)test.Attribute("testName") ?? "a test without a name");
        return new TestResults(passed, executed - passed, Count(counters, "total") - executed, [.. failed]);
    }

    private static int Count(XElement counters, string name) =>
        int.Parse(counters.Attribute(name)?.Value ?? "0", CultureInfo.InvariantCulture);
}
