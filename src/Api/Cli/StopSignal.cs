using System.Runtime.InteropServices;

namespace Platform.Api.Cli;

/// <summary>Turns SIGTERM, SIGHUP and, unless a child wants it for itself, SIGINT into cancellation, so that a verb stops in order.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations;

    public StopSignal(bool interruptStops = true) => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stops: true)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, stops: true)),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stops: interruptStops)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void Stop(PosixSignalContext context, bool stops)
    {
        context.Cancel = true;
        if (stops)
            source.Cancel();
    }
}
