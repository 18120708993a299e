using System.Collections.Concurrent;

namespace Platform.Domain.Analytics;

/// <summary>
/// Devices of user agents seen lately, at most <see cref="Capacity"/>. In two generations: when the younger one is full it becomes the older one,
/// and what was in the older one and wasn't asked for since is forgotten.
/// </summary>
internal sealed class RecentDevices
{
    public const int Capacity = 10_000;

    private readonly Lock _turn = new();
    private ConcurrentDictionary<string, Device> _younger = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, Device> _older = new(StringComparer.Ordinal);
    private int _count;

    public Device? Find(string agent) =>
        _younger.TryGetValue(agent, out var device) ? device : _older.TryGetValue(agent, out device) ? Keep(agent, device) : null;

    public Device Keep(string agent, Device device)
    {
        lock (_turn)
        {
            if (_younger.TryAdd(agent, device) && ++_count == Capacity / 2)
            {
                (_older, _younger) = (_younger, new ConcurrentDictionary<string, Device>(StringComparer.Ordinal));
                _count = 0;
            }
        }
        return device;
    }
}
