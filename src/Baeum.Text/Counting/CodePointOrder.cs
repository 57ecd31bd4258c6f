namespace Baeum.Text;

/// <summary>Orders strings by the numbers of their code points; UTF-16 alone would put what lies above U+FFFF before U+E000.</summary>
internal sealed class CodePointOrder : IComparer<string>
{
    internal static readonly CodePointOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> a = x, b = y;
        int common = a.CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
            return a.Length.CompareTo(b.Length);
        return Rank(a[common]).CompareTo(Rank(b[common]));
    }

    // surrogates stand for the highest code points
    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
