using System.CommandLine;
using System.Globalization;
using Baeum.Models;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum embed</c>: the vectors of texts.</summary>
internal sealed class EmbedCommand : ModelCommand
{
    private readonly Argument<string[]> texts;
    private readonly Option<bool> json;

    internal EmbedCommand() : base("embed", "글을 벡터로", "make vectors of texts")
    {
        texts = Arguments("TEXT", "글. -이면 표준 입력의 한 줄이 글 하나", "a text; -: each line of standard input");
        json = JsonLines();
        Debug();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        IReadOnlyList<string> all = Texts(given.GetValue(texts)!, context);
        var encoder = SentenceEncoder.FromPretrained(Folder(given, context));
        WarnOfCuts(all, encoder.Tokenizer, encoder.MaxLength, context);
        foreach (string[] some in all.Chunk(TextsAtOnce))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var step = TensorScope.Begin();
            Tensor vectors = encoder.Encode(some);                              // [texts, features]
            for (int i = 0; i < some.Length; i++)
            {
                float[] vector = vectors.Select(0, i).ToArray<float>();
                if (given.GetValue(json)) WriteJson(some[i], vector, context.Results);
                else context.Results.WriteLine(string.Join(' ', vector.Select(value => value.ToString("0.000000", CultureInfo.InvariantCulture))));
            }
        }
        return ExitCode.Done;
    }

    private static void WriteJson(string text, float[] vector, TextWriter write) => JsonOutput.Line(write, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("text", text);
        writer.WriteStartArray("vector");
        foreach (float value in vector) writer.WriteNumberValue(value);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
