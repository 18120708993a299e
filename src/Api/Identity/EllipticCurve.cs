using System.Security.Cryptography;

namespace Platform.Api.Identity;

/// <summary>A curve of RFC 7518, section 6.2.1.1, with the length of a coordinate in bytes.</summary>
internal sealed record EllipticCurve(string Name, ECCurve Curve, int CoordinateBytes)
{
    public static readonly EllipticCurve P256 = new("P-256", ECCurve.NamedCurves.nistP256, 32);
    public static readonly EllipticCurve P384 = new("P-384", ECCurve.NamedCurves.nistP384, 48);
    public static readonly EllipticCurve P521 = new("P-521", ECCurve.NamedCurves.nistP521, 66);

    public static EllipticCurve? Find(string name) => name switch { "P-256" => P256, "P-384" => P384, "P-521" => P521, _ => null };
}
