using System.Text;

namespace Baeum.Text;

/// <summary>Rewrites regular expressions as tokenizer files have them (Oniguruma) for .NET: possessive quantifiers, scripts, named classes.</summary>
internal static class RegexDialect
{
    // what .NET has no name for; ranges of plane 0, to which other planes are mapped before matching
    private static readonly Dictionary<string, string> Classes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Han"] = @"\u2E80-\u2E99\u2E9B-\u2EF3\u2F00-\u2FD5\u3005\u3007\u3021-\u3029\u3038-\u303B\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFA6D\uFA70-\uFAD9",
        ["Hiragana"] = @"\u3041-\u3096\u309D-\u309F",
        ["Katakana"] = @"\u30A1-\u30FA\u30FD-\u30FF\u31F0-\u31FF\u32D0-\u32FE\u3300-\u3357\uFF66-\uFF6F\uFF71-\uFF9D",
        ["Hangul"] = @"\u1100-\u11FF\u302E\u302F\u3131-\u318E\u3200-\u321E\u3260-\u327E\uA960-\uA97C\uAC00-\uD7A3\uD7B0-\uD7C6\uD7CB-\uD7FB\uFFA0-\uFFBE\uFFC2-\uFFC7\uFFCA-\uFFCF\uFFD2-\uFFD7\uFFDA-\uFFDC",
        ["Latin"] = @"A-Za-z\u00AA\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02B8\u02E0-\u02E4\u1D00-\u1D25\u1D2C-\u1D5C\u1D62-\u1D65\u1D6B-\u1D77\u1D79-\u1DBE\u1E00-\u1EFF\u2071\u207F\u2090-\u209C\u212A\u212B\u2132\u214E\u2160-\u2188\u2C60-\u2C7F\uA722-\uA787\uA78B-\uA7CA\uA7F2-\uA7FF\uAB30-\uAB5A\uAB5C-\uAB64\uFB00-\uFB06\uFF21-\uFF3A\uFF41-\uFF5A",
        ["Greek"] = @"\u0370-\u0373\u0375-\u0377\u037A-\u037D\u037F\u0384\u0386\u0388-\u038A\u038C\u038E-\u03A1\u03A3-\u03E1\u03F0-\u03FF\u1F00-\u1FFE",
        ["Cyrillic"] = @"\u0400-\u0484\u0487-\u052F\u1C80-\u1C88\u1D2B\u1D78\u2DE0-\u2DFF\uA640-\uA69F",
        ["Arabic"] = @"\u0600-\u0604\u0606-\u060B\u060D-\u061A\u061C-\u061E\u0620-\u063F\u0641-\u064A\u0656-\u066F\u0671-\u06DC\u06DE-\u06FF\u0750-\u077F\u08A0-\u08E1\u08E3-\u08FF\uFB50-\uFDFF\uFE70-\uFEFC",
        ["Thai"] = @"\u0E01-\u0E3A\u0E40-\u0E5B",
        ["Hebrew"] = @"\u0591-\u05C7\u05D0-\u05EA\u05EF-\u05F4\uFB1D-\uFB4F",
        ["Devanagari"] = @"\u0900-\u0950\u0955-\u0963\u0966-\u097F\uA8E0-\uA8FF",
        ["Letter"] = @"\p{L}",
        ["Mark"] = @"\p{M}",
        ["Number"] = @"\p{N}",
        ["Punctuation"] = @"\p{P}",
        ["Punct"] = @"\p{P}",
        ["Symbol"] = @"\p{S}",
        ["Separator"] = @"\p{Z}",
        ["Other"] = @"\p{C}",
        ["Alphabetic"] = @"\p{L}\p{Nl}",
        ["Alpha"] = @"\p{L}\p{Nl}",
        ["Upper"] = @"\p{Lu}",
        ["Lower"] = @"\p{Ll}",
        ["Uppercase"] = @"\p{Lu}",
        ["Lowercase"] = @"\p{Ll}",
        ["White_Space"] = @"\s",
        ["Space"] = @"\s",
        ["Digit"] = @"\p{Nd}",
        ["Alnum"] = @"\p{L}\p{Nl}\p{Nd}",
        ["Word"] = @"\w",
        ["XDigit"] = "0-9A-Fa-f",
        ["Blank"] = @"\t\p{Zs}",
        ["Cntrl"] = @"\p{Cc}",
        ["Any"] = @"\s\S",
    };

    internal static string ToDotNet(string pattern)
    {
        var output = new StringBuilder(pattern.Length + 16);
        var groups = new Stack<int>();
        int atom = 0, at = 0;
        while (at < pattern.Length)
        {
            char letter = pattern[at];
            switch (letter)
            {
                case '(':
                    groups.Push(output.Length);
                    output.Append(letter);
                    at++;
                    break;
                case ')':
                    atom = groups.TryPop(out int opened) ? opened : output.Length;
                    output.Append(letter);
                    at++;
                    break;
                case '[':
                    atom = output.Length;
                    at = Class(pattern, at, output);
                    break;
                case '\\':
                    atom = output.Length;
                    at = Escape(pattern, at, output, inClass: false);
                    break;
                case '?' or '*' or '+':
                    output.Append(letter);
                    at++;
                    if (at < pattern.Length && pattern[at] == '+')
                    {
                        output.Insert(atom, "(?>").Append(')');
                        at++;
                    }
                    else if (at < pattern.Length && pattern[at] == '?')
                    {
                        output.Append('?');
                        at++;
                    }
                    // an option at the beginning of a group, such as (?i:
                    break;
                case '{':
                    at = Count(pattern, at, atom, output);
                    break;
                default:
                    atom = output.Length;
                    output.Append(letter);
                    at++;
                    break;
            }
        }
        return output.ToString();
    }

    // {1,3}+ means in tokenizer files what it means to PCRE and Rust: possessive
    private static int Count(string pattern, int at, int atom, StringBuilder output)
    {
        int close = pattern.IndexOf('}', at);
        if (close < 0)
        {
            output.Append(pattern[at]);
            return at + 1;
        }
        output.Append(pattern, at, close + 1 - at);
        at = close + 1;
        if (at < pattern.Length && pattern[at] == '+')
        {
            output.Insert(atom, "(?>").Append(')');
            at++;
        }
        return at;
    }

    private static int Class(string pattern, int at, StringBuilder output)
    {
        output.Append(pattern[at++]);
        if (at < pattern.Length && pattern[at] == '^')
            output.Append(pattern[at++]);
        // a bracket right at the beginning stands for itself
        if (at < pattern.Length && pattern[at] == ']')
        {
            output.Append(@"\]");
            at++;
        }
        while (at < pattern.Length && pattern[at] != ']')
        {
            if (pattern[at] == '\\')
            {
                at = Escape(pattern, at, output, inClass: true);
            }
            else if (pattern[at] == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':' && pattern.IndexOf(":]", at + 2, StringComparison.Ordinal) is > 0 and int end
                && Classes.TryGetValue(pattern[(at + 2)..end], out string? named))
            {
                output.Append(named);
                at = end + 2;
            }
            else
            {
                // a bracket within brackets would begin a subtraction in .NET
                if (pattern[at] == '[')
                    output.Append('\\');
                output.Append(pattern[at++]);
            }
        }
        if (at < pattern.Length)
            output.Append(pattern[at++]);
        return at;
    }

    private static int Escape(string pattern, int at, StringBuilder output, bool inClass)
    {
        if (at + 1 >= pattern.Length)
        {
            output.Append(pattern[at]);
            return at + 1;
        }
        char kind = pattern[at + 1];
        if (kind == 'h')
        {
            output.Append(inClass ? "0-9A-Fa-f" : "[0-9A-Fa-f]");
            return at + 2;
        }
        int open = at + 2, close = open < pattern.Length && pattern[open] == '{' ? pattern.IndexOf('}', open) : -1;
        if (close > 0 && kind is 'x' or 'u' && int.TryParse(pattern.AsSpan(open + 1, Math.Max(0, close - open - 1)), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture, out int code)
            && code is > 0 and < 0x10000)
        {
            output.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{code:X4}");
            return close + 1;
        }
        if (close > 0 && kind is 'p' or 'P')
        {
            string name = pattern[(open + 1)..close];
            bool negated = kind == 'P' ^ name.StartsWith('^');
            name = name.TrimStart('^');
            foreach (string prefix in (string[])["Script=", "sc=", "Script_Extensions=", "scx=", "General_Category=", "gc="])
                name = name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? name[prefix.Length..] : name;
            if (!Classes.TryGetValue(name, out string? ranges))
                output.Append(negated ? @"\P{" : @"\p{").Append(name).Append('}');
            else if (!inClass)
                output.Append(negated ? "[^" : "[").Append(ranges).Append(']');
            else if (!negated)
                output.Append(ranges);
            else
                throw new ArgumentException($"\\P{{{name}}} within brackets");
            return close + 1;
        }
        output.Append(pattern, at, 2);
        return at + 2;
    }
}
