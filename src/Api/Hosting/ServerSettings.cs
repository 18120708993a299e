using System.Globalization;

namespace Platform.Api.Hosting;

/// <summary>The server's settings, given on its command line so that they are always those of the running version.</summary>
internal static class ServerSettings
{
    private static readonly Dictionary<string, string> Defaults = new()
    {
        ["wal_level"] = "logical",
        ["shared_buffers"] = "256MB",
        ["max_wal_size"] = "4GB",
        ["checkpoint_timeout"] = "15min",
        ["max_connections"] = "200",
        ["jit"] = "off",
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        ["log_line_prefix"] = "%m [%p] %q%u@%d ",
    };

    private static readonly Dictionary<string, string> NotDurable = new()
    {
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
    };

    private static readonly Dictionary<string, string> Durable = new()
    {
        ["fsync"] = "on",
        ["synchronous_commit"] = "on",
    };

    /// <summary>The arguments (<c>-c name=value</c>) of a server on a port of 127.0.0.1.</summary>
    public static IEnumerable<string> Arguments(EmbeddedPostgresOptions options, int port, string walCompression)
    {
        var settings = new Dictionary<string, string>(Defaults) { ["wal_compression"] = walCompression };
        // Bodies of a few kilobytes are compressed at every append and every write of a read model: lz4 takes a fraction of the time of the default.
        if (walCompression == "lz4")
            settings["default_toast_compression"] = walCompression;
        Override(settings, options.Durable ? Durable : NotDurable);
        Override(settings, options.Settings);
        Override(settings, new Dictionary<string, string>
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            // A socket's path is limited to 107 bytes, a directory's isn't.
            ["unix_socket_directories"] = "",
            ["logging_collector"] = "off",
        });
        return settings.SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" });
    }

    private static void Override(Dictionary<string, string> settings, IReadOnlyDictionary<string, string> with)
    {
        foreach (var (name, value) in with)
            settings[name] = value;
    }
}
