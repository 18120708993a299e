using Spectre.Console;

namespace Platform.Api.Cli;

/// <summary>Progress of long work: a bar with rate and time left on a terminal, plain lines every few seconds when piped.</summary>
internal sealed class ProgressBar
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly string _name;
    private readonly string _unit;
    private readonly ProgressTask? _task;
    private long _started = Environment.TickCount64;
    private long _next = Environment.TickCount64 + (long)Between.TotalMilliseconds;
    private long? _from;

    private ProgressBar(string name, string unit, ProgressTask? task) => (_name, _unit, _task) = (name, unit, task);

    public static Task<T> RunAsync<T>(string name, string unit, Func<ProgressBar, Task<T>> work) => RunAsync([name], unit, bars => work(bars[name]));

    /// <summary>A bar for each name, below one another.</summary>
    public static async Task<T> RunAsync<T>(IReadOnlyList<string> names, string unit, Func<IReadOnlyDictionary<string, ProgressBar>, Task<T>> work)
    {
        if (Console.IsOutputRedirected)
            return await work(names.ToDictionary(name => name, name => new ProgressBar(name, unit, null), StringComparer.Ordinal));
        T result = default!;
        await AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context => result = await work(names.ToDictionary(name => name, name => new ProgressBar(name, unit, context.AddTask(Markup.Escape(name))), StringComparer.Ordinal)));
        return result;
    }

    /// <param name="done">Units done; what was done before the first report, by an earlier run, isn't part of the rate.</param>
    /// <param name="total">Units in all.</param>
    public void Report(long done, long total)
    {
        lock (_lock)
        {
            if (_from is not { } from || done < from)
                (_from, _started, from) = (done, Environment.TickCount64, done);
            var rate = (done - from) * 1000.0 / Math.Max(1, Environment.TickCount64 - _started);
            if (_task is not null)
            {
                _task.MaxValue = Math.Max(1, total);
                _task.Value = done;
                _task.Description = Markup.Escape($"{_name} {done}/{total} {_unit}, {rate:0}/s");
            }
            else if (Environment.TickCount64 >= _next)
            {
                _next = Environment.TickCount64 + (long)Between.TotalMilliseconds;
                Console.WriteLine($"{_name}: {done} of {total} {_unit}, {rate:0}/s{(rate > 0 ? $", {Math.Max(0, total - done) / rate:0} s left" : "")}");
            }
        }
    }
}
