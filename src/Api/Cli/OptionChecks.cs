using System.CommandLine;

namespace Platform.Api.Cli;

/// <summary>What values of options must be.</summary>
internal static class OptionChecks
{
    /// <param name="option">The option.</param>
    /// <param name="holds">Of a value that was given.</param>
    /// <param name="otherwise">What is said if it doesn't hold.</param>
    public static void Must<T>(this Option<T> option, Func<T?, bool> holds, string otherwise) => option.Validators.Add(given =>
    {
        try
        {
            if (!holds(given.GetValueOrDefault<T>())) given.AddError(otherwise);
        }
        catch (InvalidOperationException)
        {
            // The text is no T, which the parser says itself, and asking for its value throws.
        }
    });
}
