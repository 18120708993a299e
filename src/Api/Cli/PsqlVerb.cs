using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Platform.Api.Hosting;

namespace Platform.Api.Cli;

/// <summary><c>./platform psql</c>: the instance's database in PostgreSQL's own shell.</summary>
internal static class PsqlVerb
{
    private const string AppRole = "platform_app";

    public static Command Create()
    {
        var owner = new Option<bool>("--owner") { Description = $"Connect as the cluster's superuser instead of {AppRole}" };
        var arguments = new Argument<string[]>("arguments")
        {
            Description = "Passed to psql, such as -c \"select 1\"; after -- if the platform has an option of that name",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("psql", "Open psql on the instance of --data DIR, or on ConnectionStrings__Platform") { owner, arguments };
        command.SetAction(parsed => RunAsync(
            parsed.GetRequiredValue(DataOption.Instance), parsed.GetValue(owner), parsed.GetValue(arguments) ?? []));
        return command;
    }

    private static async Task<int> RunAsync(string data, bool owner, string[] arguments)
    {
        // Ctrl-C is psql's: it cancels the statement.
        using var stop = new StopSignal(interruptStops: false);
        if (Environment.GetEnvironmentVariable("ConnectionStrings__Platform") is { Length: > 0 } elsewhere)
        {
            return owner
                ? throw new EmbeddedPostgresException("--owner is for the embedded cluster; ConnectionStrings__Platform names another server.")
                : await ChildProgram.RunAsync(Psql("psql", elsewhere, arguments), stop.Token);
        }

        using var log = ConsoleLog.Create();
        await using var cluster = await EmbeddedPostgres.OpenAsync(
            data, new EmbeddedPostgresOptions(), log.CreateLogger("Postgres"), stop.Token);
        var connection = new NpgsqlConnectionStringBuilder(cluster.OwnerConnectionString);
        if (!owner)
        {
            connection.Username = AppRole;
            connection.Password = cluster.Secret(AppRole);
        }

        var installed = PostgresBinaries.Find().Program("psql");
        var psql = Psql(File.Exists(installed) ? installed : "psql", connection.ConnectionString, arguments);
        return await ChildProgram.RunAsync(psql, stop.Token);
    }

    private static ProcessStartInfo Psql(string program, string connectionString, string[] arguments)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(program, arguments);
        // In the environment and not among the arguments, which other users of the machine can read.
        start.Environment["PGHOST"] = connection.Host;
        start.Environment["PGPORT"] = connection.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = connection.Username;
        start.Environment["PGPASSWORD"] = connection.Password;
        start.Environment["PGDATABASE"] = connection.Database;
        return start;
    }
}
