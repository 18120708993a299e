using Platform.EventStore;
using Platform.Processors.Security;

namespace Platform.Api.Hosting;

/// <summary>Where the keys of data subjects are kept, and what wraps them: apart from the database, shared by the nodes.</summary>
/// <param name="Keys">Directory of the subjects' keys.</param>
/// <param name="Encryption">By a key in the key directory of the ledger.</param>
public sealed record PersonalFiles(string Keys, FileKeyEncryption Encryption)
{
    /// <summary>In the data directory, unless <c>Personal:Keys</c> names another directory.</summary>
    public static PersonalFiles Of(string data, IConfiguration configuration) =>
        new(configuration["Personal:Keys"] ?? Path.Combine(data, "personal"), new FileKeyEncryption(LedgerFiles.Of(data, configuration).Keys));

    /// <summary>The same for a verb, without a host.</summary>
    public static PersonalFiles OfEnvironment(string data) => Of(data, new ConfigurationBuilder().AddEnvironmentVariables().Build());

    /// <summary>With the directory of a first start, if it isn't there.</summary>
    public PersonalFiles Prepare()
    {
        // Where a key-encryption key is, subjects' keys were: a store that isn't there now is away, and an empty one in its place would give people second keys.
        if (!Encryption.HasAny)
            FileSubjectKeyStore.Create(Keys);
        return this;
    }

    /// <summary>For whoever holds what is kept against the ledger itself: nobody else says what was erased.</summary>
    public PersonalData OpenAsKept() => new(new FileSubjectKeyStore(Keys), Encryption);

    /// <param name="store">Knows what the ledger says was erased; asked for when it's first needed.</param>
    /// <param name="log">Where keys that can't be used are told.</param>
    public PersonalData Open(Func<IDocumentStore> store, ILogger<PersonalData>? log = null) =>
        new(new FileSubjectKeyStore(Keys), Encryption, log) { ErasedAsync = new ErasedSubjects(store).AmongAsync };
}
