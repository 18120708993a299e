namespace Platform.Ledger.Tests;

/// <summary>RFC 6962, section 2.1, word for word: what the quick code is compared with.</summary>
internal static class NaiveTree
{
    public static Hash[] Leaves(int count) => [.. Enumerable.Range(0, count).Select(Leaf)];

    public static Hash Leaf(int n) => L1.Leaf(Hash.Of(BitConverter.GetBytes(n)));

    public static Hash Root(ReadOnlySpan<Hash> leaves) => leaves.Length switch
    {
        0 => Hash.Of([]),
        1 => leaves[0],
        var n => L1.Node(Root(leaves[..Split(n)]), Root(leaves[Split(n)..])),
    };

    public static List<Hash> Inclusion(int m, ReadOnlySpan<Hash> leaves)
    {
        if (leaves.Length == 1)
            return [];
        var k = Split(leaves.Length);
        return m < k ? [.. Inclusion(m, leaves[..k]), Root(leaves[k..])] : [.. Inclusion(m - k, leaves[k..]), Root(leaves[..k])];
    }

    public static List<Hash> Consistency(int m, ReadOnlySpan<Hash> leaves) => SubProof(m, leaves, true);

    private static List<Hash> SubProof(int m, ReadOnlySpan<Hash> leaves, bool isWhole)
    {
        if (m == leaves.Length)
            return isWhole ? [] : [Root(leaves)];
        var k = Split(leaves.Length);
        return m <= k ? [.. SubProof(m, leaves[..k], isWhole), Root(leaves[k..])] : [.. SubProof(m - k, leaves[k..], false), Root(leaves[..k])];
    }

    private static int Split(int n)
    {
        var k = 1;
        while (2 * k < n)
            k *= 2;
        return k;
    }
}
