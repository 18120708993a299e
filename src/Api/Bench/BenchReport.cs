using System.Globalization;
using System.Runtime.InteropServices;

namespace Platform.Api.Bench;

/// <summary>Prints figures as Markdown tables, each beside its floor, with machine and settings above them.</summary>
internal static class BenchReport
{
    public static async Task MachineAsync(BenchDatabase database)
    {
        var cpu = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() : null;
        Console.WriteLine($"machine: {Environment.ProcessorCount} cores ({cpu ?? RuntimeInformation.ProcessArchitecture.ToString()}), {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
        var settings = new List<string>();
        foreach (var name in new[] { "server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_level", "wal_compression", "shared_buffers", "max_wal_size" })
            settings.Add($"{name}={await database.ScalarAsync<string>($"select current_setting('{name}')")}");
        Console.WriteLine($"PostgreSQL: {string.Join(", ", settings)}; client on the same machine");
    }

    public static void Table(string title, string[] headings, IEnumerable<string[]> rows)
    {
        Done();
        Console.WriteLine();
        Console.WriteLine($"### {title}");
        Console.WriteLine();
        Console.WriteLine($"| {string.Join(" | ", headings)} |");
        Console.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", headings.Length))}");
        foreach (var row in rows)
            Console.WriteLine($"| {string.Join(" | ", row)} |");
    }

    /// <summary>What is being measured, on standard error: replaced by the next on a terminal.</summary>
    public static void Progress(string what)
    {
        if (Console.IsErrorRedirected)
            Console.Error.WriteLine(what);
        else
            Console.Error.Write($"\r\u001b[2K{what}");
    }

    private static void Done()
    {
        if (!Console.IsErrorRedirected)
            Console.Error.Write("\r\u001b[2K");
    }

    public static string Number(double value) => value.ToString(value < 10 ? "0.00" : "#,##0", CultureInfo.InvariantCulture);
}
