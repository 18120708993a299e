using Platform.Domain.Analytics;

namespace Platform.Api.Analytics;

/// <summary>
/// What is known about visitors' devices and addresses, by data of others in <c>data/</c> beside the program. The files don't change while it
/// runs, so they are read once a process, when they are first asked for.
/// </summary>
public static class VisitorData
{
    private static readonly Lazy<Countries> _countries = new(() => CountriesIn(Folder));
    private static readonly Lazy<UserAgents> _userAgents = new(() => UserAgentsIn(Folder));

    /// <summary>Where the build puts them.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>Adds <see cref="Countries"/> and <see cref="UserAgents"/>.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="collects">This process hears from visitors: it doesn't start without the files, and has them read before somebody waits.</param>
    public static IServiceCollection AddVisitorData(this IServiceCollection services, bool collects)
    {
        services.AddSingleton(_ => _countries.Value);
        services.AddSingleton(_ => _userAgents.Value);
        return collects ? services.AddHostedService<VisitorDataReading>() : services;
    }

    /// <exception cref="DataMissingException">It isn't there, or isn't what it should be.</exception>
    public static Countries CountriesIn(string folder)
    {
        var file = Find(folder, "countries.mmdb");
        try
        {
            return new Countries(MaxMindDatabase.Open(File.ReadAllBytes(file)));
        }
        catch (MaxMindException error)
        {
            throw new DataMissingException($"{file} can't be read: {error.Message}", error);
        }
    }

    /// <exception cref="DataMissingException">A file isn't there.</exception>
    public static UserAgents UserAgentsIn(string folder)
    {
        using var regexes = new StreamReader(Find(folder, "regexes.yaml"));
        using var crawlers = File.OpenRead(Find(folder, "crawler-user-agents.json"));
        return new UserAgents(UserAgentData.Read(regexes, crawlers));
    }

    /// <summary>Whether all are there.</summary>
    /// <exception cref="DataMissingException">One isn't.</exception>
    public static void Check(string folder)
    {
        foreach (var name in (string[])["countries.mmdb", "regexes.yaml", "crawler-user-agents.json"])
            Find(folder, name);
    }

    private static string Find(string folder, string name) => Path.Combine(folder, name) is var file && File.Exists(file)
        ? file
        : throw new DataMissingException($"{file} is missing. The build puts it there, from a package that npm installs: build src/Api again (dotnet build src/Api).");
}

/// <summary>Data of others that the program needs aren't beside it, or are damaged.</summary>
public sealed class DataMissingException : Exception
{
    public DataMissingException() { }

    public DataMissingException(string message) : base(message) { }

    public DataMissingException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>Reads the data when the host has started, so that neither its start nor the first visitor waits for them.</summary>
internal sealed class VisitorDataReading(IServiceProvider services, IHostApplicationLifetime lifetime) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        VisitorData.Check(VisitorData.Folder);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(started.SetResult))
            await started.Task.WaitAsync(stoppingToken);
        services.GetRequiredService<Countries>();
        services.GetRequiredService<UserAgents>().Classify("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
    }
}
