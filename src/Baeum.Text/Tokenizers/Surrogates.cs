namespace Baeum.Text;

/// <summary>Text that is not Unicode: halves of surrogate pairs by themselves.</summary>
internal static class Surrogates
{
    /// <summary>The text with U+FFFD in place of every lone half, as UTF-8 encoders write it; places in it stay the same.</summary>
    internal static string Repair(string text)
    {
        int first = FirstLone(text, 0);
        if (first < 0)
            return text;
        char[] chars = text.ToCharArray();
        for (int i = first; i >= 0; i = FirstLone(chars, i + 1))
            chars[i] = '\uFFFD';
        return new string(chars);
    }

    /// <summary>The place of the first lone half; -1 when there is none.</summary>
    internal static int FirstLone(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length)
        {
            int next = text[from..].IndexOfAnyInRange('\uD800', '\uDFFF');
            if (next < 0)
                return -1;
            from += next;
            if (!char.IsHighSurrogate(text[from]) || from + 1 >= text.Length || !char.IsLowSurrogate(text[from + 1]))
                return from;
            from += 2;
        }
        return -1;
    }
}
