namespace Platform.Api.Identity;

/// <summary>Why a token isn't accepted.</summary>
public enum JwtFailure
{
    /// <summary>No compact JWS of three parts, or header or claims aren't what JOSE prescribes.</summary>
    Malformed,

    /// <summary>Longer than 8 KiB.</summary>
    TooLong,

    /// <summary><c>alg</c> isn't on the list of those accepted.</summary>
    UnsupportedAlgorithm,

    /// <summary>The header names extensions as critical; none is understood.</summary>
    CriticalHeader,

    /// <summary><c>typ</c> names something other than a JWT or an access token.</summary>
    UnsupportedType,

    /// <summary>No key, or no single one, fits <c>kid</c> and <c>alg</c>.</summary>
    UnknownKey,

    /// <summary>The signature isn't the key's.</summary>
    BadSignature,

    /// <summary>A claim is missing or isn't of its form.</summary>
    BadClaim,

    /// <summary><c>exp</c> has passed.</summary>
    Expired,

    /// <summary><c>nbf</c> or <c>iat</c> lies ahead.</summary>
    NotYetValid,

    /// <summary><c>iss</c> isn't an issuer that is trusted here.</summary>
    WrongIssuer,

    /// <summary><c>aud</c> doesn't name this service.</summary>
    WrongAudience,
}
