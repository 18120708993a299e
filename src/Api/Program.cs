using Npgsql;
using Platform.Api.Analytics;
using Platform.Api.Cli;
using Platform.Api.Hosting;
using Platform.EventStore;

try
{
    return await PlatformCommand.RunAsync(args);
}
catch (Exception error) when (error is EmbeddedPostgresException or DataMissingException)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 1;
}
catch (Exception error) when (error is NpgsqlException or LeaseLostException or AppendRefusedException)
{
    // What stands in the way isn't of the program's making: one line says it, and the same command may be given again.
    await Console.Error.WriteLineAsync($"{error.Message} Try again when the database answers; ./platform projections and /health/ready say how it is.");
    return 2;
}
catch (OperationCanceledException)
{
    // What a shell reports for a program that ended by SIGINT.
    return 130;
}
