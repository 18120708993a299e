using System.Diagnostics;
using System.Globalization;

namespace Platform.Api.Bench;

/// <summary>
/// Processor time of this process and of the database server, where that runs here under Linux: it says what work costs, whatever else the
/// machine does meanwhile.
/// </summary>
/// <param name="server">Process id of the server's parent process; null: not on this machine.</param>
public sealed class ProcessorTime(int? server)
{
    private const double TicksPerSecond = 100;

    /// <param name="backend">Process id of any of the server's backends.</param>
    public static ProcessorTime Of(int backend) => new(Stat(backend) is { } stat ? int.Parse(stat[1], CultureInfo.InvariantCulture) : null);

    public TimeSpan Read()
    {
        if (server is not { } parent)
            return TimeSpan.Zero;
        var ticks = Stat(parent) is { } own ? Ticks(own, 11) + Ticks(own, 13) : 0;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(directory), out var id) && Stat(id) is { } stat && stat[1] == parent.ToString(CultureInfo.InvariantCulture))
                ticks += Ticks(stat, 11);
        return Process.GetCurrentProcess().TotalProcessorTime + TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    // Fields after the name, which may hold blanks: state, parent, ...; user and system time are 11 and 12, those of ended children 13 and 14.
    private static string[]? Stat(int id)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{id}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Ticks(string[] stat, int field) => long.Parse(stat[field], CultureInfo.InvariantCulture) + long.Parse(stat[field + 1], CultureInfo.InvariantCulture);
}
