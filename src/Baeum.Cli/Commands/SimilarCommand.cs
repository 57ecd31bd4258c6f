using System.CommandLine;
using System.Globalization;
using Baeum.Course;
using Baeum.Models;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum similar</c>: the texts that mean nearly what a question means, by the cosine of their vectors.</summary>
internal sealed class SimilarCommand : ModelCommand
{
    private readonly Argument<string> query;
    private readonly Argument<string[]> texts;
    private readonly Option<string?> top;
    private readonly Option<bool> json;

    internal SimilarCommand() : base("similar", "뜻이 비슷한 글 찾기", "find texts of like meaning")
    {
        query = Argument("QUERY", "찾을 글", "what to look for");
        texts = Arguments("TEXT", "글, 또는 한 줄이 글 하나인 파일. -이면 표준 입력", "a text, or a file whose lines are texts; -: standard input");
        top = Option("--top", "N", "몇 개까지 (기본: 10)", "how many (default: 10)");
        json = JsonLines();
        Debug();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        int count = (int)Number("--top", given.GetValue(top) ?? "10", 1_000_000);
        string asked = given.GetValue(query)!;
        if (string.IsNullOrWhiteSpace(asked)) throw new LessonUsageException(Messages.NoText);
        IReadOnlyList<string> all = Texts(given.GetValue(texts)!, context, readsFiles: true);
        var encoder = SentenceEncoder.FromPretrained(Folder(given, context));
        WarnOfCuts(all, encoder.Tokenizer, encoder.MaxLength, context);
        float[] wanted = Unit(encoder.Encode([asked]).ToArray<float>());
        var scores = new List<(string Text, double Score)>(all.Count);
        foreach (string[] some in all.Chunk(TextsAtOnce * 16))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var step = TensorScope.Begin();
            Tensor vectors = encoder.Encode(some);                              // [texts, features]
            for (int i = 0; i < some.Length; i++)
            {
                float[] vector = Unit(vectors.Select(0, i).ToArray<float>());
                scores.Add((some[i], vector.Zip(wanted, (a, b) => (double)a * b).Sum()));
            }
        }
        foreach ((string text, double score) in scores.OrderByDescending(entry => entry.Score).Take(count))
        {
            if (given.GetValue(json)) WriteJson(text, score, context.Results);
            else context.Results.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{score,7:0.0000}  {text}"));
        }
        return ExitCode.Done;
    }

    private static float[] Unit(float[] vector)
    {
        double length = Math.Sqrt(vector.Sum(value => (double)value * value));
        return [.. vector.Select(value => (float)(value / Math.Max(length, 1e-12)))];
    }

    private static void WriteJson(string text, double score, TextWriter write) => JsonOutput.Line(write, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("text", text);
        writer.Number("score", score);
        writer.WriteEndObject();
    });
}
