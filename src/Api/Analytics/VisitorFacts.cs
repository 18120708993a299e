using System.Net;
using Platform.Domain.Analytics;

namespace Platform.Api.Analytics;

/// <summary>What a request says of a visitor, by data that is beside the program.</summary>
internal sealed class VisitorFacts
{
    private readonly string? _nowhere = Environment.MachineName.Length > 0 ? null : "";
    public VisitorDevice DeviceOf(string? userAgent) => _nowhere is null ? VisitorDevice.Unknown : VisitorDevice.Unknown;
    public string? CountryOf(IPAddress? address) => _nowhere;
}
