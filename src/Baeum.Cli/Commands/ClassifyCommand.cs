using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Baeum.Course;
using Baeum.Models;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum classify</c>: the classes of texts.</summary>
internal sealed class ClassifyCommand : ModelCommand
{
    private const int MostShown = 10;

    private readonly Argument<string[]> texts;
    private readonly Option<bool> json;

    internal ClassifyCommand() : base("classify", "글을 분류", "put texts into classes")
    {
        texts = Arguments("TEXT", "글. -이면 표준 입력의 한 줄이 글 하나", "a text; -: each line of standard input");
        json = JsonLines();
        Debug();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        IReadOnlyList<string> all = Texts(given.GetValue(texts)!, context);
        var classifier = TextClassifier.FromPretrained(Folder(given, context));
        WarnOfCuts(all, classifier.Tokenizer, classifier.MaxLength, context);
        foreach (string[] some in all.Chunk(TextsAtOnce))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            using var step = TensorScope.Begin();
            Tensor probabilities = classifier.Classify(some);                   // [texts, classes]
            for (int i = 0; i < some.Length; i++)
            {
                float[] row = probabilities.Select(0, i).ToArray<float>();
                (string Label, float Probability)[] classes = [.. row.Select((probability, c) => (classifier.Labels[c], probability)).OrderByDescending(entry => entry.probability)];
                if (given.GetValue(json)) WriteJson(some[i], classes, context.Results);
                else WriteText(some[i], all.Count == 1 ? classes[..Math.Min(MostShown, classes.Length)] : classes[..1], context.Results);
            }
        }
        return ExitCode.Done;
    }

    // of one text all classes, of many each one's best with the text behind it
    private static void WriteText(string text, (string Label, float Probability)[] classes, TextWriter write)
    {
        int columns = classes.Max(entry => TextLayout.Width(entry.Label));
        foreach ((string label, float probability) in classes)
            write.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{probability:0.0000}  {TextLayout.PadRight(label, columns)}{(classes.Length == 1 ? "  " + text : "")}"));
    }

    private static void WriteJson(string text, (string Label, float Probability)[] classes, TextWriter write) => JsonOutput.Line(write, (Utf8JsonWriter writer) =>
    {
        writer.WriteStartObject();
        writer.WriteString("text", text);
        writer.WriteString("label", classes[0].Label);
        writer.Number("score", classes[0].Probability);
        writer.WriteStartObject("scores");
        foreach ((string label, float probability) in classes) writer.Number(label, probability);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });
}
