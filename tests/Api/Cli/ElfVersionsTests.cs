using Platform.Api.Cli;

namespace Platform.Api.Tests.Cli;

public sealed class ElfVersionsTests
{
    // The runtime's own: every Linux has it.
    private static readonly string _library = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libSystem.Native.so");

    [Fact]
    public void A_library_that_wants_nothing_newer_stays_as_it_is()
    {
        Assert.SkipUnless(File.Exists(_library), "not run: no ELF here");
        var bytes = File.ReadAllBytes(_library);
        ElfVersions.Lower(bytes, "GLIBC_99.1", Oldest, "__isoc23_").ShouldBeFalse();
        bytes.ShouldBe(File.ReadAllBytes(_library));
    }

    [Fact]
    public void What_differs_by_more_than_the_prefix_is_refused()
    {
        Assert.SkipUnless(File.Exists(_library), "not run: no ELF here");
        Should.Throw<InvalidDataException>(() => ElfVersions.Lower(File.ReadAllBytes(_library), Oldest, Oldest, "__isoc23_")).Message.ShouldContain($"of {Oldest}");
        Should.Throw<InvalidDataException>(() => ElfVersions.Lower(File.ReadAllBytes(_library), Oldest, "GLIBC_99.1", "__isoc23_")).Message.ShouldContain("GLIBC_99.1");
    }

    private static string Oldest => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64 ? "GLIBC_2.2.5" : "GLIBC_2.17";
}
