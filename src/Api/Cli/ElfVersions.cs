using System.Buffers.Binary;

namespace Platform.Api.Cli;

/// <summary>
/// Lets a shared library of a newer Debian load with an older C library (64-bit little-endian ELF; GNU symbol versioning as in the LSB core specification):
/// what differs is only that its <c>strtol</c> has another name and version.
/// </summary>
public static class ElfVersions
{
    private const int SectionHeader = 64, Symbol = 24, DynamicSymbols = 11, VersionNeeds = 0x6ffffffe, VersionOfSymbols = 0x6fffffff;

    private readonly record struct Section(int Type, int Offset, int Size, int Link);

    /// <summary>Has each symbol that is wanted in one version wanted in an older one, without its prefix.</summary>
    /// <param name="library">The file, changed in place.</param>
    /// <param name="newer">The version that the machine hasn't.</param>
    /// <param name="older">A version that the library wants too.</param>
    /// <param name="prefix">Cut from each such symbol's name.</param>
    /// <returns>Whether anything was wanted in the newer version.</returns>
    /// <exception cref="InvalidDataException">A symbol hasn't the prefix, or the library wants nothing of the older version.</exception>
    public static bool Lower(byte[] library, string newer, string older, string prefix)
    {
        var sections = Enumerable.Range(0, U16(library, 0x3c)).Select(n => At(library, (int)U64(library, 0x28) + (n * SectionHeader))).ToList();
        var (symbols, versions, needs) = (sections.Find(s => s.Type == DynamicSymbols), sections.Find(s => s.Type == VersionOfSymbols), sections.Find(s => s.Type == VersionNeeds));
        var names = sections[symbols.Link].Offset;
        var wanted = Needs(library, needs.Offset).ToLookup(at => Name(library, names + U32(library, at + 8)));
        if (!wanted[newer].Any())
            return false;
        var old = wanted[older].Cast<int?>().FirstOrDefault() ?? throw new InvalidDataException($"The library wants nothing of {older}.");
        foreach (var at in wanted[newer])
        {
            foreach (var symbol in Enumerable.Range(0, symbols.Size / Symbol).Where(n => U16(library, versions.Offset + (2 * n)) == U16(library, at + 6)).Select(n => symbols.Offset + (n * Symbol)))
            {
                var name = U32(library, symbol);
                if (!Name(library, names + name).StartsWith(prefix, StringComparison.Ordinal))
                    throw new InvalidDataException($"The library wants {Name(library, names + name)} of {newer}.");
                BinaryPrimitives.WriteInt32LittleEndian(library.AsSpan(symbol), name + prefix.Length);
            }
            // Hash and name: two indices mean the same version then.
            library.AsSpan(old, 4).CopyTo(library.AsSpan(at));
            library.AsSpan(old + 8, 4).CopyTo(library.AsSpan(at + 8));
        }
        return true;
    }

    private static IEnumerable<int> Needs(byte[] library, int at)
    {
        for (var next = -1; next != 0; at += next)
        {
            next = U32(library, at + 12);
            for (int version = at + U32(library, at + 8), left = U16(library, at + 2); left > 0; left--, version += U32(library, version + 12))
                yield return version;
        }
    }

    private static Section At(byte[] library, int at) =>
        new(U32(library, at + 4), (int)U64(library, at + 24), (int)U64(library, at + 32), U32(library, at + 40));

    private static string Name(byte[] library, int at) => System.Text.Encoding.ASCII.GetString(library.AsSpan(at, library.AsSpan(at).IndexOf((byte)0)));

    private static int U16(byte[] library, int at) => BinaryPrimitives.ReadUInt16LittleEndian(library.AsSpan(at));

    private static int U32(byte[] library, int at) => BinaryPrimitives.ReadInt32LittleEndian(library.AsSpan(at));

    private static long U64(byte[] library, int at) => BinaryPrimitives.ReadInt64LittleEndian(library.AsSpan(at));
}
