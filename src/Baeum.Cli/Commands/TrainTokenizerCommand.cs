using System.Diagnostics;
using System.Globalization;
using System.Text;
using Baeum.Course;
using Baeum.Text;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum train-tokenizer FILE...</c>: learns a vocabulary from text files and writes <c>tokenizer.json</c>.</summary>
internal static class TrainTokenizerCommand
{
    private static readonly (string Name, TokenizerKind Kind)[] Kinds =
        [("byte-bpe", TokenizerKind.ByteBpe), ("bpe", TokenizerKind.Bpe), ("wordpiece", TokenizerKind.WordPiece), ("unigram", TokenizerKind.Unigram)];

    /// <summary>What was asked for, as it was written.</summary>
    internal sealed record Request(string[] Files, string Type, string VocabularySize, string MinimumFrequency, string Folder, bool Lowercase, bool Jamo);

    internal static int Run(Request request, CommandContext context)
    {
        (_, TokenizerKind kind) = Kinds.FirstOrDefault(known => known.Name == request.Type);
        if (!Kinds.Any(known => known.Name == request.Type))
            throw new LessonUsageException(Messages.TokenizerType(request.Type, Kinds.Select(known => known.Name), Nearest.Names(request.Type, Kinds.Select(known => known.Name))));
        var trainer = new TokenizerTrainer
        {
            Kind = kind,
            VocabularySize = (int)Number("--vocab", request.VocabularySize, 10_000_000),
            MinimumFrequency = Number("--min-frequency", request.MinimumFrequency, int.MaxValue),
            Lowercase = request.Lowercase,
            SplitJamo = request.Jamo,
        };
        foreach (string file in request.Files)
        {
            if (!File.Exists(file))
                throw new LessonUsageException(Messages.NoTextFile(file));
        }
        var watch = Stopwatch.StartNew();
        Tokenizer tokenizer = trainer.Train(request.Files.SelectMany(Lines), new Printer(context), context.Cancellation);
        Directory.CreateDirectory(request.Folder);
        string path = Path.Combine(request.Folder, "tokenizer.json");
        AtomicFile.Write(path, tokenizer.Save);
        context.Results.WriteLine(Messages.TokenizerTrained(tokenizer.VocabularySize, watch.Elapsed.TotalSeconds, path));
        return ExitCode.Done;
    }

    private static long Number(string option, string text, long largest) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= 1 && value <= largest
        ? value
        : throw new LessonUsageException(Messages.NumberRange(option, text, largest));

    private static IEnumerable<string> Lines(string file)
    {
        using var reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
        for (int number = 1; ; number++)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (DecoderFallbackException)
            {
                throw new TokenizerException(Messages.NotUtf8(file, number));
            }
            if (line is null)
                yield break;
            yield return line;
        }
    }

    // one line every two seconds: readable in a terminal and in a log
    private sealed class Printer(CommandContext context) : IProgress<TrainingProgress>
    {
        private readonly Lock writing = new();
        private long last = Stopwatch.GetTimestamp();

        public void Report(TrainingProgress value)
        {
            lock (writing)
            {
                if (Stopwatch.GetElapsedTime(last).TotalSeconds < 2)
                    return;
                last = Stopwatch.GetTimestamp();
                context.Messages.WriteLine(value.Stage == TrainingStage.Counting ? Messages.CountingWords(value.Done) : Messages.LearningTokens(value.Done, value.Total));
            }
        }
    }
}
