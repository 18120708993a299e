using System.Text;

namespace Platform.EventStore.Tests.Analytics;

public sealed class ScramVerifierTests
{
    // RFC 7677, section 3: user "user", password "pencil"; the exchange's proof and signature follow from the two keys.
    [Fact]
    public void It_gives_the_keys_of_the_rfcs_example()
    {
        const string nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        var authentication = Encoding.ASCII.GetBytes($"n=user,r=rOprNGfwEbeRWgbNEkqO,r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r={nonce}");
        var verifier = ScramVerifier.Of("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
        verifier.ShouldStartWith("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$");
        var keys = verifier.Split('$')[2].Split(':').Select(Convert.FromBase64String).ToArray();

        Convert.ToBase64String(System.Security.Cryptography.HMACSHA256.HashData(keys[1], authentication)).ShouldBe("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        var proof = Convert.FromBase64String("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        var signature = System.Security.Cryptography.HMACSHA256.HashData(keys[0], authentication);
        System.Security.Cryptography.SHA256.HashData([.. proof.Zip(signature, (p, s) => (byte)(p ^ s))]).ShouldBe(keys[0]);
    }

    [Fact]
    public void Passwords_are_long_random_and_need_no_quoting()
    {
        var passwords = Enumerable.Range(0, 100).Select(_ => ScramVerifier.NewPassword()).ToList();
        passwords.ShouldBeUnique();
        passwords.ShouldAllBe(p => p.Length == 32 && p.All(char.IsAsciiLetterOrDigit));
    }
}
