using Platform.Api.Cli;
using Platform.Tests;

namespace Platform.Api.Tests.Cli;

public sealed class TestResultsTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public TestResultsTests() => Directory.CreateDirectory(scratch.Path);

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Projects_are_added_up_and_failed_tests_named()
    {
        Write("a.trx", "total='5' executed='4' passed='3' failed='1'", "<UnitTestResult testName='It_breaks' outcome='Failed' />");
        Write("b.trx", "total='2' executed='2' passed='2' failed='0'", "<UnitTestResult testName='It_works' outcome='Passed' />");

        var results = TestResults.Read(scratch.Path);
        results.ToString().ShouldBe("5 passed, 1 failed, 1 skipped");
        results.FailedTests.ShouldBe(["It_breaks"]);
    }

    [Fact]
    public void Without_skipped_tests_none_are_mentioned()
    {
        Write("a.trx", "total='2' executed='2' passed='2' failed='0'", "");
        TestResults.Read(scratch.Path).ToString().ShouldBe("2 passed, 0 failed");
    }

    [Fact]
    public void A_run_without_results_has_no_passed_test() =>
        TestResults.Read(scratch.Path).ToString().ShouldBe("0 passed, 0 failed");

    private void Write(string file, string counters, string results) => File.WriteAllText(Path.Combine(scratch.Path, file),
        $"<TestRun xmlns='http://microsoft.com/schemas/VisualStudio/TeamTest/2010'><Results>{results}</Results>"
        + $"<ResultSummary><Counters {counters} /></ResultSummary></TestRun>");
}
