using System.CommandLine;
using System.Globalization;
using Baeum.Course;
using Baeum.Models;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum fill-mask</c>: what may stand behind the masks of a text.</summary>
internal sealed class FillMaskCommand : ModelCommand
{
    private readonly Argument<string> textArgument;
    private readonly Option<string?> top;
    private readonly Option<bool> json;

    internal FillMaskCommand() : base("fill-mask", "[MASK] 자리의 말을 맞힘", "guess what [MASK] hides")
    {
        textArgument = Argument("TEXT", "[MASK]가 있는 글. -이면 표준 입력의 한 줄이 글 하나", "a text with [MASK] in it; -: each line of standard input");
        top = Option("--top", "N", "몇 개까지 (기본: 5)", "how many (default: 5)");
        json = JsonLines();
        Debug();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        int count = (int)Number("--top", given.GetValue(top) ?? "5", 1000);
        IReadOnlyList<string> texts = Texts([given.GetValue(textArgument)!], context);
        var filler = MaskFiller.FromPretrained(Folder(given, context));
        if (texts.Any(text => !text.Contains(filler.Mask, StringComparison.Ordinal))) throw new LessonUsageException(Messages.NoMask(filler.Mask));
        foreach (string text in texts)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var masks = filler.Fill(text, count);
            if (given.GetValue(json)) WriteJson(text, masks, context.Results);
            else WriteText(text, masks, filler, context.Results);
        }
        return ExitCode.Done;
    }

    private static void WriteText(string text, IReadOnlyList<IReadOnlyList<MaskGuess>> masks, MaskFiller filler, TextWriter write)
    {
        for (int mask = 0, at = 0; mask < masks.Count; mask++)
        {
            at = text.IndexOf(filler.Mask, at, StringComparison.Ordinal);
            if (mask > 0) write.WriteLine();
            int columns = masks[mask].Max(guess => TextLayout.Width(guess.Token));
            foreach (MaskGuess guess in masks[mask])
                write.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{guess.Probability:0.0000}  {TextLayout.PadRight(guess.Token, columns)}  {text[..at]}{filler.Tokenizer.Decode([guess.Id])}{text[(at + filler.Mask.Length)..]}"));
            at += filler.Mask.Length;
        }
    }

    private static void WriteJson(string text, IReadOnlyList<IReadOnlyList<MaskGuess>> masks, TextWriter write) => JsonOutput.Line(write, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("text", text);
        writer.WriteStartArray("masks");
        foreach (IReadOnlyList<MaskGuess> guesses in masks)
        {
            writer.WriteStartArray();
            foreach (MaskGuess guess in guesses)
            {
                writer.WriteStartObject();
                writer.WriteNumber("id", guess.Id);
                writer.WriteString("token", guess.Token);
                writer.Number("score", guess.Probability);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
