using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace Platform.Ledger;

/// <summary>
/// The parts of OpenSSL's libcrypto (3, or 1.1.1) that the runtime lacks: Ed25519, whose calls throw <see cref="PlatformNotSupportedException"/> without one,
/// and SHA-256 at a tenth of the cost that the runtime's own has for short inputs.
/// </summary>
internal static class Libcrypto
{
    private const string Library = "libcrypto";

    // EVP_PKEY_ED25519 of openssl/evp.h.
    private const int Ed25519Type = 1087;

    // SHA256_CTX of openssl/sha.h has 28 words.
    private const int Sha256State = 32;

    /// <summary>The longest input of <see cref="Sha256"/> in bytes: a collection of garbage waits for the call, which therefore must take about a microsecond.</summary>
    public const int LongestSha256 = 1024;

    // macOS ends a process that loads its own, unversioned libcrypto.dylib.
    private static readonly string[] _names =
    [
        "libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib",
        "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib", "libcrypto-3-x64.dll", "libcrypto-3-arm64.dll", "libcrypto-1_1-x64.dll",
    ];

    static Libcrypto()
    {
        NativeLibrary.SetDllImportResolver(typeof(Libcrypto).Assembly, Load);
        HasSha256 = ComputesSha256();
    }

    /// <summary>Whether <see cref="Sha256"/> can be called: it is deprecated in OpenSSL 3, and a distribution may leave it out.</summary>
    public static bool HasSha256 { get; }

    /// <summary>SHA-256 (FIPS 180-4) of at most <see cref="LongestSha256"/> bytes.</summary>
    public static void Sha256(ReadOnlySpan<byte> content, Span<byte> digest)
    {
        Span<uint> state = stackalloc uint[Sha256State];
        if (SHA256_Init(ref state[0]) != 1 || SHA256_Update(ref state[0], in MemoryMarshal.GetReference(content), (nuint)content.Length) != 1
            || SHA256_Final(ref MemoryMarshal.GetReference(digest), ref state[0]) != 1)
            throw new CryptographicException("libcrypto computed no SHA-256.");
    }

    public static EvpKey PrivateKey(ReadOnlySpan<byte> seed) =>
        Made(EVP_PKEY_new_raw_private_key(Ed25519Type, 0, in MemoryMarshal.GetReference(seed), (nuint)seed.Length));

    public static EvpKey PublicKey(ReadOnlySpan<byte> key) =>
        Made(EVP_PKEY_new_raw_public_key(Ed25519Type, 0, in MemoryMarshal.GetReference(key), (nuint)key.Length));

    public static void ReadPublicKey(EvpKey key, Span<byte> destination)
    {
        var length = (nuint)destination.Length;
        Require(EVP_PKEY_get_raw_public_key(key, ref MemoryMarshal.GetReference(destination), ref length));
    }

    public static void Sign(EvpKey key, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        using var context = EVP_MD_CTX_new();
        var length = (nuint)signature.Length;
        Require(EVP_DigestSignInit(context, 0, 0, 0, key));
        Require(EVP_DigestSign(
            context, ref MemoryMarshal.GetReference(signature), ref length, in MemoryMarshal.GetReference(message), (nuint)message.Length));
    }

    public static bool Verify(EvpKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var context = EVP_MD_CTX_new();
        Require(EVP_DigestVerifyInit(context, 0, 0, 0, key));
        var isValid = EVP_DigestVerify(
            context, in MemoryMarshal.GetReference(signature), (nuint)signature.Length, in MemoryMarshal.GetReference(message), (nuint)message.Length) == 1;
        // What stays in this thread's queue would be taken for the error of whoever asks next, the runtime's TLS included.
        if (!isValid)
            ERR_clear_error();
        return isValid;
    }

    private static bool ComputesSha256()
    {
        try
        {
            Span<byte> digest = stackalloc byte[Hash.Size];
            Sha256("abc"u8, digest);
            return digest.SequenceEqual(SHA256.HashData("abc"u8));
        }
        catch (Exception e) when (e is PlatformNotSupportedException or DllNotFoundException or EntryPointNotFoundException or CryptographicException)
        {
            return false;
        }
    }

    private static EvpKey Made(EvpKey key)
    {
        Require(key.IsInvalid ? 0 : 1);
        return key;
    }

    private static void Require(int result)
    {
        if (result == 1)
            return;
        ERR_clear_error();
        throw new PlatformNotSupportedException("This OpenSSL has no Ed25519: it needs version 1.1.1 or newer, outside of FIPS mode.");
    }

    private static nint Load(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != Library)
            return 0;
        foreach (var candidate in _names)
            if (NativeLibrary.TryLoad(candidate, assembly, searchPath, out var handle))
                return handle;
        throw new PlatformNotSupportedException("Ed25519 needs OpenSSL 3 or 1.1.1: no libcrypto was found on this machine.");
    }

    [DllImport(Library), SuppressGCTransition]
    private static extern int SHA256_Init(ref uint state);

    [DllImport(Library), SuppressGCTransition]
    private static extern int SHA256_Update(ref uint state, in byte content, nuint length);

    [DllImport(Library), SuppressGCTransition]
    private static extern int SHA256_Final(ref byte digest, ref uint state);

    [DllImport(Library)]
    private static extern EvpKey EVP_PKEY_new_raw_private_key(int type, nint engine, in byte key, nuint length);

    [DllImport(Library)]
    private static extern EvpKey EVP_PKEY_new_raw_public_key(int type, nint engine, in byte key, nuint length);

    [DllImport(Library)]
    private static extern int EVP_PKEY_get_raw_public_key(EvpKey key, ref byte destination, ref nuint length);

    [DllImport(Library)]
    private static extern void EVP_PKEY_free(nint key);

    [DllImport(Library)]
    private static extern EvpContext EVP_MD_CTX_new();

    [DllImport(Library)]
    private static extern void EVP_MD_CTX_free(nint context);

    [DllImport(Library)]
    private static extern int EVP_DigestSignInit(EvpContext context, nint keyContext, nint digest, nint engine, EvpKey key);

    [DllImport(Library)]
    private static extern int EVP_DigestSign(EvpContext context, ref byte signature, ref nuint signatureLength, in byte message, nuint messageLength);

    [DllImport(Library)]
    private static extern int EVP_DigestVerifyInit(EvpContext context, nint keyContext, nint digest, nint engine, EvpKey key);

    [DllImport(Library)]
    private static extern int EVP_DigestVerify(EvpContext context, in byte signature, nuint signatureLength, in byte message, nuint messageLength);

    [DllImport(Library)]
    private static extern void ERR_clear_error();

    /// <summary>An EVP_PKEY; any number of threads may sign and verify with it.</summary>
    internal sealed class EvpKey() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_PKEY_free(handle);
            return true;
        }
    }

    internal sealed class EvpContext() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            EVP_MD_CTX_free(handle);
            return true;
        }
    }
}
