namespace Platform.Api.Hosting;

/// <summary>
/// The account that the server's programs run as: ours, or, because PostgreSQL refuses to run as root, <c>postgres</c>, the user
/// that the operating system's package makes.
/// </summary>
internal sealed class ServerAccount
{
    private const string User = "postgres";
    private static readonly string[] BecomeUser = ["--reuid", User, "--regid", User, "--init-groups"];

    private readonly IReadOnlyList<string> privileges;

    private ServerAccount(IReadOnlyList<string> privileges) => this.privileges = privileges;

    /// <summary>The account that can reach the directory.</summary>
    /// <exception cref="EmbeddedPostgresException">We are root and no account can be used.</exception>
    public static async Task<ServerAccount> ForAsync(string directory, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerAccount([]);
        if (!ProgramRun.Exists("setpriv"))
            throw new EmbeddedPostgresException("PostgreSQL doesn't run as root, and setpriv (util-linux) isn't there to become another user.");

        // Under a directory that is closed to others (a clone in /root) the one capability to pass through is kept; containers often
        // grant the second of the two only.
        string[][] attempts = [BecomeUser, KeepingCapability("dac_read_search"), KeepingCapability("dac_override")];
        var failure = "";
        foreach (var attempt in attempts)
        {
            // Not `test -x`: access(2) ignores capabilities.
            var run = await ProgramRun.OfAsync(["setpriv", .. attempt, "sh", "-c", "cd \"$0\"", directory], cancellation);
            if (run.Succeeded)
                return new ServerAccount(attempt);
            failure = failure.Length == 0 ? run.Output.Trim() : failure;
        }

        throw new EmbeddedPostgresException(
            $"PostgreSQL doesn't run as root, and the user {User} can't use {directory} ({failure})."
            + " Choose a directory that other users can pass through with --data DIR, or run as another user.");
    }

    /// <summary>A command that runs as the account.</summary>
    public IEnumerable<string> Run(params IEnumerable<string> command) =>
        privileges.Count == 0 ? command : ["setpriv", .. privileges, .. command];

    /// <summary>
    /// A command that runs as the account in a session of its own (so a terminal's Ctrl-C doesn't reach it) and gets SIGINT when the
    /// thread that starts it ends. Where the system has no setpriv and setsid (macOS) it is a plain child.
    /// </summary>
    public IEnumerable<string> RunAsChild(params IEnumerable<string> command) =>
        ProgramRun.Exists("setpriv") && ProgramRun.Exists("setsid")
            ? ["setsid", "setpriv", "--pdeathsig", "INT", .. privileges, .. command]
            : command;

    /// <summary>Gives a file or directory to the account.</summary>
    public Task GiveAsync(string path, CancellationToken cancellation) =>
        privileges.Count == 0
            ? Task.CompletedTask
            : ProgramRun.RequireAsync("chown", ["chown", $"{User}:{User}", path], cancellation);

    private static string[] KeepingCapability(string name) =>
        [.. BecomeUser, $"--inh-caps=+{name}", $"--ambient-caps=+{name}", $"--bounding-set=-all,+{name}"];
}
