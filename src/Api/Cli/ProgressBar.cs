using Spectre.Console;

namespace Platform.Api.Cli;

/// <summary>Progress of long work: a bar with rate and time left on a terminal, plain lines every few seconds when piped.</summary>
internal sealed class ProgressBar
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private readonly string _name;
    private readonly string _unit;
    private readonly ProgressTask? _task;
    private readonly long _started = Environment.TickCount64;
    private long _next = Environment.TickCount64 + (long)Between.TotalMilliseconds;

    private ProgressBar(string name, string unit, ProgressTask? task) => (_name, _unit, _task) = (name, unit, task);

    public static async Task<T> RunAsync<T>(string name, string unit, Func<ProgressBar, Task<T>> work)
    {
        if (Console.IsOutputRedirected)
            return await work(new ProgressBar(name, unit, null));
        T result = default!;
        await AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context => result = await work(new ProgressBar(name, unit, context.AddTask(Markup.Escape(name)))));
        return result;
    }

    public void Report(long done, long total)
    {
        var rate = done * 1000.0 / Math.Max(1, Environment.TickCount64 - _started);
        if (_task is not null)
        {
            _task.MaxValue = Math.Max(1, total);
            _task.Value = done;
            _task.Description = Markup.Escape($"{_name} {done}/{total} {_unit}, {rate:0}/s");
        }
        else if (Environment.TickCount64 >= _next)
        {
            _next = Environment.TickCount64 + (long)Between.TotalMilliseconds;
            Console.WriteLine($"{_name}: {done} of {total} {_unit}, {rate:0}/s");
        }
    }
}
