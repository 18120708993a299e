using System.Collections.Immutable;

namespace Platform.Domain.Security;

/// <summary>Asks for a probe; whichever node comes to it carries it out.</summary>
/// <param name="ProbeId">New, given by the caller.</param>
public sealed record RequestIsolationProbe(Guid ProbeId) : ICommand<RequestIsolationProbe, IsolationProbe>
{
    public static Decision Decide(RequestIsolationProbe command, IsolationProbe state) =>
        state.Exists ? Decision.Nothing : Decision.Of(new IsolationProbeRequested(command.ProbeId));
}

/// <summary>A finding of a probe.</summary>
/// <param name="Rule">What was broken, e.g. <c>foreign-rows-read</c>.</param>
/// <param name="Subject">The table, view, function, role or route.</param>
/// <param name="Detail">A sentence; never anything of a tenant's.</param>
public sealed record IsolationFinding(string Rule, string Subject, string Detail)
{
    /// <summary>The rule of what couldn't be tried: nothing is known to be broken, nor to be whole.</summary>
    public const string NotTried = "not-tried";
}

/// <summary>Records what a probe found: once, whoever finds out.</summary>
/// <param name="ProbeId">The probe.</param>
/// <param name="Tables">As in <see cref="IsolationProbed"/>.</param>
/// <param name="TablesWithRows">As in <see cref="IsolationProbed"/>.</param>
/// <param name="Attempts">As in <see cref="IsolationProbed"/>.</param>
/// <param name="Requests">As in <see cref="IsolationProbed"/>.</param>
/// <param name="Findings">All of them; the first 100 become events.</param>
public sealed record RecordIsolationProbe(Guid ProbeId, int Tables, int TablesWithRows, int Attempts, int Requests, ImmutableArray<IsolationFinding> Findings)
    : ICommand<RecordIsolationProbe, IsolationProbe>
{
    private const int MostFindings = 100;

    public static Decision Decide(RecordIsolationProbe command, IsolationProbe state) => state switch
    {
        { Exists: false } => Reject.NotFound("There is no such probe."),
        { IsOver: true } => Decision.Nothing,
        _ => Decision.Of([
            .. command.Findings.Take(MostFindings).Select(found => new IsolationBreached(command.ProbeId, found.Rule, found.Subject, found.Detail)),
            new IsolationProbed(command.ProbeId, command.Tables, command.TablesWithRows, command.Attempts, command.Requests, command.Findings.Length),
        ]),
    };
}
