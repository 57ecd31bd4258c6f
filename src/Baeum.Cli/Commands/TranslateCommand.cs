using System.CommandLine;
using Baeum.Inference;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum translate "TEXT"</c>: a T5 translates, one text a line.</summary>
internal sealed class TranslateCommand : ModelCommand
{
    private const int MostBeams = 64;
    private readonly Argument<string[]> texts;
    private readonly Option<string?> beams;
    private readonly Option<bool> json;

    internal TranslateCommand() : base("translate", "영어 글을 한국어로 번역", "translate English into Korean", shipped: "translate_en_ko")
    {
        texts = Arguments("TEXT", "번역할 글. -이면 표준 입력의 한 줄이 글 하나", "the texts to translate; -: each line of standard input");
        beams = Option("--beams", "N", "빔의 수. 1이면 매번 가장 그럴듯한 토큰만 고름 (기본: 모델이 정한 대로)", "beams; 1 takes the likeliest piece each time (default: as the model's folder says)");
        json = JsonLines();
        Debug();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        int? count = given.GetValue(beams) is { } number ? (int)Number("--beams", number, MostBeams) : null;
        IReadOnlyList<string> all = Texts(given.GetValue(texts)!, context);
        var translator = Translator.FromPretrained(Folder(given, context));
        if (translator.CountCut(all) is > 0 and var cut) context.Messages.WriteLine(Messages.TextsCut(cut, translator.MaxLength));
        foreach (string[] some in all.Chunk(TextsAtOnce))
        {
            IReadOnlyList<string> translations = translator.Translate(some, count, context.Cancellation);
            for (int i = 0; i < some.Length; i++)
            {
                if (given.GetValue(json)) WriteJson(some[i], translations[i], context.Results);
                else context.Results.WriteLine(translations[i]);
            }
        }
        return ExitCode.Done;
    }

    private static void WriteJson(string text, string translation, TextWriter write) => JsonOutput.Line(write, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("text", text);
        writer.WriteString("translation", translation);
        writer.WriteEndObject();
    });
}
