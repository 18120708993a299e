using System.Numerics;

namespace Platform.Api.Identity;

/// <summary>
/// Recognises RSA keys of the faulty generator known as ROCA (CVE-2017-15361), whose private part can be computed: the modulus is, for
/// each small prime, a power of 65537. A sound key passes for one with a probability of about 2^-27 with the primes used here.
/// </summary>
internal static class RocaFingerprint
{
    private const int Generator = 65537;

    private static readonly int[] _primes = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

    public static bool Matches(BigInteger modulus) => Array.TrueForAll(_primes, prime => IsPower((int)(modulus % prime), prime));

    private static bool IsPower(int residue, int prime)
    {
        var power = 1;
        do
        {
            if (power == residue)
                return true;
            power = power * (Generator % prime) % prime;
        }
        while (power != 1);

        return false;
    }
}
