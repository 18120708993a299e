using Microsoft.Extensions.Configuration;
using Platform.Ledger;

namespace Platform.Processors.Audit;

/// <summary>Who is asked to cosign the log's checkpoints.</summary>
/// <param name="Policy">Witnesses and quorum; null: nobody.</param>
public sealed record WitnessOptions(WitnessPolicy? Policy)
{
    /// <summary>From the policy file (C2SP tlog-policy) that <c>Ledger:Policy</c> names.</summary>
    /// <exception cref="FormatException">The file isn't such a policy.</exception>
    public static WitnessOptions Of(IConfiguration configuration) =>
        new(configuration["Ledger:Policy"] is { Length: > 0 } file ? WitnessPolicy.Parse(File.ReadAllText(file)) : null);

    /// <summary>The same for a verb, without a host.</summary>
    public static WitnessOptions FromEnvironment() => Of(new ConfigurationBuilder().AddEnvironmentVariables().Build());
}
