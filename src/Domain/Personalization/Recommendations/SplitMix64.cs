namespace Platform.Domain.Personalization;

/// <summary>
/// Numbers that look random and are the same for the same seed (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators",
/// 2014).
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return z ^ z >> 31;
    }

    /// <summary>0 up to 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1ul << 53));
}
