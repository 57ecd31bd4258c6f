using System.Buffers.Binary;
using System.Collections;
using System.Text;

namespace Baeum.Text;

/// <summary>
/// SentencePiece's compiled table of rewriting rules (NFKC and the like): a double-array trie (Aoe 1989) over UTF-8 bytes, whose values point into a list of
/// replacements that end in a zero byte. Also the <c>Precompiled</c> normalizer of <c>tokenizer.json</c>.
/// </summary>
internal sealed class CharacterMap
{
    // far beyond Unicode's own rules: a hostile map neither swells a text nor makes every place of it a walk to its end
    private const int LongestRule = 64;
    private const int LongestReplacement = 4096;

    private readonly uint[] units;
    private readonly byte[] replacements;
    private readonly BitArray rules = new(char.MaxValue + 1);
    private readonly BitArray beginnings = new(char.MaxValue + 1);
    // first bytes of what follows the first character of longer rules
    private readonly bool[] continuations = new bool[256];

    private CharacterMap(uint[] units, byte[] replacements)
    {
        this.units = units;
        this.replacements = replacements;
        Span<byte> utf8 = stackalloc byte[3];
        for (int c = 0; c <= char.MaxValue; c++)
        {
            // surrogates are looked up in pairs
            if (!Rune.TryCreate((char)c, out Rune rune))
            {
                rules[c] = true;
                continue;
            }
            uint node = Offset(units[0]);
            if (!Walk(utf8[..rune.EncodeToUtf8(utf8)], ref node, out int value))
                continue;
            rules[c] = value >= 0;
            beginnings[c] = true;
            for (uint next = 0; next < continuations.Length && value < 0; next++)
                continuations[next] |= (node ^ next) < units.Length && (units[node ^ next] & 0x800000FF) == next;
        }
    }

    /// <summary>Reads the table.</summary>
    /// <param name="blob">Four bytes with the trie's size, the trie, the replacements.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <exception cref="TokenizerException">Its sizes contradict each other.</exception>
    internal static CharacterMap Parse(ReadOnlySpan<byte> blob, string file)
    {
        if (blob.Length < 4)
            throw new TokenizerException($"{file}: the character map is {blob.Length} bytes long.");
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(blob);
        blob = blob[4..];
        if (size >= blob.Length || size < 4 || size % 4 != 0)
            throw new TokenizerException($"{file}: the character map claims a trie of {size} bytes in {blob.Length}.");
        foreach (Range range in blob[(int)size..].Split((byte)0))
        {
            (_, int length) = range.GetOffsetAndLength(blob.Length - (int)size);
            if (length > LongestReplacement)
                throw new TokenizerException($"{file}: the character map replaces a character by {length} bytes.");
        }
        var units = new uint[size / 4];
        for (int i = 0; i < units.Length; i++)
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(blob[(4 * i)..]);
        return new CharacterMap(units, blob[(int)size..].ToArray());
    }

    /// <summary>True when a UTF-16 unit by itself is replaced, or is half a character.</summary>
    internal bool IsRule(char c) => rules[c];

    /// <summary>True when rules for more than one character begin with this unit.</summary>
    internal bool IsBeginning(char c) => beginnings[c];

    /// <summary>False when no rule for more than one character goes on with this unit.</summary>
    internal bool IsContinuation(char c) => char.IsSurrogate(c) || continuations[c < 0x80 ? c : c < 0x800 ? 0xC0 | c >> 6 : 0xE0 | c >> 12];

    /// <summary>The longest rule at the beginning of a text.</summary>
    /// <returns>How many chars it replaces, 0 when there is none; and by what (UTF-8).</returns>
    internal int Longest(ReadOnlySpan<char> text, out ReadOnlySpan<byte> replacement)
    {
        (int length, int best) = (0, 0);
        uint node = Offset(units[0]);
        Span<byte> utf8 = stackalloc byte[4];
        for (int at = 0; at < Math.Min(text.Length, LongestRule) && Rune.DecodeFromUtf16(text[at..], out Rune rune, out int chars) == System.Buffers.OperationStatus.Done;)
        {
            bool more = Walk(utf8[..rune.EncodeToUtf8(utf8)], ref node, out int value);
            at += chars;
            if (value >= 0)
                (length, best) = (at, value);
            if (!more)
                break;
        }
        replacement = length == 0 ? default : Replacement(best);
        return length;
    }

    /// <summary>The shortest rule that a text begins with, whatever follows: what the Rust library applies to a whole grapheme.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="replacement">What it is replaced by (UTF-8).</param>
    internal bool TryShortest(ReadOnlySpan<byte> utf8, out ReadOnlySpan<byte> replacement)
    {
        uint node = Offset(units[0]);
        for (int i = 0; i < utf8.Length && Walk(utf8.Slice(i, 1), ref node, out int value); i++)
        {
            if (value < 0)
                continue;
            replacement = Replacement(value);
            return true;
        }
        replacement = default;
        return false;
    }

    /// <summary>Follows some bytes.</summary>
    /// <param name="bytes">The bytes of one character.</param>
    /// <param name="node">Where it stands in the trie.</param>
    /// <param name="value">The replacement of the rule that ends here; -1 when none does.</param>
    /// <returns>False where the trie ends.</returns>
    private bool Walk(ReadOnlySpan<byte> bytes, ref uint node, out int value)
    {
        value = -1;
        foreach (byte b in bytes)
        {
            uint at = node ^ b;
            if (at >= units.Length)
                return false;
            uint unit = units[at];
            // the label of a leaf has its highest bit set and equals no byte
            if ((unit & 0x800000FF) != b)
                return false;
            node = at ^ Offset(unit);
            value = -1;
            if ((unit >> 8 & 1) == 0 || node >= units.Length)
                continue;
            uint found = units[node] & 0x7FFFFFFF;
            if (found < replacements.Length)
                value = (int)found;
        }
        return true;
    }

    private ReadOnlySpan<byte> Replacement(int start)
    {
        ReadOnlySpan<byte> rest = replacements.AsSpan(start);
        int end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);
}
