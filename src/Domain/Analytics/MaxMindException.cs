namespace Platform.Domain.Analytics;

/// <summary>What is wrong with a file that should be a MaxMind DB.</summary>
public enum MaxMindFault
{
    /// <summary>The last 128 KiB have no marker of the metadata.</summary>
    NoMetadata,

    /// <summary>The metadata aren't a map, or a key that must be there isn't, or is of another type.</summary>
    InvalidMetadata,

    /// <summary>The format's major version isn't 2.</summary>
    UnsupportedVersion,

    /// <summary>Records of the search tree aren't of 24, 28 or 32 bits.</summary>
    UnsupportedRecordSize,

    /// <summary>The tree is longer than the file, isn't followed by 16 zeros, or a path through it ends nowhere.</summary>
    InvalidSearchTree,

    /// <summary>A value goes on beyond its section.</summary>
    Truncated,

    /// <summary>A type that the format doesn't have, or deprecated before anybody used it; a map's key that isn't a string.</summary>
    InvalidType,

    /// <summary>A number or boolean of more bytes than its type has.</summary>
    InvalidSize,

    /// <summary>A pointer beyond its section, or to another pointer.</summary>
    InvalidPointer,

    /// <summary>A string that isn't UTF-8.</summary>
    InvalidText,

    /// <summary>Values within values beyond <see cref="MaxMindSection.MaxDepth"/>, or in a circle.</summary>
    TooDeep,

    /// <summary>A value that takes more than <see cref="MaxMindSection.MaxCost"/> when all its pointers are followed.</summary>
    TooLarge,
}

/// <summary>A file isn't a MaxMind DB, or is a damaged one.</summary>
public sealed class MaxMindException(MaxMindFault fault, string message) : Exception(message)
{
    public MaxMindFault Fault { get; } = fault;
}
