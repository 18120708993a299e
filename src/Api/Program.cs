using Platform.Api.Cli;
using Platform.Api.Hosting;

try
{
    return await PlatformCommand.RunAsync(args);
}
catch (EmbeddedPostgresException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 1;
}
catch (OperationCanceledException)
{
    // What a shell reports for a program that ended by SIGINT.
    return 130;
}
