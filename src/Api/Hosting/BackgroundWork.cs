using Platform.EventStore;

namespace Platform.Api.Hosting;

/// <summary>Runs the sequencer as long as the host lives.</summary>
internal sealed class SequencerService(Sequencer sequencer) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => sequencer.RunAsync(stoppingToken), stoppingToken);
}

/// <summary>Runs the async projections as long as the host lives.</summary>
internal sealed class ProjectionService(ProjectionDaemon daemon) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => daemon.RunAsync(stoppingToken), stoppingToken);
}

/// <summary>Exchanges signals with other processes as long as the host lives.</summary>
internal sealed class SignalService(NodeSignals signals) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => signals.RunAsync(stoppingToken);
}

/// <summary>Runs the subscriptions as long as the host lives.</summary>
internal sealed class SubscriptionService(SubscriptionDaemon daemon) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => daemon.RunAsync(stoppingToken), stoppingToken);
}
