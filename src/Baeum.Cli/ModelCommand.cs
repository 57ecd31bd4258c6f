using System.CommandLine;
using System.Text;
using Baeum.Course;
using Baeum.Models;
using Baeum.Text;

namespace Baeum.Cli;

/// <summary>A command that holds texts against a model folder.</summary>
internal abstract class ModelCommand : CliCommand
{
    /// <summary>Texts computed together: enough to fill the cores, few enough to stop soon.</summary>
    protected const int TextsAtOnce = 16;

    private const int MostTextBytes = 1 << 30;

    private readonly Option<string?> model;
    private readonly string? shipped;

    /// <param name="name">The command.</param>
    /// <param name="korean">What it does.</param>
    /// <param name="english">What it does.</param>
    /// <param name="shipped">The folder below <c>models/</c> that stands in where none is given; null: one must be given.</param>
    protected ModelCommand(string name, string korean, string english, string? shipped = null) : base(name, korean, english)
    {
        this.shipped = shipped;
        model = shipped is null
            ? Option("--model", "FOLDER", "모델 폴더, 또는 허브의 OWNER/NAME", "a model's folder, or OWNER/NAME of the hub", isRequired: true)
            : Option("--model", "FOLDER", $"모델 폴더, 또는 허브의 OWNER/NAME (기본: models/{shipped})", $"a model's folder, or OWNER/NAME of the hub (default: models/{shipped})");
    }

    /// <summary>The model's folder; one of the hub is downloaded where the cache has it not.</summary>
    protected string Folder(ParseResult given, CommandContext context)
    {
        if (given.GetValue(model) is not { } name) return Path.Combine(context.Course().Home, "models", shipped!);
        var progress = new DownloadProgress(context);
        try
        {
            return HubClient.Resolve(name, progress, context.Cancellation);
        }
        finally
        {
            progress.Finish();
        }
    }

    /// <summary>The texts that were given; <c>-</c> stands for the lines of standard input, blank ones left out.</summary>
    /// <exception cref="LessonUsageException">Nothing is left, or a text is empty.</exception>
    protected static IReadOnlyList<string> Texts(IEnumerable<string> given, CommandContext context, bool readsFiles = false)
    {
        var texts = new List<string>();
        foreach (string text in given)
        {
            if (text == "-") texts.AddRange(Lines(context.Input));
            else if (readsFiles && File.Exists(text)) texts.AddRange(FileLines(text));
            else if (string.IsNullOrWhiteSpace(text)) throw new LessonUsageException(Messages.NoText);
            else texts.Add(text);
        }
        return texts.Count > 0 ? texts : throw new LessonUsageException(Messages.NoText);
    }

    /// <summary>Says how many texts the model sees only the beginning of.</summary>
    protected static void WarnOfCuts(IReadOnlyList<string> texts, Tokenizer tokenizer, int maxLength, CommandContext context)
    {
        var (truncation, padding) = (tokenizer.Truncation, tokenizer.Padding);
        (tokenizer.Truncation, tokenizer.Padding) = (null, null);
        int cut = tokenizer.EncodeBatch(texts).Count(encoding => encoding.Count > maxLength);
        (tokenizer.Truncation, tokenizer.Padding) = (truncation, padding);
        if (cut > 0) context.Messages.WriteLine(Messages.TextsCut(cut, maxLength));
    }

    private static IEnumerable<string> FileLines(string path)
    {
        if (new FileInfo(path).Length > MostTextBytes) throw new LessonUsageException(Messages.TextTooLarge(path, MostTextBytes));
        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            return [.. Lines(reader)];
        }
        catch (DecoderFallbackException)
        {
            throw new LessonUsageException(Messages.NotUtf8(path));
        }
    }

    private static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line)) yield return line;
        }
    }
}
