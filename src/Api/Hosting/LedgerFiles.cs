using Platform.EventStore;

namespace Platform.Api.Hosting;

/// <summary>What the ledger keeps outside of the database: private keys, and the guard that remembers what was signed. Nodes share both.</summary>
/// <param name="Keys">Directory of the keys.</param>
/// <param name="Guard">Directory of the guard.</param>
public sealed record LedgerFiles(KeyDirectory Keys, string Guard)
{
    /// <summary>In the data directory, unless <c>Ledger:Keys</c> and <c>Ledger:Guard</c> name other directories.</summary>
    public static LedgerFiles Of(string data, IConfiguration configuration) =>
        new(new KeyDirectory(configuration["Ledger:Keys"] ?? Path.Combine(data, "keys")), configuration["Ledger:Guard"] ?? Path.Combine(data, "guard"));

    /// <summary>The same for a verb, without a host.</summary>
    public static LedgerFiles OfEnvironment(string data) => Of(data, new ConfigurationBuilder().AddEnvironmentVariables().Build());

    /// <summary>With the keys of a first start, if there are none.</summary>
    public LedgerFiles Prepare()
    {
        Keys.Prepare();
        return this;
    }

    public LogSigning Signing() => new(Keys.Ring(), new FileCheckpointGuard(Guard));
}
