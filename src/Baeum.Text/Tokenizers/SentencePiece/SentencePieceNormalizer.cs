using System.Text;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>
/// SentencePiece's own normalization: the character map's longest rule at every place, superfluous spaces dropped, a space put before the text, spaces written
/// as U+2581. User-defined pieces stay as they are.
/// </summary>
internal sealed class SentencePieceNormalizer : Normalizer
{
    /// <summary>What stands for a space.</summary>
    internal const char SpaceMark = '\u2581';

    private const byte Plain = 0, Beginning = 1, Special = 2;

    private readonly SentencePieceRules rules;
    private readonly bool spaceAsSuffix;
    private readonly CharacterMap? map;
    private readonly PieceTrie? untouched;
    private readonly char space;
    // by UTF-16 unit: stays as it is, begins a rule that goes on with certain characters, or must be looked up
    private readonly byte[] kinds = new byte[char.MaxValue + 1];

    /// <summary>The rules of a model.</summary>
    /// <param name="rules">What to do.</param>
    /// <param name="spaceAsSuffix">Puts the additional space after the text.</param>
    /// <param name="untouched">The user-defined pieces, if any.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="TokenizerException">The character map is damaged.</exception>
    internal SentencePieceNormalizer(SentencePieceRules rules, bool spaceAsSuffix, PieceTrie? untouched, string name)
    {
        (this.rules, this.spaceAsSuffix, this.untouched) = (rules, spaceAsSuffix, untouched);
        map = rules.CharacterMap.Length == 0 ? null : CharacterMap.Parse(rules.CharacterMap, name);
        space = rules.EscapeSpaces ? SpaceMark : ' ';
        for (int c = 0; c <= char.MaxValue; c++)
        {
            if (char.IsSurrogate((char)c) || map?.IsRule((char)c) == true || untouched?.Next(PieceTrie.Root, (char)c) >= 0)
                kinds[c] = Special;
            else if (map?.IsBeginning((char)c) == true)
                kinds[c] = Beginning;
        }
    }

    /// <summary>Normalises a text.</summary>
    /// <param name="text">Any text; halves of surrogate pairs become U+FFFD.</param>
    /// <param name="output">Takes the result; its ranges are those of <paramref name="text"/>.</param>
    internal void Run(ReadOnlySpan<char> text, NormalizedText output)
    {
        output.Restart(text.Length + 1);
        int at = 0;
        Span<char> buffer = stackalloc char[2];
        while (rules.RemoveExtraSpaces && at < text.Length)
        {
            int length = Step(text[at..], buffer, out ReadOnlySpan<char> same, out ReadOnlySpan<byte> replacement);
            if (!(same is [' '] || replacement is [(byte)' ']))
                break;
            at += length;
        }
        if (at == text.Length)
            return;
        if (rules.AddDummyPrefix && !spaceAsSuffix)
            output.Add(space, at, at);
        bool afterSpace = rules.RemoveExtraSpaces;
        while (at < text.Length)
        {
            char c = text[at];
            byte kind = kinds[c];
            if (kind == Plain || (kind == Beginning && (at + 1 == text.Length || !map!.IsContinuation(text[at + 1]))))
            {
                if (c != ' ')
                {
                    output.Add(c, at, at + 1);
                    afterSpace = false;
                }
                else if (!afterSpace)
                {
                    output.Add(space, at, at + 1);
                    afterSpace = rules.RemoveExtraSpaces;
                }
                at++;
                continue;
            }
            int end = at + Step(text[at..], buffer, out ReadOnlySpan<char> same, out ReadOnlySpan<byte> replacement);
            // spaces too many are those at the beginning of what is written after a space
            bool skipping = afterSpace;
            foreach (char unit in same)
                Write(unit, at, end, ref skipping, ref afterSpace, output);
            while (replacement.Length > 0)
            {
                Rune.DecodeFromUtf8(replacement, out Rune rune, out int consumed);
                replacement = replacement[consumed..];
                foreach (char unit in buffer[..rune.EncodeToUtf16(buffer)])
                    Write(unit, at, end, ref skipping, ref afterSpace, output);
            }
            at = end;
        }
        if (rules.RemoveExtraSpaces)
            output.TrimEnd(space);
        if (rules.AddDummyPrefix && spaceAsSuffix)
            output.Add(space, at, at);
    }

    /// <inheritdoc/>
    internal override void Apply(AlignedText text)
    {
        var output = new NormalizedText(withRanges: true);
        Run(text.Chars, output);
        text.Rewrite(output.Chars, output.Ranges);
    }

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json) => throw SentencePieceModel.NotInJson();

    private void Write(char unit, int start, int end, ref bool skipping, ref bool afterSpace, NormalizedText output)
    {
        if (unit == ' ' && skipping)
            return;
        skipping = false;
        output.Add(unit == ' ' ? space : unit, start, end);
        afterSpace = unit == ' ' && rules.RemoveExtraSpaces;
    }

    // how many chars the next unit takes, and what it becomes: chars of the text itself, or a rule's replacement
    private int Step(ReadOnlySpan<char> text, Span<char> buffer, out ReadOnlySpan<char> same, out ReadOnlySpan<byte> replacement)
    {
        replacement = default;
        int length = untouched?.LongestPrefix(text) ?? 0;
        if (length > 0)
        {
            same = text[..length];
            return length;
        }
        length = map?.Longest(text, out replacement) ?? 0;
        if (length > 0)
        {
            same = default;
            return length;
        }
        if (Rune.DecodeFromUtf16(text, out Rune rune, out length) == System.Buffers.OperationStatus.Done)
        {
            same = text[..length];
        }
        else
        {
            buffer[0] = (char)rune.Value;
            same = buffer[..1];
        }
        return length;
    }
}
