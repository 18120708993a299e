using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Platform.Processors.Analytics;

/// <summary>
/// Looks for reports that are due, by the cron trigger of <see cref="AddTo"/>. It's one for all: hours of sites begin at a quarter of some hour, and a look each minute does again what failed. What is due, and that it's made
/// once, is said by the log, so the trigger is kept in memory and each node has one.
/// </summary>
[DisallowConcurrentExecution]
public sealed class ReportTrigger(ReportRounds rounds) : IJob
{
    private const string EachMinute = "0 * * * * ?";

    public static void AddTo(IServiceCollection services)
    {
        services.AddQuartz(quartz => quartz.ScheduleJob<ReportTrigger>(trigger => trigger.WithCronSchedule(EachMinute)));
        services.AddQuartzHostedService();
    }

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await rounds.RunOnceAsync(cancellationToken);
}
