using System.Text;

namespace Platform.Ledger;

/// <summary>A tenant of a bundle.</summary>
/// <param name="Number">In the order in which they were first seen.</param>
/// <param name="Name">Its id.</param>
internal sealed record BundleTenant(int Number, string Name);

/// <summary>The tenants of a bundle, numbered, so that records of fixed length can name them. Serves several threads.</summary>
internal sealed class BundleNames
{
    private const int MostTenants = 500_000;

    private readonly List<BundleTenant> _tenants = [];
    private readonly Dictionary<string, BundleTenant> _byName = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public BundleTenant this[int number]
    {
        get
        {
            lock (_lock)
                return _tenants[number];
        }
    }

    /// <summary>The first of them, at most as many as asked for.</summary>
    public IReadOnlyList<BundleTenant> First(int count)
    {
        lock (_lock)
            return [.. _tenants.Take(count)];
    }

    /// <exception cref="InvalidDataException">There are more tenants than memory is meant for.</exception>
    public BundleTenant Of(string name)
    {
        lock (_lock)
        {
            if (_byName.TryGetValue(name, out var known))
                return known;
            if (_tenants.Count == MostTenants)
                throw new InvalidDataException($"The bundle has more than {MostTenants} tenants.");
            var tenant = new BundleTenant(_tenants.Count, name);
            _tenants.Add(tenant);
            return _byName[name] = tenant;
        }
    }

    /// <summary>Finds names by their UTF-8 without making a string of each. Serves one thread.</summary>
    internal sealed class Cache(BundleNames names)
    {
        private const int Places = 1024;

        private readonly (byte[] Text, BundleTenant Tenant)?[] _places = new (byte[], BundleTenant)?[Places];

        public BundleTenant Of(ReadOnlySpan<byte> utf8)
        {
            var hash = new HashCode();
            hash.AddBytes(utf8);
            ref var place = ref _places[hash.ToHashCode() & (Places - 1)];
            if (place is not { } found || !utf8.SequenceEqual(found.Text))
                place = found = (utf8.ToArray(), names.Of(Encoding.UTF8.GetString(utf8)));
            return found.Tenant;
        }
    }
}
