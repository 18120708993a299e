using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Platform.Api.Hosting;
using Platform.Tests;

namespace Platform.Api.Tests.Hosting;

[UnsupportedOSPlatform("windows")]
public sealed class FileKeyEncryptionTests : IDisposable
{
    private static readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] _context = Encoding.ASCII.GetBytes("whose it is");

    private readonly ScratchDirectory _scratch = new();
    private readonly FileKeyEncryption _encryption;

    public FileKeyEncryptionTests()
    {
        Directory.CreateDirectory(_scratch.Path);
        _encryption = new FileKeyEncryption(new KeyDirectory(_scratch.Path));
    }

    public void Dispose() => _scratch.Dispose();

    private Task<byte[]> WrapAsync(int version = 1) => _encryption.WrapAsync(version, _key, _context, CancellationToken.None);

    private Task<byte[]> UnwrapAsync(byte[] wrapped, int version = 1, byte[]? context = null) => _encryption.UnwrapAsync(version, wrapped, context ?? _context, CancellationToken.None);

    private string[] Files => [.. Directory.EnumerateFiles(_scratch.Path, "*.kek").Select(file => Path.GetFileName(file)).Order()];

    [Fact]
    public async Task What_is_wrapped_unwraps_where_it_belongs_and_nowhere_else()
    {
        var wrapped = await WrapAsync();
        (await UnwrapAsync(wrapped)).ShouldBe(_key);
        wrapped.ShouldNotBe(await WrapAsync());
        await Should.ThrowAsync<CryptographicException>(() => UnwrapAsync(wrapped, context: Encoding.ASCII.GetBytes("another's")));
        await Should.ThrowAsync<CryptographicException>(() => UnwrapAsync([.. wrapped[..^1], (byte)(wrapped[^1] ^ 1)]));
        await Should.ThrowAsync<CryptographicException>(() => UnwrapAsync(wrapped[..27]));
        Files.ShouldBe(["personal-1.kek"]);
        File.GetUnixFileMode(Path.Combine(_scratch.Path, "personal-1.kek")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Processes_that_wrap_first_at_once_do_it_with_one_key()
    {
        var wrapped = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new FileKeyEncryption(new KeyDirectory(_scratch.Path)).WrapAsync(1, _key, _context, CancellationToken.None))));
        foreach (var each in wrapped)
            (await UnwrapAsync(each)).ShouldBe(_key);
    }

    [Fact]
    public async Task A_version_that_is_made_wraps_from_then_on_and_one_that_is_destroyed_unwraps_nothing()
    {
        var first = await WrapAsync();
        (await _encryption.CurrentAsync(CancellationToken.None)).ShouldBe(1);
        await _encryption.MakeAsync(2, CancellationToken.None);
        await _encryption.MakeAsync(2, CancellationToken.None);
        (await _encryption.CurrentAsync(CancellationToken.None)).ShouldBe(2);
        (await UnwrapAsync(first)).ShouldBe(_key);
        var second = await WrapAsync(2);
        await Should.ThrowAsync<CryptographicException>(() => UnwrapAsync(second, 1));
        await _encryption.DestroyAsync(1, CancellationToken.None);
        await _encryption.DestroyAsync(1, CancellationToken.None);
        Files.ShouldBe(["personal-2.kek"]);
        await Should.ThrowAsync<IOException>(() => UnwrapAsync(first));
        await Should.ThrowAsync<IOException>(() => WrapAsync());
        (await UnwrapAsync(second, 2)).ShouldBe(_key);
    }

    /// <summary>Where the key directory was away or empty, unwrapping made a key in it, which then could unwrap nothing.</summary>
    [Fact]
    public async Task A_key_that_is_away_is_told_and_none_is_made_in_its_place()
    {
        var wrapped = await WrapAsync();
        File.Delete(Path.Combine(_scratch.Path, "personal-1.kek"));
        await Should.ThrowAsync<IOException>(() => UnwrapAsync(wrapped));
        Files.ShouldBeEmpty();
        Directory.Delete(_scratch.Path, recursive: true);
        await Should.ThrowAsync<IOException>(() => UnwrapAsync(wrapped));
        await Should.ThrowAsync<IOException>(() => WrapAsync());
        Directory.Exists(_scratch.Path).ShouldBeFalse();
    }

    /// <summary>It was taken for damage to what it wraps, of everybody.</summary>
    [Fact]
    public async Task A_key_that_is_damaged_or_open_to_everybody_is_one_that_cannot_be_used_now()
    {
        var wrapped = await WrapAsync();
        var file = Path.Combine(_scratch.Path, "personal-1.kek");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        (await Should.ThrowAsync<IOException>(() => UnwrapAsync(wrapped))).Message.ShouldContain("open to everybody");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(file, "c2hvcnQ=");
        await Should.ThrowAsync<IOException>(() => UnwrapAsync(wrapped));
    }
}
