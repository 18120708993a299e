namespace Platform.Domain.Analytics;

/// <summary>What a MaxMind DB says about itself.</summary>
/// <param name="NodeCount">Nodes of the search tree.</param>
/// <param name="RecordSize">Bits of half a node: 24, 28 or 32.</param>
/// <param name="IpVersion">4, or 6 with IPv4 addresses in <c>::/96</c>.</param>
/// <param name="DatabaseType">What the values are, such as <c>GeoLite2-Country</c>.</param>
/// <param name="BuildEpoch">When it was made, in seconds since 1970; any number that fits, so not every one is a date.</param>
public sealed record MaxMindMetadata(uint NodeCount, int RecordSize, int IpVersion, string DatabaseType, ulong BuildEpoch)
{
    /// <summary>Locales of texts in it.</summary>
    public IReadOnlyList<string> Languages { get; private init; } = [];

    /// <summary>Descriptions by locale.</summary>
    public IReadOnlyDictionary<string, string> Description { get; private init; } = new Dictionary<string, string>();

    /// <summary>Bytes of a node.</summary>
    public int NodeBytes => RecordSize / 4;

    internal static MaxMindMetadata Of(object value)
    {
        if (value is not Dictionary<string, object> map)
            throw Invalid("they aren't a map");
        if (Number(map, "binary_format_major_version") is var major && major != 2)
            throw new MaxMindException(MaxMindFault.UnsupportedVersion, $"The file is of format {major}; 2 is supported.");
        if (Number(map, "record_size") is var size && size != 24 && size != 28 && size != 32)
            throw new MaxMindException(MaxMindFault.UnsupportedRecordSize, $"Records of {size} bits; 24, 28 and 32 are supported.");
        if (Number(map, "node_count") is var nodes && nodes > uint.MaxValue)
            throw Invalid("node_count is out of range");
        if (Number(map, "ip_version") is var version && version != 4 && version != 6)
            throw Invalid("ip_version is neither 4 nor 6");
        Number(map, "binary_format_minor_version");
        return new MaxMindMetadata((uint)nodes, (int)size, (int)version, map.GetValueOrDefault("database_type") as string ?? throw Invalid("database_type isn't a string"), Number(map, "build_epoch"))
        {
            Languages = LanguagesOf(map.GetValueOrDefault("languages")),
            Description = DescriptionOf(map.GetValueOrDefault("description")),
        };
    }

    // Writers differ in the width that they choose for small numbers.
    private static ulong Number(Dictionary<string, object> map, string key) => map.GetValueOrDefault(key) switch
    {
        ushort value => value,
        uint value => value,
        ulong value => value,
        _ => throw Invalid($"{key} isn't an unsigned number"),
    };

    private static string[] LanguagesOf(object? value) => value switch
    {
        null => [],
        List<object> list when list.TrueForAll(language => language is string) => [.. list.Cast<string>()],
        _ => throw Invalid("languages isn't an array of strings"),
    };

    private static Dictionary<string, string> DescriptionOf(object? value) => value switch
    {
        null => [],
        Dictionary<string, object> map when map.Values.All(text => text is string) => map.ToDictionary(pair => pair.Key, pair => (string)pair.Value),
        _ => throw Invalid("description isn't a map of strings"),
    };

    private static MaxMindException Invalid(string why) => new(MaxMindFault.InvalidMetadata, $"The metadata can't be used: {why}.");
}
