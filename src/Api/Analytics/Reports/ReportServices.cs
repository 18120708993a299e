using Platform.EventStore;
using Platform.Processors.Analytics;

namespace Platform.Api.Analytics;

internal static class ReportServices
{
    /// <param name="services">The host's.</param>
    /// <param name="configuration">Says which mail server there is.</param>
    /// <param name="makes">The node looks for what is due.</param>
    public static IServiceCollection AddReports(this IServiceCollection services, IConfiguration configuration, bool makes)
    {
        services.AddSingleton(_ => MailOptions.Of(configuration));
        services.AddSingleton<SummaryMaker>();
        services.AddSingleton<ReportCommands>();
        services.AddSingleton<ReportRounds>();
        services.AddSingleton<MailClient>();
        services.AddSingleton(new SummaryFiles(SummaryCharts.Draw, SummaryTable.Of));
        services.AddSingleton<Subscription, SummaryMails>();
        if (makes)
            ReportTrigger.AddTo(services);
        return services;
    }
}
