using System.Security.Cryptography;
using Platform.Api.Hosting;
using Platform.Ledger;
using Platform.Tests;

namespace Platform.Api.Tests.Hosting;

public sealed class KeyDirectoryTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public void A_key_that_this_machine_cannot_use_is_passed_over_and_the_others_serve()
    {
        var keys = new KeyDirectory(_scratch.Path);
        keys.Prepare();
        // RFC 9881: an ML-DSA-65 key by its seed, as a node with a newer OpenSSL leaves it.
        byte[] der = [.. Convert.FromHexString("3034020100300b060960864801650304031204228020"), .. RandomNumberGenerator.GetBytes(MlDsa65.SeedSize)];
        Write("log-mldsa65-00000000.pem", PemEncoding.WriteString("PRIVATE KEY", der));
        keys.Prepare();
        keys.Ring().First(KeyRole.Log).Algorithm.ShouldBe(KeyAlgorithm.Ed25519);
        keys.Ring().First(KeyRole.Writer).Algorithm.ShouldBe(KeyAlgorithm.Ed25519);
        keys.Ring().Held(KeyRole.Log, KeyAlgorithm.MlDsa65).Count.ShouldBe(MlDsa65.IsSupported ? 2 : 0);
    }

    [Fact]
    public void What_is_no_key_is_still_refused()
    {
        Directory.CreateDirectory(_scratch.Path);
        Write("log-mldsa65-00000000.pem", PemEncoding.WriteString("PRIVATE KEY", Convert.FromHexString("3034020100300b060960864801650304031204228020")));
        Should.Throw<InvalidDataException>(() => new KeyDirectory(_scratch.Path).Prepare()).Message.ShouldContain("isn't a private key");
    }

    [Fact]
    public void A_secret_is_made_once_and_stays_private()
    {
        var keys = new KeyDirectory(_scratch.Path);
        var secret = keys.Secret("webhooks.key");
        secret.Length.ShouldBe(32);
        keys.Secret("webhooks.key").ShouldBe(secret);
        keys.Secret("other.key").ShouldNotBe(secret);
        // What isn't a key of the ledger's stands beside them.
        keys.Prepare();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_scratch.Path, "other.key"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
            Should.Throw<InvalidDataException>(() => keys.Secret("other.key")).Message.ShouldContain("open to everybody");
        }
        Write("webhooks.key", "c2hvcnQ=");
        Should.Throw<InvalidDataException>(() => keys.Secret("webhooks.key")).Message.ShouldContain("32 bytes");
    }

    public void Dispose() => _scratch.Dispose();

    private void Write(string name, string text)
    {
        var file = Path.Combine(_scratch.Path, name);
        File.WriteAllText(file, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
