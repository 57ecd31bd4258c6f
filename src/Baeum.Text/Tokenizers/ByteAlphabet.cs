using System.Text;

namespace Baeum.Text;

/// <summary>GPT-2's way to write bytes as visible characters: those of Latin-1 that are visible stand for themselves, the others for U+0100 and up.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] CharOfByte = Build();
    private static readonly short[] ByteOfChar = Invert();

    internal static char Char(byte value) => CharOfByte[value];

    /// <summary>The byte of a character; -1 when it stands for none.</summary>
    internal static int Byte(char letter) => letter < ByteOfChar.Length ? ByteOfChar[letter] : -1;

    internal static void Apply(AlignedText text)
    {
        var changes = new List<(Rune, int)>(text.Length);
        Span<byte> bytes = stackalloc byte[4];
        foreach (Rune rune in text.Chars.EnumerateRunes())
        {
            int count = rune.EncodeToUtf8(bytes);
            for (int i = 0; i < count; i++)
                changes.Add((new Rune(CharOfByte[bytes[i]]), i > 0 ? 1 : 0));
        }
        text.Transform(changes);
    }

    /// <summary>Adds the bytes that a token stands for; a token with a character that stands for none is taken as it is.</summary>
    internal static void AddBytes(string token, List<byte> bytes)
    {
        int start = bytes.Count;
        foreach (char letter in token)
        {
            int value = Byte(letter);
            if (value < 0)
            {
                bytes.RemoveRange(start, bytes.Count - start);
                bytes.AddRange(System.Text.Encoding.UTF8.GetBytes(token));
                return;
            }
            bytes.Add((byte)value);
        }
    }

    private static char[] Build()
    {
        char[] chars = new char[256];
        int next = 256;
        for (int i = 0; i < 256; i++)
            chars[i] = i is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)i : (char)next++;
        return chars;
    }

    private static short[] Invert()
    {
        short[] bytes = new short[512];
        Array.Fill(bytes, (short)-1);
        for (int i = 0; i < 256; i++)
            bytes[CharOfByte[i]] = (short)i;
        return bytes;
    }
}
