using System.Security.Cryptography;
using System.Text;

namespace Platform.EventStore;

/// <summary>What PostgreSQL keeps of a password (RFC 5803): it checks a password with it, and nobody logs in with it.</summary>
public static class ScramVerifier
{
    /// <summary>PostgreSQL's own number; a password of 190 random bits needs none at all.</summary>
    private const int Iterations = 4096;

    private const int SaltBytes = 16;
    private const int PasswordCharacters = 32;
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>32 random letters and digits.</summary>
    public static string NewPassword() => RandomNumberGenerator.GetString(Characters, PasswordCharacters);

    /// <param name="password">ASCII, so that it's the same after SASLprep.</param>
    public static string Of(string password) => Of(password, RandomNumberGenerator.GetBytes(SaltBytes), Iterations);

    /// <summary>The verifier for a salt, as <c>pg_authid.rolpassword</c> has it.</summary>
    public static string Of(string password, byte[] salt, int iterations)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }
}
